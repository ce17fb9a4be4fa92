"""An ONNX graph under construction: inputs, constants and nodes, each known by its name.

What is written twice is kept once: a node with the same operator, inputs and attributes as one
before it *is* that one. So the branches of a pipeline may each ask for what they need, and what
they share is computed once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

OPSET = 18
ML_OPSET = 5
IR_VERSION = 10
ML = "ai.onnx.ml"
_ANY_NUMBER = "N"
"""What ONNX calls a dimension whose size is known only when the graph runs."""
_UNNAMED = "?"
"""What outputs are called until it is known whether their node is new."""

Shape = list[int | str]


class Named(Protocol):
    """A tensor of shape [N, width]."""

    @property
    def name(self) -> str:
        """What the graph calls it."""

    @property
    def width(self) -> int:
        """Its number of columns."""


class Graph:
    """A graph under construction; a node or constant that was there before is used again."""

    def __init__(self) -> None:
        self._inputs: dict[str, Shape] = {}
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._node_names: dict[bytes, str] = {}
        self._constant_names: dict[tuple[Any, ...], str] = {}

    def add_input(self, name: str, width: int, n_rows: int | None = None) -> None:
        """Note a tensor that is given from outside; without `n_rows` it has any number of rows."""
        self._inputs[name] = [_ANY_NUMBER if n_rows is None else n_rows, width]

    def constant(self, values: npt.ArrayLike) -> str:
        """Return the name of an initializer with these values."""
        array = np.asarray(values)
        # bytes, as comparing would take 0.0 for -0.0 and no NaN for another
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constant_names:
            name = f"c{len(self._constants)}"
            self._constants.append(numpy_helper.from_array(array, name))
            self._constant_names[key] = name
        return self._constant_names[key]

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
        unnamed = [_UNNAMED] * n_outputs
        node = helper.make_node(operator, inputs, unnamed, domain=domain, **attributes)
        key = node.SerializeToString(deterministic=True)
        if key not in self._node_names:
            self._node_names[key] = f"t{len(self._nodes)}"
            self._nodes.append(node)
        first = self._node_names[key]
        outputs = [first, *(f"{first}_{i}" for i in range(1, n_outputs))]
        node.output[:] = outputs
        return outputs

    def serialise(self, outputs: Mapping[str, Named]) -> bytes:
        """Return the model, and close the graph: its tensors are renamed by this.

        Parameters
        ----------
        outputs : dict of str to Tensor
            What comes out, by the name that it shall have.
        """
        nodes = self._nodes + self._give_names(outputs)
        values_in = [_value(name, shape) for name, shape in self._inputs.items()]
        values_out = [_value(name, [_ANY_NUMBER, out.width]) for name, out in outputs.items()]
        graph = helper.make_graph(nodes, "regression_model", values_in, values_out, self._constants)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
            ir_version=IR_VERSION,
            producer_name="evergreen-regression",
        )
        serialised: bytes = model.SerializeToString(deterministic=True)
        return serialised

    def _give_names(self, outputs: Mapping[str, Named]) -> list[Any]:
        """Call tensors by the names of the outputs; return nodes for those that need a copy.

        A tensor has one name only: an input that goes right through, and one tensor that is two
        outputs, are copied.
        """
        new_names: dict[str, str] = {}
        copies: list[Any] = []
        for name, tensor in outputs.items():
            if tensor.name in new_names or tensor.name in self._inputs:
                source = new_names.get(tensor.name, tensor.name)
                copies.append(helper.make_node("Identity", [source], [name]))
            else:
                new_names[tensor.name] = name
        for node in [*self._nodes, *copies]:
            node.input[:] = [new_names.get(tensor, tensor) for tensor in node.input]
            node.output[:] = [new_names.get(tensor, tensor) for tensor in node.output]
        return copies


def _value(name: str, shape: Shape) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape)
