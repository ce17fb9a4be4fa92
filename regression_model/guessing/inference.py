"""From a table to guesses: what a config for it should say."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, compress
from typing import TYPE_CHECKING

import numpy as np

from regression_model.config.source import MAX_COLUMNS
from regression_model.exceptions import DataError
from regression_model.guessing.column_statistics import ColumnStatistics, collect_statistics
from regression_model.guessing.columns import guess_column
from regression_model.guessing.dress import dressed
from regression_model.guessing.guesses import ColumnGuess, Guesses, LeftOut, RowGuesses
from regression_model.guessing.leaks import Target, copy_reason, question
from regression_model.guessing.proposals import Traits, propose_estimators, propose_evaluation
from regression_model.guessing.rows import guess_rows
from regression_model.guessing.scales import merge_levels
from regression_model.guessing.sums import find_sums, in_words
from regression_model.guessing.target import MIN_ROWS, guess_target, target_values
from regression_model.processing.absent_names import did_you_mean, listed
from regression_model.processing.blanks import clean_name
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.shown_values import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regression_model.arrays import Floats
    from regression_model.guessing.guesses import Effort

_SHOWN = 5
"""How many columns are named where none is left."""
_MAX_NAME = 200
"""As many characters: longer ones are mostly texts in the place of names, and fill every report."""
_PAIRED_DATES = 3
"""Dates that are paired with each other at the most: three make three differences."""


def infer(table: Mapping[str, Sequence[str]], target: str, effort: Effort = "standard") -> Guesses:
    """Guess what a config for a table should say.

    Parameters
    ----------
    table : mapping of str to sequence of str
        Columns of text, as `read_table` returns them.
    target : str
        The column to predict.
    effort : {"quick", "standard", "best"}
        How much time the model may take.

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
    number_format = getattr(table, "number_format", None)  # of a file; other tables have none
    texts, without_texts = _split_off_objects(table, target)
    statistics = {
        name: dressed(collect_statistics(name, cells, number_format))
        for name, cells in texts.items()
    }
    y = target_values(statistics[target])
    known = y[~np.isnan(y)]
    guesses = _guess_columns(statistics, target, y)
    evaluation = propose_evaluation(len(known), effort)
    of_labelled = _of_labelled_rows(texts, statistics, target)
    rows = guess_rows(of_labelled, _usable(guesses), evaluation.folds)
    if rows.time is not None:  # there is one order of time, and so one way to make its folds
        evaluation = replace(evaluation, repeats=1)
    guesses = [_without_role(guess, rows) for guess in guesses]
    columns, left_out = _usable(guesses), (*_left_out(guesses), *without_texts)
    _check_rest(target, columns, left_out)
    return Guesses(
        n_rows=len(y),
        target=guess_target(statistics[target], known),
        columns=columns,
        left_out=left_out,
        scales=_shared_scales(columns),
        differences=_differences(columns),
        evaluation=evaluation,
        rows=rows,
        estimators=propose_estimators(_traits(columns, statistics, len(known)), effort),
        effort=effort,
    )


def _check_shape(table: Mapping[str, Sequence[str]], target: str) -> None:
    """Check that there are a target, columns to predict it from and rows to learn from."""
    if target not in table:
        hint = did_you_mean(target, table) or f"; it has {listed(list(table))}"
        message = f"the table has no target column {target!r}{hint}"
        raise DataError(message)
    n_columns, n_rows = len(table) - 1, len(table[target])
    if n_columns == 0:
        message = f"the table has no column besides the target {target} to predict it from"
        raise DataError(message)
    if n_columns > MAX_COLUMNS:
        message = (
            f"the table has {n_columns:,} columns besides the target; at most {MAX_COLUMNS:,} are "
            "allowed: give a table of those that matter"
        )
        raise DataError(message)
    if n_rows < MIN_ROWS:
        message = f"the table has {n_rows} rows; at least {MIN_ROWS} are needed to train on"
        raise DataError(message)


def _check_rest(target: str, columns: Sequence[ColumnGuess], left_out: Sequence[LeftOut]) -> None:
    """Check that there is a column that the model may use."""
    if not columns:
        reasons = "; ".join(f"{guess.name}: {guess.reason}" for guess in left_out[:_SHOWN])
        message = f"nothing is left to predict {target} from ({reasons}); give further columns"
        raise DataError(message)


def _guess_columns(
    statistics: Mapping[str, ColumnStatistics], target: str, y: Floats
) -> list[ColumnGuess | LeftOut]:
    """Guess what each column but the target is, or why the model should not use it."""
    compared = Target.of(y)
    table = list(statistics.values())
    guesses = [_guess_column(column, compared, table) for column in table if column.name != target]
    return _without_sums(guesses, statistics, y, target)


def _usable(guesses: Sequence[ColumnGuess | LeftOut]) -> tuple[ColumnGuess, ...]:
    return tuple(guess for guess in guesses if isinstance(guess, ColumnGuess))


