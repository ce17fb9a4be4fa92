"""Rows counted as a model is given them, and with what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.counts import RowCounter
from regression_model.artifact.intervals import LOWEST_LEVEL
from regression_model.artifact.residuals import Residuals
from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.counts import RowCounts
    from regression_model.artifact.model import Model
    from regression_model.processing.report import Report


class Counting:
    """Counts the rows that a model answers, by the profile that it keeps of its training table.

    Parameters
    ----------
    model : Model

    Attributes
    ----------
    counter : RowCounter
    interval : float or None
        The level of intervals by which errors to expect are told best; None where the artifact
        cannot tell them.

    Raises
    ------
    ArtifactError
        If the model keeps no profile.

    Examples
    --------
    >>> from regression_model import load_model
    >>> from regression_model.processing.report import Report
    >>> model, report = load_model(), Report()
    >>> tally = Counting(model).begin(report)
    >>> answers = model.answer({"GrLivArea": [1710, 1262]}, report, seen=tally)
    >>> tally.end(answers.predictions).n_rows
    2
    """

    def __init__(self, model: Model) -> None:
        profile = model.profile
        if profile is None:
            message = (
                "the artifact keeps no profile of its training table, which drift is told from: it "
                "was trained by an earlier version, or with profile: none in its config; train it "
                "again"
            )
            raise ArtifactError(message)
        self.counter = RowCounter(model.schema, profile)
        self._residuals = Residuals.of(model)
        self.interval = None if self._residuals is None else LOWEST_LEVEL

    def nothing(self) -> RowCounts:
        """Return the counts of no rows."""
        return self.counter.nothing()

    def begin(self, report: Report) -> Tally:
        """Return what counts the rows of one answer, which have this report."""
        return Tally(self, report)

    def count_answers(
        self,
        predictions: Floats,
        lower: Floats | None = None,
        upper: Floats | None = None,
        interval: float | None = None,
    ) -> RowCounts:
        """Count what was answered about rows that are counted already.

        Parameters
        ----------
        predictions : ndarray of shape (n_samples,)
            NaN where there is none.
        lower, upper : ndarray of shape (n_samples,), optional
            Ends of intervals; without them no error to expect is known.
        interval : float, optional
            The level of these.
        """
        errors = None
        if lower is not None and upper is not None and interval is not None:
            errors = self.expected_errors(lower, upper, interval)
        return self.counter.count_answers(predictions, errors)

    def expected_errors(self, lower: Floats, upper: Floats, interval: float) -> Floats | None:
        """Return the absolute error to expect of rows, by their intervals; None if unknown."""
        if self._residuals is None:
            return None
        return self._residuals.expected(lower, upper, interval)


class Tally:
    """Counts the rows of one answer: blocks as `Model.answer` shows them, then what it answered.

    Parameters
    ----------
    counting : Counting
    report : Report
        Of these rows; it knows which of a block have an error when the block is shown.
    """

    def __init__(self, counting: Counting, report: Report) -> None:
        self._counting = counting
        self._report = report
        self._start = 0
        self._counts = counting.nothing()

    def __call__(self, x: Floats) -> None:
        """Count a block of encoded rows, of shape (n_rows, n_columns)."""
        fine, n_failed = without_failed(x, self._start, self._report)
        self._start += len(x)
        self._counts += self._counting.counter.count(fine, n_failed)

    def end(
        self,
        predictions: Floats,
        lower: Floats | None = None,
        upper: Floats | None = None,
        interval: float | None = None,
    ) -> RowCounts:
        """Count what was answered, as `Counting.count_answers`, and return the counts of all."""
        return self._counts + self._counting.count_answers(predictions, lower, upper, interval)


def without_failed(x: Floats, start: int, report: Report) -> tuple[Floats, int]:
    """Return the rows of a block that have no error, and how many have one.

    Parameters
    ----------
    x : ndarray of shape (n_rows, n_columns)
    start : int
        How many rows are in the blocks before it.
    report : Report
        What is known of all of them.
    """
    if report.all_failed:
        return x[:0], len(x)
    if not report.failed:
        return x, 0
    failed = [row for row in range(len(x)) if start + row in report.failed]
    return np.delete(x, failed, axis=0), len(failed)
