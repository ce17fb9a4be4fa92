"""A graph that is built the way a pipeline reads: a frame of named columns, changed step by step.

What a column of a frame is, a vector or a lookup, is written in `regression_model.export.symbols`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.export.graph import Graph
from regression_model.export.lookups import Lookup, LookupTables
from regression_model.export.symbols import Frame, Layout, Places, Symbol, Vector
from regression_model.export.tensors import LANES, Tensor, add_input, concatenate, constant, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regression_model.arrays import Floats
    from regression_model.processing.schema import Schema

_SPARSE = 4
"""A tensor is taken whole unless it has more than so many columns for each one that is wanted.

Taking some of its columns costs a node, which a single row feels most; taking all of them costs
numbers that are computed in vain, or multiplied by a weight of zero, which many rows feel most.
"""


class FrameGraph(Graph):
    """A graph whose input ``x`` is the encoded columns of a schema, and frames of its columns.

    Parameters
    ----------
    schema : Schema
        The columns.

    Attributes
    ----------
    x : Tensor
        The encoded columns.
    """

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self.schema = schema
        self.x = add_input(self, "x", len(schema))
        self._lookups = LookupTables(schema, self.x)

    def input_frame(self) -> Frame:
        """Return the frame of encoded columns that a pipeline begins with."""
        columns = self.schema.columns
        numbers = [i for i, column in enumerate(columns) if not column.has_levels]
        tensor = self.x.take(numbers) if numbers else self.x
        frame: Frame = {}
        for i, column in enumerate(columns):
            if column.has_levels:
                frame[column.name] = Lookup.of_column(i, column)
            else:
                frame[column.name] = Vector(tensor, numbers.index(i))
        return frame

    def change(
        self,
        frame: Frame,
        names: Sequence[str],
        on_table: Callable[[Floats, int], Floats],
        on_tensor: Callable[[Tensor, Layout], Tensor],
    ) -> Frame:
        """Return a frame with columns changed, each by itself.

        Parameters
        ----------
        frame : Frame
            The columns.
        names : sequence of str
            Which ones to change.
        on_table : callable
            Changes the table of a lookup; gets it and the position of its name in `names`.
        on_tensor : callable
            Changes all columns of a tensor, also some that nobody asked for; gets it and the
            layout of the wanted ones. It makes finite numbers of finite ones.
        """
        changed: Frame = {}
        vectors: list[int] = []
        for i, name in enumerate(names):
            symbol = frame[name]
            if isinstance(symbol, Lookup):
                changed[name] = replace(symbol, table=on_table(symbol.table, i))
            else:
                vectors.append(i)
        if vectors:
            changed |= self._change_vectors(frame, names, vectors, on_tensor)
        return {**frame, **changed}

    def _change_vectors(
        self,
        frame: Frame,
        names: Sequence[str],
        vectors: list[int],
        on_tensor: Callable[[Tensor, Layout], Tensor],
    ) -> Frame:
        """Return what becomes of the names at some positions, all of them put in one tensor."""
        tensor, positions = self.any_order([frame[names[i]] for i in vectors], whole_lanes=True)
        owners = dict(zip(positions, vectors, strict=True))
        layout = Layout(tuple(owners.get(position) for position in range(tensor.width)))
        out = on_tensor(tensor, layout)
        out = replace(out, is_finite=out.is_finite or tensor.is_finite)
        changed: Frame = {}
        for i, position in zip(vectors, positions, strict=True):
            name = names[i]
            changed[name] = Vector(out, position, feature=self.feature_of(frame[name]))
        return changed

    @staticmethod
    def named(frame: Frame) -> Frame:
        """Return a frame whose vectors belong to the features that they now are."""
        named: Frame = {}
        for name, symbol in frame.items():
            named[name] = replace(symbol, feature=name) if isinstance(symbol, Vector) else symbol
        return named

    def feature_of(self, symbol: Symbol) -> str:
        """Return the feature that a column comes from."""
        if isinstance(symbol, Vector):
            return symbol.feature
        return self.schema.columns[symbol.source].name

    def tensor(self, symbols: Sequence[Symbol]) -> Tensor:
        """Return a tensor of shape [N, len(symbols)] with these columns in this order."""
        vectors = [s for s in symbols if isinstance(s, Vector) and s.is_plain]
        if len(vectors) < len(symbols):
            tensor, positions = self.any_order(symbols)
            return tensor.take(positions)
        starts: dict[Tensor, int] = {}
        width = 0
        for vector in vectors:
            if vector.tensor not in starts:
                starts[vector.tensor] = width
                width += vector.tensor.width
        joined = concatenate(list(starts))
        return joined.take([starts[vector.tensor] + vector.position for vector in vectors])

    def any_order(
        self, symbols: Sequence[Symbol], *, whole_lanes: bool = False
    ) -> tuple[Tensor, list[int]]:
        """Return a tensor that holds these columns, perhaps among others, and their positions.

        With `whole_lanes`, columns that must be put together anyhow get a width of whole LANES.
        """
        parts: list[Tensor] = []
        places: Places = {}
        width = 0
        for tensor, positions in self._parts(symbols):
            parts.append(tensor)
            places |= {symbol: width + position for symbol, position in positions.items()}
            width += tensor.width
        if whole_lanes and len(parts) > 1 and width % LANES:
            parts.append(parts[0].take([0] * (LANES - width % LANES)))
        return concatenate(parts), [places[symbol] for symbol in symbols]

    def _parts(self, symbols: Sequence[Symbol]) -> list[tuple[Tensor, Places]]:
        """Return the tensors that columns stand in, each with the places of those in it."""
        by_tensor: dict[Tensor, list[Vector]] = {}
        lookups: list[Lookup] = []
        for symbol in dict.fromkeys(symbols):
            if isinstance(symbol, Vector):
                by_tensor.setdefault(symbol.tensor, []).append(symbol)
            else:
                lookups.append(symbol)
        parts = [_vector_part(tensor, vectors) for tensor, vectors in by_tensor.items()]
        if lookups:
            tensor, positions = self._lookups.gather(lookups)
            parts.append((tensor, dict(positions.items())))
        return parts

    def gather_lookups(self, symbols: Sequence[Symbol]) -> None:
        """Gather all lookups among columns that will be asked for in one go, whoever asks first."""
        self._lookups.gather_ahead([s for s in symbols if isinstance(s, Lookup)])

    def is_finite(self, symbols: Sequence[Symbol]) -> bool:
        """Tell whether no column that shares a tensor with any of these ever holds NaN."""
        lookups = [symbol for symbol in symbols if isinstance(symbol, Lookup)]
        if lookups and not self._lookups.gather(lookups)[0].is_finite:
            return False
        return all(s.tensor.is_finite for s in symbols if isinstance(s, Vector))

    def weighted_sum(
        self,
        weights: dict[Symbol, float],
        added: Tensor,
        tensor: Tensor | None = None,
        place: Places | None = None,
    ) -> Tensor:
        """Return a weighted sum of columns, plus what is added, in each of LANES equal columns.

        Parameters
        ----------
        weights : dict of Symbol to float
            Plain vectors and lookups.
        added : Tensor
            Of shape [1] or [N, 1].
        tensor, place : Tensor and dict of Symbol to int, optional
            Where the columns already stand side by side, without any NaN among them.
        """
        symbols = list(weights)
        if not symbols:
            return np.zeros((1, LANES)) + added
        if tensor is None or place is None:
            if self.is_finite(symbols):
                tensor, positions = self.any_order(symbols)
            else:  # a weight of zero would not keep out the NaN of a column that shares a tensor
                tensor, positions = self.tensor(symbols), list(range(len(symbols)))
            place = dict(zip(symbols, positions, strict=True))
        column = np.zeros((tensor.width, 1))
        for symbol, weight in weights.items():
            column[place[symbol]] = weight
        matrix = constant(self, np.repeat(column, LANES, axis=1))
        return write("Gemm", tensor, matrix, added, width=LANES)

    def product(self, symbols: Sequence[Symbol], matrix: Floats) -> Tensor:
        """Return columns, as many as `matrix` has rows, times the matrix."""
        return self.tensor(symbols) @ matrix


def _vector_part(tensor: Tensor, vectors: list[Vector]) -> tuple[Tensor, Places]:
    """Return a tensor whole where many of its columns are wanted, else with those alone."""
    is_plain = all(vector.is_plain for vector in vectors)
    if is_plain and _SPARSE * len(vectors) >= tensor.width:
        return tensor, {vector: vector.position for vector in vectors}
    part = tensor.take([vector.position for vector in vectors])
    if not is_plain:
        factors = np.array([vector.factor for vector in vectors])
        shifts = np.array([vector.shift for vector in vectors])
        part = part * factors + shifts
    return part, {vector: i for i, vector in enumerate(vectors)}
