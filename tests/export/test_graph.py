"""The graph under construction: what it shares, and the versions that it promises."""

import numpy as np
import onnx
import pytest

from regression_model.artifact.runtime import Engine
from regression_model.export.graph import Graph, Lookup, Vector
from regression_model.processing.schema import Column, Schema

SCHEMA = Schema(
    (
        Column("place", "category", levels=("north", "south")),
        Column("area", "number"),
        Column("lift", "boolean"),
        Column("quality", "ordered", levels=(None, "Po", "Gd")),
    )
)


def test_columns_of_levels_begin_as_lookups_and_all_others_as_vectors() -> None:
    frame = Graph(SCHEMA).input_frame()
    assert list(frame) == ["place", "area", "lift", "quality"]
    assert [type(symbol) for symbol in frame.values()] == [Lookup, Vector, Vector, Lookup]


def test_a_lookup_begins_with_missing_and_unseen() -> None:
    quality = Graph(SCHEMA).input_frame()["quality"]
    assert isinstance(quality, Lookup)
    np.testing.assert_array_equal(quality.table, [np.nan, -1.0, 0.0, 1.0, 2.0])


def test_a_constant_or_node_that_was_there_before_is_used_again() -> None:
    graph = Graph(SCHEMA)
    assert graph.constant([1.0]) == graph.constant([1.0])
    assert graph.node("Exp", "x") == graph.node("Exp", "x")
    assert len({graph.node("Exp", "x"), graph.node("Log", "x"), graph.node("Exp", "y")}) == 3


@pytest.mark.parametrize("others", [[1], np.array([1.0], np.float32), 1.0, [1.0, 1.0], [[1.0]]])
def test_a_constant_of_another_type_or_shape_is_another(others: object) -> None:
    graph = Graph(SCHEMA)
    assert graph.constant([1.0]) != graph.constant(np.asarray(others))


def test_constants_that_differ_in_a_bit_are_two() -> None:
    graph = Graph(SCHEMA)
    values = [0.0, -0.0, 0.1, float(np.nextafter(0.1, 1)), np.nan]
    assert len({graph.constant(value) for value in values}) == 5


def test_the_model_is_of_the_promised_versions_and_runs() -> None:
    graph = Graph(SCHEMA)
    total = graph.node("MatMul", "x", graph.constant(np.ones((4, 1))))
    outputs = {"score": (total, 1), "prediction": (graph.node("Neg", total), 1)}
    serialised = graph.serialise({"x": ["N", 4]}, outputs)
    model = onnx.load_from_string(serialised)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 10
    assert {(opset.domain, opset.version) for opset in model.opset_import} == {
        ("", 18),
        ("ai.onnx.ml", 5),
    }
    score, prediction = Engine(serialised, 4).run(np.array([[1.0, 2.0, 3.0, 4.0]]))
    assert (score.tolist(), prediction.tolist()) == ([10.0], [-10.0])


def test_equal_graphs_are_equal_bytes() -> None:
    def serialised() -> bytes:
        graph = Graph(SCHEMA)
        total = graph.node("ReduceSum", "x", graph.constant(np.array([1])), keepdims=1)
        return graph.serialise({"x": ["N", 4]}, {"score": (total, 1), "prediction": (total, 1)})

    assert serialised() == serialised()
