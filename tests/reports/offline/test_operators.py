"""Each operator of the page's reader gives what ONNX Runtime gives, also of nothing and at zero."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper
from page_reader import NO_NODE, NODE, run_reader

pytestmark = pytest.mark.skipif(NODE is None, reason=NO_NODE)

NUMBERS = (None, 0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -3.7, 12.0, 1e-12, 1e15)
ROWS = list(product(NUMBERS, repeat=2))
ONE = ("Exp", "Floor", "Identity", "Log", "Neg", "Sign", "Sin")
TWO = ("Add", "Div", "Max", "Min", "Mul", "Pow", "Sub")
CONDITIONS = ("Equal", "Greater", "Less")


def graph(*nodes: onnx.NodeProto) -> bytes:
    """Return a graph that makes `y` of the columns `a` and `b`, beside what the reader asks for."""
    constants = {"one": [1], "two": [2], "zero": [0]}
    stored = [helper.make_tensor(name, TensorProto.INT64, [1], n) for name, n in constants.items()]
    limits = {"low": -1.0, "high": 2.0}
    stored += [
        onnx.numpy_helper.from_array(np.array(limit), name) for name, limit in limits.items()
    ]
    columns = [
        helper.make_node("Slice", ["x", "zero", "one", "one"], ["a"]),
        helper.make_node("Slice", ["x", "one", "two", "one"], ["b"]),
    ]
    answers = [helper.make_node("Identity", ["y"], [name]) for name in ("score", "prediction")]
    tables = [
        helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", width])
        for name, width in (("x", 2), ("score", 1), ("prediction", 1))
    ]
    made = helper.make_graph(
        [*columns, *nodes, *answers], "g", tables[:1], tables[1:], initializer=_raw(stored)
    )
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(made, opset_imports=opset, ir_version=10)
    return bytes(model.SerializeToString())


def _raw(tensors: list[onnx.TensorProto]) -> list[onnx.TensorProto]:
    """Return constants as exporters write them: as bytes."""
    return [
        onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor), tensor.name)
        for tensor in tensors
    ]


def assert_alike(model: bytes, folder: Path) -> None:
    described: dict[str, Any] = {"missing_means": "unknown", "required": False, "aliases": []}
    described |= {"minimum": None, "maximum": None, "levels": [], "closed": False}
    columns = [
        {**described, "name": name, "kind": "number", "silent_range": [-1e30, 1e30]}
        for name in ("a", "b")
    ]
    facts = {"description": {"version": "1"}, "columns": columns, "intervals": None}
    members: dict[str, bytes] = {
        "page.json": json.dumps(facts).encode(),
        "conformance.json": b'{"level": null, "vectors": []}',
        "model.onnx": model,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    records = [{"a": a, "b": b} for a, b in ROWS]
    _, (answer,) = run_reader(file.getvalue(), [{"records": records, "options": {}}], folder)
    session = onnxruntime.InferenceSession(model)
    x = np.array([[np.nan if cell is None else cell for cell in row] for row in ROWS])
    (expected,) = session.run(["prediction"], {"x": x})
    found = [np.nan if each is None else each for each in answer["predictions"]]
    finite = np.where(np.isfinite(expected[:, 0]), expected[:, 0], np.nan)
    np.testing.assert_allclose(found, finite, rtol=1e-12)


def as_number(name: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [name], ["y"], to=TensorProto.DOUBLE)


@pytest.mark.parametrize("operator", ONE)
def test_operators_of_one(operator: str, tmp_path: Path) -> None:
    assert_alike(graph(helper.make_node(operator, ["a"], ["y"])), tmp_path)


@pytest.mark.parametrize("operator", TWO)
def test_operators_of_two(operator: str, tmp_path: Path) -> None:
    assert_alike(graph(helper.make_node(operator, ["a", "b"], ["y"])), tmp_path)


@pytest.mark.parametrize("operator", CONDITIONS)
def test_conditions(operator: str, tmp_path: Path) -> None:
    compare = helper.make_node(operator, ["a", "b"], ["is"])
    assert_alike(graph(compare, as_number("is")), tmp_path)


def test_what_is_missing(tmp_path: Path) -> None:
    is_missing = helper.make_node("IsNaN", ["a"], ["is"])
    chosen = helper.make_node("Where", ["is", "b", "a"], ["y"])
    assert_alike(graph(is_missing, chosen), tmp_path)


def test_limits(tmp_path: Path) -> None:
    assert_alike(graph(helper.make_node("Clip", ["a", "low", "high"], ["y"])), tmp_path)


def test_floats(tmp_path: Path) -> None:
    narrow = helper.make_node("Cast", ["a"], ["f"], to=TensorProto.FLOAT)
    assert_alike(graph(narrow, as_number("f")), tmp_path)
