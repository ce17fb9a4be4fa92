"""Everything that training measures before the model on all rows is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.metrics import Metrics, rounded
from regression_model.pipeline import build_pipeline
from regression_model.training.folds import (
    CrossValidation,
    Fold,
    Progress,
    check_answers,
    cross_validate,
    hold_out,
    make_folds,
    summarise,
    with_repeats,
)
from regression_model.training.intervals import IntervalReport, judge_intervals, smeared_out_of_fold
from regression_model.training.sample import NO_FACTS, RowFacts
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.target import make_transformer, residual_quantiles, to_scores

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.config.core import ModelConfig

_SMALLEST_MEAN = 1e-3


@dataclass(frozen=True)
class Quality:
    """What is known of a model's quality.

    Attributes
    ----------
    cross_validation : CrossValidation
        Of the predictions that the model answers with.
    hold_out : Metrics
        On rows kept aside.
    bias_of_median, bias_of_mean : float
        How far the mean prediction lies above the mean target, out of fold and in target units,
        when the plain inverse is answered, and when it is corrected.
    intervals : IntervalReport
    validation : str
        How rows were kept apart that were fitted and judged on.
    mean_target : float or None
        Of the rows that were predicted; None where it is next to nothing beside the targets
        themselves, so that no bias can be told in proportion to it.
    """

    cross_validation: CrossValidation
    hold_out: Metrics
    bias_of_median: float
    bias_of_mean: float
    intervals: IntervalReport
    validation: str = "random folds"
    mean_target: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as plain data, biases in proportion to the mean target."""
        return {
            "cross_validated_pooled": self.cross_validation.pooled.to_dict(),
            "cross_validated_mean_of_folds": self.cross_validation.mean_of_folds.to_dict(),
            "hold_out": self.hold_out.to_dict(),
            **self._relative_biases(),
            "intervals": self.intervals.to_dict(),
        }

    def _relative_biases(self) -> dict[str, float]:
        if self.mean_target is None:
            return {}
        biases = {"bias_of_median": self.bias_of_median, "bias_of_mean": self.bias_of_mean}
        return {name: rounded(bias / self.mean_target) for name, bias in biases.items()}


@dataclass(frozen=True)
class Measured:
    """Quality, and what the artifact is built from.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted, ready to be fitted on all rows.
    quality : Quality
    folds : list of (ndarray, ndarray)
        Of all repeats.
    medians : ndarray of shape (n_repeats, n_samples)
        Out-of-fold predictions, plain inverses of scores.
    residuals : ndarray of shape (n_samples,)
        Of the first repeat, on the score's scale; NaN for rows that are in no test part.
    """

    pipeline: Pipeline
    quality: Quality
    folds: list[Fold]
    medians: Floats
    residuals: Floats

    @property
    def first_folds(self) -> list[Fold]:
        """The folds of the first repeat."""
        return self.folds[: len(self.folds) // len(self.medians)]


def measure_model(
    settings: ModelConfig,
    X: pd.DataFrame,
    y: Floats,
    *,
    facts: RowFacts = NO_FACTS,
    progress: Progress | None = None,
) -> Measured:
    """Cross-validate a config and judge its predictions and intervals.

    Parameters
    ----------
    settings : ModelConfig
    X : DataFrame of shape (n_samples, n_columns)
        The raw table, checked.
    y : ndarray of shape (n_samples,)
        The target, checked.
    facts : RowFacts
        Weights, groups and times of the rows.
    progress : callable, optional
        Told about every part that is done.

    Returns
    -------
    Measured
    """
    log, evaluation = settings.target.transform == "log", settings.evaluation
    pipeline = build_pipeline(settings)
    folds = make_folds(len(y), evaluation, settings.seed, facts)
    medians = cross_validate(
        pipeline, X, y, folds=folds, repeats=evaluation.repeats, facts=facts, progress=progress
    )
    transformer = make_transformer(settings.target.transform).fit(y.reshape(-1, 1))
    residuals = to_scores(transformer, y) - to_scores(transformer, medians[0])
    means = smeared_out_of_fold(transformer, y, medians, folds)
    for repeat, (_, test) in with_repeats(folds, len(means)):
        check_answers(means[repeat, test], test)
    answers_mean = settings.target.prediction == "mean"
    if answers_mean:
        pipeline.set_params(model__smearing=residual_quantiles(residuals[~np.isnan(residuals)]))
    intervals = judge_intervals(
        build_pipeline(settings),
        settings,
        X,
        y,
        x=Encoder(settings.input_schema).fit(X).transform(X).to_numpy(),
        transformer=transformer,
        predictions=medians[0],
        folds=folds[: len(folds) // len(medians)],
        facts=facts,
        progress=progress,
    )
    quality = Quality(
        summarise(y, means if answers_mean else medians, folds, log=log, facts=facts),
        hold_out(
            pipeline, X, y, share=evaluation.hold_out, seed=settings.seed, log=log, facts=facts
        ),
        bias_of_median=_mean_of_seen(medians - y, facts),
        bias_of_mean=_mean_of_seen(means - y, facts),
        intervals=intervals,
        validation=settings.validation,
        mean_target=_safe_mean(np.where(np.isnan(medians), np.nan, y), facts),
    )
    return Measured(pipeline, quality, folds, medians, residuals)


def _mean_of_seen(values: Floats, facts: RowFacts) -> float:
    """Return the mean of values of shape (n_repeats, n_samples), NaN in rows that do not count."""
    seen = ~np.isnan(values[0])
    return float(np.average(values[:, seen].mean(axis=0), weights=facts.take(seen).weights))


def _safe_mean(y: Floats, facts: RowFacts) -> float | None:
    """Return the mean of such values, or None where it is next to nothing beside them."""
    mean = _mean_of_seen(y, facts)
    return mean if abs(mean) > _SMALLEST_MEAN * _mean_of_seen(np.abs(y), facts) else None
