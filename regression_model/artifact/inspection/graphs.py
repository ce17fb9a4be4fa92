"""A serialised graph, inspected: only what exporters write, and a bound on what it can cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.inspection.messages import MODEL
from regression_model.artifact.inspection.operators import (
    KINDS,
    OPERATORS,
    Node,
    Operator,
    Tensor,
)
from regression_model.artifact.inspection.protobuf import damaged, read_message, refused
from regression_model.artifact.inspection.trees import ATTRIBUTES as TREE_ATTRIBUTES
from regression_model.artifact.inspection.trees import check_searches

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_NUMBERS = 4_000_000
"""Numbers that one row may take in all tensors together: 32 MB."""
MAX_WORK = 100_000_000
"""Numbers that may be read for one row: some tenths of a second."""

_IR_VERSION = 10
_OPSETS = {"": 18, "ai.onnx.ml": 5}
"""The version of each domain's operators that every exporter wrote: rules are for these alone."""
_ROWS = "N"
"""The name of the one length that is not known before rows are there."""
_LONGEST_NAME = 60
_LONGEST = 1 << 27
"""Also beside a length of none: arrays of no numbers are still arrays."""
_DTYPES = {"double": "<f8", "int64": "<i8"}
"""How the kinds of constants are stored; both take eight bytes."""
_NUMBER_BYTES = 8
_DOUBLE, _UINT8 = 11, 2
"""Of ``TensorProto.DataType``."""
_TYPE_OF_ATTRIBUTE = {"i": 2, "t": 4, "ints": 7}
"""Of ``AttributeProto.AttributeType``, by the field that holds the value."""
_SIGN_BIT, _WORD = 1 << 63, 1 << 64
"""Numbers below zero are written as if they were 2 ** 64 larger."""


def check_graph(serialised: bytes, *, format_version: int) -> int:
    """Inspect a graph.

    Parameters
    ----------
    serialised : bytes
        An ONNX model.
    format_version : int
        The format of the artifact that it is from, which says what operators there are.

    Returns
    -------
    int
        How many numbers all its tensors hold for one row.

    Raises
    ------
    ArtifactError
        If it holds anything that exporters do not write, or could cost too much.
    """
    model = read_message(memoryview(serialised), MODEL)
    if model.get("ir_version") != _IR_VERSION or "graph" not in model:
        raise damaged(f"its version is not {_IR_VERSION}")
    _check_opsets(model.get("opsets", []))
    graph = model["graph"]
    known: dict[str, Tensor] = {}
    for declared in graph.get("inputs", []):
        _add(known, declared.get("name", ""), _table(declared))
    for stored in graph.get("constants", []):
        _add(known, stored.get("name", ""), _constant(stored))
    nodes = graph.get("nodes", [])
    # all nodes together, and before any is followed: of many small ensembles each one would pass
    check_searches(map(_ensemble, nodes))
    _follow(nodes, known, format_version)
    _check_outputs(graph.get("outputs", []), known)
    numbers = sum(tensor.size for tensor in known.values() if tensor.values is None)
    if numbers > MAX_NUMBERS:
        raise refused(f"tensors of {numbers:,} numbers for one row; {MAX_NUMBERS:,} are allowed")
    return numbers


def operators_of(serialised: bytes) -> set[str]:
    """Return the names of a graph's operators."""
    graph = read_message(memoryview(serialised), MODEL).get("graph", {})
    return {str(node.get("operator")) for node in graph.get("nodes", [])}


def _follow(nodes: Sequence[dict[str, Any]], known: dict[str, Tensor], format_version: int) -> None:
    """Add what each node gives to the known tensors, and check what all of it costs."""
    work = 0
    for node in nodes:
        inputs = _inputs(known, node)
        outputs = _apply(node, inputs, format_version)
        for name, tensor in zip(node["outputs"], outputs, strict=True):
            _add(known, name, tensor)
        work += sum(tensor.size for tensor in (*inputs, *outputs))
        if work > MAX_WORK:
            raise refused(f"operators that read more than {MAX_WORK:,} numbers for one row")


