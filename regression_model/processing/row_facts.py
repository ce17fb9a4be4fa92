"""What is known of training rows besides their cells: how much they count, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from regression_model.exceptions import DataError
from regression_model.processing.schema import Column

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class RowFacts:
    """Weights, groups and times of rows; None where the config names no column for them.

    Attributes
    ----------
    weights : ndarray of shape (n_samples,) or None
        How much each row counts, none negative.
    groups : ndarray of int, shape (n_samples,) or None
        Which group each row belongs to.
    times : ndarray of shape (n_samples,) or None
        When each row was.
    """

    weights: Floats | None = None
    groups: Indices | None = None
    times: Floats | None = None

    def take(self, rows: npt.NDArray[Any]) -> Self:
        """Return the facts of some rows, given by position or as a mask."""
        return type(self)(*(None if v is None else v[rows] for v in self._values()))

    def fit_parameters(self) -> dict[str, Any]:
        """Return what a pipeline's fit is told, for its step ``model``."""
        return {} if self.weights is None else {"model__sample_weight": self.weights}

    def _values(self) -> tuple[Any, ...]:
        return self.weights, self.groups, self.times


NO_FACTS = RowFacts()
_SHOWN_CELLS = 10
MIN_RESIDUALS = 20
"""So many rows must be predicted before a fold in time order, for its intervals to be judged."""


def weight_kind(name: str, number_format: str | None = None) -> Column:
    """Return what the cells of a weight column must be, in training and afterwards."""
    return Column(name, "number", required=True, minimum=0.0, number_format=number_format)


def read_counts(
    name: str, cells: Sequence[Any], truth: Floats, number_format: str | None = None
) -> Floats:
    """Read how much the rows of a file count; as in training, rows without a truth do not.

    Parameters
    ----------
    name : str
        The weight column.
    cells : sequence of str
        As they stand in the file.
    truth : ndarray of shape (n_rows,)
        The target, NaN where it is missing: weights of such rows are not looked at.
    number_format : str, optional
        How the file writes numbers.

    Returns
    -------
    ndarray of shape (n_rows,)
        From 0 up; rows of weight zero do not count.

    Raises
    ------
    DataError
        If a weight is missing, below zero or no number; the rows are listed.
    """
    column = weight_kind(name, number_format)
    counts = np.zeros(len(truth))
    wrong: list[str] = []
    for row in np.flatnonzero(~np.isnan(truth)).tolist():
        verdict = column.judge(cells[row], from_file=True)
        if verdict.error is None:
            counts[row] = verdict.value
        elif len(wrong) < _SHOWN_CELLS:
            wrong.append(f"row {row}: {verdict.error.message}")
    if wrong:
        raise DataError("\n".join(wrong))
    return counts


def time_blocks(times: Floats, n_blocks: int) -> list[Indices] | None:
    """Cut rows into blocks of about equal size, in time order, equal times in one block.

    Parameters
    ----------
    times : ndarray of shape (n_samples,)
    n_blocks : int

    Returns
    -------
    list of ndarray or None
        Positions of rows, in each block rising; None where equal times leave a block empty.

    Examples
    --------
    >>> import numpy as np
    >>> [block.tolist() for block in time_blocks(np.array([3.0, 1.0, 2.0, 2.0]), 3)]
    [[1], [2, 3], [0]]
    """
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    wanted = [round(i * len(times) / n_blocks) for i in range(1, n_blocks)]
    cuts = [int(np.searchsorted(ordered, ordered[min(w, len(ordered) - 1)])) for w in wanted]
    edges = [0, *cuts, len(times)]
    if any(start >= stop for start, stop in pairwise(edges)):
        return None
    return [np.sort(order[a:b]) for a, b in pairwise(edges)]


def time_folds(times: Floats, n_folds: int) -> list[tuple[Indices, Indices]] | None:
    """Return (training rows, test rows) of folds in time order: each is predicted from all before.

    Returns
    -------
    list of (ndarray, ndarray) or None
        None where equal times leave a fold empty. The first rows are in no test part.
    """
    blocks = time_blocks(times, n_folds + 1)
    if blocks is None:
        return None
    return [(np.sort(np.concatenate(blocks[: i + 1])), blocks[i + 1]) for i in range(n_folds)]


def judges_intervals(folds: list[tuple[Indices, Indices]]) -> bool:
    """Tell whether folds in time order leave one whose intervals can be judged."""
    return sum(len(test) for _, test in folds[:-1]) >= MIN_RESIDUALS
