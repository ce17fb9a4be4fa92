"""How large errors are that rows of a difficulty are to be expected to have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.intervals import LOWEST_LEVEL, interval_offsets

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model

_GRID = 20_001
"""Quantiles of which means are taken."""


@dataclass(frozen=True)
class Residuals:
    """What is known of out-of-fold residuals, in units of difficulty.

    Attributes
    ----------
    mean : float
        Of their absolute values.
    scatter : float
        Their standard deviation in parts of the mean.
    n : int
        How many there were.
    table : dict
        From `interval_table`.
    """

    mean: float
    scatter: float
    n: int
    table: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, model: Model) -> Residuals | None:
        """Return those of a model, or None where it has no intervals that say."""
        table, profile = model.facts.get("intervals"), model.profile or {}
        if table is None or "residual" not in profile:
            return None
        sizes = np.abs(_quantiles(table, profile["residual"]))
        mean = float(sizes.mean())
        if not mean or not _width(table, LOWEST_LEVEL):
            return None
        return cls(mean, float(sizes.std()) / mean, table["n_residuals"], table)

    def expected(self, lower: Floats, upper: Floats, level: float) -> Floats:
        """Return the absolute error to expect of rows, from their intervals of a level."""
        return (upper - lower) * (self.mean / _width(self.table, level))


def _width(table: dict[str, Any], level: float) -> float:
    """Return how many difficulties wide an interval is."""
    lower, upper = interval_offsets(table, level)
    return upper - lower


def _quantiles(table: dict[str, Any], inner: dict[str, Any]) -> Floats:
    """Return residuals from low to high: a quarter on either side is kept, between are bins."""
    n, ranks = table["n_residuals"], np.asarray(table["ranks"], dtype=np.float64)
    counts = np.asarray(inner["counts"], dtype=np.float64)
    middles = (np.cumsum(counts) - counts / 2) / counts.sum()
    is_inside = (middles > ranks[-1] / n) & (middles < 1 - ranks[-1] / n)
    shares = [(ranks - 0.5) / n, middles[is_inside], 1 - (ranks[::-1] - 0.5) / n]
    values = [table["lower"], np.asarray(inner["medians"])[is_inside], table["upper"][::-1]]
    grid = (np.arange(_GRID) + 0.5) / _GRID
    found: Floats = np.interp(grid, np.concatenate(shares), np.concatenate(values))
    return found
