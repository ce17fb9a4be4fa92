"""How good a model is: its errors and its bias, out of fold and on rows kept aside."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.metrics import Metrics, measure, rounded
from regression_model.training.folds import with_repeats

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.folds import Fold
    from regression_model.training.intervals import IntervalReport
    from regression_model.training.plan import ClosedModel
    from regression_model.training.sample import Sample

_SMALLEST_MEAN = 1e-3
"""A mean target below this share of the mean size of targets is too small to divide by."""


@dataclass(frozen=True)
class CrossValidation:
    """Out-of-fold predictions and what they say.

    Attributes
    ----------
    predictions : ndarray of shape (n_repeats, n_samples)
        Each row predicted by a model that has not seen it, once per repeat.
    pooled : Metrics
        Over all rows of a repeat, averaged over the repeats.
    mean_of_folds : Metrics
        Of each fold by itself, averaged over all folds.
    """

    predictions: Floats
    pooled: Metrics
    mean_of_folds: Metrics


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


def judge_model(
    sample: Sample,
    model: ClosedModel,
    out_of_fold: OutOfFold,
    intervals: IntervalReport,
    held_out: Floats,
    *,
    validation: str,
) -> Quality:
    """Measure what a model answers, out of fold and on the rows of a hold-out.

    Parameters
    ----------
    sample : Sample
    model : ClosedModel
    out_of_fold : OutOfFold
    intervals : IntervalReport
        What is known of its intervals.
    held_out : ndarray of shape (n_held_out,)
        What it answers of the hold-out, fitted on the other rows.
    validation : str
        How rows were kept apart.

    Returns
    -------
    Quality
    """
    y, log = sample.y, model.is_judged_on_logs
    medians, means = out_of_fold.medians, out_of_fold.means
    _, kept = out_of_fold.division.hold_out
    answers = means if model.answers_mean else medians
    return Quality(
        summarise(sample, answers, out_of_fold.folds, log=log),
        measure(y[kept], held_out, log=log, weights=sample.weights_of(kept)),
        bias_of_median=_mean_of_seen(medians - y, sample),
        bias_of_mean=_mean_of_seen(means - y, sample),
        intervals=intervals,
        validation=validation,
        mean_target=_safe_mean(np.where(np.isnan(medians), np.nan, y), sample),
    )


def summarise(
    sample: Sample, predictions: Floats, folds: list[Fold], *, log: bool
) -> CrossValidation:
    """Measure out-of-fold predictions of shape (n_repeats, n_samples); NaN: in no test part."""
    y = sample.y
    seen = ~np.isnan(predictions[0])
    weights = sample.weights_of(seen)
    pooled = [measure(y[seen], row[seen], log=log, weights=weights) for row in predictions]
    by_fold = [
        measure(y[test], predictions[repeat, test], log=log, weights=sample.weights_of(test))
        for repeat, (_, test) in with_repeats(folds, len(predictions))
    ]
    return CrossValidation(predictions, _mean(pooled), _mean(by_fold))


def _mean(metrics: list[Metrics]) -> Metrics:
    means: dict[str, Any] = {}
    for key in asdict(metrics[0]):
        known = [value for m in metrics if (value := getattr(m, key)) is not None]
        means[key] = float(np.mean(known)) if known else None
    return Metrics(**means)


def _mean_of_seen(values: Floats, sample: Sample) -> float:
    """Return the mean of values of shape (n_repeats, n_samples), NaN in rows that do not count."""
    seen = ~np.isnan(values[0])
    return float(np.average(values[:, seen].mean(axis=0), weights=sample.weights_of(seen)))


def _safe_mean(y: Floats, sample: Sample) -> float | None:
    """Return the mean of such values, or None where it is next to nothing beside them."""
    mean = _mean_of_seen(y, sample)
    return mean if abs(mean) > _SMALLEST_MEAN * _mean_of_seen(np.abs(y), sample) else None
