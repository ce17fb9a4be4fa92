"""What is computed of rows beside their predictions: scores, ends of intervals, contributions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from regression_model.artifact.spreading import map_blocks
from regression_model.processing.sentences import say
from regression_model.processing.verdicts import Code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.arrays import Floats
    from regression_model.artifact.explanation import Explainer
    from regression_model.artifact.intervals import Intervals
    from regression_model.artifact.runtime import Engine
    from regression_model.processing.report import Report


class Answers(NamedTuple):
    """What was computed of rows.

    Attributes
    ----------
    predictions : ndarray of shape (n_samples,)
        In target units.
    scores : ndarray of shape (n_samples,) or None
        On the model's scale.
    lower, upper : ndarray of shape (n_samples,) or None
        Ends of intervals, in target units.
    contributions : ndarray of shape (n_samples, n_features) or None
        What each feature adds to the score.
    """

    predictions: Floats
    scores: Floats | None = None
    lower: Floats | None = None
    upper: Floats | None = None
    contributions: Floats | None = None


class Computation:
    """Computes scores and predictions of rows, and what else is wanted of them.

    Parameters
    ----------
    engine : Engine
    intervals : Intervals or None
        Where ends of intervals are wanted.
    level : float or None
        Their coverage.
    explainer : Explainer or None
        Where contributions are wanted.

    Raises
    ------
    ValueError
        If the intervals do not allow this level.
    """

    def __init__(
        self,
        engine: Engine,
        intervals: Intervals | None,
        level: float | None,
        explainer: Explainer | None,
    ) -> None:
        self._engine = engine
        self._intervals = intervals
        self._offsets = None if intervals is None else intervals.offsets(level)
        self._explainer = explainer

    def answers(self, blocks: Iterable[Floats]) -> Answers:
        """Return what is computed of blocks of encoded rows."""
        computed = map_blocks(blocks, self._side_by_side, self._rows_at_once())
        scores, predictions, rest = computed[:, 0], computed[:, 1], computed[:, 2:]
        lower = upper = None
        if self._intervals is not None:
            lower, upper, rest = rest[:, 0], rest[:, 1], rest[:, 2:]
        contributions = None if self._explainer is None else rest
        return Answers(predictions, scores, lower, upper, contributions)

    def _side_by_side(self, x: Floats) -> Floats:
        """Return all that is wanted of a few rows as one table, which threads hand back as one."""
        answers = self._engine.evaluate(x)
        parts = [answers]
        if self._intervals is not None and self._offsets is not None:
            score, prediction = answers[:, :1], answers[:, 1:]
            ends = self._intervals.ends(x, np.ascontiguousarray(score), self._offsets)
            # a mean may lie outside of an interval that is around the median
            parts.append(np.minimum(ends[:, :1], prediction))
            parts.append(np.maximum(ends[:, 1:], prediction))
        if self._explainer is not None:
            parts.append(self._explainer.contributions(x))
        return np.hstack(parts)

    def _rows_at_once(self) -> int:
        """Return how many rows fit into a chunk of whichever part takes most for a row."""
        parts = (self._engine, self._intervals, self._explainer)
        return min(part.rows_at_once for part in parts if part is not None)


def withdraw(answers: Answers, report: Report) -> None:
    """Leave no number to rows that have failed, and none that is not finite."""
    predictions = answers.predictions
    if report.all_failed:
        predictions[:] = np.nan
    else:
        _refuse_infinite(predictions, report)
        predictions[list(report.failed)] = np.nan
    have_none = np.isnan(predictions)
    for ends in (answers.lower, answers.upper):
        if ends is not None:
            ends[have_none | ~np.isfinite(ends)] = np.nan


def _refuse_infinite(values: Floats, report: Report) -> None:
    """Report predictions that are no finite numbers, of rows that have not failed before."""
    for row in np.flatnonzero(~np.isfinite(values)).tolist():
        if row not in report.failed:
            message = say("not_finite")
            report.refuse(Code.NOT_FINITE_PREDICTION, message, row=row, column=None)
