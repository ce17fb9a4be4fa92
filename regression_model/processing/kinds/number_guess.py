"""What `init` says of a column of numbers."""

from __future__ import annotations

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
    numbers, counts = evidence.numbers[order], evidence.counts[order]
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
