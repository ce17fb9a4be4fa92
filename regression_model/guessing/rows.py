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
    from regression_model.guessing.column_statistics import ColumnStatistics

    Noted = tuple[str, str]  # a column, and what is said of it

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
_YEAR_NAMES = frozenset({"year", "yr", "date"})
"""Words of names of whole numbers that are years, as ``2019`` in a column ``date``."""
_YEARS = (1500, 2200)
"""Whole numbers that are years, and no count of them."""
_TAKE_OUT = "take it out of the columns then"
_MIN_GROUPS = 20
"""Fewer values are levels to learn rather than names of those of whom others will come."""
_MIN_ROWS_PER_GROUP = 2
"""On the average: where most rows are alone, folds by group are hardly others than by row."""
_MIN_ROWS_OF_A_PANEL = 3
"""Two rows of each may be pairs of any sort."""
_MIN_ROWS_IN_ORDER = 150
"""Fewer may be in order by chance, and the first of many parts is all that is fitted on."""
_SHARE_OF_A_PANEL = 0.8
"""Of the values, which stand in just as many rows: some of those watched drop out."""


def guess_rows(
    table: Sequence[ColumnStatistics], columns: Sequence[ColumnGuess], n_folds: int
) -> RowGuesses:
    """Guess weight, group and time columns.

    A column is used where its name leaves no doubt; what could as well be a feature, as the weight
    of a car, is only mentioned.

    Parameters
    ----------
    table : sequence of ColumnStatistics
        All columns but the target.
    columns : sequence of ColumnGuess
        Those that the model may use.
    n_folds : int
        As many folds in time order must be possible.

    Returns
    -------
    RowGuesses
    """
    groups = list(_groups(table))
    weight, group = _weight(table), _group(groups)
    time = None
    if group is None:  # rows that belong together are kept together or are put in order, not both
        time = _time(table, columns, n_folds)
    return RowGuesses(
        weight=weight,
        group=group,
        time=time,
        maybe_weight=_maybe_weight(table) if weight is None else None,
        maybe_group=_maybe_group(table, groups) if group is None else None,
        maybe_time=_maybe_time(table, columns, n_folds) if time is None else None,
    )


def _weight(table: Sequence[ColumnStatistics]) -> Noted | None:
    for statistics in table:
        if _is_weight(statistics, _WEIGHT):
            return statistics.name, "how much each row counts"
    return None


def _group(groups: Sequence[ColumnStatistics]) -> Noted | None:
    for statistics in groups:
        if _brings_newcomers(statistics.name):
            return statistics.name, f"{_counts(statistics)}; new ones will come"
    return None


def _time(
    table: Sequence[ColumnStatistics], columns: Sequence[ColumnGuess], n_folds: int
) -> Noted | None:
    for column, statistics in _dates(table, columns):
        if _is_ordered(column, statistics, n_folds):
            return column.name, "the table is in its order"
    return None


def _dates(
    table: Sequence[ColumnStatistics], columns: Sequence[ColumnGuess]
) -> Iterator[tuple[ColumnGuess, ColumnStatistics]]:
    by_name = {statistics.name: statistics for statistics in table}
    for column in columns:
        if KINDS[column.kind].has_parts:
            yield column, by_name[column.name]


def _maybe_time(
    table: Sequence[ColumnStatistics], columns: Sequence[ColumnGuess], n_folds: int
) -> Noted | None:
    """Return the first date, or else year, at which a row may have come to be."""
    times = [statistics for _, statistics in _dates(table, columns)]
    times += [statistics for statistics in table if _is_year(statistics, n_folds)]
    for statistics in times:
        if not _BORN.search(statistics.name):
            return statistics.name, _note_of_time(statistics)
    return None


def _note_of_time(statistics: ColumnStatistics) -> str:
    note = "use it if the model is to predict rows later than those it was trained on"
    unknown = _unknown(statistics)
    if unknown:
        note += f"; it is {unknown}, and a time is needed in every row"
    return note


def _maybe_weight(table: Sequence[ColumnStatistics]) -> Noted | None:
    """Return what may be a weight, or is named like one and cannot be."""
    for statistics in table:
        if _is_weight(statistics, _MAYBE_WEIGHT):
            return statistics.name, f"if it is how much a row counts; {_TAKE_OUT}"
    for statistics in table:
        fault = _weight_fault(statistics)
        if fault and _WEIGHT.fullmatch(_word(statistics.name)):
            return statistics.name, f"named like a weight, but {fault}; mend it, or {_TAKE_OUT}"
    return None


def _weight_fault(statistics: ColumnStatistics) -> str:
    """Say why a column cannot be a weight; empty if it can."""
    if _is_constant(statistics):
        return "the same in every row"
    if not (statistics.numbers >= 0).all():
        return "not a number from 0 up in every row"
    return _unknown(statistics)


