"""The messages of an ONNX model, with the fields that the exporter writes and no others.

Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from __future__ import annotations

from regression_model.artifact.inspection.protobuf import Field, Message

# enough for 20,000 columns, each an input of one operator and with constants of its own
MAX_NODES = 10_000
MAX_CONSTANTS = 20_000
MAX_INPUTS = 20_000
_MAX_TABLES = 8
"""Inputs, outputs and sets of operators; there are three at the most."""
_MAX_DIMENSIONS = 3
_MAX_ATTRIBUTES = 16
"""Trees have thirteen."""

_EXTERNAL = "a reference to an external data file"

TENSOR = Message(
    "tensor",
    {
        1: Field("dims", "number", _MAX_DIMENSIONS),
        2: Field("data_type", "number"),
        5: Field("int32_data", "packed"),
        8: Field("name", "text"),
        9: Field("raw_data", "bytes"),
    },
    {13: _EXTERNAL, 14: _EXTERNAL},
)
_ATTRIBUTE = Message(
    "attribute",
    {
        1: Field("name", "text"),
        3: Field("i", "number"),
        5: Field("t", TENSOR),
        8: Field("ints", "numbers"),
        20: Field("type", "number"),
    },
    {6: "a subgraph", 11: "a subgraph", 10: "an attribute of tensors", 22: "a sparse tensor",
     23: "sparse tensors"},
)  # fmt: skip
_NODE = Message(
    "node",
    {
        1: Field("inputs", "text", MAX_INPUTS),
        2: Field("outputs", "text", MAX_INPUTS),
        4: Field("operator", "text"),
        5: Field("attributes", _ATTRIBUTE, _MAX_ATTRIBUTES),
        7: Field("domain", "text"),
    },
)
_DIMENSION = Message("dimension", {1: Field("value", "number"), 2: Field("name", "text")})
_SHAPE = Message("shape", {1: Field("dims", _DIMENSION, _MAX_DIMENSIONS)})
_TENSOR_TYPE = Message("tensor type", {1: Field("elem_type", "number"), 2: Field("shape", _SHAPE)})
_TYPE = Message("type", {1: Field("tensor_type", _TENSOR_TYPE)})
_VALUE_INFO = Message("description", {1: Field("name", "text"), 2: Field("type", _TYPE)})
_GRAPH = Message(
    "graph",
    {
        1: Field("nodes", _NODE, MAX_NODES),
        2: Field("name", "text"),
        5: Field("constants", TENSOR, MAX_CONSTANTS),
        11: Field("inputs", _VALUE_INFO, _MAX_TABLES),
        12: Field("outputs", _VALUE_INFO, _MAX_TABLES),
    },
    {15: "a sparse tensor"},
)
_OPSET = Message("set of operators", {1: Field("domain", "text"), 2: Field("version", "number")})
MODEL = Message(
    "model",
    {
        1: Field("ir_version", "number"),
        2: Field("producer", "text"),
        7: Field("graph", _GRAPH),
        8: Field("opsets", _OPSET, _MAX_TABLES),
    },
    {20: "training information", 25: "a function"},
)
