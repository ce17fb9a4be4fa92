"""Accumulated local effects: what a column's value adds to the answer, other columns as they are.

D. Apley, J. Zhu, "Visualizing the Effects of Predictor Variables in Black Box Supervised Learning
Models", Journal of the Royal Statistical Society B 82, 2020. In distinction from partial dependence
no row is moved farther than to the edges of its own bin, so that no combination of values is asked
about that there is not.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.bins import short, to_a_thousandth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats, Indices
    from regression_model.artifact.runtime import Engine
    from regression_model.processing.schema import Schema

_BINS = 20
_MOST_LEVELS = 30
"""Of a column: the most frequent."""
_MOST_ROWS = 10_000
"""More say the same, slower."""
_TWO = 2


def local_effects(
    schema: Schema, engine: Engine, x: Floats, columns: Sequence[int], least_rows: int
) -> list[dict[str, Any]]:
    """Return the accumulated local effects of some columns, on the score and on the prediction.

    Parameters
    ----------
    schema : Schema
    engine : Engine
        The exported model.
    x : ndarray of shape (n_samples, n_columns)
        The encoded training rows.
    columns : sequence of int
        Their positions.
    least_rows : int
        How many rows lie between two values, or have a level.

    Returns
    -------
    list of dict
        ``column``; ``at``, encoded values or levels; ``rows``, the share of known rows between two
        of these, or at each level; ``score`` and ``prediction``, what each value adds, of mean zero
        over the rows. A column that has too few values is left out.
    """
    x = x[:: -(-len(x) // _MOST_ROWS)]
    effects: list[dict[str, Any]] = []
    for position in columns:
        column = schema.columns[position]
        known = x[~np.isnan(x[:, position])]
        of_kind = _of_quantity if column.has_order else _of_levels
        effect = of_kind(engine, known, position, least_rows)
        if effect is not None:
            effects.append({"column": column.name, **effect})
    return effects


def _of_quantity(
    engine: Engine, x: Floats, position: int, least_rows: int
) -> dict[str, Any] | None:
    values = x[:, position]
    grid = _grid(values, least_rows)
    if len(grid) < _TWO:
        return None
    # what is below the first value or above the last is nearest to those
    bins = np.clip(np.searchsorted(grid, values, side="left"), 1, len(grid) - 1)
    steps = np.array(
        [
            _step(engine, x[bins == place], position, low, high)
            for place, (low, high) in enumerate(pairwise(grid), start=1)
        ]
    )
    rows = np.bincount(bins, minlength=len(grid))[1:]
    curve = np.vstack([np.zeros(_TWO), np.cumsum(steps, axis=0)])
    middles = (curve[:-1] + curve[1:]) / 2
    return _told(grid, rows, curve - np.average(middles, axis=0, weights=rows))


def _grid(values: Floats, least_rows: int) -> list[float]:
    """Return values of which neighbours have enough rows between them, and enough beyond both ends.

    The ends are no extremes, so that they are not those of single rows.
    """
    if len(values) < _TWO * least_rows:
        return []
    ordered = np.sort(values)
    low, high = ordered[least_rows - 1], ordered[-least_rows]
    candidates = np.unique(ordered)
    if len(candidates) > _BINS:
        shares = np.arange(_BINS + 1) / _BINS
        candidates = np.quantile(ordered, shares, method="inverted_cdf")
    candidates = np.clip(candidates, low, high)
    grid: list[float] = []
    for value in sorted(set(to_a_thousandth(candidates, of=values))):
        n_below = np.count_nonzero(values <= value)
        if not grid or n_below - np.count_nonzero(values <= grid[-1]) >= least_rows:
            grid.append(value)
    return grid


def _of_levels(engine: Engine, x: Floats, position: int, least_rows: int) -> dict[str, Any] | None:
    """Go from level to level, those first that have the lowest scores as they are.

    Each step is made by the rows of both levels.
    """
    values = x[:, position].astype(np.intp)
    counts = np.bincount(values)
    levels = [int(level) for level in np.argsort(-counts, kind="stable")[:_MOST_LEVELS]]
    levels = [level for level in levels if counts[level] >= least_rows]
    if len(levels) < _TWO:
        return None
    scores, _ = engine.run(x)
    levels.sort(key=lambda level: float(scores[values == level].mean()))
    steps = np.array(
        [_step(engine, x[np.isin(values, pair)], position, *pair) for pair in pairwise(levels)]
    )
    curve = np.vstack([np.zeros(_TWO), np.cumsum(steps, axis=0)])
    rows = counts[levels]
    return _told(levels, rows, curve - np.average(curve, axis=0, weights=rows))


def _step(engine: Engine, x: Floats, position: int, low: float, high: float) -> Floats:
    """Return how much score and prediction rise, on average, from one value to another."""
    both = np.concatenate([x, x])
    both[: len(x), position], both[len(x) :, position] = low, high
    answers = np.column_stack(engine.run(both))
    step: Floats = (answers[len(x) :] - answers[: len(x)]).mean(axis=0)
    return step


def _told(at: Sequence[float], rows: Indices, curve: Floats) -> dict[str, Any] | None:
    if not np.isfinite(curve).all():
        return None
    shares = (rows / rows.sum()).tolist()
    return {
        "at": list(at),
        "rows": [short(share) for share in shares],
        "score": [short(value) for value in curve[:, 0].tolist()],
        "prediction": [short(value) for value in curve[:, 1].tolist()],
    }
