"""Folds in time order: each is predicted from all rows before it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices

MIN_RESIDUALS = 20
"""So many rows must be predicted before a fold in time order, for its intervals to be judged."""


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
    edges = [0]
    for i in range(1, n_blocks):
        cut = min(round(i * len(times) / n_blocks), len(times) - 1)
        # to the first row of its time, so that equal times are in one block
        edges.append(int(np.searchsorted(ordered, ordered[cut])))
    edges.append(len(times))
    if any(start >= stop for start, stop in pairwise(edges)):
        return None
    return [np.sort(order[start:stop]) for start, stop in pairwise(edges)]


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
    folds: list[tuple[Indices, Indices]] = []
    for i in range(n_folds):
        before = np.concatenate(blocks[: i + 1])
        folds.append((np.sort(before), blocks[i + 1]))
    return folds


def judges_intervals(folds: list[tuple[Indices, Indices]]) -> bool:
    """Tell whether folds in time order leave one whose intervals can be judged."""
    return sum(len(test) for _, test in folds[:-1]) >= MIN_RESIDUALS
