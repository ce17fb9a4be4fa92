"""The target of a table: whether it is one, on which scale to model it, what there is to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.guessing.guesses import TargetGuess
from regression_model.guessing.proposals import propose_minimum, propose_transform
from regression_model.processing.schema import plain, shown

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.guessing.column_statistics import ColumnStatistics

MIN_ROWS = 10
"""Fewer leave nothing to judge a model on."""

_SHOWN = 5
"""How many texts that are no numbers are named."""
_CLASSES = 2
"""A target of so many values is a question of yes or no."""


def target_values(statistics: ColumnStatistics) -> Floats:
    """Return the target of every row.

    Parameters
    ----------
    statistics : ColumnStatistics
        Of the target.

    Returns
    -------
    ndarray of shape (n_rows,)
        NaN where it is missing.

    Raises
    ------
    DataError
        If it holds what is no number, or is known in too few rows, or the same in all of them.
    """
    _check_texts(statistics)
    name, y = statistics.name, statistics.values
    known = y[~np.isnan(y)]
    if known.size < MIN_ROWS:
        message = f"the target {name} is known in {known.size} rows; at least {MIN_ROWS} are needed"
        raise DataError(message)
    if known.min() == known.max():
        message = f"the target {name} is {known[0]:g} in every row; there is nothing to learn"
        raise DataError(message)
    return y


def guess_target(statistics: ColumnStatistics, known: Floats) -> TargetGuess:
    """Guess what a config should say of the target.

    Parameters
    ----------
    statistics : ColumnStatistics
        Of the target.
    known : ndarray
        Its known values.
    """
    transform, reason = propose_transform(known)
    return TargetGuess(
        statistics.name,
        transform,
        reason,
        _notes(known, statistics.n_rows),
        statistics.dress,
        propose_minimum(known),
    )


def _check_texts(statistics: ColumnStatistics) -> None:
    """Check that each known cell of the target is a number that a model takes."""
    wrong = np.flatnonzero((statistics.codes >= 0) & np.isnan(statistics.values))
    if wrong.size:
        _refuse_if_too_large(statistics, int(wrong[0]))
    if wrong.size or statistics.also_missing:
        raise DataError(_no_numbers(statistics, wrong))


def _refuse_if_too_large(statistics: ColumnStatistics, row: int) -> None:
    """Raise an error if a row holds a number, but none that a model takes."""
    text = statistics.texts[statistics.codes[row]]
    if text in statistics.refused:
        reason = statistics.refused[text].message
        message = f"the target {statistics.name} ({shown(text)!r} in row {row}) is {reason}"
        raise DataError(message)


def _no_numbers(statistics: ColumnStatistics, wrong: Indices) -> str:
    """Say which texts the target holds, also those that stand for a missing value elsewhere.

    Whether a row without a target is one to leave out, only who made the table can tell.
    """
    texts = list(statistics.also_missing)
    texts += [statistics.texts[code] for code in np.unique(statistics.codes[wrong])]
    examples = ", ".join(repr(shown(text)) for text in texts[:_SHOWN])
    where = f", first in row {wrong[0]}" if wrong.size else ""
    return (
        f"the target {statistics.name} holds what is no number: {examples}{where}; a regression "
        "predicts numbers: write digits with a decimal point, or leave the cell empty"
    )


def _notes(known: Floats, n_rows: int) -> tuple[str, ...]:
    low, middle, high = (_in_six_digits(value) for value in np.quantile(known, [0, 0.5, 1]))
    notes = [f"{low} to {high}, half of them below {middle}"]
    if len(known) < n_rows:
        notes.append(f"missing in {n_rows - len(known):,} rows, which training leaves out")
    if len(np.unique(known)) <= _CLASSES:
        notes.append("only two different values: this looks like classes, not like a quantity")
    return tuple(notes)


def _in_six_digits(value: float) -> str:
    return plain(float(f"{value:.6g}"))
