"""The weighted average of branches."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.ensemble import VotingRegressor

Floats = npt.NDArray[np.float64]


class BranchAverage(VotingRegressor):  # type: ignore[misc]
    """The weighted average of pipelines whose last step, ``estimator``, may be told row weights.

    Parameters
    ----------
    estimators : list of (str, Pipeline)
        The branches, by name.
    weights : sequence of float, optional
        Equal by default.
    """

    def fit(self, X: Any, y: Any, *, sample_weight: Floats | None = None) -> Self:
        """Fit all branches on all rows, each row counting as much as its weight says."""
        told = {} if sample_weight is None else {"estimator__sample_weight": sample_weight}
        self.estimators_ = [clone(branch).fit(X, y, **told) for _, branch in self.estimators]
        self.named_estimators_ = dict(zip(dict(self.estimators), self.estimators_, strict=True))
        return self
