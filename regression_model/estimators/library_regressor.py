"""A regressor of a boosting library, as scikit-learn wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.dummy import DummyRegressor
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from regression_model.arrays import Floats

_FEWEST_SAMPLED = 20
"""Rows that a sample must have: the libraries give up where chance leaves a tree none."""


class LibraryRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Hand a boosting library plain arrays, and only what it can learn from.

    Columns may have any name, of which libraries refuse some; weights count by their proportions
    alone, of which libraries take the size; where all features or all targets are alike the mean is
    fitted, where libraries refuse; leaf values are rounded; and whatever they raise is a
    `ValueError`.

    Parameters
    ----------
    estimator : regressor
        The library's own. It takes NaN, ``subsample`` and ``monotone_constraints``.
    share : float
        Share of rows that each tree sees. It is raised where too few would be left.
    directions : dict of str to int, optional
        What a prediction must do as a feature grows: 1 rise, -1 fall.
    single : bool
        Whether the library keeps features and targets in single precision: what differs by less is
        alike to it.
    round_leaves : callable, optional
        Rounds the leaf values of a model that was fitted to the targets.

    Attributes
    ----------
    model_ : regressor
        The library's own, or scikit-learn's `DummyRegressor`.
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        share: float = 1.0,
        directions: Mapping[str, int] | None = None,
        single: bool = False,
        round_leaves: Callable[[Any, Floats], None] | None = None,
    ) -> None:
        self.estimator = estimator
        self.share = share
        self.directions = directions
        self.single = single
        self.round_leaves = round_leaves

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on features of shape (n_samples, n_features) and targets of shape (n_samples,).

        Raises
        ------
        ValueError
            If the library gives up.
        """
        values, targets = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, ensure_all_finite="allow-nan"
        )
        targets = np.asarray(targets, dtype=np.float64)
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, values, allow_all_zero_weights=False)
            counted = weights > 0
            values, targets, weights = values[counted], targets[counted], weights[counted]
            weights = weights / weights.mean()
        if self._is_all_alike(values) or self._is_all_alike(targets):
            self.model_ = DummyRegressor().fit(values, targets, weights)
            return self
        try:
            self.model_ = self._build(len(values)).fit(values, targets, sample_weight=weights)
            if self.round_leaves is not None:
                self.round_leaves(self.model_, targets)
        except Exception as problem:
            raise ValueError(str(problem)) from problem
        return self

    def _is_all_alike(self, values: Floats) -> bool:
        """Return whether all rows are equal to the library, where unknown is equal to unknown."""
        with np.errstate(over="ignore"):
            kept = values.astype(np.float32 if self.single else np.float64)
        return bool(((kept == kept[:1]) | (np.isnan(kept) & np.isnan(kept[:1]))).all())

    def _build(self, n_samples: int) -> Any:
        model = clone(self.estimator)
        share = max(self.share, min(1.0, _FEWEST_SAMPLED / n_samples))
        if share != self.share:
            model.set_params(subsample=share)
        if self.directions:
            names: Any = getattr(self, "feature_names_in_", np.arange(self.n_features_in_))
            asked = [self.directions.get(name, 0) for name in names]
            model.set_params(monotone_constraints=asked)
        return model

    def predict(self, X: Any) -> Floats:
        """Predict rows of shape (n_samples, n_features)."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        return np.asarray(self.model_.predict(values), dtype=np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
