"""How predictions agree with the truth, out of fold: in bins of the prediction, and over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.bins import (
    equal_parts,
    quantile_edges,
    short,
    to_a_thousandth,
)
from regression_model.artifact.profile import bin_counts, bins_of

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_BINS = 20
_RESIDUAL_BINS = 10
_PERIODS = 10
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
"""Of residuals."""
_ROWS_FOR_A_TAIL = 10
"""Times as many rows as a bin must have are in one whose residuals are told by quantiles, so that
there are enough beyond the outer ones."""


def predicted_against_actual(
    truth: Floats, predicted: Floats, least_rows: int
) -> list[dict[str, Any]]:
    """Return the means of prediction and truth, in bins of the prediction.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n_samples,)
        In target units.
    least_rows : int
        How many rows a bin has.

    Returns
    -------
    list of dict
        ``rows``, ``predicted`` and ``actual``, from low to high.
    """
    bins: list[dict[str, Any]] = []
    for rows in equal_parts(np.argsort(predicted, kind="stable"), _BINS, least_rows):
        means = np.array([predicted[rows].mean(), truth[rows].mean()])
        of_prediction, of_truth = to_a_thousandth(means, of=truth)
        bins.append({"rows": len(rows), "predicted": of_prediction, "actual": of_truth})
    return bins


def residual_quantiles_by_prediction(
    truth: Floats, predicted: Floats, least_rows: int
) -> dict[str, Any]:
    """Return quantiles of the truth less its prediction, in bins of the prediction.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n_samples,)
        In target units.
    least_rows : int
        A quantile is told where so many rows are not inside of it.

    Returns
    -------
    dict
        The ``shares`` of the quantiles, and ``bins`` with ``rows``, ``predicted`` and
        ``quantiles``: None for one beyond which there are too few rows.
    """
    bins: list[dict[str, Any]] = []
    order = np.argsort(predicted, kind="stable")
    for rows in equal_parts(order, _RESIDUAL_BINS, _ROWS_FOR_A_TAIL * least_rows):
        quantiles: list[float | None] = []
        residuals = truth[rows] - predicted[rows]
        for share in QUANTILES:
            is_told = len(rows) * min(share, 1 - share) >= least_rows
            quantiles.append(short(float(np.quantile(residuals, share))) if is_told else None)
        mean = to_a_thousandth(predicted[rows].mean(keepdims=True), of=truth)[0]
        bins.append({"rows": len(rows), "predicted": mean, "quantiles": quantiles})
    return {"shares": list(QUANTILES), "bins": bins}


def error_over_time(
    times: Floats, truth: Floats, predicted: Floats, least_rows: int
) -> dict[str, Any]:
    """Return mean absolute error and bias of stretches of time, in target units.

    Parameters
    ----------
    times, truth, predicted : ndarray of shape (n_samples,)
    least_rows : int
        How many rows a stretch has.

    Returns
    -------
    dict
        ``edges`` between stretches, and the ``rows``, ``error`` and ``bias`` of each.
    """
    edges = quantile_edges(times, _PERIODS, least_rows)
    if min(bin_counts(times, edges)) < least_rows:
        edges = []
    places = bins_of(times, edges)
    told: dict[str, Any] = {"edges": edges, "rows": [], "error": [], "bias": []}
    for place in range(len(edges) + 1):
        errors = (predicted - truth)[places == place]
        told["rows"].append(len(errors))
        told["error"].append(short(float(np.abs(errors).mean())))
        told["bias"].append(short(float(errors.mean())))
    return told
