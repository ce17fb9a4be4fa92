"""The weights of an average: those whose average comes closest to the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import nnls

from regression_model.metrics import exact_unit

if TYPE_CHECKING:
    from regression_model.arrays import Floats

PRIOR_ROWS = 50
"""So many rows speak for equal weights."""
_SMALLEST_WEIGHT = 0.05
"""A branch with less costs every prediction its time, and changes none by much."""
_SUM_COUNTS = 1e3
"""How much more than all rows together it counts that weights add up to one: least squares knows
no constraint, so the sum is an equation that no row can outvote."""


def convex_weights(
    predictions: Floats,
    y: Floats,
    sample_weight: Floats | None = None,
    *,
    prior_rows: float = 0.0,
) -> Floats:
    """Return the weights, none negative, of sum one, whose average comes closest to the truth.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_estimators)
    y : ndarray of shape (n_samples,)
    sample_weight : ndarray of shape (n_samples,), optional
        How much each row counts.
    prior_rows : float
        How many rows, with errors like the best estimator's, speak for equal weights: few rows
        cannot tell estimators apart that are about as good.

    Returns
    -------
    ndarray of shape (n_estimators,)
        Those below 0.05 are zero.

    Notes
    -----
    L. Breiman, "Stacked Regressions", Machine Learning 24, 1996.

    Examples
    --------
    >>> import numpy as np
    >>> truth = np.arange(10.0)
    >>> convex_weights(np.column_stack([truth + 1, truth - 1]), truth).tolist()
    [0.5, 0.5]
    """
    # since weights add up to one, the average's error is the average of the errors
    errors = predictions - y[:, None]
    errors /= exact_unit(errors)
    if sample_weight is not None:
        errors = errors * np.sqrt(sample_weight / sample_weight.mean())[:, None]
    squares = np.mean(np.square(errors), axis=0)
    scale = float(np.sqrt(np.mean(squares))) or 1.0
    n_estimators = len(squares)
    equal = np.sqrt(prior_rows * squares.min()) / scale * np.eye(n_estimators)
    heavy = np.full((1, n_estimators), _SUM_COUNTS * np.sqrt(len(y)))
    wanted = np.concatenate([np.zeros(len(y)), equal.mean(axis=1), heavy[0, :1]])
    weights, _ = nnls(np.vstack([errors / scale, equal, heavy]), wanted)
    weights = np.where(weights < _SMALLEST_WEIGHT * weights.sum(), 0.0, weights)
    return np.asarray(np.round(weights / weights.sum(), 6))