def _left_out(guesses: Sequence[ColumnGuess | LeftOut]) -> tuple[LeftOut, ...]:
    return tuple(guess for guess in guesses if isinstance(guess, LeftOut))


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
    table: Mapping[str, Sequence[str]], statistics: Mapping[str, ColumnStatistics], target: str
) -> list[ColumnStatistics]:
    """Return the statistics of all columns but the target in rows that have one.

    Numbers count where they are plain: what wears a dress is no weight and no key.
    """
    others = [replace(column, dress=None) for column in statistics.values()]
    others = [column for column in others if column.name != target]
    if not statistics[target].missing_share:
        return others
    labelled = (statistics[target].codes >= 0).tolist()
    of_labelled: list[ColumnStatistics] = []
    for column in others:
        cells = list(compress(table[column.name], labelled))
        of_labelled.append(collect_statistics(column.name, cells, column.number_format))
    return of_labelled


def _without_role(guess: ColumnGuess | LeftOut, rows: RowGuesses) -> ColumnGuess | LeftOut:
    """Leave out a column that weighs or groups rows, so that the model does not learn from it."""
    if rows.weight is not None and guess.name == rows.weight[0]:
        return LeftOut(guess.name, "how much each row counts: see weight_column")
    if rows.group is not None and guess.name == rows.group[0]:
        return LeftOut(guess.name, "names the group of a row: see group_column")
    return guess


def _guess_column(
    statistics: ColumnStatistics, target: Target, table: Sequence[ColumnStatistics]
) -> ColumnGuess | LeftOut:
    """Guess what a column is, and whether it gives the target away."""
    if len(statistics.name) > _MAX_NAME:
        return LeftOut(statistics.name, "its name is too long; give it a shorter one")
    if statistics.texts and not _is_known_beside(statistics, target):
        return LeftOut(statistics.name, "no value in any row that has a target")
    guess = guess_column(statistics)
    if isinstance(guess, LeftOut):
        return guess
    reason = copy_reason(statistics, target)
    if reason is not None:
        return LeftOut(statistics.name, reason)
    asked = question(statistics, target, table)
    if not asked:
        return guess
    return replace(guess, question=asked, note=f"{guess.note}; {asked}")


def _is_known_beside(statistics: ColumnStatistics, target: Target) -> bool:
    of_labelled = statistics.codes[~np.isnan(target.values)]
    return bool((of_labelled >= 0).any())


def _without_sums(
    guesses: Sequence[ColumnGuess | LeftOut],
    statistics: Mapping[str, ColumnStatistics],
    y: Floats,
    target: str,
) -> list[ColumnGuess | LeftOut]:
    """Leave out columns whose sum or difference is the target."""
    numbers: dict[str, Floats] = {}
    for guess in guesses:
        if isinstance(guess, ColumnGuess) and KINDS[guess.kind].is_number:
            numbers[guess.name] = statistics[guess.name].values
    reasons: dict[str, str] = {}
    for parts in find_sums(y, numbers):
        reason = f"gives the target away with others: {target} = {in_words(parts)}"
        for name, _ in parts:
            reasons[name] = reason
    return [_left_out_if(guess, reasons) for guess in guesses]


def _left_out_if(guess: ColumnGuess | LeftOut, reasons: Mapping[str, str]) -> ColumnGuess | LeftOut:
    reason = reasons.get(guess.name)
    return guess if reason is None else LeftOut(guess.name, reason)


def _differences(columns: Sequence[ColumnGuess]) -> tuple[tuple[str, str], ...]:
    """Pair the dates, of which a few only: so many features would say little each."""
    dates = [column.name for column in columns if KINDS[column.kind].has_parts]
    if len(dates) > _PAIRED_DATES:
        return ()
    # the later column first, which mostly is the later date too
    return tuple((late, early) for early, late in combinations(dates, 2))


def _traits(
    columns: Sequence[ColumnGuess], statistics: Mapping[str, ColumnStatistics], n_known: int
) -> Traits:
    n_levels, has_gaps = [0], False
    for column in columns:
        of_column = statistics[column.name]
        if KINDS[column.kind].has_order:
            has_gaps = has_gaps or of_column.missing_share > 0
        else:
            n_levels.append(len(of_column.texts))
    return Traits(
        n_rows=n_known,
        n_columns=len(columns),
        max_levels=max(n_levels),
        has_gaps=has_gaps,
        n_levels=sum(n_levels),
    )


def _shared_scales(columns: Sequence[ColumnGuess]) -> dict[str, tuple[str, ...]]:
    """Return the known scales that more than one column uses, in the spelling of the table."""
    used: dict[str, list[tuple[str, ...]]] = {}
    for column in columns:
        if column.scale:
            used.setdefault(column.scale, []).append(column.levels)
    shared: dict[str, tuple[str, ...]] = {}
    for name, spellings in used.items():
        levels = merge_levels(name, spellings) if len(spellings) > 1 else None
        if levels is not None:
            shared[name] = levels
    return shared
