"""Columns whose sum or difference is the target, which give it away together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from regression_model.guessing.leaks import (
    LITTLE,
    ROUNDED,
    SMALLEST_PART,
    deviation,
    rounding_slack,
    rounding_step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from regression_model.arrays import Floats, Indices

    Part = tuple[str, int]

_MIN_ROWS = 10
"""In fewer rows a sum may fit by chance, as there are many sums."""
_SAMPLE_ROWS = 12
"""In so few rows nearly all sums are ruled out, for a fraction of what all rows would take."""
_MAX_COLUMNS_OF_THREES = 100
"""Triples of a hundred columns are some hundred thousand, with four signs each."""
_SIGNS = (1, -1)
_ROWS_FOR_STEPS = 2_000
"""Enough to see to which digit a column is rounded."""


@dataclass(frozen=True)
class _Table:
    """The target and the columns in a few rows, where most sums are ruled out, and in all rows.

    `steps` and `step` say to what columns and target are rounded; `limit` is how much of the target
    rounding may explain.
    """

    y: Floats
    columns: Mapping[str, Floats]
    names: Sequence[str]
    few_y: Floats
    few: Floats
    steps: Floats
    step: float
    limit: float


def find_sums(y: Floats, columns: Mapping[str, Floats]) -> Iterator[tuple[Part, ...]]:
    """Find pairs of columns, then triples, that add up to the target with signs.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        The target, NaN where it is missing.
    columns : mapping of str to ndarray of shape (n_rows,)
        Numbers, NaN where they are missing.

    Yields
    ------
    tuple of (str, int)
        Names with the signs, 1 or -1, by which they give the target in every row, but for
        rounding. A column is in one of them at most.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> a, b, c = random.integers(0, 100, (3, 30)).astype(float)
    >>> list(find_sums(a - c, {"a": a, "b": b, "c": c}))
    [(('a', 1), ('c', -1))]
    """
    rows = np.flatnonzero(~np.isnan(y))
    left: dict[str, Floats] = {}
    for name, values in columns.items():
        if _varies(values[rows]):
            left[name] = values[rows]
    yield from _take_sums(y[rows], left, 2)
    if len(left) <= _MAX_COLUMNS_OF_THREES:
        yield from _take_sums(y[rows], left, 3)


def _take_sums(y: Floats, left: dict[str, Floats], n_parts: int) -> Iterator[tuple[Part, ...]]:
    """Yield sums as long as there are any, each of columns that it takes out of those left."""
    while (parts := _first_sum(y, left, n_parts)) is not None:
        yield parts
        for name, _ in parts:
            del left[name]


def in_words(parts: Sequence[Part]) -> str:
    """Write a sum as people do.

    Examples
    --------
    >>> in_words([("start", -1), ("end", 1)])
    'end - start'
    """
    ordered = sorted(parts, key=lambda part: -part[1])
    text = "".join(f" {'+' if sign > 0 else '-'} {name}" for name, sign in ordered)
    return text.removeprefix(" + ").strip()


def _varies(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return len(known) >= _MIN_ROWS and bool(known.min() < known.max())


def _telling_rows(y: Floats) -> Indices:
    """Return rows from the whole table, and such that differ in the target: most may be zero."""
    _, differing = np.unique(y, return_index=True)
    chosen = [rows[_spread(len(rows))] for rows in (np.arange(len(y)), differing)]
    return np.unique(np.concatenate(chosen)).astype(np.intp)


def _spread(n_rows: int) -> Indices:
    return np.linspace(0, n_rows - 1, min(n_rows, _SAMPLE_ROWS)).astype(np.intp)


def _step(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return rounding_step(known[:: len(known) // _ROWS_FOR_STEPS + 1])


def _first_sum(y: Floats, columns: Mapping[str, Floats], n_parts: int) -> tuple[Part, ...] | None:
    if len(columns) < n_parts:
        return None
    table = _table(y, columns)
    for parts in _possible_sums(table, n_parts):
        if _adds_up(table, parts):
            return parts
    return None


def _table(y: Floats, columns: Mapping[str, Floats]) -> _Table:
    every = np.column_stack(list(columns.values()))
    few = _telling_rows(y)
    return _Table(
        y=y,
        columns=columns,
        names=list(columns),
        few_y=y[few],
        few=every[few],
        steps=np.array([_step(values) for values in every.T]),
        step=_step(y),
        limit=LITTLE * deviation(y),
    )


def _possible_sums(table: _Table, n_parts: int) -> Iterator[tuple[Part, ...]]:
    """Yield sums that are the target in a few rows; the last part is sought for all at once."""
    n_firsts = n_parts - 1
    firsts_with_signs = product(
        combinations(range(len(table.names) - 1), n_firsts), product(_SIGNS, repeat=n_firsts)
    )
    for firsts, signs in firsts_with_signs:
        first_parts = [(table.names[i], sign) for i, sign in zip(firsts, signs, strict=True)]
        for last, sign in _fitting_last(table, firsts, signs):
            yield (*first_parts, (table.names[last], sign))


def _fitting_last(
    table: _Table, firsts: Sequence[int], signs: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield the columns behind the first ones, with a sign, that make up the rest in a few rows.

    Where a cell is missing nothing is off: a comparison with NaN is false.
    """
    start = firsts[-1] + 1
    rest = table.few_y - table.few[:, firsts] @ np.array(signs, dtype=np.float64)
    steps = table.step + table.steps[list(firsts)].sum() + table.steps[start:]
    sizes = np.nan_to_num(np.abs(table.few)).max(axis=0)
    largest = np.maximum(sizes[start:], max(sizes[list(firsts)].max(), np.abs(table.few_y).max()))
    rounding = ROUNDED * steps
    slack = np.where(rounding <= table.limit, rounding, 0.0) + SMALLEST_PART * largest
    for sign in _SIGNS:
        is_off = np.abs(rest[:, None] - sign * table.few[:, start:]) > slack
        for i in np.flatnonzero(~is_off.any(axis=0)):
            yield start + int(i), sign


def _adds_up(table: _Table, parts: Sequence[Part]) -> bool:
    """Tell whether a sum is the target in every row, but for rounding and missing cells."""
    names, signs = zip(*parts, strict=True)
    values = np.column_stack([table.columns[name] for name in names])
    known = ~np.isnan(values.sum(axis=1))
    if known.sum() < max(_MIN_ROWS, len(known) / 2):
        return False
    y = table.y[known]
    if y.min() == y.max():  # a constant is the sum of many things
        return False
    total = values[known] @ np.array(signs, dtype=np.float64)
    step = table.step + sum(table.steps[table.names.index(name)] for name in names)
    exact = SMALLEST_PART * float(np.abs(values[known]).max())
    slack = max(rounding_slack(y, step), exact)
    return bool(np.abs(total - y).max() <= slack)
