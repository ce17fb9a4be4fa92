"""Building an ONNX graph the way a pipeline reads: a frame of named columns, changed step by step.

A column of a frame is one of two things. A *vector* is a column of some tensor, kept with a factor
and a shift that are applied only where they must be. A *lookup* is a function of one encoded
categorical column: a table of its value for "unknown", for "unseen" and for each level. Whatever a
step does to a lookup is done to its table while exporting, so that any chain of such steps costs
one ``Gather`` in the graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regression_model.arrays import Floats
    from regression_model.processing.schema import Schema


OPSET = 18
ML_OPSET = 5
IR_VERSION = 10
ML = "ai.onnx.ml"
LANES = 8
"""Logarithms and exponentials are taken of tensors whose width is a multiple of this.

Vectorised code works on some elements at a time (2 to 8 doubles) and treats what is left over by
other code, whose last bit differs. With such a width nothing is ever left over, whatever the number
of rows, and a row's numbers do not depend on the rows beside it.
"""
_BEFORE_LEVELS = 2
"""A lookup's table begins with the values for unknown (NaN) and unseen (-1)."""


@dataclass(frozen=True)
class Vector:
    """``factor * tensor[:, position] + shift``; `feature` is the feature that it comes from."""

    tensor: str
    position: int
    factor: float = 1.0
    shift: float = 0.0
    feature: str = field(default="", compare=False)


@dataclass(frozen=True, eq=False)
class Lookup:
    """A function of the encoded categorical column `source`."""

    source: int
    table: Floats


Symbol = Vector | Lookup
Frame = dict[str, Symbol]
Places = dict[Symbol, int]


@dataclass(frozen=True)
class Layout:
    """Which of the changed columns stands at each position of a tensor; None for none of them."""

    owners: tuple[int | None, ...]

    def align(self, values: npt.ArrayLike, neutral: float) -> Floats:
        """Return values in the order of the tensor, `neutral` where no changed column stands."""
        array = np.asarray(values, dtype=np.float64)
        return np.array([neutral if i is None else array[i] for i in self.owners])


