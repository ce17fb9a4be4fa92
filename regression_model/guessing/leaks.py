"""Columns that give the target away: copies of it, and what tells so much that one must ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.metrics import exact_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats, Indices
    from regression_model.guessing.column_statistics import ColumnStatistics

SMALLEST_PART = 1e-9
"""Of the largest value: less is the noise of arithmetic."""
ROUNDED = 0.6
"""Of the last digit's step: so much a rounded value may be off, and a line through such values."""
LITTLE = 0.01
"""Of the standard deviation: what rounding may explain, as more could be an honest error."""

_ASKED = "is it known before the target is? if not, leave it out"
_RANK_CORRELATION = 0.999
"""Above what honest predictors reach in tables that people have."""
_MIN_COPIED_ROWS = 10
"""In fewer rows a line may go through all points by chance."""
_MAX_DIGITS = 13
"""Double precision has fifteen; the last ones may be of arithmetic."""
_SMALLEST_EXPONENT = -295
"""Of ten, so that thirteen digits more are still beyond the smallest float."""
_MIN_ROWS = 20
"""In fewer rows ranks may agree by chance; a question costs a person's time."""
_MIN_TARGET_VALUES = 10
"""Fewer values go one to one with a few others by chance."""
_SAMPLE_ROWS = 5_000
"""So many rows are sorted in no time, for each of up to thousands of columns."""
_SAMPLE_TOLERANCE = 0.01
"""By how much a sample's correlation may be off, so that it rules out what is further below."""


@dataclass(frozen=True)
class Target:
    """The target as it is compared with each column.

    Attributes
    ----------
    values : ndarray of shape (n_rows,)
        NaN where it is missing.
    codes : ndarray of int, shape (n_rows,)
        Which of its different values each row has.
    n_values : int
        How many different values there are.
    """

    values: Floats
    codes: Indices
    n_values: int

    @classmethod
    def of(cls, values: Floats) -> Target:
        """Return a target of known and missing (NaN) values."""
        different, codes = np.unique(values, return_inverse=True)
        return cls(values, codes, int((~np.isnan(different)).sum()))


def copy_reason(statistics: ColumnStatistics, target: Target) -> str | None:
    """Say that a column is the target, or the target in another unit; None if it is not.

    Parameters
    ----------
    statistics : ColumnStatistics
        Of the column.
    target : Target
        What it may give away.

    Returns
    -------
    str or None

    Notes
    -----
    A predictor that is merely very good is none: in every row the column must be a line of the
    target, but for the rounding of both.
    """
    known = ~np.isnan(statistics.values) & ~np.isnan(target.values)
    if known.sum() < max(_MIN_COPIED_ROWS, statistics.n_known / 2):
        return None
    column, truth = statistics.values[known], target.values[known]
    x_unit, y_unit = exact_unit(column), exact_unit(truth)
    x, y = column / x_unit, truth / y_unit  # the squares of tiny numbers would be zero
    line = _line(x, y)
    if line is None:
        return None
    slope, largest_gap = line
    if largest_gap > LITTLE * deviation(x):  # most columns; the steps below take longer
        return None
    step = rounding_step(column) / x_unit + abs(slope) * rounding_step(truth) / y_unit
    slack = rounding_slack(x, step)
    if largest_gap > slack:
        return None
    if np.abs(column - truth).max() <= slack * x_unit:
        return "a copy of the target"
    factor = slope * (x_unit / y_unit)
    shift = " and a constant" if np.abs(x - slope * y).max() > 2 * slack else ""
    return f"a copy of the target in another unit: {factor:.4g} times it{shift}"


def _line(x: Floats, y: Floats) -> tuple[float, float] | None:
    """Return the slope of the line by which x follows y, and how far off it x is at the most.

    None where one of the two is constant.
    """
    x_offsets, y_offsets = x - x.mean(), y - y.mean()
    if not x_offsets.any() or not y_offsets.any():
        return None
    slope = float(x_offsets @ y_offsets) / float(y_offsets @ y_offsets)
    return slope, float(np.abs(x_offsets - slope * y_offsets).max())


def deviation(values: Floats) -> float:
    """Return the standard deviation, also of numbers whose squares are zero in double precision.

    Examples
    --------
    >>> import numpy as np
    >>> deviation(np.array([1e-200, 3e-200]))
    1e-200
    """
    unit = exact_unit(values)
    return unit * float(np.std(values / unit))


