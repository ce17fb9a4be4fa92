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
_ROWS = "N"
_LONGEST_NAME = 60
_LONGEST = 1 << 27
"""Also beside a length of none: arrays of no numbers are still arrays."""
_DTYPES = {"double": "<f8", "int64": "<i8"}
_DOUBLE, _UINT8 = 11, 2
_TYPE_OF_ATTRIBUTE = {"i": 2, "t": 4, "ints": 7}
_SIGN_BIT, _WORD = 1 << 63, 1 << 64


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
    for said in graph.get("inputs", []):
        _add(known, said.get("name"), _described(said))
    for said in graph.get("constants", []):
        _add(known, said.get("name"), _constant(said))
    check_searches(map(_ensemble, graph.get("nodes", [])))
    work = 0
    for said in graph.get("nodes", []):
        inputs = _inputs(known, said)
        outputs = _apply(said, inputs, format_version)
        for name, tensor in zip(said["outputs"], outputs, strict=True):
            _add(known, name, tensor)
        work += sum(tensor.size for tensor in (*inputs, *outputs))
        if work > MAX_WORK:
            raise refused(f"operators that read more than {MAX_WORK:,} numbers for one row")
    _check_outputs(graph.get("outputs", []), known)
    numbers = sum(tensor.size for tensor in known.values() if tensor.values is None)
    if numbers > MAX_NUMBERS:
        raise refused(f"tensors of {numbers:,} numbers for one row; {MAX_NUMBERS:,} are allowed")
    return numbers


def operators_of(serialised: bytes) -> set[str]:
    """Return the names of a graph's operators."""
    graph = read_message(memoryview(serialised), MODEL).get("graph", {})
    return {str(node.get("operator")) for node in graph.get("nodes", [])}


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


def _described(said: dict[str, Any]) -> Tensor:
    """Return an input or output as the model declares it, a table of doubles."""
    of_type = said.get("type", {}).get("tensor_type", {})
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


def _constant(said: dict[str, Any]) -> Tensor:
    kind = KINDS.get(said.get("data_type", 0))
    if kind not in _DTYPES:
        raise refused("a constant that is neither of doubles nor of whole numbers")
    shape: Shape = tuple(said.get("dims", []))
    if any(length is None or length > _LONGEST for length in shape):
        raise damaged("a constant of a length that none has")
    tensor = Tensor(kind, shape)
    raw = said.get("raw_data", b"")
    if "int32_data" in said or len(raw) != 8 * tensor.size:
        raise damaged("a constant whose data do not fill its shape")
    values = np.frombuffer(raw, dtype=_DTYPES[kind]).reshape([length or 0 for length in shape])
    return Tensor(kind, shape, values)


def _inputs(known: dict[str, Tensor], said: dict[str, Any]) -> list[Tensor]:
    names = said.get("inputs", [])
    absent = [name for name in names if name not in known]
    if absent:
        raise refused(f"an operator whose input {absent[0]!r} is not computed before it")
    return [known[name] for name in names]


def _apply(said: dict[str, Any], inputs: list[Tensor], format_version: int) -> list[Tensor]:
    """Return what a node gives."""
    name, domain = said.get("operator", ""), said.get("domain", "")
    if domain not in _OPSETS:
        raise refused(f"operators of the domain {domain!r}")
    operator = OPERATORS.get(name)
    if operator is None or domain != operator.domain or format_version not in operator.formats:
        raise refused(f"the operator {name!r}, which format {format_version} does not have")
    fits = len(inputs) == (operator.n_inputs or max(len(inputs), 1))
    outputs = said.get("outputs", [])
    if not fits or not outputs:
        raise refused(f"a {name} of {len(inputs)} inputs and {len(outputs)} outputs")
    node = Node(name, len(outputs), _attributes(said, operator))
    given = operator.rule(node, inputs)
    if len(given) != len(outputs):
        raise refused(f"a {name} of {len(inputs)} inputs and {len(outputs)} outputs")
    return given


def _ensemble(said: dict[str, Any]) -> tuple[int, int]:
    """Return how many trees a node says that it has, and how many nodes these have."""
    lists = {each.get("name"): each.get("ints", ()) for each in said.get("attributes", [])}
    return len(lists.get("tree_roots", ())), len(lists.get("nodes_featureids", ()))


def _attributes(said: dict[str, Any], operator: Operator) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for attribute in said.get("attributes", []):
        name = attribute.get("name", "")
        if name not in operator.attributes or name in found:
            raise refused(f"an attribute {name!r} of {said['operator']}")
        found[name] = _attribute(attribute, TREE_ATTRIBUTES.get(name, "i"))
    if operator.domain and len(found) != len(operator.attributes):
        raise refused(f"a {said['operator']} that lacks an attribute")
    return found


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


def _modes(said: dict[str, Any]) -> Tensor:
    """Return a tensor of small numbers, which exporters write one by one."""
    values, dims = said.get("int32_data"), said.get("dims", [])
    if values is None or "raw_data" in said or dims != [len(values)]:
        raise damaged("a tensor whose data do not fill its shape")
    return Tensor("uint8", (len(values),), values)


def _check_outputs(outputs: Sequence[dict[str, Any]], known: dict[str, Tensor]) -> None:
    names = [said.get("name") for said in outputs]
    if not outputs or len(set(names)) != len(names):
        raise refused("no outputs, or some twice")
    for said in outputs:
        declared, computed = _described(said), known.get(said.get("name", ""))
        if computed is None or computed.values is not None:
            raise refused("an output that is not computed")
        if (computed.kind, computed.shape) != (declared.kind, declared.shape):
            raise refused(f"an output {said['name']} of another shape than it declares")
