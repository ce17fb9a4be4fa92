"""Whether a table's numbers are counts, and what `init` says of a column of numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from regression_model.processing.kinds.claims import Claim
from regression_model.processing.shown_values import plain

if TYPE_CHECKING:
    from regression_model.processing.kinds.evidence import Evidence

_SENTINELS = frozenset({
    -1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0, 999999.0,
})  # fmt: skip
"""Numbers by which tables say "not known": nines, and minus one where nothing is negative."""
_YEAR_NAME = re.compile(r"year|yr|built|born|founded|vintage|season", re.IGNORECASE)
"""Names of years, anywhere in the column's name."""
_YEARS = (1500, 2200)
"""Years that tables speak of; others are as likely to be amounts."""
_COUNTED_VALUES = 60
"""Counts have no more different values than that: persons, rooms, children."""
_COUNTED_SPAN = 100
"""Nor are their values farther apart."""
_COUNTED_FROM = 9
"""They begin near zero; what begins higher was likely measured, and rounded."""


def guess_counts(evidence: Evidence) -> Claim | None:
    """Take whole numbers that are counts or years; others may be measures that were rounded."""
    is_whole = (evidence.numbers == np.floor(evidence.numbers)).all()
    if not is_whole or any(map(_has_decimals, evidence.plain_texts)):
        return None
    if not _is_counted(evidence):
        return None
    return claim_numbers(evidence)


def _has_decimals(text: str) -> bool:
    """Tell whether a whole number is written as others are written: ``3.0``, ``1e3``."""
    return "." in text or "e" in text.lower()


def _is_counted(evidence: Evidence) -> bool:
    low, high = float(evidence.numbers.min()), float(evidence.numbers.max())
    are_years = _YEARS[0] <= low and high <= _YEARS[1]
    if are_years and _YEAR_NAME.search(evidence.name):
        return True
    begins_near_zero = 0 <= low <= _COUNTED_FROM
    has_few_values = len(evidence.texts) <= _COUNTED_VALUES
    return begins_near_zero and has_few_values and high - low <= _COUNTED_SPAN


def claim_numbers(evidence: Evidence) -> Claim:
    """Say from where to where numbers go, and how they are written.

    Parameters
    ----------
    evidence : Evidence
        Of a column of which every known cell is a number.
    """
    numbers = evidence.numbers
    note = f"{plain(float(numbers.min()))} to {plain(float(numbers.max()))}"
    note += _sentinel_note(evidence)
    if not evidence.dress:
        return Claim(note)
    return Claim(f"{note}; written like {evidence.dress}", {"number_format": evidence.dress})


def _sentinel_note(evidence: Evidence) -> str:
    """Say where a number far from all others may stand for a missing value.

    It is the least or the largest, stands in more than one row, and is farther from its neighbour
    than the others are from each other.
    """
    order = np.argsort(evidence.numbers)
    numbers = evidence.numbers[order]
    counts = evidence.counts[order]
    for end, others in ((0, numbers[1:]), (-1, numbers[:-1])):
        number, count = float(numbers[end]), int(counts[end])
        if number not in _SENTINELS or count == 1 or len(others) == 1:
            continue
        spread = float(others.max() - others.min())
        gap = float(np.abs(others - number).min())
        if gap > max(spread, 1.0):
            return (
                f"; {plain(number)} in {count:,} rows: if it stands for a missing value, "
                "leave those cells empty"
            )
    return ""