@dataclass
class Graph:
    """A graph under construction; a node or constant that was there before is used again."""

    schema: Schema
    _nodes: list[Any] = field(default_factory=list)
    _constants: list[Any] = field(default_factory=list)
    _known: dict[Any, str] = field(default_factory=dict)
    _widths: dict[str, int] = field(default_factory=dict)
    _finite: set[str] = field(default_factory=set)
    _gathered: dict[Symbol, tuple[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.add_input("x", len(self.schema))

    def add_input(self, name: str, width: int) -> None:
        """Note a tensor that is given from outside."""
        self._widths[name] = width

    def constant(self, values: npt.ArrayLike) -> str:
        """Return the name of an initializer with these values."""
        array = np.asarray(values)
        key = ("constant", array.dtype.str, array.shape, array.tobytes())
        if key not in self._known:
            self._known[key] = f"c{len(self._constants)}"
            self._constants.append(numpy_helper.from_array(array, self._known[key]))
        return self._known[key]

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Return the name of an operator's only output."""
        return self.nodes(operator, inputs, 1, domain=domain, **attributes)[0]

    def nodes(
        self,
        operator: str,
        inputs: Sequence[str],
        n_outputs: int,
        *,
        domain: str = "",
        **attributes: Any,
    ) -> list[str]:
        """Return the names of an operator's outputs."""
        node = helper.make_node(operator, inputs, ["?"] * n_outputs, domain=domain, **attributes)
        key = ("node", node.SerializeToString(deterministic=True))
        if key not in self._known:
            self._known[key] = f"t{len(self._nodes)}"
            self._nodes.append(node)
        name = self._known[key]
        outputs = [name if i == 0 else f"{name}_{i}" for i in range(n_outputs)]
        node.output[:] = outputs
        return outputs

    def input_frame(self) -> Frame:
        """Return the frame of encoded columns that a pipeline begins with."""
        frame: Frame = {}
        numbers = [i for i, column in enumerate(self.schema.columns) if not column.has_levels]
        tensor = self._take("x", numbers) if numbers else ""
        for i, column in enumerate(self.schema.columns):
            if column.has_levels:
                table = np.array([np.nan, -1.0, *range(len(column.levels))])
                frame[column.name] = Lookup(i, table)
            else:
                frame[column.name] = Vector(tensor, numbers.index(i))
        return frame

    def change(
        self,
        frame: Frame,
        names: Sequence[str],
        on_table: Callable[[Floats, int], Floats],
        on_tensor: Callable[[str, Layout], str],
        *,
        makes_finite: bool = False,
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
            Changes all columns of a tensor, also some that nobody asked for; gets its name and
            the layout of the wanted ones.
        makes_finite : bool
            Whether what comes out of `on_tensor` holds no NaN, whatever goes in.
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
            wanted = [frame[names[i]] for i in vectors]
            tensor, positions = self.any_order(wanted, whole_lanes=True)
            owner: dict[int, int] = dict(zip(positions, vectors, strict=True))
            layout = Layout(tuple(owner.get(k) for k in range(self._widths[tensor])))
            out = on_tensor(tensor, layout)
            self._widths.setdefault(out, self._widths[tensor])
            if makes_finite or tensor in self._finite:
                self._finite.add(out)
            for i, position in zip(vectors, positions, strict=True):
                feature = self.feature_of(frame[names[i]])
                changed[names[i]] = Vector(out, position, feature=feature)
        return {**frame, **changed}

    @staticmethod
    def named(frame: Frame) -> Frame:
        """Return a frame whose vectors belong to the features that they now are."""
        return {
            name: replace(symbol, feature=name) if isinstance(symbol, Vector) else symbol
            for name, symbol in frame.items()
        }

    def feature_of(self, symbol: Symbol) -> str:
        """Return the feature that a column comes from."""
        if isinstance(symbol, Vector):
            return symbol.feature
        return self.schema.columns[symbol.source].name

    def tensor(self, symbols: Sequence[Symbol]) -> str:
        """Return a tensor of shape [N, len(symbols)] with these columns in this order."""
        vectors = [s for s in symbols if isinstance(s, Vector) and s.factor == 1 and s.shift == 0]
        if len(vectors) < len(symbols):
            return self._take(*self.any_order(symbols))
        tensors = list(dict.fromkeys(vector.tensor for vector in vectors))
        widths = [self._widths[tensor] for tensor in tensors]
        start = dict(zip(tensors, [0, *np.cumsum(widths).tolist()], strict=False))
        joined = self.concatenate(tensors)
        return self._take(joined, [start[vector.tensor] + vector.position for vector in vectors])

    def any_order(
        self, symbols: Sequence[Symbol], *, whole_lanes: bool = False
    ) -> tuple[str, list[int]]:
        """Return a tensor that holds these columns, perhaps among others, and their positions.

        With `whole_lanes`, columns that must be put together anyhow get a width of whole LANES.
        """
        vectors = list(dict.fromkeys(s for s in symbols if isinstance(s, Vector)))
        lookups = list(dict.fromkeys(s for s in symbols if isinstance(s, Lookup)))
        parts: list[str] = []
        places: Places = {}
        width = 0
        for tensor, held in [*self._vector_parts(vectors), *self._lookup_parts(lookups)]:
            parts.append(tensor)
            places |= {symbol: width + position for symbol, position in held.items()}
            width += self._widths[tensor]
        if whole_lanes and len(parts) > 1 and width % LANES:
            parts.append(self._take(parts[0], [0] * (LANES - width % LANES)))
        return self.concatenate(parts), [places[symbol] for symbol in symbols]

    def concatenate(self, tensors: Sequence[str]) -> str:
        """Return tensors side by side."""
        if len(tensors) == 1:
            return tensors[0]
        joined = self.node("Concat", *tensors, axis=1)
        self._widths[joined] = sum(self._widths[tensor] for tensor in tensors)
        if self._finite.issuperset(tensors):
            self._finite.add(joined)
        return joined

    def _vector_parts(self, vectors: list[Vector]) -> list[tuple[str, Places]]:
        """Return each tensor that vectors stand in, whole or with those columns only."""
        by_tensor: dict[str, list[Vector]] = {}
        for vector in vectors:
            by_tensor.setdefault(vector.tensor, []).append(vector)
        return [self._vector_part(tensor, held) for tensor, held in by_tensor.items()]

    def _vector_part(self, tensor: str, held: list[Vector]) -> tuple[str, Places]:
        if all(v.factor == 1 and v.shift == 0 for v in held):
            if 4 * len(held) >= self._widths[tensor]:
                return tensor, {v: v.position for v in held}
            return self._take(tensor, [v.position for v in held]), {
                v: i for i, v in enumerate(held)
            }
        taken = self._take(tensor, [v.position for v in held])
        scaled = self.node("Mul", taken, self.constant([v.factor for v in held]))
        shifted = self.node("Add", scaled, self.constant([v.shift for v in held]))
        self._widths[shifted] = len(held)
        return shifted, {v: i for i, v in enumerate(held)}

    def _take(self, tensor: str, positions: list[int]) -> str:
        """Return some columns of a tensor; all of them in order are the tensor itself."""
        if positions == list(range(self._widths[tensor])):
            return tensor
        start, stop = positions[0], positions[-1] + 1
        if positions == list(range(start, stop)):
            bounds = (self.constant(np.array([edge])) for edge in (start, stop, 1))
            taken = self.node("Slice", tensor, *bounds)
        else:
            taken = self.node("Gather", tensor, self.constant(np.array(positions)), axis=1)
        self._widths[taken] = len(positions)
        if tensor in self._finite:
            self._finite.add(taken)
        return taken

    def take_bool(self, tensor: str, positions: list[int]) -> str:
        """Return some columns of a tensor of booleans as 0 and 1."""
        taken = self.node("Gather", tensor, self.constant(np.array(positions)), axis=1)
        out = self.node("Cast", taken, to=TensorProto.DOUBLE)
        self._widths[out] = len(positions)
        self._finite.add(out)
        return out

    def unary(self, operator: str, tensor: str) -> str:
        """Return a function of all elements of a tensor, alike for any number of rows."""
        return self.elementwise(operator, self.in_lanes(tensor))

    def in_lanes(self, tensor: str) -> str:
        """Return a tensor, filled up to whole LANES with its first column."""
        rest = -self._widths[tensor] % LANES
        return self.concatenate([tensor, self._take(tensor, [0] * rest)]) if rest else tensor

    def first_column(self, tensor: str) -> str:
        """Return the first column of a tensor, of shape [N, 1]."""
        return self.column(tensor, 0)

    def column(self, tensor: str, position: int) -> str:
        """Return one column of a tensor, of shape [N, 1]."""
        return self._take(tensor, [position])

    def split(self, tensor: str, widths: Sequence[int]) -> list[str]:
        """Return neighbouring columns of a tensor as tensors of their own."""
        if len(widths) == 1:
            return [tensor]
        parts = self.nodes("Split", [tensor, self.constant(np.array(widths))], len(widths), axis=1)
        self._widths.update(zip(parts, widths, strict=True))
        return parts

    def elementwise(self, operator: str, tensor: str, *others: str) -> str:
        """Return what an operator makes of a tensor, as wide as that is."""
        out = self.node(operator, tensor, *others)
        self._widths[out] = self._widths[tensor]
        return out

    def wider(self, operator: str, tensor: str, other: str, width: int) -> str:
        """Return what an operator makes of tensors of different widths."""
        out = self.node(operator, tensor, other)
        self._widths[out] = width
        return out

    def same_width(self, tensor: str, other: str) -> str:
        """Note that a tensor is as wide as another one, and return it."""
        self._widths[tensor] = self._widths[other]
        return tensor

    def gather_lookups(self, lookups: Sequence[Lookup]) -> None:
        """Gather lookups that will be asked for in one go, whoever asks first."""
        for tensor, places in self._lookup_parts(list(lookups)):
            self._gathered.update((lookup, (tensor, i)) for lookup, i in places.items())

    def _lookup_parts(self, lookups: list[Lookup]) -> list[tuple[str, Places]]:
        """Gather lookups from flat tables: as many values per source as the busiest one needs."""
        if not lookups:
            return []
        if self._gathered.keys() >= set(lookups):
            tensor = self._gathered[lookups[0]][0]
            return [(tensor, {lookup: self._gathered[lookup][1] for lookup in lookups})]
        by_source: dict[int, list[Lookup]] = {}
        for lookup in lookups:
            by_source.setdefault(lookup.source, []).append(lookup)
        sources = sorted(by_source)
        depth = max(map(len, by_source.values()))
        starts = self._table_starts()
        flat = np.zeros((starts[len(self.schema)], depth))
        places: Places = {}
        for s, source in enumerate(sources):
            for k, lookup in enumerate(by_source[source]):
                flat[starts[source] : starts[source + 1], k] = lookup.table
                places[lookup] = s * depth + k
        index = self._take(self._level_index(), [self._level_sources().index(s) for s in sources])
        gathered = self.node("Gather", self.constant(flat[:, 0] if depth == 1 else flat), index)
        if depth > 1:
            shape = self.constant(np.array([-1, len(sources) * depth]))
            gathered = self.node("Reshape", gathered, shape)
        self._widths[gathered] = len(sources) * depth
        if np.isfinite(flat).all():
            self._finite.add(gathered)
        return [(gathered, places)]

    def _level_sources(self) -> list[int]:
        return [i for i, column in enumerate(self.schema.columns) if column.has_levels]

    def _table_starts(self) -> list[int]:
        """Return where each column's table begins in a flat table, and where the last one ends."""
        lengths = [
            len(column.levels) + _BEFORE_LEVELS if column.has_levels else 0
            for column in self.schema.columns
        ]
        return [0, *np.cumsum(lengths).tolist()]

    def _level_index(self) -> str:
        """Return int64 [N, n_level_columns]: where in a flat table each cell's value stands."""
        sources, starts = self._level_sources(), self._table_starts()
        offsets = [starts[source] + float(_BEFORE_LEVELS) for source in sources]
        codes = self._take("x", sources)
        unknown = self.node("IsNaN", codes)
        known = self.node("Where", unknown, self.constant(-float(_BEFORE_LEVELS)), codes)
        places = self.node("Add", known, self.constant(offsets))
        index = self.node("Cast", places, to=TensorProto.INT64)
        self._widths[index] = len(sources)
        return index

    def is_finite(self, symbols: Sequence[Symbol]) -> bool:
        """Tell whether no column that shares a tensor with any of these ever holds NaN."""
        tensors = {s.tensor for s in symbols if isinstance(s, Vector)}
        lookups = [s for s in symbols if isinstance(s, Lookup)]
        return self._finite.issuperset({*tensors, *(t for t, _ in self._lookup_parts(lookups))})

    def weighted_sum(
        self,
        weights: dict[Symbol, float],
        added: str,
        tensor: str | None = None,
        place: Places | None = None,
    ) -> str:
        """Return a weighted sum of columns, plus what is added, in each of LANES equal columns.

        Parameters
        ----------
        weights : dict of Symbol to float
            Plain vectors and lookups.
        added : str
            A tensor of shape [1] or [N, 1].
        tensor, place : str and dict of Symbol to int, optional
            Where the columns already stand side by side, without any NaN among them.
        """
        symbols = list(weights)
        if not symbols:
            return self._lanes_of(added)
        if tensor is None or place is None:
            if self.is_finite(symbols):
                tensor, positions = self.any_order(symbols)
            else:
                tensor, positions = self.tensor(symbols), list(range(len(symbols)))
            place = dict(zip(symbols, positions, strict=True))
        column = np.zeros(self._widths[tensor])
        column[[place[symbol] for symbol in weights]] = list(weights.values())
        matrix = self.constant(np.repeat(column.reshape(-1, 1), LANES, axis=1))
        total = self.node("Gemm", tensor, matrix, added)
        self._widths[total] = LANES
        return total

    def product(self, symbols: list[Symbol], matrix: Floats) -> str:
        """Return columns, as many as `matrix` has rows, times the matrix."""
        out = self.node("MatMul", self.tensor(symbols), self.constant(matrix))
        self._widths[out] = matrix.shape[1]
        return out

    def _lanes_of(self, tensor: str) -> str:
        total = self.node("Add", self.constant(np.zeros((1, LANES))), tensor)
        self._widths[total] = LANES
        return total

    def serialise(
        self, inputs: dict[str, list[int | str]], outputs: dict[str, tuple[str, int]]
    ) -> bytes:
        """Return the model.

        Parameters
        ----------
        inputs : dict of str to list
            The shape of each input; a text stands for any number.
        outputs : dict of str to (str, int)
            The tensor and its width, by the name that it shall have.
        """
        names: dict[str, str] = {}
        nodes = [*self._nodes]
        for name, (tensor, _) in outputs.items():
            if tensor in names or tensor in inputs:
                nodes.append(helper.make_node("Identity", [names.get(tensor, tensor)], [name]))
            else:
                names[tensor] = name
        for node in nodes:
            node.input[:] = [names.get(tensor, tensor) for tensor in node.input]
            node.output[:] = [names.get(tensor, tensor) for tensor in node.output]
        shapes_out: dict[str, list[int | str]] = {
            name: ["N", width] for name, (_, width) in outputs.items()
        }
        rows_in, rows_out = (
            [
                helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape)
                for name, shape in shapes.items()
            ]
            for shapes in (inputs, shapes_out)
        )
        graph = helper.make_graph(nodes, "regression_model", rows_in, rows_out, self._constants)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
            ir_version=IR_VERSION,
            producer_name="evergreen-regression",
        )
        serialised: bytes = model.SerializeToString(deterministic=True)
        return serialised
