"""The average of branches whose weights are learned."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls
from sklearn.ensemble import VotingRegressor
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.utils.validation import check_is_fitted

Floats = npt.NDArray[np.float64]

_SMALLEST_WEIGHT = 0.02
_SUM_COUNTS = 1e3


class LearnedAverage(VotingRegressor):  # type: ignore[misc]
    """The weighted average of regressors, with weights learned from out-of-fold predictions.

    Weights are those of least squares that are not negative and add up to one (L. Breiman, "Stacked
    Regressions", Machine Learning 24, 1996).

    Parameters
    ----------
    estimators : list of (str, estimator)
        The branches, by name.
    folds : int
        Parts for out-of-fold predictions.
    random_state : int
        Seed of the folds.

    Attributes
    ----------
    weights_ : ndarray of shape (n_estimators,)
    """

    def __init__(
        self, estimators: list[tuple[str, Any]], *, folds: int = 4, random_state: int = 0
    ) -> None:
        super().__init__(estimators)
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Learn the weights, then fit all branches on all rows."""
        self.weights_ = self._learn(X, np.asarray(y, dtype=np.float64))
        super().fit(X, y)
        return self

    def predict(self, X: Any) -> Floats:
        """Predict rows of a table, of shape (n_samples,)."""
        check_is_fitted(self)
        predictions = np.column_stack([branch.predict(X) for branch in self.estimators_])
        return np.asarray(predictions @ self.weights_)

    def _learn(self, X: Any, y: Floats) -> Floats:
        if len(self.estimators) == 1:
            return np.ones(1)
        folds = KFold(min(self.folds, len(y)), shuffle=True, random_state=self.random_state)
        branches = [cross_val_predict(branch, X, y, cv=folds) for _, branch in self.estimators]
        return convex_weights(np.column_stack(branches), y)


def convex_weights(predictions: Floats, y: Floats) -> Floats:
    """Return the weights, none negative, of sum one, whose average comes closest to the truth.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_estimators)
    y : ndarray of shape (n_samples,)

    Returns
    -------
    ndarray of shape (n_estimators,)
        Those below 0.02 are zero.

    Examples
    --------
    >>> import numpy as np
    >>> truth = np.arange(10.0)
    >>> convex_weights(np.column_stack([truth + 1, truth - 1]), truth).tolist()
    [0.5, 0.5]
    """
    errors = predictions - y[:, None]
    scale = float(np.sqrt(np.mean(np.square(errors)))) or 1.0
    n_estimators = predictions.shape[1]
    heavy = np.full((1, n_estimators), _SUM_COUNTS * np.sqrt(len(y)))
    system = np.vstack([errors / scale, heavy])
    weights, _ = nnls(system, np.concatenate([np.zeros(len(y)), heavy[0, :1]]))
    weights = np.where(weights < _SMALLEST_WEIGHT * weights.sum(), 0.0, weights)
    return np.asarray(np.round(weights / weights.sum(), 6))
