"""Cross-validation: every row is predicted by models that have not seen it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from regression_model.training.fitting import check_answers
from regression_model.training.folds import with_repeats
from regression_model.transformers.target import residual_quantiles, smear, to_scores, within

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.training.branches import BranchScores
    from regression_model.training.division import Division
    from regression_model.training.folds import Fold
    from regression_model.training.plan import ClosedModel
    from regression_model.training.sample import Sample


@dataclass(frozen=True)
class OutOfFold:
    """What models answer about rows that they have not seen.

    Attributes
    ----------
    division : Division
        Its folds are those of the predictions.
    medians, means : ndarray of shape (n_repeats, n_samples)
        Predictions in target units, within its bounds: plain inverses of scores, and those
        corrected for what the inverse does to a mean. NaN for rows that are in no test part.
    transformer : transformer
        Fitted, from target units to scores.
    scores, residuals : ndarray of shape (n_samples,)
        Of the first repeat, on the score's scale, which has no bounds; NaN as above.
    pipeline : sklearn.pipeline.Pipeline
        Unfitted, ready to be fitted on all rows: where means are answered, it knows the residuals.
    """

    division: Division
    medians: Floats
    means: Floats
    transformer: Any
    scores: Floats
    residuals: Floats
    pipeline: Pipeline

    @property
    def folds(self) -> list[Fold]:
        """Training and test rows, of all repeats."""
        return self.division.folds

    @property
    def first_folds(self) -> list[Fold]:
        """The folds of the first repeat."""
        return self.division.first_folds


def predict_out_of_fold(
    sample: Sample,
    model: ClosedModel,
    scores: BranchScores,
    weights: Floats,
    division: Division,
) -> OutOfFold:
    """Answer as the model would, out of fold, from the scores of its branches.

    Parameters
    ----------
    sample : Sample
    model : ClosedModel
    scores : BranchScores
    weights : ndarray of shape (n_folds of all repeats, n_branches)
        Those that judge each fold.
    division : Division

    Returns
    -------
    OutOfFold

    Raises
    ------
    DataError
        If an answer is such that no figure could be made of it.
    """
    y, pipeline = sample.y, model.pipeline
    medians = scores.in_target_units(scores.averaged(weights, division), division)
    seen = ~np.isnan(scores.truths[0])
    transformer = clone(pipeline[-1].transformer).fit(y[seen].reshape(-1, 1))
    for repeat, (_, test) in division.with_repeats():
        check_answers(medians[repeat, test], test)
    means = smeared_out_of_fold(transformer, y, medians, division.folds)
    for repeat, (_, test) in division.with_repeats():
        check_answers(means[repeat, test], test)
    first = to_scores(transformer, medians[0])
    residuals = np.where(seen, to_scores(transformer, y), np.nan) - first
    if model.answers_mean:
        pipeline = clone(pipeline).set_params(model__smearing=residual_quantiles(residuals[seen]))
    bounds = model.target.minimum, model.target.maximum
    medians, means = within(medians, *bounds), within(means, *bounds)
    return OutOfFold(division, medians, means, transformer, first, residuals, pipeline)


def smeared_out_of_fold(
    transformer: Any, y: Floats, predictions: Floats, folds: list[Fold]
) -> Floats:
    """Return estimates of the mean from estimates of the median, cross-fitted.

    Parameters
    ----------
    transformer : transformer
        Fitted, from target units to scores.
    y : ndarray of shape (n_samples,)
        The target.
    predictions : ndarray of shape (n_repeats, n_samples)
        Plain inverses of out-of-fold scores.
    folds : list of (ndarray, ndarray)
        Of all repeats.

    Returns
    -------
    ndarray of shape (n_repeats, n_samples)
        Each fold corrected by residuals of the other folds.
    """
    smeared = np.full_like(predictions, np.nan)
    for repeat, (_, test) in with_repeats(folds, len(predictions)):
        scores = to_scores(transformer, predictions[repeat])
        others = ~np.isnan(predictions[repeat])
        others[test] = False
        residuals = to_scores(transformer, y[others]) - scores[others]
        smeared[repeat, test] = smear(transformer, scores[test], residual_quantiles(residuals))
    return smeared
