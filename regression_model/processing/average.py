"""The average of branches whose weights are learned."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls
from sklearn.base import clone
from sklearn.ensemble import VotingRegressor
from sklearn.model_selection import GroupKFold, KFold
from sklearn.utils.validation import check_is_fitted

from regression_model.processing.row_facts import RowFacts, time_folds

Floats = npt.NDArray[np.float64]

_SMALLEST_WEIGHT = 0.02
_SUM_COUNTS = 1e3


class BranchAverage(VotingRegressor):  # type: ignore[misc]
    """The weighted average of pipelines whose last step, ``estimator``, may be told row weights.

    Parameters
    ----------
    estimators : list of (str, Pipeline)
        The branches, by name.
    weights : sequence of float, optional
        Equal by default.
    """

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Floats | None = None,
        groups: Any = None,  # noqa: ARG002 - only learned weights need them
        times: Any = None,  # noqa: ARG002
    ) -> Self:
        """Fit all branches on all rows, each row counting as much as its weight says."""
        told = {} if sample_weight is None else {"estimator__sample_weight": sample_weight}
        self.estimators_ = [clone(branch).fit(X, y, **told) for _, branch in self.estimators]
        self.named_estimators_ = dict(zip(dict(self.estimators), self.estimators_, strict=True))
        return self


class LearnedAverage(BranchAverage):
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

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Floats | None = None,
        groups: Any = None,
        times: Floats | None = None,
    ) -> Self:
        """Learn the weights, then fit all branches on all rows.

        Rows of one group are in one fold; with times, each fold is predicted from all before it.
        """
        facts = RowFacts(sample_weight, groups, times)
        self.weights_ = self._learn(X, np.asarray(y, dtype=np.float64), facts)
        return super().fit(X, y, sample_weight=sample_weight)

    def predict(self, X: Any) -> Floats:
        """Predict rows of a table, of shape (n_samples,)."""
        check_is_fitted(self)
        predictions = np.column_stack([branch.predict(X) for branch in self.estimators_])
        return np.asarray(predictions @ self.weights_)

    def _learn(self, X: Any, y: Floats, facts: RowFacts) -> Floats:
        if len(self.estimators) == 1:
            return np.ones(1)
        predictions = np.full((len(y), len(self.estimators)), np.nan)
        for train, test in self._folds(y, facts):
            fitted = BranchAverage(self.estimators).fit(
                _rows(X, train), y[train], sample_weight=facts.take(train).weights
            )
            for i, branch in enumerate(fitted.estimators_):
                predictions[test, i] = branch.predict(_rows(X, test))
        seen = ~np.isnan(predictions).any(axis=1)
        return convex_weights(predictions[seen], y[seen], facts.take(seen).weights)

    def _folds(self, y: Floats, facts: RowFacts) -> list[Any]:
        """Return folds as `evaluation.make_folds` does, or plain ones where groups are too few."""
        if facts.times is not None and (folds := time_folds(facts.times, self.folds)):
            return folds
        if facts.groups is not None and len(np.unique(facts.groups)) >= self.folds:
            return list(GroupKFold(self.folds).split(y, groups=facts.groups))
        plain = KFold(min(self.folds, len(y)), shuffle=True, random_state=self.random_state)
        return list(plain.split(y))


def _rows(X: Any, rows: Any) -> Any:
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows]


def convex_weights(predictions: Floats, y: Floats, sample_weight: Floats | None = None) -> Floats:
    """Return the weights, none negative, of sum one, whose average comes closest to the truth.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_estimators)
    y : ndarray of shape (n_samples,)
    sample_weight : ndarray of shape (n_samples,), optional
        How much each row counts.

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
    if sample_weight is not None:
        errors = errors * np.sqrt(sample_weight / sample_weight.mean())[:, None]
    scale = float(np.sqrt(np.mean(np.square(errors)))) or 1.0
    n_estimators = predictions.shape[1]
    heavy = np.full((1, n_estimators), _SUM_COUNTS * np.sqrt(len(y)))
    system = np.vstack([errors / scale, heavy])
    weights, _ = nnls(system, np.concatenate([np.zeros(len(y)), heavy[0, :1]]))
    weights = np.where(weights < _SMALLEST_WEIGHT * weights.sum(), 0.0, weights)
    return np.asarray(np.round(weights / weights.sum(), 6))
