"""The rows about which a model errs more than about others: slices of one and of two columns.

A slice is called worse only where its absolute residuals rank so high among all that chance does
not do it once in twenty tables, however many slices are looked at: F. Wilcoxon's rank-sum test
(Biometrics 1, 1945), which takes residuals of any distribution, with C. Bonferroni's correction.
How much worse is told after shrinkage towards the mean of all rows (B. Efron, C. Morris, "Data
Analysis Using Stein's Estimator and its Generalizations", JASA 70, 1975), as the worst of many
slices looks worse than it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from regression_model.artifact.bins import quantile_edges, short
from regression_model.artifact.profile import bins_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from regression_model.arrays import Floats, Indices
    from regression_model.processing.schema import Schema

LEAST_ROWS = 30
_BINS = 4
"""Of a quantity."""
_SHOWN = 10
"""Slices of one column, and of two."""
_SIGNIFICANCE = 0.05
_FEWEST_GROUPS = 5
"""Of fewer, one cannot tell how much they scatter."""
_MOST_LEVELS = 1_000
"""Of a column: the most frequent; a slice of two columns is a cell of a table of them."""


@dataclass(frozen=True)
class _Cut:
    """A column's rows, cut into parts.

    Attributes
    ----------
    parts : ndarray of int, shape (n_samples,)
        -1 where a row is in no part.
    described : list of dict
        Each part.
    """

    parts: Indices
    described: list[dict[str, Any]]


@dataclass(frozen=True)
class _Slice:
    """A part of one column, or of two at once, beside all rows."""

    parts: list[dict[str, Any]]
    n_rows: int
    mean: float
    variance: float
    p_value: float


def worst_slices(
    schema: Schema,
    x: Floats,
    residuals: Floats,
    important: Sequence[int],
    *,
    least_rows: int,
    groups: Indices | None = None,
) -> dict[str, Any]:
    """Return where absolute residuals are largest, by columns that callers give.

    Parameters
    ----------
    schema : Schema
    x : ndarray of shape (n_samples, n_columns)
        The encoded rows.
    residuals : ndarray of shape (n_samples,)
        Out of fold, on the score's scale.
    important : sequence of int
        Positions of columns that are looked at in pairs as well.
    least_rows : int
        Rows of a slice, 30 at least.
    groups : ndarray of int, shape (n_samples,), optional
        Rows of one group may err alike, so that they count as one observation.

    Returns
    -------
    dict
        ``error``, the mean absolute residual of all rows; ``looked_at``, how many slices; and
        ``of_one`` and ``of_two`` columns, the worst first.
    """
    judge = _Judge(np.abs(residuals), max(least_rows, LEAST_ROWS), groups)
    cuts = {i: _cut(schema, x, i, least_rows) for i in range(len(schema))}
    single = [found for cut in cuts.values() for found in judge.slices(cut)]
    double: list[_Slice] = []
    for first, second in combinations(important, 2):
        double += judge.slices(_crossed(cuts[first], cuts[second]))
    looked_at = len(single) + len(double)
    of_one, shrunk = judge.worst(single, looked_at, {})
    of_two, _ = judge.worst(double, looked_at, shrunk)
    return {
        "error": short(judge.mean),
        "looked_at": looked_at,
        "of_one": of_one,
        "of_two": of_two,
    }


def slices_of_columns(schema: Schema, x: Floats, least_rows: int) -> list[Indices]:
    """Return the rows of each slice of one column that enough rows are in."""
    slices: list[Indices] = []
    for position in range(len(schema)):
        cut = _cut(schema, x, position, least_rows)
        for part in range(len(cut.described)):
            rows = np.flatnonzero(cut.parts == part)
            if len(rows) >= max(least_rows, LEAST_ROWS):
                slices.append(rows)
    return slices


def _cut(schema: Schema, x: Floats, position: int, least_rows: int) -> _Cut:
    """Cut a column into its levels or quarters, and those rows of which it is not known."""
    column, values = schema.columns[position], x[:, position]
    missing = np.isnan(values)
    known = values[~missing]
    parts = np.full(len(values), -1)
    described: list[dict[str, Any]] = []
    if column.has_levels:
        counts = np.bincount(known.astype(np.intp), minlength=1)
        for level in np.argsort(-counts, kind="stable")[:_MOST_LEVELS].tolist():
            if counts[level] >= least_rows:
                parts[values == level] = len(described)
                described.append({"column": column.name, "level": level})
    elif known.size:
        edges = quantile_edges(known, _BINS, least_rows)
        parts[~missing] = bins_of(known, edges)
        for low, high in zip([None, *edges], [*edges, None], strict=True):
            ends = {"above": low, "up_to": high}
            given = {name: end for name, end in ends.items() if end is not None}
            described.append({"column": column.name, **given})
    parts[missing] = len(described)
    described.append({"column": column.name, "missing": True})
    return _Cut(parts, described)


def _crossed(first: _Cut, second: _Cut) -> _Cut:
    """Return the parts of two columns at once, those alone that have rows."""
    known = (first.parts >= 0) & (second.parts >= 0)
    width = len(second.described)
    cells = first.parts[known] * width + second.parts[known]
    present, codes = np.unique(cells, return_inverse=True)
    parts = np.full(len(first.parts), -1)
    parts[known] = codes
    described: list[dict[str, Any]] = []
    for cell in present.tolist():
        row, column = divmod(cell, width)
        described.append({"both": [first.described[row], second.described[column]]})
    return _Cut(parts, described)


class _Judge:
    """Holds slices against all rows."""

    def __init__(self, losses: Floats, least_rows: int, groups: Indices | None) -> None:
        self.losses = losses
        self.mean = float(losses.mean())
        self.least_rows = least_rows
        self._groups = groups
        ranks = stats.rankdata(losses)
        self._ranks = ranks - ranks.mean()

    def slices(self, cut: _Cut) -> list[_Slice]:
        """Return the parts of a cut that have enough rows, and leave enough others."""
        kept = cut.parts >= 0
        parts, losses, n_parts = cut.parts[kept], self.losses[kept], len(cut.described)
        counts = np.bincount(parts, minlength=n_parts)
        sums = np.bincount(parts, losses, minlength=n_parts)
        squares = np.bincount(parts, np.square(losses), minlength=n_parts)
        rank_sums = np.bincount(parts, self._ranks[kept], minlength=n_parts)
        found: list[_Slice] = []
        for part in np.flatnonzero(counts >= self.least_rows).tolist():
            n_rows = int(counts[part])
            if len(self.losses) - n_rows < self.least_rows:
                continue
            mean = float(sums[part]) / n_rows
            variance = max(float(squares[part]) / n_rows - mean**2, 0.0)
            described = cut.described[part]
            named = described.get("both", [described])
            high = float(rank_sums[part])
            if self._groups is None:
                p_value = self._p_value(high, n_rows)
            else:
                p_value = self._p_value_of_groups(high, cut.parts == part, self._groups)
            found.append(_Slice(named, n_rows, mean, variance, p_value))
        return found

    def _p_value(self, rank_sum: float, n_inside: int) -> float:
        """Return how likely such high ranks are if the slice is like all rows, by chance."""
        n = len(self._ranks)
        deviation = float(np.std(self._ranks, ddof=1)) * math.sqrt(n_inside * (n - n_inside) / n)
        return float(stats.norm.sf(rank_sum / deviation)) if deviation > 0 else 1.0

    def _p_value_of_groups(
        self, rank_sum: float, inside: npt.NDArray[np.bool_], groups: Indices
    ) -> float:
        """Return the same where ranks of a group move together: its sum is one observation."""
        shares = (inside - inside.mean()) * self._ranks
        deviation = math.sqrt(np.sum(np.square(np.bincount(groups, shares))))
        n_groups = len(np.unique(groups[inside]))
        if n_groups < _FEWEST_GROUPS or deviation == 0:
            return 1.0
        return float(stats.t.sf(rank_sum / deviation, n_groups - 1))

    def worst(
        self, slices: list[_Slice], looked_at: int, singles: dict[str, float]
    ) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """Return the worst slices as they are told, and the shrunk means of all by their parts.

        A slice of two columns must be worse than either part of it alone.
        """
        prior = _prior_rows(slices, self.mean)
        shrunk: dict[str, float] = {}
        worse: list[tuple[float, _Slice]] = []
        for found in slices:
            share = found.n_rows / (found.n_rows + prior)
            mean = self.mean + share * (found.mean - self.mean)
            shrunk[repr(found.parts)] = mean
            alone = [singles.get(repr([part]), self.mean) for part in found.parts]
            if mean > max(self.mean, *alone):
                worse.append((mean, found))
        told = [self._told(mean, found, looked_at) for mean, found in worse]
        told.sort(key=lambda each: (not each["is_worse"], -each["shrunk"]))
        return told[:_SHOWN], shrunk

    def _told(self, mean: float, found: _Slice, looked_at: int) -> dict[str, Any]:
        corrected = min(found.p_value * looked_at, 1.0)
        return {
            "of": found.parts,
            "rows": found.n_rows,
            "error": short(found.mean),
            "shrunk": short(mean),
            "p_value": short(corrected),
            "is_worse": corrected < _SIGNIFICANCE,
        }


def _prior_rows(slices: Iterable[_Slice], mean: float) -> float:
    """Return how many rows speak for the mean of all: more, the less slices differ by themselves.

    What their means scatter is compared with what it would be by chance.
    """
    rows = np.array([found.n_rows for found in slices], dtype=np.float64)
    if not rows.size:
        return 0.0
    means = np.array([found.mean for found in slices])
    within = float(np.average([found.variance for found in slices], weights=rows))
    between = float(np.average(np.square(means - mean) - within / rows, weights=rows))
    return within / between if between > 0 else np.inf
