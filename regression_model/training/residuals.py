"""Residuals beside how hard their rows are to predict, which is learned from residuals too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

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
    """How hard rows are to predict, as residuals tell: those of all folds, or of all but some.

    Attributes
    ----------
    part : IntervalPart
        What it is learned with.
    x : ndarray of shape (n_samples, n_columns)
        The encoded rows.
    inputs : ndarray of shape (n_samples, n_columns + 1)
        From `difficulty_input`.
    residuals : ndarray of shape (n_samples,)
        On the score's scale; NaN for rows without one.
    tests : list of ndarray of int
        The rows of each fold.
    """

    part: IntervalPart
    x: Floats
    inputs: Floats
    residuals: Floats
    tests: list[Indices]
    _learned: dict[frozenset[int], Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, sample: Sample, out_of_fold: OutOfFold, part: IntervalPart) -> Self:
        """Return that of rows which models answered that had not seen them, in the first repeat."""
        x = np.ascontiguousarray(clone(out_of_fold.pipeline[0]).fit_transform(sample.X).to_numpy())
        tests = [test for _, test in out_of_fold.first_folds]
        inputs = difficulty_input(x, out_of_fold.scores)
        return cls(part, x, inputs, out_of_fold.residuals, tests)

    def without(self, *folds: int) -> Any:
        """Return what the other folds teach: a regressor, fitted when it is first asked for."""
        key = frozenset(folds)
        if key not in self._learned:
            known = ~np.isnan(self.residuals)
            for fold in folds:
                known[self.tests[fold]] = False
            self._learned[key] = fit_difficulty(
                self.part.difficulty, self.part.seed, self.inputs[known], self.residuals[known]
            )
        return self._learned[key]

    def sizes(self, fold: int, *but: int) -> Floats:
        """Return the difficulty of a fold's rows that the others teach, but for some of these."""
        sizes: Floats = self.without(fold, *but).predict(self.inputs[self.tests[fold]])
        return sizes

    def expected(self, *but: int) -> Floats:
        """Return the difficulty of all rows that other folds teach; NaN in some folds.

        Parameters
        ----------
        *but : int
            Folds that are left out, and teach nothing.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        sizes = np.full(len(self.residuals), np.nan)
        for fold, test in enumerate(self.tests):
            if fold not in but:
                sizes[test] = self.sizes(fold, *but)
        return sizes

    def scaled(self, *but: int) -> Floats:
        """Return residuals divided by that difficulty; see `expected`."""
        return self.residuals / self.expected(*but)
