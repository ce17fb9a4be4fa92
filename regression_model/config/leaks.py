"""Columns that give the target away: near copies of it, and one-to-one functions of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from regression_model.config.facts import Facts, Floats, Integers

_RANK_CORRELATION = 0.999
_MIN_ROWS = 20
_MIN_TARGET_VALUES = 10
_SAMPLE_ROWS = 5_000
_SAMPLE_TOLERANCE = 0.01


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
    codes: Integers
    n_values: int

    @classmethod
    def of(cls, values: Floats) -> Target:
        """Return a target of known and missing (NaN) values."""
        different, codes = np.unique(values, return_inverse=True)
        return cls(values, codes, int((~np.isnan(different)).sum()))


def leak_reason(facts: Facts, target: Target, table: Sequence[Facts]) -> str | None:
    """Say how a column gives the target away, or return None.

    Parameters
    ----------
    facts : Facts
        Of the column.
    target : Target
        What it may give away.
    table : sequence of Facts
        All columns: rows that repeat another row as a whole prove nothing.

    Returns
    -------
    str or None
    """
    correlation = _correlation(facts, target)
    if abs(correlation) > _RANK_CORRELATION:
        return f"nearly a copy of the target: rank correlation {correlation:.4f}"
    if _is_one_to_one(facts, target, table):
        return "gives the target away: each of its values goes with one value of the target"
    return None


def _correlation(facts: Facts, target: Target) -> float:
    """Return the rank correlation with the target; of many rows a sample decides if it is near."""
    known = ~np.isnan(facts.values) & ~np.isnan(target.values)
    if known.sum() < max(_MIN_ROWS, facts.n_known / 2):
        return 0.0
    a, b = facts.values[known], target.values[known]
    step = len(a) // _SAMPLE_ROWS + 1
    sampled = rank_correlation(a[::step], b[::step])
    near = step > 1 and abs(sampled) > _RANK_CORRELATION - _SAMPLE_TOLERANCE
    return rank_correlation(a, b) if near else sampled


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


def _is_one_to_one(facts: Facts, target: Target, table: Sequence[Facts]) -> bool:
    """Tell whether column and target determine each other in rows that share their value."""
    n_shared = facts.counts[facts.counts > 1].sum()
    enough = min(len(facts.texts), target.n_values) >= _MIN_TARGET_VALUES and n_shared >= _MIN_ROWS
    known = (facts.codes >= 0) & ~np.isnan(target.values)
    if not enough or abs(len(facts.texts) - target.n_values) > (~known).sum():
        return False
    if not _determine_each_other(facts.codes[known], target.codes[known]):
        return False
    kept = known & _is_first_of_its_kind(table)
    codes = facts.codes[kept]
    shared = np.bincount(codes, minlength=1)
    return bool((shared > 0).sum() >= _MIN_TARGET_VALUES and shared[shared > 1].sum() >= _MIN_ROWS)


def _determine_each_other(a: Integers, b: Integers) -> bool:
    if not len(a):
        return False
    n_pairs = len(np.unique(a * (int(b.max()) + 1) + b))
    return n_pairs == len(np.unique(a)) == len(np.unique(b)) < len(a)


def _is_first_of_its_kind(table: Sequence[Facts]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which rows do not repeat, cell by cell, a row above them."""
    group = np.zeros(table[0].n_rows, dtype=np.intp)
    for facts in table:
        _, group = np.unique(group * (len(facts.texts) + 1) + facts.codes + 1, return_inverse=True)
    first = np.zeros(len(group), dtype=np.bool_)
    first[np.unique(group, return_index=True)[1]] = True
    return first
