"""Tensors of a graph under construction, which NumPy's functions and Python's operators take.

``np.floor(tensor)`` and ``tensor * 2.0`` compute nothing: they write the node that will. So a
formula written with NumPy is both what the pipeline computes and what its graph does. NumPy asks
its arguments for that itself, by the protocols that it has for arrays of other libraries: see
`Tensor.__array_ufunc__` and `Tensor.__array_function__` (NEP 13 and NEP 18).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from onnx import TensorProto

from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from regression_model.export.graph import Graph

    Operand: TypeAlias = "Tensor | npt.ArrayLike"

LANES = 8
"""Logarithms and exponentials are taken of tensors whose width is a multiple of this.

Vectorised code works on some elements at a time (2 to 8 doubles) and treats what is left over by
other code, whose last bit differs. With such a width nothing is ever left over, whatever the number
of rows, and a row's numbers do not depend on the rows beside it.
"""


@dataclass(frozen=True)
class Tensor:
    """A tensor of shape [N, width].

    Two are equal if they are the same tensor of the same graph: ``==`` asks about tensors, and
    `np.equal` about what they hold.

    Parameters
    ----------
    graph : Graph
        Where it is computed.
    name : str
        What the graph calls it.
    width : int
        Its number of columns.
    is_finite : bool
        Whether it is known that it never holds NaN or infinities, so that columns which nobody
        asked for may be multiplied by zero. What arithmetic gives counts as unknown.
    """

    graph: Graph = field(repr=False)
    name: str
    width: int
    is_finite: bool = field(default=False, compare=False)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Tensor:
        """Write nodes for a function of elements, such as `np.floor` (NEP 13)."""
        rule = _FUNCTIONS.get(ufunc)
        if rule is None or method != "__call__" or options:
            raise _no_nodes(ufunc)
        return rule(*inputs)

    def __array_function__(
        self, function: Callable[..., Any], _types: Any, inputs: Any, options: Any
    ) -> Tensor:
        """Write nodes for any other function of NumPy, such as `np.where` (NEP 18)."""
        rule = _FUNCTIONS.get(function)
        if rule is None:
            raise _no_nodes(function)
        return rule(*inputs, **options)

    def __add__(self, other: Operand) -> Tensor:
        return elementwise("Add", self, other)

    def __radd__(self, other: Operand) -> Tensor:
        return elementwise("Add", self, other)

    def __sub__(self, other: Operand) -> Tensor:
        return elementwise("Sub", self, other)

    def __rsub__(self, other: Operand) -> Tensor:
        return elementwise("Sub", other, self)

    def __mul__(self, other: Operand) -> Tensor:
        return elementwise("Mul", self, other)

    def __rmul__(self, other: Operand) -> Tensor:
        return elementwise("Mul", self, other)

    def __truediv__(self, other: Operand) -> Tensor:
        return elementwise("Div", self, other)

    def __neg__(self) -> Tensor:
        return elementwise("Neg", self)

    def __lt__(self, other: Operand) -> Tensor:
        return elementwise("Less", self, other)

    def __matmul__(self, matrix: npt.NDArray[np.float64]) -> Tensor:
        return write("MatMul", self, constant(self.graph, matrix), width=matrix.shape[1])

    def take(self, positions: Sequence[int]) -> Tensor:
        """Return some columns; all of them in order are the tensor itself."""
        wanted = list(positions)
        if wanted == list(range(self.width)):
            return self
        start, stop = wanted[0], wanted[-1] + 1
        if wanted == list(range(start, stop)):
            bounds = [constant(self.graph, np.array([edge])) for edge in (start, stop, 1)]
            return write("Slice", self, *bounds, width=len(wanted), is_finite=self.is_finite)
        index = constant(self.graph, np.array(wanted))
        return write("Gather", self, index, width=len(wanted), is_finite=self.is_finite, axis=1)

    def column(self, position: int) -> Tensor:
        """Return one column, of shape [N, 1]."""
        return self.take([position])

    def split(self, widths: Sequence[int]) -> list[Tensor]:
        """Return neighbouring columns as tensors of their own."""
        if len(widths) == 1:
            return [self]
        sizes = self.graph.constant(np.array(widths))
        names = self.graph.nodes("Split", [self.name, sizes], len(widths), axis=1)
        return [
            Tensor(self.graph, name, width, self.is_finite)
            for name, width in zip(names, widths, strict=True)
        ]

    def in_lanes(self) -> Tensor:
        """Return the tensor, filled up to whole LANES with its first column."""
        missing = -self.width % LANES
        if not missing:
            return self
        return concatenate([self, self.take([0] * missing)])

    def filled(self, values: Operand) -> Tensor:
        """Return the tensor with finite values, one for each column, in place of NaN."""
        condition = is_nan(self)
        filling = _as_tensor(self.graph, values)
        return write("Where", condition, filling, self, width=self.width, is_finite=True)

    def flags(self, positions: Sequence[int]) -> Tensor:
        """Return some columns of a tensor of truth values as 0 and 1."""
        index = constant(self.graph, np.array(positions))
        taken = write("Gather", self, index, width=len(positions), axis=1)
        return write("Cast", taken, width=taken.width, is_finite=True, to=TensorProto.DOUBLE)

    def whole_numbers(self) -> Tensor:
        """Return a tensor of whole numbers as int64, which positions must be."""
        return write("Cast", self, width=self.width, to=TensorProto.INT64)


def add_input(graph: Graph, name: str, width: int, *, n_rows: int | None = None) -> Tensor:
    """Return a tensor that is given from outside; without `n_rows` of any number of rows."""
    graph.add_input(name, width, n_rows)
    return Tensor(graph, name, width)


def constant(graph: Graph, values: npt.ArrayLike) -> Tensor:
    """Return a tensor of these values; a single number goes with tensors of any width."""
    array = np.asarray(values)
    width = array.shape[-1] if array.ndim else 1
    return Tensor(graph, graph.constant(array), width, bool(np.isfinite(array).all()))


def write(
    operator: str,
    *inputs: Tensor,
    width: int,
    is_finite: bool = False,
    domain: str = "",
    **attributes: Any,
) -> Tensor:
    """Write a node of one output, of which `width` and `is_finite` are known."""
    graph = inputs[0].graph
    names = [tensor.name for tensor in inputs]
    name = graph.node(operator, *names, domain=domain, **attributes)
    return Tensor(graph, name, width, is_finite)


def elementwise(operator: str, *operands: Operand) -> Tensor:
    """Write an operator that works on elements; columns and numbers go with any width."""
    graph = next(operand.graph for operand in operands if isinstance(operand, Tensor))
    tensors = [_as_tensor(graph, operand) for operand in operands]
    return write(operator, *tensors, width=max(tensor.width for tensor in tensors))


def concatenate(tensors: Sequence[Tensor], axis: int = 1) -> Tensor:
    """Return tensors side by side."""
    if len(tensors) == 1:
        return tensors[0]
    width = sum(tensor.width for tensor in tensors)
    is_finite = all(tensor.is_finite for tensor in tensors)
    return write("Concat", *tensors, width=width, is_finite=is_finite, axis=axis)


def _as_tensor(graph: Graph, operand: Operand) -> Tensor:
    if isinstance(operand, Tensor):
        return operand
    return constant(graph, np.asarray(operand, dtype=np.float64))


def _alike_in_any_batch(operator: str, tensor: Tensor) -> Tensor:
    """Write a function whose bits depend on the number of elements, of whole LANES; see there."""
    return elementwise(operator, tensor.in_lanes())


is_nan = partial(elementwise, "IsNaN")
maximum = partial(elementwise, "Max")
minimum = partial(elementwise, "Min")
power = partial(elementwise, "Pow")
where = partial(elementwise, "Where")
exp = partial(_alike_in_any_batch, "Exp")


def clip(tensor: Tensor, lowest: npt.ArrayLike, highest: npt.ArrayLike) -> Tensor:
    """Return a tensor kept between limits: numbers, or one for each column."""
    low, high = (_as_tensor(tensor.graph, limit) for limit in (lowest, highest))
    if np.ndim(lowest) or np.ndim(highest):  # the operator Clip takes single numbers only
        return minimum(maximum(tensor, low), high)
    return elementwise("Clip", tensor, low, high)


def _no_nodes(function: Any) -> ArtifactError:
    return ArtifactError(f"the function {function.__name__} of a tensor cannot be exported")


_FUNCTIONS: dict[Any, Callable[..., Tensor]] = {
    np.add: partial(elementwise, "Add"),
    np.subtract: partial(elementwise, "Sub"),
    np.multiply: partial(elementwise, "Mul"),
    np.divide: partial(elementwise, "Div"),
    np.square: lambda tensor: tensor * tensor,
    np.maximum: maximum,
    np.minimum: minimum,
    np.floor: partial(elementwise, "Floor"),
    np.sign: partial(elementwise, "Sign"),
    np.equal: partial(elementwise, "Equal"),
    np.log: partial(_alike_in_any_batch, "Log"),
    np.exp: exp,
    np.expm1: lambda tensor: exp(tensor) - 1.0,
    np.sin: partial(_alike_in_any_batch, "Sin"),
    np.where: where,
    np.clip: clip,
    np.concatenate: concatenate,
}
"""NumPy's functions that can be written as nodes.

`np.log`, `np.exp`, `np.expm1` and `np.sin` give whole LANES: what was asked for stands first.
"""
