"""What training promised, and how exactly it knew."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

_CERTAIN = 2.0
"""A promise reaches as many standard errors beyond what training measured."""

_LEAST_ERROR = 1e-100


@dataclass(frozen=True)
class Promise:
    """What was promised, in target units.

    Attributes
    ----------
    level : float or None
        The share of truths within their interval; None where the artifact has no intervals.
    n_residuals : int
        That intervals were made of.
    mae, most_mae : float
        The mean absolute error that training measured, and the highest mean that this allows for.
    spread_of_mae : float
        The standard deviation of absolute errors.
    bias, tolerance : float
        The mean of truth less prediction that training measured, and how far off it may be.
    rmse : float
    """

    level: float | None
    n_residuals: int
    mae: float
    most_mae: float
    spread_of_mae: float
    bias: float
    tolerance: float
    rmse: float


def promise_of(model: Model, level: float) -> Promise:
    """Return what the artifact of a model promises for intervals of a level."""
    metrics = model.facts["metrics"]
    pooled = metrics["cross_validated_pooled"]
    intervals = model.facts.get("intervals")
    return promise_from(
        level=None if intervals is None else level,
        n_residuals=0 if intervals is None else int(intervals["n_residuals"]),
        mae=float(pooled["mae"]),
        rmse=float(pooled["rmse"]),
        bias=_bias(model),
        n_rows=int(metrics.get("n_rows", 0)),
    )


def promise_from(
    *, level: float | None, n_residuals: int, mae: float, rmse: float, bias: float, n_rows: int
) -> Promise:
    """Return the promise that follows from what training measured on so many rows."""
    # errors that are all alike, or none, are a chance of training
    rmse = max(rmse, mae, _LEAST_ERROR)
    spread = max(math.sqrt(rmse * rmse - mae * mae), 0.01 * rmse)
    error_of_mean = _CERTAIN / math.sqrt(max(n_rows, 1))
    return Promise(
        level=level,
        n_residuals=n_residuals,
        mae=mae,
        most_mae=mae + error_of_mean * spread,
        spread_of_mae=spread,
        bias=bias,
        tolerance=error_of_mean * rmse,
        rmse=rmse,
    )


def _bias(model: Model) -> float:
    """Return the mean of truth less prediction out of fold; 0 where an artifact does not tell."""
    bins = [] if model.report is None else model.report["predicted"]
    n_rows = sum(each["rows"] for each in bins)
    total = sum(each["rows"] * (each["actual"] - each["predicted"]) for each in bins)
    return float(total / n_rows) if n_rows else 0.0
