"""How wide intervals must be, and how often they are right: judged on rows never seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.intervals import (
    REPORTED_LEVEL,
    interval_offsets,
    interval_table,
)
from regression_model.metrics import rounded
from regression_model.processing.time_folds import MIN_RESIDUALS
from regression_model.training.residuals import (
    Difficulty,
    expected_sizes,
    fit_difficulty,
)
from regression_model.transformers.target import score_bounds, to_scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regression_model.arrays import Floats, Indices
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.folds import Fold
    from regression_model.training.sample import Sample


FURTHER_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_TWO = 2
_N_PARTS = 5
"""Stretches of time that residuals are shared out to; and fifths of a report."""


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
    scaled, constant : IntervalQuality
    at_levels : dict of float to IntervalQuality
        Those scaled by difficulty at further levels, as far as rows are enough.
    """

    level: float
    scaled: IntervalQuality
    constant: IntervalQuality
    at_levels: dict[float, IntervalQuality] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return all figures to six significant digits."""
        return {
            "level": self.level,
            "nested": False,  # readers of artifacts know the key: once, folds were within folds
            "scaled": {k: rounded(v) for k, v in asdict(self.scaled).items()},
            "constant": {k: rounded(v) for k, v in asdict(self.constant).items()},
        }


@dataclass(frozen=True)
class _Calibration:
    """What the intervals of one fold are learned from.

    Attributes
    ----------
    residuals : ndarray of shape (n_rows,)
        Of rows of other folds.
    scaled : ndarray of shape (n_rows,)
        The same, divided by the difficulty of their rows.
    sizes : ndarray of shape (n_test_rows,)
        The difficulty of the fold's own rows, which the others teach.
    """

    residuals: Floats
    scaled: Floats
    sizes: Floats


@dataclass(frozen=True)
class _Ends:
    """Interval ends of all rows, shape (2, n_samples): lower, upper; NaN: not judged."""

    scaled: Floats
    constant: Floats


def judge_intervals(
    sample: Sample, out_of_fold: OutOfFold, difficulty: Difficulty
) -> IntervalReport:
    """Measure intervals out of fold: those of a fold are learned from residuals of the others.

    In time order these are the folds before, so that rows of the first two parts are not judged.

    Parameters
    ----------
    sample : Sample
    out_of_fold : OutOfFold
        What is answered; of it the first repeat is judged.
    difficulty : Difficulty
        Of the rows that it is answered about.

    Returns
    -------
    IntervalReport
    """
    truth, scores = to_scores(out_of_fold.transformer, sample.y), out_of_fold.scores
    folds = out_of_fold.first_folds
    calibrations = list(
        _by_other_folds(difficulty) if sample.times is None else _by_folds_before(difficulty, folds)
    )
    level, ends = _interval_ends(out_of_fold, calibrations, REPORTED_LEVEL)
    ends = _within_bounds(ends, truth, out_of_fold)
    judged = ~np.isnan(ends.scaled[0])
    fifths = np.array_split(np.argsort(scores[judged], kind="stable"), _N_PARTS)
    at_levels: dict[float, IntervalQuality] = {}
    for wanted in FURTHER_LEVELS:
        reached, further = _interval_ends(out_of_fold, calibrations, wanted)
        if reached == wanted:
            scaled = _within_bounds(further, truth, out_of_fold).scaled[:, judged]
            at_levels[wanted] = _quality(truth[judged], scaled, wanted, fifths)
    return IntervalReport(
        level,
        scaled=_quality(truth[judged], ends.scaled[:, judged], level, fifths),
        constant=_quality(truth[judged], ends.constant[:, judged], level, fifths),
        at_levels=at_levels,
    )


def _by_other_folds(difficulty: Difficulty) -> Iterator[_Calibration]:
    """Yield, for each fold, the residuals of all others, whose difficulty it does not teach."""
    n_folds = len(difficulty.tests)
    for fold in range(n_folds):
        # of two folds there is no third to teach
        scaled = difficulty.scaled(fold) if n_folds > _TWO else difficulty.scaled()
        others = np.concatenate([test for k, test in enumerate(difficulty.tests) if k != fold])
        yield _Calibration(difficulty.residuals[others], scaled[others], difficulty.sizes(fold))


def _by_folds_before(difficulty: Difficulty, folds: list[Fold]) -> Iterator[_Calibration | None]:
    """Yield, for each fold, what the residuals before it teach; None where these are too few."""
    part, inputs, residuals = difficulty.part, difficulty.inputs, difficulty.residuals
    for train, test in folds:
        known = train[~np.isnan(residuals[train])]
        if len(known) < MIN_RESIDUALS:
            yield None
            continue
        of_known = inputs[known], residuals[known]
        stretches = np.array_split(np.arange(len(known)), _N_PARTS)
        sizes = expected_sizes(part.difficulty, part.seed, *of_known, stretches)
        model = fit_difficulty(part.difficulty, part.seed, *of_known)
        yield _Calibration(residuals[known], residuals[known] / sizes, model.predict(inputs[test]))


def _interval_ends(
    out_of_fold: OutOfFold, calibrations: Iterable[_Calibration | None], level: float
) -> tuple[float, _Ends]:
    """Return the level that rows are enough for, and the ends of both kinds of intervals."""
    scores = out_of_fold.scores
    ends = _Ends(*(np.full((2, len(scores)), np.nan) for _ in range(2)))
    for (_, test), known in zip(out_of_fold.first_folds, calibrations, strict=True):
        if known is None:
            continue
        # beyond this level, an end would lie outside all residuals that there are
        level = min(level, 1 - 2 / (len(known.residuals) + 1))
        for place, units, spread in (
            (ends.scaled, known.scaled, known.sizes),
            (ends.constant, known.residuals, np.ones(len(test))),
        ):
            offsets = interval_offsets(interval_table(units), level)
            place[:, test] = scores[test] + np.multiply.outer(offsets, spread)
    return level, ends


def _within_bounds(ends: _Ends, truth: Floats, out_of_fold: OutOfFold) -> _Ends:
    """Return ends as they are answered: none beyond the bounds of the target."""
    model = out_of_fold.pipeline[-1]
    low, high = score_bounds(out_of_fold.transformer, model.minimum, model.maximum)
    # truths are within the bounds: rounding must not put one that lies at a bound outside of it
    low, high = min(low, float(truth.min())), max(high, float(truth.max()))
    return _Ends(np.clip(ends.scaled, low, high), np.clip(ends.constant, low, high))


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
