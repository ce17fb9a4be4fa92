"""What a config leaves to the data: the target's scale and the weights of the branches.

One cross-validation of all branches decides, before anything else is measured. Rows that the
hold-out keeps aside take no part in it; where the others make no two folds, nothing is chosen.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from regression_model.exceptions import DataError
from regression_model.metrics import exact_unit, rounded
from regression_model.training.averaging import convex_weights
from regression_model.training.fitting import fit, one_thread
from regression_model.training.folds import MIN_FITTED_ROWS, hold_out_split, make_folds
from regression_model.training.workers import in_parallel
from regression_model.transformers.target import (
    Transform,
    residual_quantiles,
    smear,
    to_scores,
    within,
)

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.config.core import EvaluationConfig
    from regression_model.training.fitting import Progress
    from regression_model.training.folds import Fold
    from regression_model.training.plan import OpenModel
    from regression_model.training.sample import Sample
    from regression_model.transformers.target import TargetRegressor


logger = logging.getLogger(__name__)

MAX_FOLDS = 5
MAX_ROWS = 20_000
"""More rows would make the choice slower, not another one."""
_PRIOR_ROWS = 50
"""So many rows speak for equal weights."""


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes
    ----------
    transform : str
        The target's scale, never ``auto``.
    weights : dict of str to float
        By branch; branches that are not in it are left out.
    errors : dict of str to float
        By transform, the root mean squared error out of fold of what the model would answer, in
        target units; empty where there was nothing to choose.
    """

    transform: Transform
    weights: dict[str, float]
    errors: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the errors by transform, and the weights by branch, to six significant digits."""
        known = {name: error for name, error in self.errors.items() if np.isfinite(error)}
        return {
            "errors": {name: rounded(error) for name, error in known.items()},
            "weights": self.weights,
        }


def choose(
    sample: Sample,
    model: OpenModel,
    evaluation: EvaluationConfig,
    *,
    seed: int,
    progress: Progress | None = None,
) -> Choice:
    """Choose the scale where it is ``auto``, and the weights where they are ``learned``.

    Parameters
    ----------
    sample : Sample
    model : OpenModel
    evaluation : EvaluationConfig
        Folds, at most 5 of them, are made as these say, of the rows that the hold-out leaves.
    seed : int
        Of the folds.
    progress : callable, optional
        Told about every part that is done.

    Returns
    -------
    Choice

    Notes
    -----
    Weights are those of least squares on out-of-fold scores that are not negative and add up to one
    (L. Breiman, "Stacked Regressions", Machine Learning 24, 1996), drawn towards equal ones as far
    as 50 rows would.
    """
    transforms = _candidates(model.transform, sample.y)
    if len(transforms) == 1 and not model.learns_weights:
        return Choice(transforms[0], model.weights, {})
    deciding, folds = _deciding(sample, evaluation, seed)
    if not folds:
        _warn_of_no_choice(transforms[0])
        return Choice(transforms[0], model.weights, {})
    pipelines = {transform: model.make_pipeline(transform) for transform in transforms}
    scores = _out_of_fold_scores(pipelines, deciding, folds, len(model.weights), progress)
    errors: dict[str, float] = {}
    weights: dict[str, dict[str, float]] = {}
    for transform, pipeline in pipelines.items():
        errors[transform], weights[transform] = _judge(
            scores[transform], deciding, pipeline[-1], model, model.branches_on(transform)
        )
    best = min(transforms, key=lambda transform: errors[transform])
    return Choice(best, weights[best], errors)


def _candidates(transform: Transform, y: Floats) -> tuple[Transform, ...]:
    """Return the scales to try; logarithms and roots are for targets that are never negative."""
    if transform != "auto":
        return (transform,)
    if y.min() < 0:
        return ("none",)
    return ("none", "sqrt", "log" if y.min() > 0 else "log1p")


def _deciding(sample: Sample, evaluation: EvaluationConfig, seed: int) -> tuple[Sample, list[Fold]]:
    """Return the rows that decide, and folds of them; none if they are too few."""
    rows, _ = hold_out_split(sample, evaluation.hold_out, seed)
    rows = np.sort(rows)
    if len(rows) > MAX_ROWS:
        random = np.random.default_rng(seed)
        rows = np.sort(random.choice(rows, MAX_ROWS, replace=False))
    deciding = sample.take(rows)
    for n_folds in range(min(evaluation.folds, MAX_FOLDS), 1, -1):
        fewer = evaluation.model_copy(update={"folds": n_folds, "repeats": 1})
        try:
            folds = make_folds(deciding, fewer, seed)
        except (DataError, ValueError):  # too few groups or times among these rows
            continue
        if min(len(train) for train, _ in folds) >= MIN_FITTED_ROWS:
            return deciding, folds
    return deciding, []


def _warn_of_no_choice(transform: Transform) -> None:
    logger.warning(
        "the rows besides the hold-out make no two folds to choose by: the scale of the target is "
        "%s, and estimators keep the weights that the config gives; give more rows or groups, or a "
        "smaller evaluation.hold_out",
        transform,
    )


def _out_of_fold_scores(
    pipelines: dict[Transform, Pipeline],
    sample: Sample,
    folds: list[Fold],
    n_branches: int,
    progress: Progress | None,
) -> dict[Transform, Floats]:
    """Return scores of shape (n_samples, n_branches) by transform; NaN: in no test part."""
    jobs = [(transform, fold) for transform in pipelines for fold in folds]
    calls = ((pipelines[transform], sample, fold) for transform, fold in jobs)
    scores = {t: np.full((len(sample), n_branches), np.nan) for t in pipelines}
    results = in_parallel(_branch_scores, calls)
    for i, ((transform, (_, test)), values) in enumerate(zip(jobs, results, strict=True)):
        scores[transform][test] = values
        if progress is not None:
            progress("scale and weights", i + 1, len(jobs))
    return scores


def _branch_scores(pipeline: Pipeline, sample: Sample, fold: Fold) -> Floats:
    train, test = fold
    fitted = fit(pipeline, sample.take(train))
    with one_thread():
        features = fitted[:-1].transform(sample.X.iloc[test])
        return np.asarray(fitted[-1].regressor_.predict_branches(features))


def _judge(
    scores: Floats,
    sample: Sample,
    regressor: TargetRegressor,
    model: OpenModel,
    branches: list[str],
) -> tuple[float, dict[str, float]]:
    """Return the error in target units of what the model would answer, and its weights."""
    seen = np.flatnonzero(~np.isnan(scores).any(axis=1))
    scores, y, row_weights = scores[seen], sample.y[seen], sample.weights_of(seen)
    transformer = clone(regressor.transformer).fit(y.reshape(-1, 1))
    truth = to_scores(transformer, y)
    kept = model.weights
    given = np.array(list(kept.values()))
    shares = given / given.sum()
    if model.learns_weights:
        places = [list(kept).index(name) for name in branches]
        shares = np.zeros(len(kept))
        shares[places] = convex_weights(
            scores[:, places], truth, row_weights, prior_rows=_PRIOR_ROWS
        )
        learned = zip(kept, shares.tolist(), strict=True)
        kept = {name: weight for name, weight in learned if weight > 0}
    score = scores @ shares
    residuals = residual_quantiles(truth - score) if model.answers_mean else None
    answers = smear(transformer, score, residuals)
    errors = y - within(answers, regressor.minimum, regressor.maximum)
    return _root_mean_square(errors, row_weights), kept


def _root_mean_square(errors: Floats, weights: Floats | None) -> float:
    """Return it, infinite where an error is: such a scale is never the best."""
    unit = exact_unit(errors)  # squares of huge errors would be infinite
    square = float(np.average(np.square(errors / unit), weights=weights))
    return unit * float(np.sqrt(square)) if np.isfinite(square) else np.inf
