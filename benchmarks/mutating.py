"""One change to an artifact, with all digests and sizes made right again."""

from __future__ import annotations

import copy
import hashlib
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import AttributeProto, TensorProto, helper

from benchmarks.extremes import change_extreme
from regression_model.artifact.contents import KEPT
from regression_model.artifact.explanation_arrays import pack_arrays

Members = dict[str, bytes]
Change = Callable[[Members, random.Random], None]

_NO_LONGER_READABLE = (zipfile.BadZipFile, ValueError, KeyError, IndexError, DecodeError, TypeError)
"""After a change, another one may find nothing to change."""
_STRANGE: list[Any] = [
    None, True, False, 0, -1, 1, 2, 10**6, 2**31, 2**63, -(2**63), 10**30, 0.0, -0.5, 1e308, -1e308,
    5e-324, "", "x", "NaN", "1", "\u0000", "ä" * 5000, [], {}, [None], [[]], {"a": 1}, [0, 1, 2],
]  # fmt: skip
_NUMBERS = [0, 1, -1, 2, 3, 7, 255, 1 << 20, (1 << 31) - 1, 1 << 31, (1 << 63) - 1, -(1 << 63)]
_FLOATS = [0.0, -0.0, 1.0, -1.0, 1e308, -1e308, np.inf, -np.inf, np.nan, 5e-324]
_OPERATORS = [
    "Add", "Div", "Mod", "Max", "Min", "Loop", "If", "Scan", "Expand", "Tile", "ConstantOfShape",
    "Range", "Gather", "GatherND", "Reshape", "MatMul", "Gemm", "Cast", "Concat", "Split", "Slice",
    "Where", "Pow", "Log", "Identity", "IsNaN", "Equal", "Clip", "ReduceSum", "Unsqueeze", "Einsum",
    "TreeEnsemble", "TreeEnsembleRegressor", "Resize", "Pad", "Conv", "NonZero", "Shape", "Xyz",
]  # fmt: skip


