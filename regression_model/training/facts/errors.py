"""How errors stand to the widths of intervals, from which errors to expect are told later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.bins import short
from regression_model.artifact.intervals import LOWEST_LEVEL, interval_offsets, interval_table
from regression_model.training.facts.slices import slices_of_columns
from regression_model.transformers.target import from_scores, within

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.processing.schema import Schema
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.residuals import Difficulty


def told_errors(
    schema: Schema,
    difficulty: Difficulty,
    out_of_fold: OutOfFold,
    errors: Floats,
    least_rows: int,
) -> dict[str, float] | None:
    """Return what turns the width of a row's interval into the error to expect of it.

    Parameters
    ----------
    schema : Schema
    difficulty : Difficulty
    out_of_fold : OutOfFold
    errors : ndarray of shape (n_samples,)
        Absolute errors out of fold, in target units; NaN where there is none.
    least_rows : int
        Of how many rows anything is told.

    Returns
    -------
    dict or None
        The mean ``width`` of intervals of the lowest level, in target units; the ``scatter`` of
        errors around what is to be expected by widths, in parts of its root mean square; and by
        how much more than chance makes of it parts of the table differ ``between`` each other, as a
        standard deviation in parts of the error to expect. None where there is nothing to tell.
    """
    widths = _widths(difficulty, out_of_fold)
    known = np.isfinite(widths) & np.isfinite(errors)
    if known.sum() < least_rows or not widths[known].any() or not errors[known].any():
        return None
    # each in parts of its mean: squares of them are numbers, whatever the unit of the target is
    width = float(widths[known].mean())
    found, expected = errors[known] / errors[known].mean(), widths[known] / width
    scatter = float(np.sqrt(np.mean((found - expected) ** 2) / np.mean(expected**2)))
    slices = slices_of_columns(schema, difficulty.x[known], least_rows)
    between = _between(found, expected, slices, scatter)
    return {"width": short(width), "scatter": short(scatter), "between": short(between)}


def _widths(difficulty: Difficulty, out_of_fold: OutOfFold) -> Floats:
    """Return how wide an interval of the lowest level is for each row, out of fold."""
    sizes, scaled = difficulty.expected(), difficulty.scaled()
    offsets = interval_offsets(interval_table(scaled[~np.isnan(scaled)]), LOWEST_LEVEL)
    model = out_of_fold.pipeline[-1]
    lower, upper = (
        within(
            from_scores(out_of_fold.transformer, out_of_fold.scores + offset * sizes),
            model.minimum,
            model.maximum,
        )
        for offset in offsets
    )
    widths: Floats = upper - lower
    return widths


def _between(found: Floats, expected: Floats, slices: list[Indices], scatter: float) -> float:
    """Return how far parts of a table are from what is expected of them, less what chance does.

    As R. DerSimonian and N. Laird have it (Controlled Clinical Trials 7, 1986), but for weights:
    each row of each column counts alike.
    """
    beyond_chance, n_rows = 0.0, 0
    for rows in slices:
        total = expected[rows].sum()
        by_chance = scatter**2 * np.square(expected[rows]).sum() / total**2
        apart = found[rows].sum() / total - 1
        beyond_chance += len(rows) * float(apart**2 - by_chance)
        n_rows += len(rows)
    return float(np.sqrt(max(beyond_chance, 0.0) / n_rows)) if n_rows else 0.0
