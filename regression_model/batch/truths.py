"""Truths beside answers: how a truth is read, and which rows count when a model is judged.

Here as in training, a row counts if it has a truth and, where rows have weights, a weight above
zero; it is judged if the model has a prediction for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.metrics import Metrics, measure
from regression_model.processing.schema import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from regression_model.arrays import Floats, Indices

SHOWN_CELLS = 10
"""How many cells that are no truths are named."""


def weight_column(facts: Mapping[str, Any]) -> str | None:
    """Return the column by which rows counted in training, if there was one."""
    name: str | None = facts.get("config", {}).get("weight_column")
    return name


def truth_kind(facts: Mapping[str, Any], name: str, number_format: str | None) -> Column:
    """Return what the cells of a column of truths must be.

    Parameters
    ----------
    facts : mapping
        What the model's artifact says of itself; an older one says nothing of its config.
    name : str
        The column.
    number_format : str or None
        How the file writes numbers, where the config says nothing of the target's.
    """
    declared = facts.get("config", {}).get("target", {}).get("number_format")
    return Column(name, "number", number_format=declared or number_format)


def read_truths(
    column: Column, cells: Sequence[Any], *, start: int = 0, from_file: bool = True
) -> tuple[list[float], list[str]]:
    """Read some cells of a column of truths.

    Parameters
    ----------
    column : Column
        From `truth_kind`.
    cells : sequence
    start : int
        Position of the first one in the file.
    from_file : bool
        Whether every cell is the text of a file's cell.

    Returns
    -------
    truths : list of float
        NaN where there is none.
    faults : list of str
        The rows whose cell is no number.
    """
    truths: list[float] = []
    faults: list[str] = []
    for row, cell in enumerate(cells, start):
        verdict = column.judge(cell, from_file=from_file)
        truths.append(verdict.value)
        if verdict.error:
            faults.append(f"row {row}: {verdict.error.message}")
    return truths, faults


@dataclass(frozen=True)
class AnsweredRows:
    """Rows, their truths, and what the model answers.

    Attributes
    ----------
    truth : ndarray of shape (n_samples,)
        NaN where there is none.
    predictions, lower, upper : ndarray of shape (n_samples,)
        In target units, NaN where there are none.
    weights : ndarray of shape (n_samples,) or None
        How much each row counts; None where all count alike.
    """

    truth: Floats
    predictions: Floats
    lower: Floats
    upper: Floats
    weights: Floats | None

    @property
    def have_truth(self) -> npt.NDArray[np.bool_]:
        """Which rows have a truth."""
        return ~np.isnan(self.truth)

    @property
    def count(self) -> npt.NDArray[np.bool_]:
        """Which rows count: those that have a truth, and a weight above zero."""
        return self.have_truth if self.weights is None else self.have_truth & (self.weights > 0)

    def take(self, rows: Indices) -> AnsweredRows:
        """Return some of the rows."""
        return AnsweredRows(
            truth=self.truth[rows],
            predictions=self.predictions[rows],
            lower=self.lower[rows],
            upper=self.upper[rows],
            weights=None if self.weights is None else self.weights[rows],
        )

    def judged(self) -> AnsweredRows:
        """Return the rows that count and have a prediction."""
        return self.take(np.flatnonzero(self.count & ~np.isnan(self.predictions)))

    def metrics(self, *, log: bool) -> Metrics:
        """Measure the predictions, all of which there are; `log` as in `measure`."""
        return measure(self.truth, self.predictions, log=log, weights=self.weights)

    def coverage(self) -> float:
        """Return the share of truths within their interval."""
        return self.average((self.truth >= self.lower) & (self.truth <= self.upper))

    def average(self, values: npt.NDArray[Any]) -> float:
        """Return the weighted mean of values of these rows, of those that there are."""
        there = ~np.isnan(values)
        weights = None if self.weights is None else self.weights[there]
        return float(np.average(values[there], weights=weights))
