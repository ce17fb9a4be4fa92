"""The operators that exporters write, and what each makes of its inputs.

A rule takes a node and the tensors that it is given, and returns the tensors that it gives; what
it does not know, it refuses. So the shape of every tensor is known before anything is computed.
Numbers are doubles: whole numbers only say which columns or levels are taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from regression_model.artifact.inspection.protobuf import refused
from regression_model.artifact.inspection.trees import ATTRIBUTES as TREE_ATTRIBUTES
from regression_model.artifact.inspection.trees import check_trees

Kind = Literal["double", "int64", "bool", "float", "uint8"]
Shape = tuple[int | None, ...]

KINDS: dict[int, Kind] = {1: "float", 2: "uint8", 7: "int64", 9: "bool", 11: "double"}
"""By the number that ONNX gives to them."""
_TABLE, _CUBE = 2, 3
"""Numbers of dimensions."""
_ALL_ROWS = -1
"""A length that `Reshape` works out: as many rows as there are."""


class Tensor(NamedTuple):
    """What is known of a tensor.

    Attributes
    ----------
    kind : str
    shape : tuple of (int or None)
        None for the rows that are asked about.
    values : ndarray or None
        Where it is a constant.
    """

    kind: Kind
    shape: Shape
    values: Any = None

    @property
    def size(self) -> int:
        """Numbers for each row."""
        return math.prod(length for length in self.shape if length is not None)


class Node(NamedTuple):
    """One use of an operator."""

    operator: str
    n_outputs: int
    attributes: dict[str, Any]

    def wrong(self, why: str) -> Exception:
        """Return the error for a use that no exporter writes."""
        return refused(f"a {self.operator} {why}")


Rule = Callable[[Node, Sequence[Tensor]], list[Tensor]]


class Operator(NamedTuple):
    """One operator.

    Attributes
    ----------
    rule : callable
    n_inputs : int or None
        How many it takes; None for any number from one up.
    formats : frozenset of int
        The formats of artifacts whose exporters wrote it.
    attributes : tuple of str
        Those that it may have.
    domain : str
    """

    rule: Rule
    n_inputs: int | None
    formats: frozenset[int] = frozenset({1, 2, 3})
    attributes: tuple[str, ...] = ()
    domain: str = ""


def _broadcast(node: Node, *shapes: Shape) -> Shape:
    """Return the shape of what an operator makes of tensors element by element.

    A length of one is repeated as often as another tensor wants; all others must be equal. The rows
    that are asked about (None) are no fixed length, so a constant of as many rows does not fit.
    """
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in shapes]
    together: list[int | None] = []
    for lengths in zip(*padded, strict=True):
        others = set(lengths) - {1}
        if len(others) > 1:
            raise node.wrong(f"of shapes {shapes} that do not fit")
        together.append(others.pop() if others else 1)
    return tuple(together)


def _all_double(node: Node, inputs: Sequence[Tensor]) -> None:
    if any(tensor.kind != "double" for tensor in inputs):
        raise node.wrong("of anything but doubles")


def _elementwise(kind: Kind) -> Rule:
    def rule(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
        _all_double(node, inputs)
        return [Tensor(kind, _broadcast(node, *(tensor.shape for tensor in inputs)))]

    return rule


def _clip(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    _all_double(node, inputs)
    values, least, most = inputs
    # the engine says so too, but not before rows are asked about
    if least.shape != () or most.shape != ():
        raise node.wrong("whose limits are no single numbers")
    return [Tensor("double", values.shape)]


def _where(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    if inputs[0].kind != "bool":
        raise node.wrong("whose condition is no condition")
    _all_double(node, inputs[1:])
    return [Tensor("double", _broadcast(node, *(tensor.shape for tensor in inputs)))]


_CASTS = {("bool", "double"), ("double", "int64"), ("double", "float"), ("float", "double")}
"""From and to: conditions count, positions are looked up, and some trees compare floats."""


def _cast(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    kind = KINDS.get(node.attributes.get("to", 0))
    if kind is None or (inputs[0].kind, kind) not in _CASTS:
        raise node.wrong(f"from {inputs[0].kind} to something else than exporters write")
    return [Tensor(kind, inputs[0].shape)]


def _width(node: Node, tensor: Tensor) -> int:
    """Return the width of a table of rows; the first length may be fixed, the second is."""
    if len(tensor.shape) != _TABLE or tensor.shape[1] is None:
        raise node.wrong("of anything but a table")
    return tensor.shape[1]


def _concat(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    width = sum(_width(node, tensor) for tensor in inputs)
    alike = {(tensor.kind, tensor.shape[0]) for tensor in inputs}
    if node.attributes != {"axis": 1} or len(alike) != 1:
        raise node.wrong("of anything but tables side by side")
    kind, rows = alike.pop()
    return [Tensor(kind, (rows, width))]


def _constant_integers(node: Node, tensor: Tensor) -> Any:
    if tensor.values is None or tensor.kind != "int64" or len(tensor.shape) != 1:
        raise node.wrong("whose positions are no constant")
    return tensor.values


def _split(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    table, parts = inputs
    width = _width(node, table)
    widths = _constant_integers(node, parts)
    if node.attributes != {"axis": 1} or not _add_up(widths, node.n_outputs, width):
        raise node.wrong("into other parts than there are columns")
    return [Tensor(table.kind, (table.shape[0], int(part))) for part in widths]


def _add_up(widths: Any, n_parts: int, width: int) -> bool:
    """Tell whether there are so many parts, none of them empty, and together `width` wide."""
    if len(widths) != n_parts:
        return False
    # each is bounded before all are added up: a sum of large numbers may come out as anything
    if widths.min() < 1 or widths.max() > width:
        return False
    return bool(widths.sum() == width)


def _slice(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    table, *bounds = inputs
    width = _width(node, table)
    numbers = [_constant_integers(node, bound) for bound in bounds]
    if any(len(each) != 1 for each in numbers):
        raise node.wrong("of more than columns")
    start, stop, axis = (int(each[0]) for each in numbers)
    # the engine counts from the end what is below zero, and cuts off what is too large: a reader
    # who does neither sees another width than it
    if axis != 1 or not 0 <= start < stop <= width:
        raise node.wrong("of columns that are not there")
    return [Tensor(table.kind, (table.shape[0], stop - start))]


def _gather(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Take columns of a table, or look up rows of a constant."""
    data, places = inputs
    if node.attributes == {"axis": 1}:
        return [_columns_at(node, data, places)]
    if node.attributes:
        raise node.wrong(_NO_COLUMNS_NO_TABLE)
    return [_looked_up(node, data, places)]


