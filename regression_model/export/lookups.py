"""Functions of encoded categorical columns: tables while exporting, one ``Gather`` in the graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.export.tensors import Tensor, constant, is_nan, where, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats
    from regression_model.processing.schema import Column, Schema

_BEFORE_LEVELS = 2
"""A lookup's table begins with the values for unknown (NaN) and unseen (-1)."""


@dataclass(frozen=True, eq=False)
class Lookup:
    """A function of the encoded categorical column `source`: its value for each level.

    Whatever a step does to it is done to its table, so that any chain of steps costs nothing more.
    """

    source: int
    table: Floats

    @classmethod
    def of_column(cls, source: int, column: Column) -> Lookup:
        """Return the function that gives a column as it is encoded."""
        return cls(source, np.array([np.nan, -1.0, *range(len(column.levels))]))


Gathered = tuple[Tensor, dict[Lookup, int]]
"""A tensor, and the position in it of each lookup."""


class LookupTables:
    """Gathers the values of lookups, all of those that are asked for together in one go.

    The tables of all columns stand one behind the other in one flat table. A row's cells are
    turned into places in it once, whatever is gathered from there.

    Parameters
    ----------
    schema : Schema
        The encoded columns.
    x : Tensor
        The encoded rows.
    """

    def __init__(self, schema: Schema, x: Tensor) -> None:
        self._x = x
        self._n_columns = len(schema)
        self._sources = [i for i, column in enumerate(schema.columns) if column.has_levels]
        self._starts = _table_starts(schema)
        self._gathered: tuple[Tensor, dict[Lookup, int]] | None = None

    def gather_ahead(self, lookups: Sequence[Lookup]) -> None:
        """Gather lookups that will be asked for, so that parts of them come from there too."""
        if lookups:
            self._gathered = self._gather(lookups)

    def gather(self, lookups: Sequence[Lookup]) -> Gathered:
        """Return a tensor in which these lookups stand, perhaps among others; one at least."""
        if self._gathered is not None:
            tensor, places = self._gathered
            if places.keys() >= set(lookups):
                return tensor, {lookup: places[lookup] for lookup in lookups}
        return self._gather(lookups)

    def _gather(self, lookups: Sequence[Lookup]) -> Gathered:
        """Gather as many values for each source as the busiest one needs."""
        by_source: dict[int, list[Lookup]] = {}
        for lookup in lookups:
            by_source.setdefault(lookup.source, []).append(lookup)
        sources = sorted(by_source)
        depth = max(len(of_source) for of_source in by_source.values())
        flat = np.zeros((self._starts[-1], depth))
        places: dict[Lookup, int] = {}
        for i, source in enumerate(sources):
            rows = slice(self._starts[source], self._starts[source + 1])
            for k, lookup in enumerate(by_source[source]):
                flat[rows, k] = lookup.table
                places[lookup] = i * depth + k
        return self._values(flat, sources), places

    def _values(self, flat: Floats, sources: list[int]) -> Tensor:
        """Return the values of some sources side by side, `flat.shape[1]` for each."""
        depth = flat.shape[1]
        width = len(sources) * depth
        is_finite = bool(np.isfinite(flat).all())
        graph = self._x.graph
        index = self._level_index().take([self._sources.index(source) for source in sources])
        if depth == 1:
            table = constant(graph, flat[:, 0])
            return write("Gather", table, index, width=width, is_finite=is_finite)
        # gathered from a matrix, values have a dimension too many: [N, n_sources, depth]
        cube = write("Gather", constant(graph, flat), index, width=depth)
        shape = constant(graph, np.array([-1, width]))
        return write("Reshape", cube, shape, width=width, is_finite=is_finite)

    def _level_index(self) -> Tensor:
        """Return int64 [N, n_level_columns]: where in a flat table each cell's value stands."""
        codes = self._x.take(self._sources)
        # NaN becomes -2, so that with the levels' places 0, 1, ... it counts on from unseen, -1
        known = where(is_nan(codes), -float(_BEFORE_LEVELS), codes)
        first_levels = np.array([self._starts[source] + _BEFORE_LEVELS for source in self._sources])
        return (known + first_levels).whole_numbers()


def _table_starts(schema: Schema) -> list[int]:
    """Return where each column's table begins in a flat table, and where the last one ends."""
    starts = [0]
    for column in schema.columns:
        length = len(column.levels) + _BEFORE_LEVELS if column.has_levels else 0
        starts.append(starts[-1] + length)
    return starts
