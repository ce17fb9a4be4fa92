"""How wide intervals must be, and how often they are right: judged on rows never seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import KFold

from regression_model.artifact.intervals import interval_offsets, interval_table
from regression_model.metrics import rounded
from regression_model.processing.time_folds import MIN_RESIDUALS
from regression_model.training.folds import MIN_FITTED_ROWS, group_folds
from regression_model.training.residuals import (
    difficulty_input,
    fit_difficulty,
    scaled_residuals,
)
from regression_model.transformers.target import score_bounds, to_scores

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.plan import IntervalPart
    from regression_model.training.sample import Sample


REPORTED_LEVEL = 0.9
_N_PARTS = 5
"""Parts that rows are shared out to where residuals are at hand; and fifths of a report."""


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
    """

    level: float
    scaled: IntervalQuality
    constant: IntervalQuality

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
    """The rows by which the intervals of one fold are learned.

    Attributes
    ----------
    rows : ndarray of int
        Training rows of the fold.
    scores : ndarray of shape (len(rows),)
        What models say of them that have not seen them.
    parts : list of ndarray of int
        The rows by position, shared out: the difficulty of each part is learned from the others.
    """

    rows: Indices
    scores: Floats
    parts: list[Indices]


@dataclass(frozen=True)
class _Ends:
    """Interval ends of all rows, shape (2, n_samples): lower, upper; NaN: not judged."""

    scaled: Floats
    constant: Floats


def judge_intervals(sample: Sample, out_of_fold: OutOfFold, part: IntervalPart) -> IntervalReport:
    """Measure intervals out of fold: those of a fold are learned from residuals of the others.

    In time order these are the folds before, so that rows of the first two parts are not judged.

    Parameters
    ----------
    sample : Sample
    out_of_fold : OutOfFold
        What is answered; of it the first repeat is judged.
    part : IntervalPart

    Returns
    -------
    IntervalReport
    """
    calibrations = _residuals_at_hand(sample, out_of_fold, part.seed)
    x = clone(out_of_fold.pipeline[0]).fit_transform(sample.X).to_numpy()
    truth, scores = to_scores(out_of_fold.transformer, sample.y), out_of_fold.scores
    level, ends = _interval_ends(x, truth, out_of_fold, calibrations, part)
    ends = _within_bounds(ends, truth, out_of_fold)
    judged = ~np.isnan(ends.scaled[0])
    fifths = np.array_split(np.argsort(scores[judged], kind="stable"), _N_PARTS)
    return IntervalReport(
        level,
        scaled=_quality(truth[judged], ends.scaled[:, judged], level, fifths),
        constant=_quality(truth[judged], ends.constant[:, judged], level, fifths),
    )


def _residuals_at_hand(
    sample: Sample, out_of_fold: OutOfFold, seed: int
) -> list[_Calibration | None]:
    """Take the predictions of the other folds, which in time order are those before."""
    folds, scores = out_of_fold.first_folds, out_of_fold.scores
    count = min(_N_PARTS, *(len(train) for train, _ in folds))
    return [
        _calibration(train, scores[train], _parts(sample, train, count, seed)) for train, _ in folds
    ]


def _calibration(rows: Indices, scores: Floats, parts: list[Indices]) -> _Calibration | None:
    """Keep the rows that have a score; None where these are too few to judge by."""
    known = ~np.isnan(scores)
    if known.all():
        return _Calibration(rows, scores, parts)
    n_known = int(known.sum())
    if n_known < MIN_RESIDUALS:
        return None
    # in time order, so that parts are stretches of time as well
    parts = np.array_split(np.arange(n_known), _N_PARTS)
    return _Calibration(rows[known], scores[known], parts)


def _parts(sample: Sample, rows: Indices, count: int, seed: int) -> list[Indices]:
    """Share rows out, by position; those of a group to one part where that leaves rows enough."""
    groups = None if sample.groups is None else sample.groups[rows]
    if groups is not None and len(np.unique(groups)) >= count:
        tests = [test for _, test in group_folds(groups, count, seed)]
        if len(rows) - max(map(len, tests)) >= MIN_FITTED_ROWS:
            return tests
    splitter = KFold(count, shuffle=True, random_state=seed)
    return [test for _, test in splitter.split(np.empty(len(rows)))]


def _interval_ends(
    x: Floats,
    truth: Floats,
    out_of_fold: OutOfFold,
    calibrations: list[_Calibration | None],
    part: IntervalPart,
) -> tuple[float, _Ends]:
    """Return the level that rows are enough for, and the ends of both kinds of intervals."""
    level, scores = REPORTED_LEVEL, out_of_fold.scores
    ends = _Ends(*(np.full((2, len(truth)), np.nan) for _ in range(2)))
    for (_, test), known in zip(out_of_fold.first_folds, calibrations, strict=True):
        if known is None:
            continue
        inputs = difficulty_input(x[known.rows], known.scores)
        residuals = truth[known.rows] - known.scores
        scaled = scaled_residuals(part.difficulty, part.seed, inputs, residuals, known.parts)
        model = fit_difficulty(part.difficulty, part.seed, inputs, residuals)
        size = model.predict(difficulty_input(x[test], scores[test]))
        # beyond this level, an end would lie outside all residuals that there are
        level = min(level, 1 - 2 / (len(known.rows) + 1))
        for place, units, spread in (
            (ends.scaled, scaled, size),
            (ends.constant, residuals, np.ones(len(test))),
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
