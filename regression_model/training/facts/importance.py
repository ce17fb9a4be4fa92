"""How much worse a model answers where a column says nothing about the row: out of fold.

L. Breiman, "Random Forests", Machine Learning 45, 2001, section 10, here of rows that the model of
a fold has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.training.fitting import MAX_ANSWER
from regression_model.transformers.target import from_scores, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.arrays import Floats
    from regression_model.training.branches import BranchScores
    from regression_model.training.division import Division
    from regression_model.training.sample import Sample
    from regression_model.training.shuffling import Shuffle


@dataclass(frozen=True)
class Importance:
    """By how much the mean absolute error grows where a column is shuffled, in target units.

    Attributes
    ----------
    means : ndarray of shape (n_columns,)
        Over the folds.
    deviations : ndarray of shape (n_columns,)
        Standard deviations over the folds; 0 where there is one fold.
    n_rows, n_folds : int
        What they are of.
    """

    means: Floats
    deviations: Floats
    n_rows: int
    n_folds: int

    def most(self, count: int) -> list[int]:
        """Return the positions of the most important columns that matter at all."""
        order = np.argsort(-self.means, kind="stable")[:count]
        return [int(column) for column in order if self.means[column] > 0]


def measure_importance(
    sample: Sample,
    scores: BranchScores,
    weights: Floats,
    division: Division,
    *,
    shuffles: Mapping[int, Shuffle],
    bounds: tuple[float | None, float | None],
) -> Importance:
    """Measure what each column is worth, fold by fold.

    Parameters
    ----------
    sample : Sample
    scores : BranchScores
        With those of shuffled columns.
    weights : ndarray of shape (n_folds of all repeats, n_branches)
        Those that judge each fold.
    division : Division
    shuffles : mapping of int to Shuffle
    bounds : (float or None, float or None)
        Between which all is answered.

    Returns
    -------
    Importance
    """
    losses: list[Floats] = []
    for fold, shuffle in shuffles.items():
        rows = division.folds[fold][1][shuffle.rows]
        row_weights = sample.weights_of(rows)
        if row_weights is not None and not row_weights.any():
            continue
        both = np.vstack([scores.scores[0, rows][None], scores.shuffled[fold]]) @ weights[fold]
        answers = from_scores(scores.transformers[fold], both)
        errors = np.abs(within(answers, *bounds) - sample.y[rows])
        # of a shuffled row, the inverse of a score may be beyond all numbers
        errors = np.minimum(np.nan_to_num(errors, nan=MAX_ANSWER), MAX_ANSWER)
        means = np.average(errors, axis=1, weights=row_weights)
        losses.append(means[1:] - means[0])
    by_fold = np.array(losses)
    deviations = by_fold.std(axis=0, ddof=1) if len(by_fold) > 1 else np.zeros(by_fold.shape[1])
    n_rows = sum(len(shuffle.rows) for shuffle in shuffles.values())
    return Importance(by_fold.mean(axis=0), deviations, n_rows, len(by_fold))
