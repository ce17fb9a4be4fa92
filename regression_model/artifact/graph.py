"""Building an ONNX graph the way a pipeline reads: a frame of named columns, changed step by step.

A column of a frame is one of two things. A *vector* is a column of some tensor, kept with a factor
and a shift that are applied only where they must be. A *lookup* is a function of one encoded
categorical column: a table of its value for "unknown", for "unseen" and for each level. Whatever a
step does to a lookup is done to its table while exporting, so that any chain of such steps costs
one ``Gather`` in the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from regression_model.processing.schema import Schema

Floats = npt.NDArray[np.float64]

OPSET = 18
ML_OPSET = 5
IR_VERSION = 10
ML = "ai.onnx.ml"
_BEFORE_LEVELS = 2
"""A lookup's table begins with the values for unknown (NaN) and unseen (-1)."""


@dataclass(frozen=True)
class Vector:
    """``factor * tensor[:, position] + shift``."""

    tensor: str
    position: int
    factor: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, eq=False)
class Lookup:
    """A function of the encoded categorical column `source`."""

    source: int
    table: Floats


Symbol = Vector | Lookup
Frame = dict[str, Symbol]


@dataclass
class Graph:
    """A graph under construction; a node or constant that was there before is used again."""

    schema: Schema
    _nodes: list[Any] = field(default_factory=list)
    _constants: list[Any] = field(default_factory=list)
    _known: dict[Any, str] = field(default_factory=dict)
    _widths: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._widths["x"] = len(self.schema)

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
        node = helper.make_node(operator, inputs, ["?"], domain=domain, **attributes)
        key = ("node", node.SerializeToString(deterministic=True))
        if key not in self._known:
            self._known[key] = f"t{len(self._nodes)}"
            node.output[0] = self._known[key]
            self._nodes.append(node)
        return self._known[key]

    def input_frame(self) -> Frame:
        """Return the frame of encoded columns that a pipeline begins with."""
        return {
            column.name: Lookup(i, np.array([np.nan, -1.0, *range(len(column.levels))]))
            if column.has_levels
            else Vector("x", i)
            for i, column in enumerate(self.schema.columns)
        }

    def change(
        self,
        frame: Frame,
        names: Sequence[str],
        on_table: Callable[[Floats, int], Floats],
        on_tensor: Callable[[str, list[int]], str],
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
            Changes a tensor of shape [N, k]; gets its name and the k positions in `names`.
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
            tensor = on_tensor(self.tensor(frame, [names[i] for i in vectors]), vectors)
            self._widths[tensor] = len(vectors)
            changed.update((names[i], Vector(tensor, k)) for k, i in enumerate(vectors))
        return {**frame, **changed}

    def tensor(self, frame: Frame, names: Sequence[str]) -> str:
        """Return a tensor of shape [N, len(names)] with these columns in this order."""
        tensor, positions = self.any_order(frame, names)
        return self._take(tensor, [positions[name] for name in names])

    def any_order(self, frame: Frame, names: Sequence[str]) -> tuple[str, dict[str, int]]:
        """Return a tensor that holds these columns, and the position of each."""
        parts: list[str] = []
        positions: dict[str, int] = {}
        width = 0
        for tensor, size, held in self._parts(frame, names):
            parts.append(tensor)
            positions.update((name, width + position) for name, position in held.items())
            width += size
        return (parts[0] if len(parts) == 1 else self.node("Concat", *parts, axis=1)), positions

    def _parts(self, frame: Frame, names: Sequence[str]) -> list[tuple[str, int, dict[str, int]]]:
        """Return tensors with their widths and the columns that are wanted of them."""
        by_tensor: dict[str, list[str]] = {}
        lookups: list[str] = []
        for name in names:
            symbol = frame[name]
            if isinstance(symbol, Vector):
                by_tensor.setdefault(symbol.tensor, []).append(name)
            else:
                lookups.append(name)
        parts = [self._vectors(frame, held) for held in by_tensor.values()]
        if lookups:
            parts.append(self._lookups({name: frame[name] for name in lookups}))
        return parts

    def _vectors(self, frame: Frame, names: list[str]) -> tuple[str, int, dict[str, int]]:
        symbols = [symbol for name in names if isinstance(symbol := frame[name], Vector)]
        tensor = self._take(symbols[0].tensor, [s.position for s in symbols])
        factors, shifts = [s.factor for s in symbols], [s.shift for s in symbols]
        if any(factor != 1 for factor in factors):
            tensor = self.node("Mul", tensor, self.constant(factors))
        if any(shifts):
            tensor = self.node("Add", tensor, self.constant(shifts))
        return tensor, len(names), {name: i for i, name in enumerate(names)}

    def _take(self, tensor: str, positions: list[int]) -> str:
        """Return some columns of a tensor; all of them in order are the tensor itself."""
        if positions == list(range(self._widths.get(tensor, -1))):
            return tensor
        taken = self.node("Gather", tensor, self.constant(np.array(positions)), axis=1)
        self._widths[taken] = len(positions)
        return taken

    def _lookups(self, lookups: dict[str, Any]) -> tuple[str, int, dict[str, int]]:
        """Gather lookups from flat tables: as many values per source as the busiest one needs."""
        by_source: dict[int, list[str]] = {}
        for name, lookup in lookups.items():
            by_source.setdefault(lookup.source, []).append(name)
        sources = sorted(by_source)
        depth = max(map(len, by_source.values()))
        tables, positions = [], {}
        for s, source in enumerate(sources):
            names = by_source[source]
            table = np.zeros((len(lookups[names[0]].table), depth))
            for k, name in enumerate(names):
                table[:, k] = lookups[name].table
                positions[name] = s * depth + k
            tables.append(table)
        flat = np.concatenate(tables)
        index = self._level_index(sources)
        if depth == 1:
            return self.node("Gather", self.constant(flat[:, 0]), index), len(sources), positions
        gathered = self.node("Gather", self.constant(flat), index)
        width = len(sources) * depth
        shape = self.constant(np.array([-1, width]))
        return self.node("Reshape", gathered, shape), width, positions

    def _level_index(self, sources: list[int]) -> str:
        """Return int64 [N, len(sources)]: where in the flat tables each cell's value stands."""
        lengths = [len(self.schema.columns[s].levels) + _BEFORE_LEVELS for s in sources]
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        codes = self._take("x", sources)
        unknown = self.node("IsNaN", codes)
        known = self.node("Where", unknown, self.constant(-float(_BEFORE_LEVELS)), codes)
        places = self.node("Add", known, self.constant(offsets + float(_BEFORE_LEVELS)))
        return self.node("Cast", places, to=TensorProto.INT64)

    def weighted_sum(self, frame: Frame, weights: dict[str, float]) -> tuple[list[str], float]:
        """Return tensors [N, 1] and a constant that add up to the weighted sum of columns.

        Lookups of one source are added up in their tables, so that they cost one value each.
        """
        constant = 0.0
        by_tensor: dict[str, dict[int, float]] = {}
        tables: dict[int, Floats] = {}
        for name, weight in weights.items():
            symbol = frame[name]
            if isinstance(symbol, Lookup):
                table = tables.get(symbol.source, np.zeros_like(symbol.table))
                tables[symbol.source] = table + weight * symbol.table
            else:
                held = by_tensor.setdefault(symbol.tensor, {})
                held[symbol.position] = held.get(symbol.position, 0.0) + weight * symbol.factor
                constant += weight * symbol.shift
        terms = []
        for tensor, held in by_tensor.items():
            taken = self._take(tensor, list(held))
            terms.append(self.node("MatMul", taken, self.constant([[w] for w in held.values()])))
        if tables:
            lookups = {str(source): Lookup(source, table) for source, table in tables.items()}
            gathered, width, _ = self._lookups(lookups)
            terms.append(self.node("MatMul", gathered, self.constant(np.ones((width, 1)))))
        return terms, constant

    def serialise(self, outputs: dict[str, str]) -> bytes:
        """Return the model with the given outputs [N, 1], by the name each shall have."""
        nodes = [*self._nodes]
        nodes += [helper.make_node("Identity", [t], [name]) for name, t in outputs.items()]
        rows_in = helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["N", len(self.schema)])
        rows_out = [
            helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", 1]) for name in outputs
        ]
        graph = helper.make_graph(nodes, "regression_model", [rows_in], rows_out, self._constants)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
            ir_version=IR_VERSION,
            producer_name="evergreen-regression",
        )
        serialised: bytes = model.SerializeToString(deterministic=True)
        return serialised
