"""How hard a row is to predict: the expected size of its residual, learned from residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.estimators.histogram import BinnedBoostingRegressor
from regression_model.metrics import exact_unit
from regression_model.training.fitting import one_thread

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.estimators.settings import DifficultySettings

_SMALLEST_SHARE = 1e-3
"""Residuals count as at least this share of their mean size: the gamma loss takes no zeros."""
_SMALL_MEAN = 1e-6
"""Below this mean, sizes are learned in a unit of their own."""


def difficulty_input(x: Floats, scores: Floats) -> Floats:
    """Return encoded columns of shape (n_samples, n_columns) with the scores behind them."""
    return np.column_stack([x, scores])


def fit_difficulty(
    settings: DifficultySettings, seed: int, inputs: Floats, residuals: Floats
) -> BinnedBoostingRegressor:
    """Learn the expected size of a residual.

    Parameters
    ----------
    settings : DifficultySettings
    seed : int
    inputs : ndarray of shape (n_samples, n_columns + 1)
        From `difficulty_input`.
    residuals : ndarray of shape (n_samples,)
        On the score's scale.

    Returns
    -------
    BinnedBoostingRegressor
        Its trees add up to the logarithm of the difficulty.
    """
    sizes = np.abs(residuals)
    floor = max(_SMALLEST_SHARE * float(sizes.mean()), np.finfo(np.float64).tiny)
    model = BinnedBoostingRegressor(
        loss="gamma", early_stopping=False, random_state=seed, **settings.model_dump()
    )
    # scikit-learn takes no mean below its epsilon, so that small sizes are learned in a unit
    unit = exact_unit(sizes) if sizes.mean() < _SMALL_MEAN else 1.0
    with one_thread():
        model.fit(inputs, np.maximum(sizes, floor) / unit)
    model._baseline_prediction += np.log(unit)  # noqa: SLF001
    return model


def scaled_residuals(
    settings: DifficultySettings,
    seed: int,
    inputs: Floats,
    residuals: Floats,
    test_parts: list[Indices],
) -> Floats:
    """Return residuals divided by the difficulty that the rows of all other parts teach."""
    scaled = np.empty(len(residuals))
    for test in test_parts:
        rest = np.setdiff1d(np.arange(len(residuals)), test)
        fitted = fit_difficulty(settings, seed, inputs[rest], residuals[rest])
        scaled[test] = residuals[test] / fitted.predict(inputs[test])
    return scaled