def mutated(data: bytes, kind: str, chosen: random.Random) -> bytes:
    """Return the bytes of an artifact with one or a few changes of a kind."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if kind == "zip":
        return _mutated_zip(members, chosen)
    if kind == "text":
        _change_text(members, chosen)
        return _zipped(members)
    before = dict(members)
    for _ in range(chosen.choice([1, 1, 1, 2, 4])):
        with suppress(*_NO_LONGER_READABLE):
            _CHANGES[kind](members, chosen)
    return _packed(members) if members != before else mutated(data, kind, chosen)


def _packed(members: Members) -> bytes:
    facts = json.loads(members["model.json"])
    if isinstance(facts, dict) and isinstance(facts.get("members"), dict):
        for name, said in facts["members"].items():
            if name in members and isinstance(said, dict):
                said["size"] = len(members[name])
                said["sha256"] = hashlib.sha256(members[name]).hexdigest()
        members = {**members, "model.json": json.dumps(facts).encode()}
    return _zipped(members)


def _zipped(members: Members) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) within a value of JSON."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        outer = waiting.pop()
        keys = list(outer) if isinstance(outer, dict) else range(len(outer))
        for key in keys:
            found.append((outer, key))
            if isinstance(outer[key], dict | list):
                waiting.append(outer[key])
    return found


def _change_facts(members: Members, chosen: random.Random) -> None:
    _change_json(members, "model.json", chosen)


def _change_kept(members: Members, chosen: random.Random) -> None:
    """Change what is kept for people, of artifacts that keep anything."""
    kept = [name for name in KEPT if name in members]
    if kept:
        _change_json(members, chosen.choice(kept), chosen)
    else:
        _change_facts(members, chosen)


def _change_json(members: Members, name: str, chosen: random.Random) -> None:
    facts = json.loads(members[name])
    section = chosen.choice([*facts, "columns", "columns", "intervals", "target"])
    places = _places({section: facts[section]}) if section in facts else []
    outer, key = chosen.choice(places or _places(facts))
    if outer == {section: facts.get(section)}:
        outer = facts
    what = chosen.choice(["value", "value", "value", "near", "delete", "add", "twin", "rename"])
    if what == "value":
        outer[key] = chosen.choice(_STRANGE)
    elif what == "near" and isinstance(outer[key], int | float):
        outer[key] = outer[key] * chosen.choice([-1, 0, 2, 1e20]) + chosen.choice([0, 1, -1])
    elif what == "near" and isinstance(outer[key], list) and outer[key]:
        chosen.shuffle(outer[key])
    elif what == "delete":
        del outer[key]
    elif what == "twin" and isinstance(outer, list):
        outer.insert(chosen.randrange(len(outer) + 1), copy.deepcopy(outer[key]))
    elif what == "rename" and isinstance(outer, dict):
        outer[chosen.choice(["", "x", "number_format", "date_order"])] = outer.pop(key)
    else:
        target = outer if isinstance(outer, dict) else facts
        target[chosen.choice(["extra", "levels", "closed", "minimum"])] = chosen.choice(_STRANGE)
    members[name] = json.dumps(facts).encode()


def _change_text(members: Members, chosen: random.Random) -> None:
    """Change the bytes of ``model.json``, so that it may be no JSON, or odd JSON."""
    facts = json.loads(members["model.json"])
    text = json.dumps(facts)
    place = chosen.randrange(len(text))
    odd = chosen.choice(
        ["NaN", "Infinity", "1e999", "9" * 5000, "[" * 3000, '"x":1,', "{", "}", "\\ud800", "\x00",
         "," * 100, '"' * 3, "-", "0x1", "//", "\ufeff", "1" * 30]
    )  # fmt: skip
    wanted = [i for i, c in enumerate(text) if c in ":,[{"]
    place = chosen.choice(wanted) + 1 if chosen.random() < 0.7 else place
    cut = chosen.choice([0, 0, 1, 5])
    changed = (text[:place] + odd + text[place + cut :]).encode("utf-8", "surrogatepass")
    members["model.json"] = changed


def _change_arrays(members: Members, chosen: random.Random) -> None:
    if "explain.npz" not in members:
        _change_graph(members, chosen)
        return
    with np.load(io.BytesIO(members["explain.npz"])) as file:
        arrays = {name: file[name].copy() for name in file.files}
    name = chosen.choice([*arrays, "left", "right", "roots", "column"])
    array = arrays[name]
    what = chosen.choice(["cell", "cell", "cell", "cut", "dtype", "drop", "shape", "bytes", "twin"])
    if what == "cell" and array.size and array.dtype.kind in "ifb":
        strange = _FLOATS if array.dtype.kind == "f" else [*range(-2, 20), 10**6, 2**31 - 1]
        place = chosen.randrange(array.size)
        array.flat[place] = chosen.choice([*strange, chosen.randrange(max(len(arrays["left"]), 1))])
    elif what == "cut" and array.ndim:
        arrays[name] = array[: chosen.randrange(len(array) + 1)]
    elif what == "dtype":
        kinds = ["<i8", "<f4", "<U3", ">i4", "<c16", "|S4", "|u1", "<f8", "|b1"]
        try:
            arrays[name] = array.astype(chosen.choice(kinds))
        except (ValueError, TypeError):
            arrays[name] = np.zeros(3)
    elif what == "drop":
        del arrays[name]
    elif what == "shape":
        arrays[name] = array.reshape((1, *array.shape))
    elif what == "twin":
        arrays[name] = np.concatenate([array.ravel(), array.ravel()])
    members["explain.npz"] = pack_arrays(arrays)
    if what == "bytes":
        _flip(members, "explain.npz", chosen)


def _flip(members: Members, name: str, chosen: random.Random) -> None:
    data = bytearray(members[name])
    for _ in range(chosen.choice([1, 1, 3, 20])):
        data[chosen.randrange(len(data))] = chosen.randrange(256)
    if chosen.random() < 0.2:
        data = data[: chosen.randrange(len(data))]
    members[name] = bytes(data)


def _graph_name(members: Members, chosen: random.Random) -> str:
    return chosen.choice([name for name in members if name.endswith(".onnx")])


def _change_bytes(members: Members, chosen: random.Random) -> None:
    _flip(members, _graph_name(members, chosen), chosen)


def _change_graph(members: Members, chosen: random.Random) -> None:
    """Change an operator, an edge, an attribute or a constant of a graph."""
    name = _graph_name(members, chosen)
    model = onnx.load_model_from_string(members[name])
    chosen.choice(_OF_GRAPHS)(model, chosen)
    members[name] = model.SerializeToString()


def _tensors(graph: Any) -> list[str]:
    return ["", *(name for node in graph.node for name in (*node.input, *node.output))]


def _change_operator(model: Any, chosen: random.Random) -> None:
    node = chosen.choice(model.graph.node)
    if chosen.random() < 0.7:
        node.op_type = chosen.choice(_OPERATORS)
    else:
        node.domain = chosen.choice(["", "ai.onnx.ml", "com.microsoft", "ai.onnx"])


def _change_edge(model: Any, chosen: random.Random) -> None:
    node = chosen.choice(model.graph.node)
    what = chosen.choice(["input", "input", "output", "drop"])
    if what == "output":
        node.output[0] = chosen.choice(_tensors(model.graph))
    elif what == "drop":
        del node.input[chosen.randrange(len(node.input))]
    else:
        node.input[chosen.randrange(len(node.input))] = chosen.choice(_tensors(model.graph))


def _change_nodes(model: Any, chosen: random.Random) -> None:
    graph = model.graph
    nodes = list(graph.node)
    what = chosen.choice(["order", "twin", "remove", "new"])
    if what == "order":
        chosen.shuffle(nodes)
    elif what == "twin":
        nodes.append(chosen.choice(nodes))
    elif what == "remove":
        nodes.remove(chosen.choice(nodes))
    else:
        inputs = [chosen.choice(_tensors(graph)) for _ in range(chosen.randrange(4))]
        nodes.append(helper.make_node(chosen.choice(_OPERATORS), inputs, ["new"]))
    _set_nodes(graph, nodes)


def _change_opset(model: Any, chosen: random.Random) -> None:
    chosen.choice(model.opset_import).version = chosen.choice([1, 5, 13, 17, 18, 23])


def _set_nodes(graph: Any, nodes: list[Any]) -> None:
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)


def _change_attribute(node: Any, chosen: random.Random) -> None:
    if not node.attribute:
        node.attribute.append(helper.make_attribute("axis", chosen.choice(_NUMBERS)))
        return
    attribute = chosen.choice(node.attribute)
    if attribute.type == AttributeProto.INTS and attribute.ints:
        place = chosen.randrange(len(attribute.ints))
        near = [*_NUMBERS, *range(10), chosen.randrange(len(attribute.ints))]
        what = chosen.choice(["cell", "cell", "cut", "same"])
        if what == "cell":
            attribute.ints[place] = chosen.choice(near)
        elif what == "cut":
            del attribute.ints[place:]
        else:
            attribute.ints[:] = [attribute.ints[place]] * len(attribute.ints)
    elif attribute.type == AttributeProto.TENSOR:
        _change_constant(attribute.t, chosen)
    elif chosen.random() < 0.7:
        attribute.i = chosen.choice(_NUMBERS)
    else:
        attribute.name = chosen.choice(["axis", "to", "n_targets", "x", "aggregate_function"])


def _change_constant(tensor: Any, chosen: random.Random) -> None:
    what = chosen.choice(["cell", "cell", "dims", "type", "cut", "external", "name"])
    if what == "dims":
        tensor.dims[:] = [chosen.choice([0, 1, 2, -1, 10**9]) for _ in range(chosen.randrange(4))]
    elif what == "type":
        tensor.data_type = chosen.randrange(20)
    elif what == "cut":
        tensor.raw_data = tensor.raw_data[: chosen.randrange(len(tensor.raw_data) + 1)]
    elif what == "external":
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="/etc/passwd")
    elif what == "name":
        tensor.name = chosen.choice(["", "c0", "c1", "x"])
    elif len(tensor.raw_data) >= 8:
        is_whole = tensor.data_type == TensorProto.INT64
        strange = [*_NUMBERS, *range(-2, 40)] if is_whole else _FLOATS
        place = 8 * chosen.randrange(len(tensor.raw_data) // 8)
        cell = struct.pack("<q" if is_whole else "<d", chosen.choice(strange))
        tensor.raw_data = tensor.raw_data[:place] + cell + tensor.raw_data[place + 8 :]


def _change_declared(value: Any, chosen: random.Random) -> None:
    kind = value.type.tensor_type
    what = chosen.choice(["type", "dim", "name", "param"])
    if what == "type":
        kind.elem_type = chosen.randrange(17)
    elif what == "name":
        value.name = chosen.choice(["x", "score", "prediction", "y", ""])
    elif what == "dim":
        chosen.choice(kind.shape.dim).dim_value = chosen.choice([0, 1, 2, -1, 1 << 40])
    else:
        chosen.choice(kind.shape.dim).dim_param = chosen.choice(["N", "M", ""])


def _mutated_zip(members: Members, chosen: random.Random) -> bytes:
    """Return a zip of which headers, order, names or methods are odd."""
    file = io.BytesIO()
    method = chosen.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2,
                            zipfile.ZIP_LZMA])  # fmt: skip
    names = list(members)
    chosen.shuffle(names)
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, members[name])
        if chosen.random() < 0.1:
            archive.writestr(chosen.choice(["../x", "/etc/x", "x" * 60_000, "extra"]), b"x")
        if chosen.random() < 0.1:
            archive.comment = b"PK\x05\x06" * 8
    data = bytearray(file.getvalue())
    starts = [i for sign in (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06")
              for i in range(len(data)) if data.startswith(sign, i)]  # fmt: skip
    for _ in range(chosen.choice([1, 2, 6])):
        place = min(chosen.choice(starts) + chosen.randrange(46), len(data) - 1)
        width = chosen.choice([1, 2, 4])
        data[place : place + width] = chosen.choice(
            [b"\xff" * width, b"\x00" * width, bytes(chosen.randrange(256) for _ in range(width))]
        )
    return bytes(data)


def _change_trees(members: Members, chosen: random.Random) -> None:
    """Change an attribute of an ensemble of trees."""
    name = _graph_name(members, chosen)
    model = onnx.load_model_from_string(members[name])
    ensembles = [node for node in model.graph.node if node.op_type == "TreeEnsemble"]
    if not ensembles:
        _change_graph(members, chosen)
        return
    _change_attribute(ensembles[0], chosen)
    members[name] = model.SerializeToString()


_OF_GRAPHS: list[Callable[[Any, random.Random], None]] = [
    _change_operator,
    _change_edge,
    _change_edge,
    _change_nodes,
    _change_opset,
    lambda model, chosen: _change_attribute(chosen.choice(model.graph.node), chosen),
    lambda model, chosen: _change_constant(chosen.choice(model.graph.initializer), chosen),
    lambda model, chosen: _change_constant(chosen.choice(model.graph.initializer), chosen),
    lambda model, chosen: _change_declared(
        chosen.choice([*model.graph.input, *model.graph.output]), chosen
    ),
]
_CHANGES: dict[str, Change] = {
    "facts": _change_facts,
    "kept": _change_kept,
    "arrays": _change_arrays,
    "graph": _change_graph,
    "trees": _change_trees,
    "bytes": _change_bytes,
    "extremes": change_extreme,
}
KINDS = [*_CHANGES, "zip", "text"]
