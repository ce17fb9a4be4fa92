"""Drift of rows that were counted: their counts held against the profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from regression_model.artifact.counting import Counting
from regression_model.artifact.residuals import Residuals
from regression_model.batch.summary import Summary
from regression_model.processing.report import Report
from regression_model.processing.verdicts import Code
from regression_model.reports.drift.loss import loss_of
from regression_model.reports.drift.shifts import LEVEL, shifts_of
from regression_model.reports.importance import importances

if TYPE_CHECKING:
    from regression_model.artifact.counts import RowCounts
    from regression_model.artifact.model import Model
    from regression_model.reports.drift.loss import Loss
    from regression_model.reports.drift.shifts import Shift

FailOn = Literal["none", "drift", "loss"]
NOTHING, DRIFT, WORSE, TOO_FEW = 0, 3, 4, 5
"""Statuses; 1 and 2 are wrong content of a file, and wrong usage."""
SHARE_OF_SHIFTS = 0.8
"""Of a report's level; the rest is that of the error to expect, so that both keep the whole."""
_MOST_UNTOLD = 0.5
"""Where more of the tests than this cannot tell, nothing is told."""


@dataclass(frozen=True)
class Drift:
    """What differs from training, and what it costs.

    Attributes
    ----------
    n_rows, n_failed : int
        Rows, and those of them without a prediction.
    shifts : list of Shift
        The most important first; those that are drift before all others.
    loss : Loss or None
        The error to expect; None where the artifact does not say, or no row was answered.
    counts : RowCounts
        What it was told from.
    summary : Summary
        What happened to the rows, and which columns the file has too many or too few.
    """

    n_rows: int
    n_failed: int
    shifts: list[Shift]
    loss: Loss | None
    counts: RowCounts = field(repr=False)
    summary: Summary = field(repr=False)

    @property
    def drifted(self) -> list[Shift]:
        """The shifts that are proven and large."""
        return [shift for shift in self.shifts if shift.verdict == "drift"]

    @property
    def has_too_few_rows(self) -> bool:
        """Whether most of what was looked at could not be told."""
        untold = [shift for shift in self.shifts if shift.verdict == "too_few_rows"]
        return not self.shifts or len(untold) > _MOST_UNTOLD * len(self.shifts)

    def status(self, fail_on: FailOn = "drift") -> int:
        """Return the exit status of a command: 0, 3 drift, 4 a larger error, 5 too little to tell.

        Parameters
        ----------
        fail_on : {"none", "drift", "loss"}
            What is not to be 0.
        """
        if fail_on == "none":
            return NOTHING
        if self.loss is not None and self.loss.verdict == "worse":
            return WORSE
        if fail_on == "loss":
            can_tell = self.loss is not None and self.loss.verdict == "none"
            return NOTHING if can_tell else TOO_FEW
        if self.drifted:
            return DRIFT
        return TOO_FEW if self.has_too_few_rows else NOTHING

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        told = self.summary.to_dict()
        return {
            "status": self.status(),
            "n_rows": self.n_rows,
            "n_failed": self.n_failed,
            "n_beyond": self.counts.n_beyond,
            "errors": told["errors"],
            "warnings": told["warnings"],
            "unused_columns": self.summary.unused,
            "absent_columns": self.summary.absent,
            "loss": None if self.loss is None else self.loss.to_dict(),
            "shifts": [shift.to_dict() for shift in self.shifts],
        }


def drift_of_counts(
    model: Model, counts: RowCounts, summary: Summary, level: float = LEVEL
) -> Drift:
    """Compare rows that were counted with those of training.

    Parameters
    ----------
    model : Model
        Of a profile.
    counts : RowCounts
        By a `Counting` of this model.
    summary : Summary
        What happened to these rows.
    level : float
        In how many of such reports anything is proven where nothing has shifted: a shift, or that
        the error is larger.

    Returns
    -------
    Drift
    """
    metrics = model.facts["metrics"].get("cross_validated_pooled", {})
    of_shifts = SHARE_OF_SHIFTS * level
    return Drift(
        n_rows=counts.n_rows,
        n_failed=counts.n_failed,
        shifts=shifts_of(counts, model.profile or {}, _importance(model), of_shifts),
        loss=loss_of(counts, Residuals.of(model), metrics.get("mae"), level - of_shifts),
        counts=counts,
        summary=summary,
    )


def drift_of(model: Model, table: object) -> Drift:
    """Compare rows of any form with those of training; see `Model.drift`."""
    counting, report, summary = Counting(model), Report(), Summary()
    tally = counting.begin(report)
    answers = model.answer(table, report, interval=counting.interval, seen=tally)
    counts = tally.end(answers.predictions, answers.lower, answers.upper, counting.interval)
    summary.n_rows = len(answers.predictions)
    summary.n_failed = int(np.isnan(answers.predictions).sum())
    summary.errors.update(error["code"] for error in report.errors)
    summary.warnings.update(report.warning_counts())
    summary.absent = [name for name in model.schema.names if name in report.absent]
    for warning in report.warnings:
        if warning["code"] == Code.UNUSED_COLUMN and warning["column"] is not None:
            summary.unused.append(warning["column"])
    return drift_of_counts(model, counts, summary)


def _importance(model: Model) -> dict[str, float]:
    """Return each column's share of the importance of all; nothing where that is unknown."""
    told = importances(model) or {}
    total = sum(told.values())
    return {name: each / total for name, each in told.items()} if total else {}
