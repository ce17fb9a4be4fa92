"""How far off predictions are: residuals, their difficulty, and the quality of intervals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import KFold

from regression_model.artifact.intervals import interval_offsets, interval_table
from regression_model.estimators.difficulty import DifficultySettings, learn_difficulty
from regression_model.metrics import rounded
from regression_model.processing.time_folds import MIN_RESIDUALS
from regression_model.training.folds import (
    MIN_FITTED_ROWS,
    Fold,
    Progress,
    group_folds,
    one_thread,
    predict_folds,
    with_repeats,
)
from regression_model.training.sample import NO_FACTS, RowFacts
from regression_model.transformers.target import residual_quantiles, smear, to_scores

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats, Indices
    from regression_model.config.core import ModelConfig


REPORTED_LEVEL = 0.9
_N_PARTS = 5


@dataclass(frozen=True)
class IntervalQuality:
    """What intervals of one level did on rows that neither model nor residuals had seen.

    Attributes
    ----------
    coverage : float
        Share of rows whose truth lies inside.
    coverage_by_fifth : list of float
        The same, by fifths of the predicted value from low to high.
    mean_width : float
        On the score's scale.
    mean_score : float
        Mean interval loss on the score's scale (R. Winkler's; the interval score of T. Gneiting,
        A. Raftery, JASA 102, 2007, section 6.2): the width, plus ``2 / (1 - level)`` times the
        distance of a truth outside. Lower is better.
    """

    coverage: float
    coverage_by_fifth: list[float]
    mean_width: float
    mean_score: float


@dataclass(frozen=True)
class IntervalReport:
    """Quality of intervals scaled by difficulty, and of intervals of constant width beside it.

    Attributes
    ----------
    level : float
        Wanted coverage.
    nested : bool
        Whether residuals came from models that never saw the fold they are judged on.
    scaled, constant : IntervalQuality
    """

    level: float
    nested: bool
    scaled: IntervalQuality
    constant: IntervalQuality

    def to_dict(self) -> dict[str, Any]:
        """Return all figures to six significant digits."""
        return {
            "level": self.level,
            "nested": self.nested,
            "scaled": {k: rounded(v) for k, v in asdict(self.scaled).items()},
            "constant": {k: rounded(v) for k, v in asdict(self.constant).items()},
        }


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


def scaled_residuals(
    settings: DifficultySettings,
    seed: int,
    inputs: Floats,
    residuals: Floats,
    test_parts: list[Indices],
) -> Floats:
    """Return residuals divided by the difficulty that the rows of all other parts teach."""
    scaled = np.empty(len(residuals))
    for test in test_parts:
        rest = np.setdiff1d(np.arange(len(residuals)), test)
        fitted = fit_difficulty(settings, seed, inputs[rest], residuals[rest])
        scaled[test] = residuals[test] / fitted.predict(inputs[test])
    return scaled


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


def judge_intervals(
    pipeline: Pipeline,
    config: ModelConfig,
    X: pd.DataFrame,
    y: Floats,
    *,
    x: Floats,
    transformer: Any,
    predictions: Floats,
    folds: list[Fold],
    facts: RowFacts = NO_FACTS,
    progress: Progress | None = None,
) -> IntervalReport:
    """Measure intervals by nested cross-validation.

    In each fold, residuals and difficulty come from a cross-validation within its training rows,
    and are judged on its test rows.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted.
    config : ModelConfig
    X : DataFrame of shape (n_samples, n_columns)
        The raw table.
    y : ndarray of shape (n_samples,)
        The target.
    x : ndarray of shape (n_samples, n_encoded_columns)
        The encoded table.
    transformer : transformer
        Fitted, from target units to scores.
    predictions : ndarray of shape (n_samples,)
        Out-of-fold predictions of one repeat.
    folds : list of (ndarray, ndarray)
        The folds of that repeat.
    facts : RowFacts
        Weights, groups and times of the rows. With times, residuals of earlier folds are honest as
        they are, and rows of the first two parts are not judged.
    progress : callable, optional

    Returns
    -------
    IntervalReport
    """
    truth, scores = to_scores(transformer, y), to_scores(transformer, predictions)
    wanted = config.evaluation.inner_folds if facts.times is None else 0
    inner = _inner_folds(wanted, folds)
    inner_predictions = _inner_predictions(
        pipeline, X, y, folds, inner=inner, seed=config.seed, facts=facts, progress=progress
    )
    ends = {is_scaled: np.full((2, len(y)), np.nan) for is_scaled in (True, False)}
    level = REPORTED_LEVEL
    for (train, test), (parts, predicted) in zip(folds, inner_predictions, strict=True):
        seen = scores[train] if predicted is None else to_scores(transformer, predicted)
        known = ~np.isnan(seen)
        if not known.all():
            if known.sum() < MIN_RESIDUALS:
                continue
            train, seen = train[known], seen[known]  # noqa: PLW2901
            parts = np.array_split(np.arange(len(train)), _N_PARTS)  # noqa: PLW2901
        inputs, residuals = difficulty_input(x[train], seen), truth[train] - seen
        scaled = scaled_residuals(config.difficulty, config.seed, inputs, residuals, parts)
        model = fit_difficulty(config.difficulty, config.seed, inputs, residuals)
        size = model.predict(difficulty_input(x[test], scores[test]))
        level = min(level, 1 - 2 / (len(train) + 1))
        for is_scaled, units in ((True, scaled), (False, residuals)):
            offsets = interval_offsets(interval_table(units), level)
            spread = size if is_scaled else np.ones(len(test))
            ends[is_scaled][:, test] = scores[test] + np.multiply.outer(offsets, spread)
    judged = ~np.isnan(ends[True][0])
    fifths = np.array_split(np.argsort(scores[judged], kind="stable"), _N_PARTS)
    scaled_quality, constant_quality = (
        _quality(truth[judged], ends[is_scaled][:, judged], level, fifths)
        for is_scaled in (True, False)
    )
    is_honest = inner > 0 or facts.times is not None
    return IntervalReport(level, is_honest, scaled_quality, constant_quality)


def _inner_folds(wanted: int, folds: list[Fold]) -> int:
    """Return the wanted number, or 0 where too few rows would be left to fit on."""
    n_rows = min(len(train) for train, _ in folds)
    return wanted if wanted > 1 and n_rows - -(-n_rows // wanted) >= MIN_FITTED_ROWS else 0


def _inner_predictions(
    pipeline: Pipeline,
    X: pd.DataFrame,
    y: Floats,
    folds: list[Fold],
    *,
    inner: int,
    seed: int,
    facts: RowFacts,
    progress: Progress | None,
) -> list[tuple[list[Indices], Floats | None]]:
    """Cross-validate within the training rows of each fold.

    Return, for each fold, the test parts as positions among its training rows, and predictions of
    these rows; None without inner folds.
    """
    smallest = min(len(train) for train, _ in folds)
    count = inner or min(_N_PARTS, smallest)
    parts = [_parts(facts.take(train), len(train), count, seed) for train, _ in folds]
    if inner == 0:
        return [(tests, None) for tests in parts]
    jobs = [
        (np.delete(train, test), train[test])
        for (train, _), tests in zip(folds, parts, strict=True)
        for test in tests
    ]
    predicted = predict_folds(
        pipeline, X, y, jobs, what="intervals", facts=facts, progress=progress
    )
    found: list[tuple[list[Indices], Floats | None]] = []
    for (train, _), tests in zip(folds, parts, strict=True):
        values = np.empty(len(train))
        for test in tests:
            values[test] = next(predicted)
        found.append((tests, values))
    return found


def _parts(facts: RowFacts, n_rows: int, count: int, seed: int) -> list[Indices]:
    """Share rows out, those of a group to one part where that leaves rows enough."""
    if facts.groups is not None and len(np.unique(facts.groups)) >= count:
        tests = [test for _, test in group_folds(facts.groups, count, seed)]
        if n_rows - max(map(len, tests)) >= MIN_FITTED_ROWS:
            return tests
    splitter = KFold(count, shuffle=True, random_state=seed)
    return [test for _, test in splitter.split(np.empty(n_rows))]


def _quality(truth: Floats, ends: Floats, level: float, fifths: list[Indices]) -> IntervalQuality:
    lower, upper = ends
    inside = (truth >= lower) & (truth <= upper)
    miss = np.maximum(lower - truth, 0) + np.maximum(truth - upper, 0)
    return IntervalQuality(
        coverage=float(inside.mean()),
        coverage_by_fifth=[float(inside[rows].mean()) if rows.size else 1.0 for rows in fifths],
        mean_width=float((upper - lower).mean()),
        mean_score=float((upper - lower + 2 / (1 - level) * miss).mean()),
    )
