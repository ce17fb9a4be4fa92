"""A look into a serialised ONNX graph before an engine is built from it.

The engine would follow references to external data files and load operators of any domain that it
knows. An artifact needs neither, so both are refused here. Only the fields that matter are read
from the protocol buffer (https://protobuf.dev/programming-guides/encoding/); field numbers are
those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from collections.abc import Iterator

from regression_model.exceptions import ArtifactError

ALLOWED_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_VARINT_BITS = 70
_MAX_DEPTH = 64

_TENSOR: dict[int, str] = {13: "external", 14: "location"}
_SPARSE_TENSOR: dict[int, str] = {1: "tensor", 2: "tensor"}
_ATTRIBUTE = {
    5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse_tensor", 23: "sparse_tensor",
}  # fmt: skip
_NODE = {5: "attribute", 7: "domain"}
_GRAPH = {1: "node", 5: "tensor", 15: "sparse_tensor"}
_FUNCTION = {7: "node", 9: "opset", 10: "domain", 11: "attribute"}
_OPSET = {1: "domain"}
_MODEL = {7: "graph", 8: "opset", 20: "training", 25: "function"}
_MESSAGES = {
    "tensor": _TENSOR, "sparse_tensor": _SPARSE_TENSOR, "attribute": _ATTRIBUTE, "node": _NODE,
    "graph": _GRAPH, "function": _FUNCTION, "opset": _OPSET, "model": _MODEL,
}  # fmt: skip


def check_graph(serialised: bytes) -> None:
    """Refuse a graph with external data, foreign operators or training information.

    Raises
    ------
    ArtifactError
        If the bytes are no ONNX model, or hold what an artifact must not hold.
    """
    try:
        _check("model", memoryview(serialised), 0)
    except (IndexError, UnicodeDecodeError) as problem:
        message = "the artifact is damaged: its graph is not a readable ONNX model"
        raise ArtifactError(message) from problem


def _check(kind: str, message: memoryview, depth: int) -> None:
    if depth > _MAX_DEPTH:
        _refuse(f"messages nested deeper than {_MAX_DEPTH}")
    fields = _MESSAGES[kind]
    for number, value in _fields(message):
        meaning = fields.get(number)
        if meaning in _MESSAGES and isinstance(value, memoryview):
            _check(meaning, value, depth + 1)
        elif meaning == "domain" and isinstance(value, memoryview):
            domain = bytes(value).decode()
            if domain not in ALLOWED_DOMAINS:
                _refuse(f"operators of the domain {domain!r}")
        elif meaning == "external" or (meaning == "location" and value != 0):
            _refuse("a reference to an external data file")
        elif meaning == "training":
            _refuse("training information")


def _refuse(what: str) -> None:
    message = f"the artifact is refused: its graph holds {what}"
    raise ArtifactError(message)


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield (field number, value) of a protocol buffer message."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        if key >= 1 << 32:  # the engine would cut it, and see another field than we do
            raise IndexError(key)
        number, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, position = _varint(message, position)
            yield number, value
            continue
        if wire_type == _BYTES:
            length, position = _varint(message, position)
        elif wire_type in (_FIXED64, _FIXED32):
            length = 8 if wire_type == _FIXED64 else 4
        else:
            raise IndexError(wire_type)
        if position + length > len(message):
            raise IndexError(length)
        yield number, message[position : position + length]
        position += length


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        if shift >= _VARINT_BITS:
            raise IndexError(shift)
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            return value, position
        shift += 7