def _check_opsets(opsets: Sequence[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for opset in opsets:
        domain = opset.get("domain", "")
        if domain not in _OPSETS:
            raise refused(f"operators of the domain {domain!r}")
        if opset.get("version") != _OPSETS[domain] or domain in seen:
            raise refused(f"another version of the operators of {domain or 'ONNX'}")
        seen.add(domain)
    if "" not in seen:
        raise damaged("it does not say which operators it uses")


def _add(known: dict[str, Tensor], name: str, tensor: Tensor) -> None:
    """Add a tensor under its name: letters, digits and underscores, such as ``scaled_3``.

    The empty name is not plain: where ONNX has it, an input is left out, or an output not wanted.
    """
    if not name.replace("_", "a").isalnum() or len(name) > _LONGEST_NAME:
        raise damaged("a tensor without a plain name")
    if name in known:  # which of the two a node means is a matter of the reader
        raise refused(f"two tensors called {name}")
    known[name] = tensor


def _table(declared: dict[str, Any]) -> Tensor:
    """Return an input or output as the model declares it, a table of doubles."""
    of_type = declared.get("type", {}).get("tensor_type", {})
    lengths: list[int | None] = []
    for dimension in of_type.get("shape", {}).get("dims", []):
        lengths.append(_length(dimension, is_first=not lengths))
    if of_type.get("elem_type") != _DOUBLE or len(lengths) != 2:  # noqa: PLR2004 - a table
        raise refused("an input or output that is no table in double precision")
    return Tensor("double", tuple(lengths))


def _length(dimension: dict[str, Any], *, is_first: bool) -> int | None:
    """Return a length of a table, None for that of its rows, which has a name and comes first."""
    if is_first and dimension == {"name": _ROWS}:
        return None
    if dimension.keys() != {"value"} or not 0 < dimension["value"] <= MAX_NUMBERS:
        raise refused("an input or output whose shape is not known")
    length: int = dimension["value"]
    return length


def _constant(stored: dict[str, Any]) -> Tensor:
    kind = KINDS.get(stored.get("data_type", 0))
    if kind not in _DTYPES:
        raise refused("a constant that is neither of doubles nor of whole numbers")
    shape: tuple[int, ...] = tuple(stored.get("dims", []))
    if any(length > _LONGEST for length in shape):
        raise damaged("a constant of a length that none has")
    raw = stored.get("raw_data", b"")
    # of data in two places one reader takes these, another those
    if "int32_data" in stored or len(raw) != _NUMBER_BYTES * math.prod(shape):
        raise damaged("a constant whose data do not fill its shape")
    return Tensor(kind, shape, np.frombuffer(raw, dtype=_DTYPES[kind]).reshape(shape))


def _inputs(known: dict[str, Tensor], node: dict[str, Any]) -> list[Tensor]:
    """Return what a node is given: all of it is there already, so that no circle can arise."""
    names = node.get("inputs", [])
    for name in names:
        if name not in known:
            raise refused(f"an operator whose input {name!r} is not computed before it")
    return [known[name] for name in names]


def _apply(node: dict[str, Any], inputs: list[Tensor], format_version: int) -> list[Tensor]:
    """Return what a node gives."""
    operator = _operator(node, format_version)
    name, outputs = node["operator"], node.get("outputs", [])
    wrong_number = refused(f"a {name} of {len(inputs)} inputs and {len(outputs)} outputs")
    takes_so_many = operator.n_inputs in (None, len(inputs))
    if not (inputs and takes_so_many and outputs):
        raise wrong_number
    given = operator.rule(Node(name, len(outputs), _attributes(node, operator)), inputs)
    if len(given) != len(outputs):
        raise wrong_number
    return given


def _operator(node: dict[str, Any], format_version: int) -> Operator:
    """Return what a node uses, which exporters of its format have written."""
    name, domain = node.get("operator", ""), node.get("domain", "")
    if domain not in _OPSETS:
        raise refused(f"operators of the domain {domain!r}")
    operator = OPERATORS.get(name)
    if operator is None or domain != operator.domain or format_version not in operator.formats:
        raise refused(f"the operator {name!r}, which format {format_version} does not have")
    return operator


def _ensemble(node: dict[str, Any]) -> tuple[int, int]:
    """Return how many trees a node says that it has, and how many nodes these have.

    Read before anything is checked: what is no list, or stands twice, is refused later on.
    """
    lengths = dict.fromkeys(("tree_roots", "nodes_featureids"), 0)
    for attribute in node.get("attributes", []):
        name = attribute.get("name")
        if name in lengths:
            lengths[name] = len(attribute.get("ints", ()))
    return lengths["tree_roots"], lengths["nodes_featureids"]


def _attributes(node: dict[str, Any], operator: Operator) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for attribute in node.get("attributes", []):
        name = attribute.get("name", "")
        if name not in operator.attributes or name in values:
            raise refused(f"an attribute {name!r} of {node['operator']}")
        values[name] = _attribute(attribute, TREE_ATTRIBUTES.get(name, "i"))
    # what is absent the engine would fill in by itself, and inspected is what is written
    if operator.domain and len(values) != len(operator.attributes):
        raise refused(f"a {node['operator']} that lacks an attribute")
    return values


def _attribute(attribute: dict[str, Any], field: str) -> Any:
    """Return the value of an attribute: what its type names and no other field holds."""
    only_this_field = attribute.keys() == {"name", "type", field}
    if not only_this_field or attribute["type"] != _TYPE_OF_ATTRIBUTE[field]:
        raise refused(f"an attribute {attribute['name']!r} of another kind")
    value = attribute[field]
    if field == "t":
        return _modes(value) if value.get("data_type") == _UINT8 else _constant(value)
    if field == "i" and value >= _SIGN_BIT:
        return value - _WORD
    return value


def _modes(stored: dict[str, Any]) -> Tensor:
    """Return a tensor of small numbers, which exporters write one by one."""
    values, dims = stored.get("int32_data"), stored.get("dims", [])
    if values is None or "raw_data" in stored or dims != [len(values)]:
        raise damaged("a tensor whose data do not fill its shape")
    return Tensor("uint8", (len(values),), values)


def _check_outputs(outputs: Sequence[dict[str, Any]], known: dict[str, Tensor]) -> None:
    names = {output.get("name") for output in outputs}
    if not outputs or len(names) != len(outputs):
        raise refused("no outputs, or some twice")
    for output in outputs:
        _check_output(output, known)


def _check_output(output: dict[str, Any], known: dict[str, Tensor]) -> None:
    """Check that an output is what nodes compute, and as wide as its reader will take it to be."""
    declared = _table(output)
    computed = known.get(output.get("name", ""))
    if computed is None or computed.values is not None:
        raise refused("an output that is not computed")
    if (computed.kind, computed.shape) != (declared.kind, declared.shape):
        raise refused(f"an output {output['name']} of another shape than it declares")
