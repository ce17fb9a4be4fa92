"""Cross-validation: every row is predicted by models that have not seen it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from regression_model.training.fitting import check_answers, predict_folds, without_bounds
from regression_model.training.folds import make_folds, with_repeats
from regression_model.transformers.target import residual_quantiles, smear, to_scores, within

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.config.core import EvaluationConfig
    from regression_model.training.fitting import Progress
    from regression_model.training.folds import Fold
    from regression_model.training.plan import ClosedModel
    from regression_model.training.sample import Sample


@dataclass(frozen=True)
class OutOfFold:
    """What models answer about rows that they have not seen.

    Attributes
    ----------
    folds : list of (ndarray, ndarray)
        Training and test rows, of all repeats.
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

    folds: list[Fold]
    medians: Floats
    means: Floats
    transformer: Any
    scores: Floats
    residuals: Floats
    pipeline: Pipeline

    @property
    def first_folds(self) -> list[Fold]:
        """The folds of the first repeat."""
        return self.folds[: len(self.folds) // len(self.medians)]


def predict_out_of_fold(
    sample: Sample,
    model: ClosedModel,
    evaluation: EvaluationConfig,
    *,
    seed: int,
    progress: Progress | None = None,
) -> OutOfFold:
    """Cross-validate a model.

    Parameters
    ----------
    sample : Sample
    model : ClosedModel
    evaluation : EvaluationConfig
    seed : int
        Of the folds.
    progress : callable, optional
        Told about every fold that is done.

    Returns
    -------
    OutOfFold

    Raises
    ------
    DataError
        If the rows make no such folds, or if an answer is such that no figure could be made of it.
    """
    y, pipeline = sample.y, model.pipeline
    folds = make_folds(sample, evaluation, seed)
    # scores, which know no bounds, are read off the answers
    medians = cross_validate(
        without_bounds(pipeline), sample, folds=folds, repeats=evaluation.repeats, progress=progress
    )
    transformer = clone(pipeline[-1].transformer).fit(y.reshape(-1, 1))
    means = smeared_out_of_fold(transformer, y, medians, folds)
    for repeat, (_, test) in with_repeats(folds, len(means)):
        check_answers(means[repeat, test], test)
    scores = to_scores(transformer, medians[0])
    residuals = to_scores(transformer, y) - scores
    if model.answers_mean:
        known = residuals[~np.isnan(residuals)]
        pipeline = clone(pipeline).set_params(model__smearing=residual_quantiles(known))
    bounds = model.target.minimum, model.target.maximum
    medians, means = within(medians, *bounds), within(means, *bounds)
    return OutOfFold(folds, medians, means, transformer, scores, residuals, pipeline)


def cross_validate(
    pipeline: Pipeline,
    sample: Sample,
    *,
    folds: list[Fold],
    repeats: int,
    progress: Progress | None = None,
) -> Floats:
    """Fit the whole pipeline once per fold, in parallel, and predict the rows left out.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted.
    sample : Sample
    folds : list of (ndarray, ndarray)
        Training and test rows.
    repeats : int
        How often each row is in a test part.
    progress : callable, optional
        Told about every fold that is done.

    Returns
    -------
    ndarray of shape (n_repeats, n_samples)
        Predictions in target units; NaN for rows that are in no test part.
    """
    predictions = np.full((repeats, len(sample)), np.nan)
    predicted = predict_folds(pipeline, sample, folds, what="cross-validation", progress=progress)
    for (repeat, (_, test)), values in zip(with_repeats(folds, repeats), predicted, strict=True):
        predictions[repeat, test] = values
    return predictions


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