_NO_COLUMNS_NO_TABLE = "from anything but columns or a constant table"


def _columns_at(node: Node, table: Tensor, places: Tensor) -> Tensor:
    width = _width(node, table)
    positions = _constant_integers(node, places)
    if not len(positions) or positions.min() < 0 or positions.max() >= width:
        raise node.wrong("of columns that are not there")
    return Tensor(table.kind, (table.shape[0], len(positions)))


def _looked_up(node: Node, data: Tensor, places: Tensor) -> Tensor:
    """Return the rows of a constant that stand at the computed places.

    Where these are is not known here: the engine checks that they are in the table.
    """
    is_constant = data.values is not None and data.kind == "double"
    is_list_or_table = 1 <= len(data.shape) <= _TABLE
    are_computed = places.kind == "int64" and places.values is None
    if not (is_constant and is_list_or_table and are_computed):
        raise node.wrong(_NO_COLUMNS_NO_TABLE)
    _width(node, places)
    return Tensor("double", (*places.shape, *data.shape[1:]))


def _reshape(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Put what was looked up side by side.

    Only a cube of all rows becomes a table of all rows; with any other shape rows could be mixed.
    """
    shape = _constant_integers(node, inputs[1]).tolist()
    given = inputs[0].shape
    is_cube = len(given) == _CUBE and given[0] is None
    if not is_cube or shape != [_ALL_ROWS, inputs[0].size]:
        raise node.wrong("to another number of columns")
    return [Tensor(inputs[0].kind, (None, inputs[0].size))]


def _product(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Multiply a table by a constant matrix, and add something."""
    _all_double(node, inputs)
    table, matrix, *added = inputs
    width = _width(node, table)
    if matrix.values is None or len(matrix.shape) != _TABLE or matrix.shape[0] != width:
        raise node.wrong("by anything but a constant matrix that fits")
    shape: Shape = (table.shape[0], matrix.shape[1])
    if added and _broadcast(node, shape, added[0].shape) != shape:
        raise node.wrong("plus something that is larger")
    return [Tensor("double", shape)]


_KINDS_OF_TREES: dict[str, Kind] = {
    "nodes_splits": "double",
    "leaf_weights": "double",
    "nodes_modes": "uint8",
}
"""Of those attributes that are tensors; others are whole numbers."""


def _trees(node: Node, inputs: Sequence[Tensor]) -> list[Tensor]:
    _all_double(node, inputs)
    (table,) = inputs
    plain = dict(node.attributes)
    for name, kind in _KINDS_OF_TREES.items():
        tensor = node.attributes[name]
        if tensor.kind != kind or len(tensor.shape) != 1:
            raise node.wrong(f"whose {name} are of another kind")
        plain[name] = tensor.values
    check_trees(plain, _width(node, table))
    return [Tensor("double", (table.shape[0], 1))]


_FIRST, _LATER = frozenset({1}), frozenset({2, 3})
"""Formats: what the first one alone had, and what came with the second."""
_double, _condition = _elementwise("double"), _elementwise("bool")

OPERATORS: dict[str, Operator] = {
    "Add": Operator(_double, 2),
    "Cast": Operator(_cast, 1, attributes=("to",)),
    "Clip": Operator(_clip, 3),
    "Concat": Operator(_concat, None, attributes=("axis",)),
    "Div": Operator(_double, 2),
    "Equal": Operator(_condition, 2),
    "Exp": Operator(_double, 1),
    "Floor": Operator(_double, 1, _LATER),
    "Gather": Operator(_gather, 2, attributes=("axis",)),
    "Gemm": Operator(_product, 3),
    "Greater": Operator(_condition, 2, _FIRST),
    "Identity": Operator(_double, 1),
    "IsNaN": Operator(_condition, 1),
    "Less": Operator(_condition, 2, _LATER),
    "Log": Operator(_double, 1),
    "MatMul": Operator(_product, 2),
    "Max": Operator(_double, 2),
    "Min": Operator(_double, 2),
    "Mul": Operator(_double, 2),
    "Neg": Operator(_double, 1, _LATER),
    "Pow": Operator(_double, 2, _LATER),
    "Reshape": Operator(_reshape, 2),
    "Sign": Operator(_double, 1),
    "Sin": Operator(_double, 1, _LATER),
    "Slice": Operator(_slice, 4),
    "Split": Operator(_split, 2, attributes=("axis",)),
    "Sub": Operator(_double, 2),
    "TreeEnsemble": Operator(_trees, 1, attributes=tuple(TREE_ATTRIBUTES), domain="ai.onnx.ml"),
    "Where": Operator(_where, 3),
}
