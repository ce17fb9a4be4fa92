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
_LEARNING = 0.1
"""By which power of the number of rows that it has learned from a model errs less.

The models of five folds, which learn from 72 % of the rows, err 3 % more than the final one: the
mean of 200 tables of ``python -m benchmarks.honesty``.
"""


@dataclass(frozen=True)
class Residuals:
    """What is known of out-of-fold errors, beside the widths of their rows' intervals.

    Attributes
    ----------
    error : float
        To expect of a row whose interval of `LOWEST_LEVEL` is one unit wide.
    scatter : float
        The standard deviation of errors in parts of what is to be expected of them.
    between : float
        The same of mean errors of parts of a table, beyond what chance does.
    n : int
        How many errors there were.
    table : dict
        From `interval_table`.
    gain : float
        The error of the final model in parts of that of models of folds.
    """

    error: float
    scatter: float
    between: float
    n: int
    table: dict[str, Any] = field(repr=False)
    gain: float = 1.0

    @classmethod
    def of(cls, model: Model) -> Residuals | None:
        """Return those of a model, or None where it has no intervals that say."""
        table, profile = model.facts.get("intervals"), model.profile or {}
        mae = model.facts["metrics"].get("cross_validated_pooled", {}).get("mae")
        told = profile.get("error")
        if table is None or not mae or not _width(table, LOWEST_LEVEL):
            return None
        if told is not None and told["width"]:
            return cls(
                error=mae / told["width"],
                scatter=told["scatter"],
                between=told["between"],
                n=table["n_residuals"],
                table=table,
                gain=_gain(model.facts["metrics"], table["n_residuals"]),
            )
        return cls._of_earlier(table, profile.get("residual"))

    @classmethod
    def _of_earlier(cls, table: dict[str, Any], inner: dict[str, Any] | None) -> Residuals | None:
        """Return those that an artifact of before 0.7.0 tells, on the score's scale alone."""
        if inner is None:
            return None
        sizes = np.abs(_quantiles(table, inner))
        mean = float(sizes.mean())
        if not mean:
            return None
        error = mean / _width(table, LOWEST_LEVEL)
        return cls(error, float(sizes.std()) / mean, 0.0, table["n_residuals"], table)

    def expected(self, lower: Floats, upper: Floats, level: float) -> Floats:
        """Return the absolute error to expect of rows, from their intervals of a level."""
        wider = _width(self.table, level) / _width(self.table, LOWEST_LEVEL)
        return (upper - lower) * (self.error / wider)


def _gain(metrics: dict[str, Any], n_residuals: int) -> float:
    """Return by what the final model, which has learned from all rows, errs less."""
    n_rows, n_folds = metrics.get("n_rows", 0), metrics.get("folds", 0)
    if not n_folds > 1 or not n_rows > n_residuals * (1 - 1 / n_folds):
        return 1.0
    learned = n_residuals / n_rows * (1 - 1 / n_folds)
    return float(learned**_LEARNING)


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
