"""What a config leaves to the data: the target's scale and the weights of the branches.

One cross-validation of all branches decides, before anything else is measured. Rows that the
hold-out keeps aside take no part in it; where the others make no two folds, nothing is chosen.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import nnls

from regression_model.exceptions import DataError
from regression_model.metrics import exact_unit, rounded
from regression_model.pipeline import build_pipeline
from regression_model.training.folds import (
    MIN_FITTED_ROWS,
    fit,
    hold_out_split,
    make_folds,
    one_thread,
)
from regression_model.training.sample import NO_FACTS, RowFacts
from regression_model.training.workers import in_parallel
from regression_model.transformers.target import (
    Transform,
    make_transformer,
    residual_quantiles,
    smear,
    to_scores,
)

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.arrays import Floats, Indices
    from regression_model.config.core import ModelConfig
    from regression_model.training.folds import Fold, Progress


logger = logging.getLogger(__name__)

MAX_FOLDS = 5
MAX_ROWS = 20_000
_PRIOR_ROWS = 50
_SMALLEST_WEIGHT = 0.05
_SUM_COUNTS = 1e3


@dataclass(frozen=True)
class Selection:
    """What was chosen.

    Attributes
    ----------
    settings : ModelConfig
        The config with nothing left open: one scale, and the branches that have a weight.
    errors : dict of str to float
        By transform, the root mean squared error out of fold of what the model would answer, in
        target units; empty where there was nothing to choose.
    """

    settings: ModelConfig
    errors: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return the errors by transform, and the weights by branch, to six significant digits."""
        branches = self.settings.estimators.items()
        return {
            "errors": {
                name: rounded(error) for name, error in self.errors.items() if np.isfinite(error)
            },
            "weights": {name: branch.weight for name, branch in branches},
        }


def select_model(
    settings: ModelConfig,
    X: pd.DataFrame,
    y: Floats,
    *,
    facts: RowFacts = NO_FACTS,
    progress: Progress | None = None,
) -> Selection:
    """Choose the scale where it is ``auto``, and the weights where they are ``learned``.

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
    Selection

    Notes
    -----
    Weights are those of least squares on out-of-fold scores that are not negative and add up to one
    (L. Breiman, "Stacked Regressions", Machine Learning 24, 1996), drawn towards equal ones as far
    as 50 rows would.
    """
    transforms = _candidates(settings, y)
    learns = settings.average == "learned" and len(settings.estimators) > 1
    if len(transforms) == 1 and not learns:
        return Selection(_closed(settings, transforms[0], None), {})
    rows, folds = _rows_and_folds(settings, y, facts)
    if not folds:
        return _no_choice(settings, transforms[0])
    X, y, facts = X.iloc[rows], y[rows], facts.take(rows)
    open_ = {t: _closed(settings, t, None) for t in transforms}
    predicted = _out_of_fold(open_, X, y, folds=folds, facts=facts, progress=progress)
    found = {
        t: _judge(scores, y, settings=open_[t], facts=facts, learns=learns)
        for t, scores in predicted.items()
    }
    best = min(transforms, key=lambda t: found[t][0])
    weights = found[best][1] if learns else None
    return Selection(_closed(settings, best, weights), {t: found[t][0] for t in transforms})


def _candidates(settings: ModelConfig, y: Floats) -> tuple[Transform, ...]:
    """Return the scales to try; logarithms and roots are for targets that are never negative."""
    transform = settings.target.transform
    if transform != "auto":
        return (transform,)
    if y.min() < 0:
        return ("none",)
    return ("none", "sqrt", "log" if y.min() > 0 else "log1p")


def _closed(settings: ModelConfig, transform: Transform, weights: Floats | None) -> ModelConfig:
    """Return settings with a scale and with weights; branches without a weight are left out."""
    estimators = settings.estimators
    if weights is not None:
        pairs = zip(estimators.items(), weights.tolist(), strict=True)
        estimators = {
            name: branch.model_copy(update={"weight": weight})
            for (name, branch), weight in pairs
            if weight > 0
        }
    target = settings.target.model_copy(update={"transform": transform})
    return settings.model_copy(
        update={"target": target, "estimators": estimators, "average": "weighted"}
    )


def _rows_and_folds(
    settings: ModelConfig, y: Floats, facts: RowFacts
) -> tuple[Indices, list[Fold]]:
    """Return the rows that decide, and folds of them by position among them; none if too few."""
    evaluation = settings.evaluation
    rows, _ = hold_out_split(len(y), evaluation.hold_out, settings.seed, facts)
    rows = np.sort(rows)
    if len(rows) > MAX_ROWS:
        random = np.random.default_rng(settings.seed)
        rows = np.sort(random.choice(rows, MAX_ROWS, replace=False))
    for n_folds in range(min(evaluation.folds, MAX_FOLDS), 1, -1):
        fewer = evaluation.model_copy(update={"folds": n_folds, "repeats": 1})
        try:
            folds = make_folds(len(rows), fewer, settings.seed, facts.take(rows))
        except (DataError, ValueError):  # too few groups or times among these rows
            continue
        if min(len(train) for train, _ in folds) >= MIN_FITTED_ROWS:
            return rows, folds
    return rows, []


