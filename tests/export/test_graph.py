"""The graph under construction: what it shares, and the versions that it promises."""

import numpy as np
import onnx
import pytest

from regression_model.artifact.runtime import Engine
from regression_model.export.graph import Graph
from regression_model.export.tensors import add_input


def test_a_constant_or_node_that_was_there_before_is_used_again() -> None:
    graph = Graph()
    assert graph.constant([1.0]) == graph.constant([1.0])
    assert graph.node("Exp", "x") == graph.node("Exp", "x")
    assert len({graph.node("Exp", "x"), graph.node("Log", "x"), graph.node("Exp", "y")}) == 3


@pytest.mark.parametrize("others", [[1], np.array([1.0], np.float32), 1.0, [1.0, 1.0], [[1.0]]])
def test_a_constant_of_another_type_or_shape_is_another(others: object) -> None:
    graph = Graph()
    assert graph.constant([1.0]) != graph.constant(np.asarray(others))


def test_constants_that_differ_in_a_bit_are_two() -> None:
    graph = Graph()
    values = [0.0, -0.0, 0.1, float(np.nextafter(0.1, 1)), np.nan]
    assert len({graph.constant(value) for value in values}) == 5


def test_the_model_is_of_the_promised_versions_and_runs() -> None:
    graph = Graph()
    total = add_input(graph, "x", 4) @ np.ones((4, 1))
    serialised = graph.serialise({"score": total, "prediction": -total})
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
        graph = Graph()
        total = add_input(graph, "x", 4) @ np.ones((4, 1))
        return graph.serialise({"score": total, "prediction": total})

    assert serialised() == serialised()
