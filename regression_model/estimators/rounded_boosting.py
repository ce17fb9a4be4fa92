"""scikit-learn's gradient boosting with leaf values of few digits."""

from __future__ import annotations

from typing import Any, Self

from sklearn.ensemble import GradientBoostingRegressor

from regression_model.estimators.rounding import rounded


class RoundedBoostingRegressor(GradientBoostingRegressor):  # type: ignore[misc]
    """scikit-learn's `GradientBoostingRegressor`, whose leaf values are rounded once it is fitted.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(40.0)[:, None]
    >>> model = RoundedBoostingRegressor(n_estimators=5).fit(X, X[:, 0] ** 2)
    >>> bool((model.estimators_[0, 0].tree_.value * 2**4 % 1 == 0).all())
    True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None, monitor: Any = None) -> Self:
        """Fit on features of shape (n_samples, n_features) and targets of shape (n_samples,)."""
        super().fit(X, y, sample_weight, monitor)
        for tree in self.estimators_[:, 0]:
            values = tree.tree_.value  # not a copy
            values[:] = rounded(values, y, self.learning_rate)
        return self