def _no_choice(settings: ModelConfig, transform: Transform) -> Selection:
    """Leave the scale and the weights as they are given, and say so."""
    logger.warning(
        "the rows besides the hold-out make no two folds to choose by: the scale of the target is "
        "%s, and estimators keep the weights that the config gives; give more rows or groups, or a "
        "smaller evaluation.hold_out",
        transform,
    )
    return Selection(_closed(settings, transform, None), {})


def _out_of_fold(
    settings: dict[Transform, ModelConfig],
    X: pd.DataFrame,
    y: Floats,
    *,
    folds: list[Fold],
    facts: RowFacts,
    progress: Progress | None,
) -> dict[Transform, Floats]:
    """Return scores of shape (n_samples, n_branches) by transform; NaN: in no test part."""
    jobs = [(transform, fold) for transform in settings for fold in folds]
    calls = ((settings[t], X, y, fold, facts) for t, fold in jobs)
    scores = {t: np.full((len(y), len(s.estimators)), np.nan) for t, s in settings.items()}
    results = in_parallel(_branch_scores, calls)
    for i, ((transform, (_, test)), values) in enumerate(zip(jobs, results, strict=True)):
        scores[transform][test] = values
        if progress is not None:
            progress("scale and weights", i + 1, len(jobs))
    return scores


def _branch_scores(
    settings: ModelConfig, X: pd.DataFrame, y: Floats, fold: Fold, facts: RowFacts
) -> Floats:
    train, test = fold
    fitted = fit(build_pipeline(settings), X.iloc[train], y[train], facts.take(train))
    with one_thread():
        features = fitted[:-1].transform(X.iloc[test])
        return np.asarray(fitted[-1].regressor_.predict_branches(features))


def _judge(
    scores: Floats, y: Floats, *, settings: ModelConfig, facts: RowFacts, learns: bool
) -> tuple[float, Floats]:
    """Return the error in target units of what the model would answer, and its weights."""
    seen = np.flatnonzero(~np.isnan(scores).any(axis=1))
    scores, y, row_weights = scores[seen], y[seen], facts.take(seen).weights
    transformer = make_transformer(settings.target.transform).fit(y.reshape(-1, 1))
    truth = to_scores(transformer, y)
    given = np.array([branch.weight for branch in settings.estimators.values()])
    weights = given / given.sum()
    if learns:
        weights = convex_weights(scores, truth, row_weights, prior_rows=_PRIOR_ROWS)
    score = scores @ weights
    is_mean = settings.target.prediction == "mean"
    residuals = residual_quantiles(truth - score) if is_mean else None
    errors = y - smear(transformer, score, residuals)
    unit = exact_unit(errors)
    square = float(np.average(np.square(errors / unit), weights=row_weights))
    return unit * float(np.sqrt(square)) if np.isfinite(square) else np.inf, weights


def convex_weights(
    predictions: Floats,
    y: Floats,
    sample_weight: Floats | None = None,
    *,
    prior_rows: float = 0.0,
) -> Floats:
    """Return the weights, none negative, of sum one, whose average comes closest to the truth.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_estimators)
    y : ndarray of shape (n_samples,)
    sample_weight : ndarray of shape (n_samples,), optional
        How much each row counts.
    prior_rows : float
        How many rows, with errors like the best estimator's, speak for equal weights: few rows
        cannot tell estimators apart that are about as good.

    Returns
    -------
    ndarray of shape (n_estimators,)
        Those below 0.05 are zero.

    Examples
    --------
    >>> import numpy as np
    >>> truth = np.arange(10.0)
    >>> convex_weights(np.column_stack([truth + 1, truth - 1]), truth).tolist()
    [0.5, 0.5]
    """
    errors = predictions - y[:, None]
    errors /= exact_unit(errors)
    if sample_weight is not None:
        errors = errors * np.sqrt(sample_weight / sample_weight.mean())[:, None]
    squares = np.mean(np.square(errors), axis=0)
    scale = float(np.sqrt(np.mean(squares))) or 1.0
    n_estimators = len(squares)
    equal = np.sqrt(prior_rows * squares.min()) / scale * np.eye(n_estimators)
    heavy = np.full((1, n_estimators), _SUM_COUNTS * np.sqrt(len(y)))
    wanted = np.concatenate([np.zeros(len(y)), equal.mean(axis=1), heavy[0, :1]])
    weights, _ = nnls(np.vstack([errors / scale, equal, heavy]), wanted)
    weights = np.where(weights < _SMALLEST_WEIGHT * weights.sum(), 0.0, weights)
    return np.asarray(np.round(weights / weights.sum(), 6))