def _maybe_group(
    table: Sequence[ColumnStatistics], groups: Sequence[ColumnStatistics]
) -> Noted | None:
    """Return what may be a group, or is named like one and cannot be."""
    if groups:
        first = groups[0]
        return first.name, f"{_counts(first)}: if others are to be predicted; {_TAKE_OUT}"
    for statistics in table:
        if _is_group_with_gaps(statistics):
            note = f"named like a group, but {_unknown(statistics)}; fill it, or {_TAKE_OUT}"
            return statistics.name, note
    return None


def _is_group_with_gaps(statistics: ColumnStatistics) -> bool:
    if not statistics.missing_share or not _brings_newcomers(statistics.name):
        return False
    return len(statistics.texts) <= statistics.n_known / _MIN_ROWS_PER_GROUP


def _unknown(statistics: ColumnStatistics) -> str:
    n_unknown = statistics.n_rows - statistics.n_known
    if n_unknown == 1:
        return "unknown in 1 row"
    return f"unknown in {n_unknown:,} rows" if n_unknown else ""


def _is_constant(statistics: ColumnStatistics) -> bool:
    return len(statistics.texts) <= 1


def _word(name: str) -> str:
    """Return a name as one word: ``sample weight``, ``SampleWeight`` are ``sampleweight``."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORDS.findall(name)]


def _is_key(name: str) -> bool:
    """Tell whether a name is that of a key: ``customer_id``, ``CustomerID``, ``customerid``."""
    words = _words(name)
    if words and words[-1] in _KEYS:
        return True
    match = _NEWCOMER_ID.fullmatch(_word(name))
    return match is not None and match[2] is not None


def _brings_newcomers(name: str) -> bool:
    return _is_key(name) and bool(_NEWCOMERS.fullmatch(_word(name)))


def _is_weight(statistics: ColumnStatistics, names: re.Pattern[str]) -> bool:
    if not names.fullmatch(_word(statistics.name)):
        return False
    if statistics.missing_share or _is_constant(statistics):
        return False
    # a text that is no number is NaN, and so not 0 or more either
    return bool((statistics.numbers >= 0).all() and statistics.numbers.max() > 0)


def _groups(table: Sequence[ColumnStatistics]) -> Iterator[ColumnStatistics]:
    """Yield columns that may name groups: keys, then what has persons' names, then panels."""
    possible = [statistics for statistics in table if _may_group(statistics)]
    for looks_like_a_group in (_has_a_keys_name, _has_a_persons_name, _is_panel):
        yield from filter(looks_like_a_group, possible)


def _has_a_keys_name(statistics: ColumnStatistics) -> bool:
    return _is_key(statistics.name)


def _has_a_persons_name(statistics: ColumnStatistics) -> bool:
    return _NEWCOMER_ID.fullmatch(_word(statistics.name)) is not None


def _may_group(statistics: ColumnStatistics) -> bool:
    most = statistics.n_rows / _MIN_ROWS_PER_GROUP
    return _MIN_GROUPS <= len(statistics.texts) <= most and not statistics.missing_share


def _is_panel(statistics: ColumnStatistics) -> bool:
    """Tell whether nearly every value stands in as many rows: who or what was seen repeatedly."""
    if not _PERIODS.isdisjoint(_words(statistics.name)):
        return False
    numbers = statistics.numbers[~np.isnan(statistics.numbers)]
    if (numbers != np.floor(numbers)).any():  # what is measured names nobody
        return False
    usual = int(np.bincount(statistics.counts).argmax())
    share = float(np.mean(statistics.counts == usual))
    return usual >= _MIN_ROWS_OF_A_PANEL and share >= _SHARE_OF_A_PANEL


def _is_year(statistics: ColumnStatistics, n_folds: int) -> bool:
    if _YEAR_NAMES.isdisjoint(_words(statistics.name)):
        return False
    numbers = statistics.numbers
    if statistics.missing_share or np.isnan(numbers).any():
        return False
    if numbers.min() < _YEARS[0] or numbers.max() > _YEARS[1]:
        return False
    return time_folds(statistics.values, n_folds) is not None


def _counts(statistics: ColumnStatistics) -> str:
    n_groups = len(statistics.texts)
    return f"{n_groups:,} of them, {statistics.n_rows / n_groups:.3g} rows each"


def _is_ordered(column: ColumnGuess, statistics: ColumnStatistics, n_folds: int) -> bool:
    """Tell whether the table's rows are in the order of a date, from either end."""
    if statistics.missing_share or column.also_missing or _BORN.search(column.name):
        return False
    if statistics.n_rows < _MIN_ROWS_IN_ORDER:
        return False
    seconds_of_texts = [to_seconds(text, column.date_order) for text in statistics.texts]
    seconds: Floats = np.array(seconds_of_texts, dtype=np.float64)[statistics.codes]
    steps = np.diff(seconds)
    rises, falls = bool((steps >= 0).all()), bool((steps <= 0).all())
    return (rises or falls) and time_folds(seconds, n_folds) is not None
