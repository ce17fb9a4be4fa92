"""The weighted average of branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import VotingRegressor

from regression_model.exceptions import DataError, RegressionModelError
from regression_model.metrics import spread

if TYPE_CHECKING:
    from regression_model.arrays import Floats

_LARGE_MEAN = 1e3
"""How many standard deviations away from zero a target keeps its mean: what branches compute with
has 16 digits, of which the mean would take more than three."""


class BranchAverage(VotingRegressor):  # type: ignore[misc]
    """The weighted average of pipelines whose last step, ``estimator``, may be told row weights.

    Parameters
    ----------
    estimators : list of (str, Pipeline)
        The branches, by name.
    weights : sequence of float, optional
        Equal by default.
    scaled : bool
        Whether the branches learn the target in units of its standard deviation: penalties and
        tolerances of many estimators are absolute, and would mean something else for a target in
        grams than for the same one in tons. A mean beside which that is next to nothing is taken
        off first, as it would cost the digits that matter.

    Attributes
    ----------
    unit_, centre_ : float
        What the branches' answers are multiplied by, and what is added; 1 and 0 if not `scaled`.
    """

    def __init__(self, estimators: Any, *, weights: Any = None, scaled: bool = False) -> None:
        super().__init__(estimators, weights=weights)
        self.scaled = scaled

    def fit(self, X: Any, y: Any, *, sample_weight: Floats | None = None) -> Self:
        """Fit all branches on all rows, each row counting as much as its weight says.

        Raises
        ------
        DataError
            If an estimator gives up on these rows; its branch is named.
        """
        told = {} if sample_weight is None else {"estimator__sample_weight": sample_weight}
        self.unit_, self.centre_ = _scale(np.asarray(y)) if self.scaled else (1.0, 0.0)
        small = (np.asarray(y) - self.centre_) / self.unit_
        self.estimators_ = [
            _fit_branch(name, clone(branch), X, small, told) for name, branch in self.estimators
        ]
        self.named_estimators_ = dict(zip(dict(self.estimators), self.estimators_, strict=True))
        return self

    def predict(self, X: Any) -> Floats:
        """Predict rows of shape (n_samples, n_features)."""
        predicted: Floats = self.unit_ * super().predict(X) + self.centre_
        return predicted

    def predict_branches(self, X: Any) -> Floats:
        """Return the answers of all branches, of shape (n_samples, n_branches)."""
        answers = np.column_stack([branch.predict(X) for branch in self.estimators_])
        return self.unit_ * answers + self.centre_


def _fit_branch(name: str, branch: Any, X: Any, y: Floats, told: dict[str, Floats]) -> Any:
    try:
        return branch.fit(X, y, **told)
    except RegressionModelError:
        raise
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as problem:
        reason = next(iter(str(problem).splitlines()), type(problem).__name__)
        message = (
            f"the estimator {name} cannot be fitted to {len(y)} rows of this table: {reason}; "
            "change its settings, or leave it out of estimators"
        )
        raise DataError(message) from problem


def _scale(y: Floats) -> tuple[float, float]:
    """Return a target's standard deviation, and its mean where that is far larger, else 0."""
    unit = spread(y)
    mean = unit * float(np.mean(y / unit))
    return unit, mean if abs(mean) > _LARGE_MEAN * unit else 0.0
