"""A serialised graph, inspected: only what exporters write, and a bound on what it can cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.inspection.messages import MODEL
from regression_model.artifact.inspection.operators import (
    KINDS,
    OPERATORS,
    Node,
    Operator,
    Shape,
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
        _add(known, declared.get("name"), _table(declared))
    for stored in graph.get("constants", []):
        _add(known, stored.get("name"), _constant(stored))
    nodes = graph.get("nodes", [])
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


def _add(known: dict[str, Tensor], name: str | None, tensor: Tensor) -> None:
    is_plain = name is not None and name.replace("_", "a").isalnum()
    if name is None or not is_plain or len(name) > _LONGEST_NAME:
        raise damaged("a tensor without a plain name")
    if name in known:
        raise refused(f"two tensors called {name}")
    known[name] = tensor


def _table(declared: dict[str, Any]) -> Tensor:
    """Return an input or output as the model declares it, a table of doubles."""
    of_type = declared.get("type", {}).get("tensor_type", {})
    lengths: list[int | None] = []
    for dimension in of_type.get("shape", {}).get("dims", []):
        if dimension == {"name": _ROWS} and not lengths:
            lengths.append(None)
        elif dimension.keys() == {"value"} and 0 < dimension["value"] <= MAX_NUMBERS:
            lengths.append(dimension["value"])
        else:
            raise refused("an input or output whose shape is not known")
    if of_type.get("elem_type") != _DOUBLE or len(lengths) != 2:  # noqa: PLR2004 - a table
        raise refused("an input or output that is no table in double precision")
    return Tensor("double", tuple(lengths))


def _constant(stored: dict[str, Any]) -> Tensor:
    kind = KINDS.get(stored.get("data_type", 0))
    if kind not in _DTYPES:
        raise refused("a constant that is neither of doubles nor of whole numbers")
    shape: Shape = tuple(stored.get("dims", []))
    if any(length is None or length > _LONGEST for length in shape):
        raise damaged("a constant of a length that none has")
    tensor = Tensor(kind, shape)
    raw = stored.get("raw_data", b"")
    if "int32_data" in stored or len(raw) != _NUMBER_BYTES * tensor.size:
        raise damaged("a constant whose data do not fill its shape")
    values = np.frombuffer(raw, dtype=_DTYPES[kind]).reshape([length or 0 for length in shape])
    return Tensor(kind, shape, values)


def _inputs(known: dict[str, Tensor], node: dict[str, Any]) -> list[Tensor]:
    names = node.get("inputs", [])
    absent = [name for name in names if name not in known]
    if absent:
        raise refused(f"an operator whose input {absent[0]!r} is not computed before it")
    return [known[name] for name in names]


def _apply(node: dict[str, Any], inputs: list[Tensor], format_version: int) -> list[Tensor]:
    """Return what a node gives."""
    name, domain = node.get("operator", ""), node.get("domain", "")
    if domain not in _OPSETS:
        raise refused(f"operators of the domain {domain!r}")
    operator = OPERATORS.get(name)
    if operator is None or domain != operator.domain or format_version not in operator.formats:
        raise refused(f"the operator {name!r}, which format {format_version} does not have")
    outputs = node.get("outputs", [])
    takes_so_many = bool(inputs) if operator.n_inputs is None else len(inputs) == operator.n_inputs
    if not takes_so_many or not outputs:
        raise refused(f"a {name} of {len(inputs)} inputs and {len(outputs)} outputs")
    given = operator.rule(Node(name, len(outputs), _attributes(node, operator)), inputs)
    if len(given) != len(outputs):
        raise refused(f"a {name} of {len(inputs)} inputs and {len(outputs)} outputs")
    return given


def _ensemble(node: dict[str, Any]) -> tuple[int, int]:
    """Return how many trees a node says that it has, and how many nodes these have."""
    attributes = node.get("attributes", [])
    lists = {attribute.get("name"): attribute.get("ints", ()) for attribute in attributes}
    return len(lists.get("tree_roots", ())), len(lists.get("nodes_featureids", ()))


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
    if attribute.keys() != {"name", "type", field}:
        raise refused(f"an attribute {attribute['name']!r} of another kind")
    if attribute["type"] != _TYPE_OF_ATTRIBUTE[field]:
        raise refused(f"an attribute {attribute['name']!r} of another kind")
    value = attribute[field]
    if field == "t":
        return _modes(value) if value.get("data_type") == _UINT8 else _constant(value)
    if field == "i":
        return value - _WORD if value >= _SIGN_BIT else value
    return value


def _modes(stored: dict[str, Any]) -> Tensor:
    """Return a tensor of small numbers, which exporters write one by one."""
    values, dims = stored.get("int32_data"), stored.get("dims", [])
    if values is None or "raw_data" in stored or dims != [len(values)]:
        raise damaged("a tensor whose data do not fill its shape")
    return Tensor("uint8", (len(values),), values)


def _check_outputs(outputs: Sequence[dict[str, Any]], known: dict[str, Tensor]) -> None:
    names = [output.get("name") for output in outputs]
    if not outputs or len(set(names)) != len(names):
        raise refused("no outputs, or some twice")
    for output in outputs:
        declared, computed = _table(output), known.get(output.get("name", ""))
        if computed is None or computed.values is not None:
            raise refused("an output that is not computed")
        if (computed.kind, computed.shape) != (declared.kind, declared.shape):
            raise refused(f"an output {output['name']} of another shape than it declares")
