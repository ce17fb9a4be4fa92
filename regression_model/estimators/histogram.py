"""Histogram boosting that takes a column of which no training row knows anything."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor


class BinnedBoostingRegressor(HistGradientBoostingRegressor):  # type: ignore[misc]
    """scikit-learn's `HistGradientBoostingRegressor`, also where a column has nothing to bin.

    Such a column is ordinary: a sensor that was put in late, a question asked in one place only.
    In the rows of a fold it may be missing throughout. It counts as constant then, so that no tree
    asks for it.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.column_stack([np.arange(40.0), np.full(40, np.nan)])
    >>> model = BinnedBoostingRegressor(min_samples_leaf=5).fit(X, X[:, 0])
    >>> bool(model.predict([[0.0, 7.0]]) == model.predict([[0.0, np.nan]]))
    True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on features of shape (n_samples, n_features) and targets of shape (n_samples,)."""
        fitted: Self = super().fit(_with_something_known(X), y, sample_weight)
        return fitted


def _with_something_known(X: Any) -> Any:
    values = np.asarray(X, dtype=np.float64)
    unknown = np.isnan(values).all(axis=0)
    if not unknown.any():
        return X
    # a fitted tree that never asks for the column gives the same answers whatever is in it
    filled = np.where(unknown, 0.0, values)
    if isinstance(X, pd.DataFrame):
        return pd.DataFrame(filled, columns=X.columns, index=X.index)
    return filled
