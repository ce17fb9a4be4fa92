"""The target's scale, where the config leaves it to the data."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from regression_model.metrics import exact_unit
from regression_model.training.averaging import PRIOR_ROWS, convex_weights
from regression_model.training.jobs import Job, score_jobs
from regression_model.transformers.target import (
    Transform,
    make_transformer,
    residual_quantiles,
    smear,
    to_scores,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.arrays import Floats
    from regression_model.training.division import Division
    from regression_model.training.jobs import Scored
    from regression_model.training.plan import OpenModel
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample
    from regression_model.training.shuffling import Shuffle

logger = logging.getLogger(__name__)

MAX_ROWS = 20_000
"""More rows would make the choice slower, not another one: fits on fewer cost less than it saves to
use them again."""


@dataclass(frozen=True)
class ScaleChoice:
    """The target's scale, and the fits that it was chosen by.

    Attributes
    ----------
    transform : str
        Never ``auto``.
    errors : dict of str to float
        By transform, the root mean squared error out of fold in target units; empty where there was
        nothing to choose.
    scored : dict
        What the fits that were made say out of fold.
    """

    transform: Transform
    errors: dict[str, float] = field(default_factory=dict)
    scored: Scored = field(default_factory=dict)


def candidate_scales(transform: Transform, y: Floats) -> tuple[Transform, ...]:
    """Return the scales to try; logarithms and roots are for targets that are never negative."""
    if transform != "auto":
        return (transform,)
    if y.min() < 0:
        return ("none",)
    return ("none", "sqrt", "log" if y.min() > 0 else "log1p")


def choose_scale(
    sample: Sample,
    model: OpenModel,
    division: Division,
    counter: FitCounter,
    *,
    shuffles: Mapping[int, Shuffle] | None = None,
) -> ScaleChoice:
    """Choose the scale, where it is ``auto``, by two cheap branches of unlike kinds.

    Parameters
    ----------
    sample : Sample
    model : OpenModel
    division : Division
        The folds of its first repeat decide.
    counter : FitCounter
    shuffles : mapping of int to Shuffle, optional
        As of `score_jobs`.

    Returns
    -------
    ScaleChoice
    """
    transforms = candidate_scales(model.transform, sample.y)
    if len(transforms) == 1:
        return ScaleChoice(transforms[0])
    if not division.is_apart:
        logger.warning("the scale of the target is %s, as nothing is chosen", transforms[0])
        return ScaleChoice(transforms[0])
    step = thinning(len(sample))
    folds = [(train[::step], test[::step]) for train, test in division.first_folds]
    jobs = [
        Job(transform, branch, i)
        for transform in transforms
        for branch in model.judges_of(transform)
        for i in range(len(folds))
    ]
    scored = score_jobs(
        sample,
        model,
        jobs,
        folds,
        stage="scale of the target",
        counter=counter,
        shuffles=shuffles if step == 1 else None,  # fits on fewer rows are not used again
    )
    errors: dict[str, float] = {}
    for transform in transforms:
        branches = model.judges_of(transform)
        scores = np.full((len(sample), len(branches)), np.nan)
        for place, branch in enumerate(branches):
            for i, (_, test) in enumerate(folds):
                scores[test, place] = scored[Job(transform, branch, i)].test
        errors[transform] = _error_of_branches(sample, model, transform, scores)
    best = min(transforms, key=lambda transform: errors[transform])
    return ScaleChoice(best, errors, scored if step == 1 else {})


def thinning(n_rows: int) -> int:
    """Return of how many rows one decides on the scale."""
    return max(1, n_rows // MAX_ROWS)


def _error_of_branches(
    sample: Sample, model: OpenModel, transform: Transform, scores: Floats
) -> float:
    """Return the error of the average of scores of shape (n_samples, n_branches)."""
    seen = np.flatnonzero(~np.isnan(scores).any(axis=1))
    given = np.array([model.weights[branch] for branch in model.judges_of(transform)])
    shares = given / given.sum()
    if model.learns_weights:
        y = sample.y[seen]
        truth = to_scores(make_transformer(transform).fit(y.reshape(-1, 1)), y)
        shares = convex_weights(scores[seen], truth, sample.weights_of(seen), prior_rows=PRIOR_ROWS)
    return error_on_scale(sample, transform, scores @ shares, model=model)


def error_on_scale(
    sample: Sample, transform: Transform, scores: Floats, *, model: OpenModel
) -> float:
    """Return the error in target units of what scores of shape (n_samples,) would answer."""
    seen = np.flatnonzero(~np.isnan(scores))
    scores, y = scores[seen], sample.y[seen]
    transformer = make_transformer(transform).fit(y.reshape(-1, 1))
    residuals = to_scores(transformer, y) - scores
    answers = smear(
        transformer, scores, residual_quantiles(residuals) if model.answers_mean else None
    )
    errors = y - within(answers, *model.bounds)
    return _root_mean_square(errors, sample.weights_of(seen))


def _root_mean_square(errors: Floats, weights: Floats | None) -> float:
    """Return it, infinite where an error is: such a scale is never the best."""
    unit = exact_unit(errors)  # squares of huge errors would be infinite
    square = float(np.average(np.square(errors / unit), weights=weights))
    return unit * float(np.sqrt(square)) if np.isfinite(square) else np.inf