def rounding_step(values: Floats) -> float:
    """Return the power of ten of which all values are multiples, to twelve digits.

    Examples
    --------
    >>> import numpy as np
    >>> rounding_step(np.array([1.5, 20.25])), rounding_step(np.array([300.0, 1200.0]))
    (0.01, 100.0)
    """
    largest = float(np.abs(values).max()) or 1.0
    first = max(int(np.floor(np.log10(largest))), _SMALLEST_EXPONENT)
    for exponent in range(first, first - _MAX_DIGITS, -1):
        multiples = values / 10.0**exponent
        # beside the largest value, which is so many of these multiples
        noise = SMALLEST_PART * 10.0 ** (first - exponent)
        if np.abs(multiples - np.round(multiples)).max() <= noise:
            break
    return float(10.0**exponent)


def rounding_slack(values: Floats, step: float) -> float:
    """Return by how much values may be off through rounding, if that is little beside them."""
    exact = SMALLEST_PART * float(np.abs(values).max())
    rounding = ROUNDED * step
    if rounding > LITTLE * deviation(values):  # so coarse that an honest error may hide in it
        return exact
    return max(exact, rounding)


def question(
    statistics: ColumnStatistics, target: Target, table: Sequence[ColumnStatistics]
) -> str:
    """Ask of a column that tells nearly all of the target whether it is known in time; else empty.

    Parameters
    ----------
    statistics : ColumnStatistics
        Of the column.
    target : Target
        What it may give away.
    table : sequence of ColumnStatistics
        All columns: rows that repeat another row as a whole prove nothing.

    Returns
    -------
    str
    """
    correlation = _correlation(statistics, target)
    if abs(correlation) > _RANK_CORRELATION:
        return f"rank correlation {correlation:.4f} with the target: {_ASKED}"
    if _is_one_to_one(statistics, target, table):
        return f"each of its values goes with one value of the target: {_ASKED}"
    return ""


def _correlation(statistics: ColumnStatistics, target: Target) -> float:
    """Return the rank correlation with the target; of many rows a sample decides if it is near."""
    known = ~np.isnan(statistics.values) & ~np.isnan(target.values)
    if known.sum() < max(_MIN_ROWS, statistics.n_known / 2):
        return 0.0
    a, b = statistics.values[known], target.values[known]
    step = len(a) // _SAMPLE_ROWS + 1
    sampled = rank_correlation(a[::step], b[::step])
    if step == 1 or abs(sampled) <= _RANK_CORRELATION - _SAMPLE_TOLERANCE:
        return sampled
    return rank_correlation(a, b)


def rank_correlation(a: Floats, b: Floats) -> float:
    """Return Spearman's correlation of two arrays of shape (n_samples,); 0 for a constant.

    Examples
    --------
    >>> import numpy as np
    >>> rank_correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 4.0, 9.0]))
    1.0
    """
    first, second = _ranks(a), _ranks(b)
    first, second = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / scale if scale else 0.0


def _ranks(values: Floats) -> Floats:
    """Rank values; equal ones share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray(last - (counts - 1) / 2, dtype=np.float64)[inverse]


def _is_one_to_one(
    statistics: ColumnStatistics, target: Target, table: Sequence[ColumnStatistics]
) -> bool:
    """Tell whether column and target determine each other in rows that share their value."""
    # what rules out most columns without looking at their rows comes first
    if min(len(statistics.texts), target.n_values) < _MIN_TARGET_VALUES:
        return False
    if _n_sharing(statistics.counts) < _MIN_ROWS:
        return False
    known = (statistics.codes >= 0) & ~np.isnan(target.values)
    # one to one in the rows where both are known, each has as many values but for other rows'
    if abs(len(statistics.texts) - target.n_values) > (~known).sum():
        return False
    if not _determine_each_other(statistics.codes[known], target.codes[known]):
        return False
    codes = statistics.codes[known & _is_first_of_its_kind(table)]
    counts = np.bincount(codes, minlength=1).astype(np.intp)
    n_values = (counts > 0).sum()
    return bool(n_values >= _MIN_TARGET_VALUES) and _n_sharing(counts) >= _MIN_ROWS


def _n_sharing(counts: Indices) -> int:
    """Return how many rows share their value with another one, given how many each value has."""
    return int(counts[counts > 1].sum())


def _determine_each_other(a: Indices, b: Indices) -> bool:
    if not len(a):
        return False
    n_pairs = len(np.unique(a * (int(b.max()) + 1) + b))  # a number of its own for each pair
    return n_pairs == len(np.unique(a)) == len(np.unique(b)) < len(a)


def _is_first_of_its_kind(
    table: Sequence[ColumnStatistics],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which rows do not repeat, cell by cell, a row above them."""
    # a number for each combination of cells so far, made small again with every column
    group = np.zeros(table[0].n_rows, dtype=np.intp)
    for statistics in table:
        n_codes = len(statistics.texts) + 1  # from -1, which is missing
        _, group = np.unique(group * n_codes + statistics.codes + 1, return_inverse=True)
    first = np.zeros(len(group), dtype=np.bool_)
    first[np.unique(group, return_index=True)[1]] = True
    return first
