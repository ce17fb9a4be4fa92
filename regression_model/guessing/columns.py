"""What a column of a table is, or why a model should not use it.

The kinds of columns know what they look like and are asked in turn; what speaks against any column,
whatever its kind, is found here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.guessing.dress import is_dressed, looks_like_numbers
from regression_model.guessing.guesses import ColumnGuess, LeftOut
from regression_model.processing.kinds.base import Asked
from regression_model.processing.kinds.claims import (
    SHOWN_CHARACTERS,
    Claim,
    Refusal,
    level_counts,
    matching_share,
)
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Code, plain, shown

if TYPE_CHECKING:
    from regression_model.guessing.column_statistics import ColumnStatistics

_WITH_UNIT = re.compile(
    r"([^\w\s]{1,3}|US\$|USD|EUR|CHF|GBP|Fr\.?|Rs\.?)? ?[+-]?\d[\d,.' ]*+\s?[^\d\s]{0,10}"
)
"""A number with a currency before it or a unit behind it: ``$ 1,200.50``, ``12 km``."""
_KEY_NAME = re.compile(
    r"(unnamed: ?\d+|index|row|)|(.*[\W_])?(id|key|uuid|guid|nr|number)", re.IGNORECASE
)
"""Names of what numbers the rows: no name, as tables of pandas have it, ``row``, ``order_id``."""
_KEY_CAMEL = re.compile(r".*[a-z](Id|ID|Key|UUID)")
"""The same in one word: ``orderId``; not ``paid``."""
_CODE_NAME = re.compile(
    r".*(zip|zip ?code|post ?code|postal|plz)|(.*[\W_])?(code|class|type|kind|id|nr|state|county"
    r"|country|region|district|province|commune|municipality|dept|department|sector|industry"
    r"|occupation|ethnicity|race|religion|nationality)",
    re.IGNORECASE,
)
"""Names of what numbers only stand for: ``zip``, ``plant_code``, ``country``; not ``subtype``."""
_CODE_CAMEL = re.compile(r".*[a-z](Code|Class|Type|Kind|Zip|Id|ID)|[A-Z]+(Class|Code|Type|Zip)")
"""The same in one word: ``plantCode``, ``MSSubClass``."""

_MIN_ROWS_OF_A_KEY = 10
"""In fewer rows numbers may well differ by chance."""
_KEY_SHARE = 0.95
"""So many of the rows have a cell of their own where a column names rows."""
_NUMBER_SHARE = 0.9
"""So many of the rows hold numbers where other texts are slips, or say that there is none."""
_ODD_TEXTS = 5
"""So many different texts among numbers can be looked through, and are taken as missing."""
_TEXT_SHARE = 0.5
_TEXT_LEVELS = 50
"""With more texts, and more than one for every second row, there are too few rows to learn each."""
_CODES_LIKE_NUMBERS = 2
"""So few codes are as good as a number: a model learns the same of either."""
_TRIED_TEXTS = 200
"""Enough to find two that are written unlike."""


def guess_column(statistics: ColumnStatistics) -> ColumnGuess | LeftOut:
    """Guess what a column is.

    Parameters
    ----------
    statistics : ColumnStatistics
        Of the column.

    Returns
    -------
    ColumnGuess or LeftOut

    Examples
    --------
    >>> from regression_model.guessing.column_statistics import collect_statistics
    >>> guess = guess_column(collect_statistics("rooms", ["3", "4", "4", "?"]))
    >>> guess.kind, guess.note, guess.also_missing
    ('integer', '3 to 4; missing 25%', ('?',))
    """
    if len(statistics.texts) <= 1:
        return _guess_constant(statistics)
    guess = _ask(statistics, Asked.BY_FORM)
    if guess is not None:
        return guess
    if statistics.n_numbers == statistics.n_known:
        return _guess_numbers(statistics)
    if statistics.numeric_share >= _NUMBER_SHARE:
        return _too_large(statistics) or _guess_mixed(statistics)
    return _guess_texts(statistics)


def _ask(statistics: ColumnStatistics, *turns: Asked) -> ColumnGuess | LeftOut | None:
    """Ask the kinds whose turn it is whether a column is theirs; None if it is of none of them."""
    for turn in turns:
        for kind in KINDS.values():
            if kind.asked != turn:
                continue
            answer = kind.guess(statistics)
            if isinstance(answer, Refusal):
                return LeftOut(statistics.name, answer.reason)
            if answer is not None:
                return _as_guess(statistics, kind.name, answer)
    return None


def _ask_the_last(statistics: ColumnStatistics, *turns: Asked) -> ColumnGuess | LeftOut:
    """Ask the kinds behind which no other is asked."""
    guess = _ask(statistics, *turns)
    return guess or LeftOut(statistics.name, "of no kind that is known")


def _as_guess(statistics: ColumnStatistics, kind: str, claim: Claim) -> ColumnGuess:
    if claim.missing_texts:
        statistics = statistics.without(claim.missing_texts)
    note = claim.note
    if statistics.missing_share:
        note += f"; missing {_percent(statistics.missing_share)}"
    return ColumnGuess(
        statistics.name, kind, note, also_missing=statistics.also_missing, **claim.settings
    )


def _guess_constant(statistics: ColumnStatistics) -> ColumnGuess | LeftOut:
    """Leave out what is the same everywhere; a word in some rows alone says that they have it."""
    if not statistics.texts:
        return LeftOut(statistics.name, "no value in any row")
    text = shown(statistics.texts[0])
    if statistics.n_known == statistics.n_rows:
        return LeftOut(statistics.name, f"{text!r} in every row")
    if not np.isnan(statistics.numbers[0]):
        return LeftOut(statistics.name, f"{text!r} in every row that has a value")
    note = f"{text} in {_percent(1 - statistics.missing_share)}, else missing, read as: has none"
    return ColumnGuess(
        statistics.name, "category", note, missing="none", also_missing=statistics.also_missing
    )


def _guess_numbers(statistics: ColumnStatistics) -> ColumnGuess | LeftOut:
    """Guess what a column of numbers is: whole ones may be keys or codes."""
    numbers = statistics.numbers
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return LeftOut(statistics.name, f"{plain(low)} in every row that has a value")
    if (numbers == np.floor(numbers)).all():
        guess = _guess_names(statistics)
        if guess is not None:
            return guess
    return _ask_the_last(statistics, Asked.OF_SOME_NUMBERS, Asked.OF_ANY_NUMBERS)


def _guess_names(statistics: ColumnStatistics) -> ColumnGuess | LeftOut | None:
    """Guess what whole numbers stand for; None if they are amounts."""
    reason = _key_reason(statistics)
    if reason is not None:
        return LeftOut(statistics.name, reason)
    why_codes = _why_codes(statistics)
    if why_codes is None:
        return None
    note = f"{level_counts(statistics)}; {why_codes}"
    return _unusable_text(statistics) or _as_guess(statistics, "category", Claim(note))


def _guess_texts(statistics: ColumnStatistics) -> ColumnGuess | LeftOut:
    reason = _many_dresses(statistics) or _unusable_text(statistics)
    return reason or _ask_the_last(statistics, Asked.OF_SOME_TEXTS, Asked.OF_ANY_TEXTS)


def _key_reason(statistics: ColumnStatistics) -> str | None:
    """Say why a column of whole numbers only names its rows, or return None."""
    if not _names_its_rows(statistics):
        return None
    n_texts = len(statistics.texts)
    first, last = statistics.numbers.min(), statistics.numbers.max()
    if n_texts == statistics.n_known and last - first == n_texts - 1:
        return f"counts the rows: every number from {plain(first)} to {plain(last)}"
    if _KEY_NAME.fullmatch(statistics.name) or _KEY_CAMEL.fullmatch(statistics.name):
        return "names the rows: another number in each"
    return None


def _names_its_rows(statistics: ColumnStatistics) -> bool:
    """Tell whether nearly every row has a cell of its own, as a key has."""
    if statistics.n_known < _MIN_ROWS_OF_A_KEY:
        return False
    return len(statistics.texts) >= _KEY_SHARE * statistics.n_known


def _why_codes(statistics: ColumnStatistics) -> str | None:
    """Say why whole numbers are names of something and no amounts, or return None."""
    if any(map(_is_padded, statistics.texts)):
        return "codes, as some begin with 0"
    if len(statistics.texts) <= _CODES_LIKE_NUMBERS:
        return None
    if _CODE_NAME.fullmatch(statistics.name) or _CODE_CAMEL.fullmatch(statistics.name):
        return "numbers, but the name says codes"
    return None


def _is_padded(text: str) -> bool:
    """Tell whether digits begin with a zero that no amount is written with, as ``007``."""
    return text[0] == "0" and text != "0" and text.isdigit()


def _too_large(statistics: ColumnStatistics) -> LeftOut | None:
    """Leave out numbers of which some are beyond what a model takes, in a file of any kind."""
    for text, refusal in statistics.refused.items():
        if refusal.code == Code.TOO_LARGE:
            return LeftOut(statistics.name, f"{shown(text)!r} in it is {refusal.message}")
    return None


def _guess_mixed(statistics: ColumnStatistics) -> ColumnGuess | LeftOut:
    """Mostly numbers: the other texts are taken as missing where they are few, and no numbers."""
    odd = [statistics.texts[i] for i in np.flatnonzero(np.isnan(statistics.numbers))]
    dressed = [text for text in odd if is_dressed(text)]
    if dressed:  # they are no slips: taken as missing, they would be lost
        row = np.flatnonzero(statistics.codes == statistics.texts.index(dressed[0]))[0]
        reason = (
            f"numbers, but some written in another way, such as {_named(dressed)}, first in row "
            f"{row}: write digits alone, or all alike and say how in number_format"
        )
        return LeftOut(statistics.name, reason)
    if len(odd) > _ODD_TEXTS:
        reason = f"mixed: numbers, but also {len(odd)} other texts such as {_named(odd)}"
        return LeftOut(statistics.name, reason)
    guess = guess_column(statistics.without(odd))
    if isinstance(guess, LeftOut):
        return guess
    note = f"{guess.note}; {_named(odd)} is no number and taken as missing"
    return replace(guess, note=note)


def _named(texts: list[str]) -> str:
    return ", ".join(repr(shown(text)) for text in texts[:_ODD_TEXTS])


def _many_dresses(statistics: ColumnStatistics) -> LeftOut | None:
    """Leave out numbers that are written in more than one way."""
    if not looks_like_numbers(statistics):
        return None
    # by what stands around the digits, so that the first and the last are as unlike as can be
    texts = sorted(statistics.texts[:_TRIED_TEXTS], key=lambda text: re.sub(r"\d+", "", text))
    first_and_last = list(dict.fromkeys([texts[0], texts[-1]]))
    reason = (
        f"numbers written in more than one way, such as {_named(first_and_last)}: write digits "
        "alone, or all alike and say how in number_format"
    )
    return LeftOut(statistics.name, reason)


def _unusable_text(statistics: ColumnStatistics) -> LeftOut | None:
    """Leave out texts of which nearly every row has another."""
    if not _has_too_many_texts(statistics) and not _names_its_rows(statistics):
        return None
    example = repr(str(shown(statistics.texts[0]))[:SHOWN_CHARACTERS])
    n_texts, n_known = len(statistics.texts), statistics.n_known
    counts = f"{n_texts:,} different texts in {n_known:,} rows, such as {example}"
    if _are_numbers_with_more(statistics):
        reason = f"numbers with more than digits: {counts}; write digits alone"
    elif np.mean([len(text) for text in statistics.texts]) > SHOWN_CHARACTERS:
        reason = f"free text: {counts}"
    else:
        reason = f"names the rows: {counts}"
    return LeftOut(statistics.name, reason)


def _has_too_many_texts(statistics: ColumnStatistics) -> bool:
    n_texts = len(statistics.texts)
    return n_texts > _TEXT_LEVELS and n_texts / statistics.n_known > _TEXT_SHARE


def _are_numbers_with_more(statistics: ColumnStatistics) -> bool:
    """Tell whether nearly all texts are numbers with a currency or a unit, and not digits alone."""
    if all(text.lstrip("+-").isdigit() for text in statistics.texts):
        return False
    return matching_share(_WITH_UNIT, statistics) >= _NUMBER_SHARE


def _percent(share: float) -> str:
    """Return a share of rows in percent: two digits below one percent, else three."""
    percent = 100 * share
    return f"{percent:.2g}%" if percent < 1 else f"{percent:.3g}%"
