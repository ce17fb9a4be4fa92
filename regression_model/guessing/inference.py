"""From a table to guesses: what a config for it should say."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from regression_model.config.source import MAX_COLUMNS
from regression_model.exceptions import DataError
from regression_model.guessing.column_statistics import ColumnStatistics, collect_statistics
from regression_model.guessing.columns import guess_column
from regression_model.guessing.dress import dressed
from regression_model.guessing.guesses import ColumnGuess, Guesses, LeftOut, RowGuesses, TargetGuess
from regression_model.guessing.leaks import Target, copy_reason, question
from regression_model.guessing.proposals import (
    Traits,
    propose_estimators,
    propose_evaluation,
    propose_minimum,
    propose_transform,
)
from regression_model.guessing.rows import guess_rows
from regression_model.guessing.scales import merge_levels
from regression_model.guessing.sums import find_sums, in_words
from regression_model.processing.blanks import clean_name
from regression_model.processing.hints import did_you_mean, listed
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import plain, shown
from regression_model.processing.words import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regression_model.arrays import Floats

MIN_ROWS = 10
"""Fewer leave nothing to judge a model on."""

_SHOWN = 5
_CLASSES = 2
"""A target of so many values is a question of yes or no."""
_MAX_NAME = 200
_PAIRED_DATES = 3
"""Dates that are paired with each other at the most: three make three differences."""


def infer(table: Mapping[str, Sequence[str]], target: str) -> Guesses:
    """Guess what a config for a table should say.

    Parameters
    ----------
    table : mapping of str to sequence of str
        Columns of text, as `read_table` returns them.
    target : str
        The column to predict.

    Returns
    -------
    Guesses

    Raises
    ------
    DataError
        If the target is absent, no number or constant, or if there is too little or too much of
        the table: rows, columns, columns worth using.

    Examples
    --------
    >>> table = {"area": list("248624862486"), "price": [str(50 + i % 7) for i in range(12)]}
    >>> guesses = infer(table, "price")
    >>> guesses.columns[0].kind, guesses.target.transform
    ('integer', 'none')
    """
    target = clean_name(target)
    _check_shape(table, target)
    number_format = getattr(table, "number_format", None)
    table, no_texts = _split_off_objects(table, target)
    statistics = [
        dressed(collect_statistics(name, cells, number_format)) for name, cells in table.items()
    ]
    of_target = statistics[list(table).index(target)]
    y = _check_target(of_target)
    known = y[~np.isnan(y)]
    guesses = _guess_columns(statistics, of_target, y)
    evaluation = propose_evaluation(len(known))
    of_labelled = _of_labelled_rows(table, statistics, of_target)
    rows = guess_rows(of_labelled, _usable(guesses), evaluation.folds)
    if rows.time is not None:  # there is one order of time, and so one way to make its folds
        evaluation = replace(evaluation, repeats=1)
    guesses = [_without_role(guess, rows) for guess in guesses]
    columns = _usable(guesses)
    left_out = (*(guess for guess in guesses if isinstance(guess, LeftOut)), *no_texts)
    if not columns:
        reasons = "; ".join(f"{guess.name}: {guess.reason}" for guess in left_out[:_SHOWN])
        message = f"nothing is left to predict {target} from ({reasons}); give further columns"
        raise DataError(message)
    return Guesses(
        n_rows=len(y),
        target=_guess_target(of_target, known),
        columns=columns,
        left_out=left_out,
        scales=_shared_scales(columns),
        differences=_differences(columns),
        evaluation=evaluation,
        rows=rows,
        estimators=propose_estimators(_traits(columns, statistics, len(known))),
    )


def _guess_columns(
    statistics: Sequence[ColumnStatistics], of_target: ColumnStatistics, y: Floats
) -> list[ColumnGuess | LeftOut]:
    compared = Target.of(y)
    guesses = [
        _guess(column, compared, statistics) for column in statistics if column is not of_target
    ]
    return _without_sums(guesses, {column.name: column for column in statistics}, y, of_target.name)


def _usable(guesses: Sequence[ColumnGuess | LeftOut]) -> tuple[ColumnGuess, ...]:
    return tuple(guess for guess in guesses if isinstance(guess, ColumnGuess))


def _guess_target(statistics: ColumnStatistics, known: Floats) -> TargetGuess:
    transform, reason = propose_transform(known)
    return TargetGuess(
        statistics.name,
        transform,
        reason,
        _target_notes(known, statistics.n_rows),
        statistics.dress,
        propose_minimum(known),
    )


def _split_off_objects(
    table: Mapping[str, Sequence[str]], target: str
) -> tuple[dict[str, Sequence[str]], tuple[LeftOut, ...]]:
    """Return the columns of text, and those of a Parquet file that hold what no kind reads."""
    texts: dict[str, Sequence[str]] = {}
    left_out: list[LeftOut] = []
    for name, cells in table.items():
        first = next((cell for cell in cells if not isinstance(cell, str)), None)
        if first is None:
            texts[name] = cells
            continue
        if name == target:
            message = f"the target {target} holds a {kind_of(first)}, which is no number"
            raise DataError(message)
        left_out.append(LeftOut(name, f"holds a {kind_of(first)}: give numbers, texts or dates"))
    return texts, tuple(left_out)


def _of_labelled_rows(
    table: Mapping[str, Sequence[str]],
    statistics: Sequence[ColumnStatistics],
    target: ColumnStatistics,
) -> list[ColumnStatistics]:
    """Return the statistics of all columns but the target in rows that have one."""
    others = [replace(column, dress=None) for column in statistics if column is not target]
    if not target.missing_share:
        return others
    labelled = (target.codes >= 0).tolist()
    return [
        collect_statistics(f.name, list(compress(table[f.name], labelled)), f.number_format)
        for f in others
    ]


def _without_role(guess: ColumnGuess | LeftOut, rows: RowGuesses) -> ColumnGuess | LeftOut:
    """Leave out a column that weighs or groups rows, so that the model does not learn from it."""
    if rows.weight is not None and guess.name == rows.weight[0]:
        return LeftOut(guess.name, "how much each row counts: see weight_column")
    if rows.group is not None and guess.name == rows.group[0]:
        return LeftOut(guess.name, "names the group of a row: see group_column")
    return guess


def _check_shape(table: Mapping[str, Sequence[str]], target: str) -> None:
    n_rows = len(next(iter(table.values()), ()))
    message = ""
    if target not in table:
        hint = did_you_mean(target, table) or f"; it has {listed(list(table))}"
        message = f"the table has no target column {target!r}{hint}"
    elif len(table) == 1:
        message = f"the table has no column besides the target {target} to predict it from"
    elif len(table) - 1 > MAX_COLUMNS:
        message = (
            f"the table has {len(table) - 1:,} columns besides the target; at most {MAX_COLUMNS:,} "
            "are allowed: give a table of those that matter"
        )
    elif n_rows < MIN_ROWS:
        message = f"the table has {n_rows} rows; at least {MIN_ROWS} are needed to train on"
    if message:
        raise DataError(message)


def _check_target(statistics: ColumnStatistics) -> Floats:
    """Return the target of every row, NaN where it is missing."""
    _check_target_texts(statistics)
    name, y = statistics.name, statistics.values
    known = y[~np.isnan(y)]
    if known.size < MIN_ROWS:
        message = f"the target {name} is known in {known.size} rows; at least {MIN_ROWS} are needed"
        raise DataError(message)
    if known.min() == known.max():
        message = f"the target {name} is {known[0]:g} in every row; there is nothing to learn"
        raise DataError(message)
    return y


def _check_target_texts(statistics: ColumnStatistics) -> None:
    """Check that each known cell of the target is a number that a model takes."""
    name = statistics.name
    wrong = np.flatnonzero((statistics.codes >= 0) & np.isnan(statistics.values))
    first = statistics.texts[statistics.codes[wrong[0]]] if wrong.size else ""
    if first in statistics.refused:
        reason = statistics.refused[first].message
        message = f"the target {name} ({shown(first)!r} in row {wrong[0]}) is {reason}"
        raise DataError(message)
    if statistics.also_missing or wrong.size:
        texts = [
            *statistics.also_missing,
            *(statistics.texts[i] for i in np.unique(statistics.codes[wrong])),
        ]
        examples = ", ".join(repr(shown(text)) for text in texts[:_SHOWN])
        where = f", first in row {wrong[0]}" if wrong.size else ""
        message = (
            f"the target {name} holds what is no number: {examples}{where}; a regression predicts "
            "numbers: write digits with a decimal point, or leave the cell empty"
        )
        raise DataError(message)


def _guess(
    statistics: ColumnStatistics, target: Target, table: Sequence[ColumnStatistics]
) -> ColumnGuess | LeftOut:
    if len(statistics.name) > _MAX_NAME:
        return LeftOut(statistics.name, "its name is too long; give it a shorter one")
    if statistics.texts and not (statistics.codes[~np.isnan(target.values)] >= 0).any():
        return LeftOut(statistics.name, "no value in any row that has a target")
    guess = guess_column(statistics)
    if isinstance(guess, LeftOut):
        return guess
    reason = copy_reason(statistics, target)
    if reason is not None:
        return LeftOut(statistics.name, reason)
    asked = question(statistics, target, table)
    return replace(guess, question=asked, note=f"{guess.note}; {asked}") if asked else guess


def _without_sums(
    guesses: Sequence[ColumnGuess | LeftOut],
    statistics: Mapping[str, ColumnStatistics],
    y: Floats,
    target: str,
) -> list[ColumnGuess | LeftOut]:
    """Leave out columns whose sum or difference is the target."""
    numbers = {
        guess.name: statistics[guess.name].values
        for guess in guesses
        if isinstance(guess, ColumnGuess) and KINDS[guess.kind].is_number
    }
    reasons: dict[str, str] = {}
    for parts in find_sums(y, numbers):
        reason = f"gives the target away with others: {target} = {in_words(parts)}"
        reasons |= {name: reason for name, _ in parts}
    return [LeftOut(g.name, reasons[g.name]) if g.name in reasons else g for g in guesses]


def _differences(columns: Sequence[ColumnGuess]) -> tuple[tuple[str, str], ...]:
    """Pair the dates, of which a few only: so many features would say little each."""
    dates = [column.name for column in columns if KINDS[column.kind].has_parts]
    pairs = [(late, early) for i, late in enumerate(dates) for early in dates[:i]]
    return tuple(pairs) if len(dates) <= _PAIRED_DATES else ()


def _traits(
    columns: Sequence[ColumnGuess], table: Sequence[ColumnStatistics], n_known: int
) -> Traits:
    of = {statistics.name: statistics for statistics in table}
    levels = [len(of[c.name].texts) for c in columns if not KINDS[c.kind].has_order]
    numbers = [of[c.name] for c in columns if KINDS[c.kind].has_order]
    return Traits(
        n_rows=n_known,
        n_columns=len(columns),
        max_levels=max(levels, default=0),
        has_gaps=any(statistics.missing_share > 0 for statistics in numbers),
    )


def _shared_scales(columns: Sequence[ColumnGuess]) -> dict[str, tuple[str, ...]]:
    """Return the known scales that more than one column uses, in the spelling of the table."""
    used: dict[str, list[tuple[str, ...]]] = {}
    for column in columns:
        if column.scale:
            used.setdefault(column.scale, []).append(column.levels)
    merged = {name: merge_levels(name, each) for name, each in used.items() if len(each) > 1}
    return {name: levels for name, levels in merged.items() if levels}


def _target_notes(known: Floats, n_rows: int) -> tuple[str, ...]:
    low, middle, high = (plain(float(f"{v:.6g}")) for v in np.quantile(known, [0, 0.5, 1]))
    notes = [f"{low} to {high}, half of them below {middle}"]
    if len(known) < n_rows:
        notes.append(f"missing in {n_rows - len(known):,} rows, which training leaves out")
    if len(np.unique(known)) <= _CLASSES:
        notes.append("only two different values: this looks like classes, not like a quantity")
    return tuple(notes)
