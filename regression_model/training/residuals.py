"""Residuals beside how hard their rows are to predict, which is learned from residuals too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from regression_model.estimators.difficulty import learn_difficulty
from regression_model.training.fitting import one_thread

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.estimators.difficulty import DifficultySettings
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.plan import IntervalPart
    from regression_model.training.sample import Sample


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


def expected_sizes(
    settings: DifficultySettings,
    seed: int,
    inputs: Floats,
    residuals: Floats,
    test_parts: list[Indices],
) -> Floats:
    """Return the difficulty of each row that the rows of all other parts teach."""
    sizes = np.empty(len(residuals))
    for test in test_parts:
        rest = np.setdiff1d(np.arange(len(residuals)), test)
        fitted = fit_difficulty(settings, seed, inputs[rest], residuals[rest])
        sizes[test] = fitted.predict(inputs[test])
    return sizes


@dataclass(frozen=True)
class Difficulty:
    """How hard rows are to predict, as the residuals of the other folds tell.

    Attributes
    ----------
    x : ndarray of shape (n_samples, n_columns)
        The encoded rows.
    sizes : ndarray of shape (n_samples,)
        The expected size of each row's residual; NaN for rows without one.
    scaled : ndarray of shape (n_samples,)
        Residuals divided by it.
    """

    x: Floats
    sizes: Floats
    scaled: Floats


def difficulty_out_of_fold(
    sample: Sample, out_of_fold: OutOfFold, part: IntervalPart
) -> Difficulty:
    """Learn the difficulty of the rows of each fold from the others, once for all that asks for it.

    In time order the others are also those behind.

    Parameters
    ----------
    sample : Sample
    out_of_fold : OutOfFold
        Of it the first repeat counts.
    part : IntervalPart

    Returns
    -------
    Difficulty
    """
    x = np.ascontiguousarray(clone(out_of_fold.pipeline[0]).fit_transform(sample.X).to_numpy())
    seen = ~np.isnan(out_of_fold.residuals)
    place = np.cumsum(seen) - 1  # of each row, among those that are seen
    sizes = np.full(len(sample), np.nan)
    sizes[seen] = expected_sizes(
        part.difficulty,
        part.seed,
        difficulty_input(x[seen], out_of_fold.scores[seen]),
        out_of_fold.residuals[seen],
        [place[test] for _, test in out_of_fold.first_folds],
    )
    return Difficulty(x, sizes, out_of_fold.residuals / sizes)
