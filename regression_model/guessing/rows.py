"""Which columns say how much rows count, which belong together, and in which order they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from regression_model.guessing.guesses import ColumnGuess, RowGuesses
from regression_model.processing.dates import to_seconds
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.time_folds import time_folds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.arrays import Floats
    from regression_model.guessing.facts import Facts

_WEIGHT = re.compile(
    r"weights|(sample|sampling|case|survey|design|row|obs)(weights?|wei|wts?|wgts?)"
    r"|[pafi]weights?|fnlwgt|finalwe?i?ghts?|finalwts?|perwt|hhwt|wtfinl|asecwt"
)
"""Accepts names, as `_word` spells them, that nothing but weights of rows has.

``weights`` in the plural, ``sample_weight`` and its like, Stata's four kinds (``pweight``), and
what large surveys call theirs: ``fnlwgt`` of the census, ``perwt`` and ``hhwt`` of IPUMS.
"""
_MAYBE_WEIGHT = re.compile(r"weight|wgt|wght|freq|frequency|nobs|households")
"""Accepts names that weights of rows have, and things that are weighed or counted as well."""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""Finds the words of ``customer_id``, ``CustomerID`` and ``year2``: capitals, a word, or digits."""
_KEYS = frozenset({"id", "key", "no", "nr", "number", "code"})
"""Last words of keys' names."""
_NEWCOMER = (
    r"(patient|person|people|subject|customer|client|user|household|driver|player|student|animal"
    r"|participant|respondent|employee|company|donor|member)"
)
"""Whose rows stand together, and of whom others will come when the model is used."""
_NEWCOMERS = re.compile(f".*{_NEWCOMER}.*")
_NEWCOMER_ID = re.compile(f"{_NEWCOMER}(id|key|no|nr|code)?")
"""Accepts ``customer`` and ``customerid``; the second group is there if it is a key."""
_PERIODS = frozenset({
    "year", "years", "yr", "month", "week", "weekday", "day", "days", "date", "time", "hour",
    "quarter", "period", "age", "wave", "round",
})  # fmt: skip
"""Words of names of times: the same periods come again for everybody, which makes no panel."""
_BORN = re.compile(r"birth|dob|born|founded|built", re.IGNORECASE)
"""Finds names of times at which something began to be, long before its row was written."""
_YEARS = (1500, 2200)
_TAKE_OUT = "take it out of the columns then"
_MIN_GROUPS = 20
_MIN_ROWS_PER_GROUP = 2
_MIN_ROWS_OF_A_PANEL = 3
_MIN_ROWS_IN_ORDER = 150
"""Fewer may be in order by chance, and the first of many parts is all that is fitted on."""
_SHARE_OF_A_PANEL = 0.8
"""Of the values, which stand in just as many rows: some of those watched drop out."""


def guess_rows(table: Sequence[Facts], columns: Sequence[ColumnGuess], n_folds: int) -> RowGuesses:
    """Guess weight, group and time columns.

    A column is used where its name leaves no doubt; what could as well be a feature, as the weight
    of a car, is only mentioned.

    Parameters
    ----------
    table : sequence of Facts
        All columns but the target.
    columns : sequence of ColumnGuess
        Those that the model may use.
    n_folds : int
        As many folds in time order must be possible.

    Returns
    -------
    RowGuesses
    """
    weight = next((facts for facts in table if _is_weight(facts, _WEIGHT)), None)
    groups = list(_groups(table))
    group = next((facts for facts in groups if _brings_newcomers(facts.name)), None)
    time, maybe_time = _guess_time(table, columns, n_folds, has_group=group is not None)
    return RowGuesses(
        weight=None if weight is None else (weight.name, "how much each row counts"),
        group=None if group is None else (group.name, f"{_counts(group)}; new ones will come"),
        time=time,
        maybe_weight=_maybe_weight(table) if weight is None else None,
        maybe_group=_maybe_group(table, groups) if group is None else None,
        maybe_time=maybe_time,
    )


