"""Linear models whose coefficients keep the signs that a monotonic feature asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

if TYPE_CHECKING:
    from collections.abc import Mapping


class SignedLinearRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Fit a linear model, leave out terms of the wrong sign, and fit again until none is left.

    Parameters
    ----------
    estimator : linear regressor
        Has ``coef_`` and ``intercept_`` once fitted.
    signs : dict of str or int to int, optional
        By feature, or by its position where features have no names: 1 for coefficients that must
        not be negative, -1 for the opposite.

    Attributes
    ----------
    coef_ : ndarray of shape (n_features,)
        0 where a term was left out.
    intercept_ : float
    """

    def __init__(self, estimator: Any = None, signs: Mapping[Any, int] | None = None) -> None:
        self.estimator = estimator
        self.signs = signs

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on features of shape (n_samples, n_features) and targets of shape (n_samples,)."""
        values, targets = validate_data(self, X, y, y_numeric=True)
        weights = {}
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, values, allow_all_zero_weights=False
            )
            weights = {"sample_weight": sample_weight}
        names = getattr(self, "feature_names_in_", np.arange(values.shape[1]))
        wanted = np.array([(self.signs or {}).get(name, 0) for name in names])
        kept = np.ones(len(names), dtype=bool)
        while kept.any():
            self.coef_ = np.zeros(len(names))
            fitted = clone(self.estimator).fit(values[:, kept], targets, **weights)
            self.coef_[kept] = np.ravel(fitted.coef_)
            self.intercept_ = float(np.ravel(fitted.intercept_)[0])
            wrong = self.coef_ * wanted < 0
            if not wrong.any():
                return self
            kept &= ~wrong  # those left may change their sign in turn
        self.coef_ = np.zeros(len(names))
        self.intercept_ = float(np.average(targets, weights=sample_weight))
        return self

    def predict(self, X: Any) -> Any:
        """Predict rows of shape (n_samples, n_features)."""
        check_is_fitted(self)
        return validate_data(self, X, reset=False) @ self.coef_ + self.intercept_
