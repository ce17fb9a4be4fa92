"""Bins that have enough rows for none of them to be known by it, and numbers of a few digits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.profile import bin_counts
from regression_model.metrics import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats, Indices

_DIGITS = 4
"""Of what is told in proportion: a mean, a share."""
_DIGITS_OF_A_SPREAD = 3
"""Edges are told to a thousandth of how far values scatter, which no row can be known by."""


def short(value: float) -> float:
    """Return a number to four significant digits."""
    return float(f"{value:.{_DIGITS}g}")


def to_a_thousandth(values: Floats, of: Floats) -> list[float]:
    """Return values, rounded in proportion to the standard deviation of others.

    Examples
    --------
    >>> import numpy as np
    >>> to_a_thousandth(np.array([1234.5678]), of=np.array([1000.0, 1400.0]))
    [1234.6]
    """
    digits = _DIGITS_OF_A_SPREAD - math.floor(math.log10(spread(of)))
    return [round(value, digits) + 0.0 for value in values.tolist()]  # no minus zero


def quantile_edges(values: Floats, n_bins: int, least_rows: int) -> list[float]:
    """Return the edges between bins of about equal counts, of which all have enough rows.

    Only where nearly all values are the same may one of two bins have fewer: `told_counts` says
    what is told of it.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        None of them NaN.
    n_bins : int
        At most so many bins.
    least_rows : int
        How many rows a bin has.

    Returns
    -------
    list of float
        Rising, fewer than `n_bins`. A value equal to an edge is in the bin below it.
    """
    if len(values) < least_rows:
        return []
    shares = np.arange(1, n_bins) / n_bins
    quantiles, times = np.unique(
        np.quantile(values, shares, method="inverted_cdf"), return_counts=True
    )
    below = [_middle_below(value, values) for value in quantiles[times > 1].tolist()]
    candidates = np.concatenate([quantiles, np.array([edge for edge in below if edge is not None])])
    edges = sorted({edge for edge in to_a_thousandth(candidates, of=values) if edge < values.max()})
    return _merged(values, edges, n_bins, least_rows)


def _middle_below(value: float, values: Floats) -> float | None:
    """Return an edge that keeps a value which many rows have apart from those below it."""
    smaller = values[values < value]
    return float(smaller.max() + value) / 2 if smaller.size else None


def _merged(values: Floats, edges: list[float], n_bins: int, least_rows: int) -> list[float]:
    """Take edges away until bins are few and each has enough rows, or two bins are left."""
    while len(edges) > 1:
        counts = bin_counts(values, edges)
        smallest = int(np.argmin(counts))
        if counts[smallest] >= least_rows and len(edges) < n_bins:
            break
        has_left, has_right = smallest > 0, smallest < len(edges)
        joins_left = has_left and (not has_right or counts[smallest - 1] <= counts[smallest + 1])
        del edges[smallest - 1 if joins_left else smallest]
    counts = bin_counts(values, edges)
    return [] if 0 in counts or told_counts(counts, least_rows) is None else edges


def told_counts(counts: Sequence[int], least_rows: int) -> list[int] | None:
    """Return counts of which none is so small that it tells of single rows.

    One that is too small is told as `least_rows`, and the largest as so many fewer, so that they
    add up; None where the largest would then be too small itself.

    Examples
    --------
    >>> told_counts([1457, 3, 0], least_rows=10)
    [1450, 10, 0]
    """
    told = list(counts)
    largest = int(np.argmax(told))
    for place, count in enumerate(counts):
        if 0 < count < least_rows and place != largest:
            told[largest] -= least_rows - count
            told[place] = least_rows
    return told if told[largest] >= least_rows else None


def equal_parts(order: Indices, most: int, rows_each: int) -> list[Indices]:
    """Cut rows, in their order, into at most so many parts of about equal size and enough rows."""
    n_parts = max(1, min(most, len(order) // rows_each))
    return np.array_split(order, n_parts)