def _guess_time(
    table: Sequence[Facts], columns: Sequence[ColumnGuess], n_folds: int, *, has_group: bool
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return the time column, or else what may be one.

    Rows that belong together are kept together or are put in order, not both.
    """
    by_name = {facts.name: facts for facts in table}
    dates: list[Facts] = []
    for column in columns:
        if not KINDS[column.kind].has_parts:
            continue
        facts = by_name[column.name]
        dates.append(facts)
        if not has_group and _is_ordered(column, facts, n_folds):
            return (facts.name, "the table is in its order"), None
    years = [facts for facts in table if _is_year(facts, n_folds)]
    for facts in [*dates, *years]:
        if not _BORN.search(facts.name):
            return None, _maybe_time(facts)
    return None, None


def _maybe_weight(table: Sequence[Facts]) -> tuple[str, str] | None:
    """Return what may be a weight, or is named like one and cannot be."""
    for facts in table:
        if _is_weight(facts, _MAYBE_WEIGHT):
            return facts.name, f"if it is how much a row counts; {_TAKE_OUT}"
    for facts in table:
        fault = _weight_fault(facts)
        if _WEIGHT.fullmatch(_word(facts.name)) and fault:
            return facts.name, f"named like a weight, but {fault}; mend it, or {_TAKE_OUT}"
    return None


def _weight_fault(facts: Facts) -> str:
    if len(facts.texts) < 2:  # noqa: PLR2004
        return "the same in every row"
    if not (facts.numbers >= 0).all():
        return "not a number from 0 up in every row"
    return _unknown(facts)


def _maybe_group(table: Sequence[Facts], groups: Sequence[Facts]) -> tuple[str, str] | None:
    """Return what may be a group, or is named like one and cannot be."""
    if groups:
        first = groups[0]
        return first.name, f"{_counts(first)}: if others are to be predicted; {_TAKE_OUT}"
    for facts in table:
        is_shared = len(facts.texts) <= facts.n_known / _MIN_ROWS_PER_GROUP
        if _brings_newcomers(facts.name) and facts.missing_share and is_shared:
            return facts.name, f"named like a group, but {_unknown(facts)}; fill it, or {_TAKE_OUT}"
    return None


def _maybe_time(facts: Facts) -> tuple[str, str]:
    unknown = _unknown(facts)
    needed = f"; it is {unknown}, and a time is needed in every row" if unknown else ""
    return facts.name, f"if the model is to predict rows later than those it was trained on{needed}"


def _unknown(facts: Facts) -> str:
    n_unknown = facts.n_rows - facts.n_known
    return f"unknown in {n_unknown:,} rows" if n_unknown else ""


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(name)]


def _is_key(name: str) -> bool:
    """Tell whether a name is that of a key: ``customer_id``, ``CustomerID``, ``customerid``."""
    match = _NEWCOMER_ID.fullmatch(_word(name))
    return not _KEYS.isdisjoint(_words(name)[-1:]) or bool(match and match[2])


def _brings_newcomers(name: str) -> bool:
    return _is_key(name) and bool(_NEWCOMERS.fullmatch(_word(name)))


def _is_weight(facts: Facts, names: re.Pattern[str]) -> bool:
    if not names.fullmatch(_word(facts.name)):
        return False
    if facts.missing_share or len(facts.texts) < 2:  # noqa: PLR2004 - the same in every row
        return False
    return bool((facts.numbers >= 0).all() and facts.numbers.max() > 0)


def _groups(table: Sequence[Facts]) -> Iterator[Facts]:
    """Yield columns that may name groups: keys, then what has persons' names, then panels."""
    possible = [facts for facts in table if _may_group(facts)]
    yield from (facts for facts in possible if _is_key(facts.name))
    yield from (facts for facts in possible if _NEWCOMER_ID.fullmatch(_word(facts.name)))
    yield from (facts for facts in possible if _is_panel(facts))


def _may_group(facts: Facts) -> bool:
    most = facts.n_rows / _MIN_ROWS_PER_GROUP
    return _MIN_GROUPS <= len(facts.texts) <= most and not facts.missing_share


def _is_panel(facts: Facts) -> bool:
    """Tell whether nearly every value stands in as many rows: who or what was seen repeatedly."""
    if not _PERIODS.isdisjoint(_words(facts.name)):
        return False
    usual = int(np.bincount(facts.counts).argmax())
    share = float(np.mean(facts.counts == usual))
    # measured numbers are no names
    is_whole = np.isnan(facts.numbers) | (facts.numbers == np.floor(facts.numbers))
    is_repeated = usual >= _MIN_ROWS_OF_A_PANEL and share >= _SHARE_OF_A_PANEL
    return is_repeated and bool(is_whole.all())


def _is_year(facts: Facts, n_folds: int) -> bool:
    numbers = facts.numbers
    named = not {"year", "yr", "date"}.isdisjoint(_words(facts.name))
    if not named or facts.missing_share or np.isnan(numbers).any():
        return False
    in_range = _YEARS[0] <= numbers.min() and numbers.max() <= _YEARS[1]
    return bool(in_range) and time_folds(facts.values, n_folds) is not None


def _counts(facts: Facts) -> str:
    return f"{len(facts.texts):,} of them, {facts.n_rows / len(facts.texts):.3g} rows each"


def _is_ordered(column: ColumnGuess, facts: Facts, n_folds: int) -> bool:
    if facts.missing_share or column.also_missing or _BORN.search(column.name):
        return False
    seconds_of_texts = [to_seconds(text, column.date_order) for text in facts.texts]
    seconds: Floats = np.array(seconds_of_texts, dtype=np.float64)[facts.codes]
    if len(seconds) < _MIN_ROWS_IN_ORDER:
        return False
    steps = np.diff(seconds)
    is_in_order = bool((steps >= 0).all() or (steps <= 0).all())
    return is_in_order and time_folds(seconds, n_folds) is not None
