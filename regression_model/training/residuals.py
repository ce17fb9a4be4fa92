"""Residuals beside how hard their rows are to predict, which is learned from residuals too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.estimators.difficulty import learn_difficulty
from regression_model.training.fitting import one_thread

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.estimators.difficulty import DifficultySettings


def difficulty_input(x: Floats, scores: Floats) -> Floats:
    """Return encoded columns of shape (n_samples, n_columns) with the scores behind them."""
    return np.column_stack([x, scores])


def fit_difficulty(
    settings: DifficultySettings, seed: int, inputs: Floats, residuals: Floats
) -> Any:
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
    fitted regressor
        Predicts the difficulty, from such inputs.
    """
    with one_thread():
        return learn_difficulty(settings, seed, inputs, np.abs(residuals))


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
