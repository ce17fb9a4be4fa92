"""The engine: a row's numbers are its own, and a graph of another shape is refused."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from regression_model.artifact.format import GRAPH, read_artifact
from regression_model.artifact.runtime import CHUNK_ROWS, Engine
from regression_model.exceptions import ArtifactError
from regression_model.train_pipeline import TrainingResult

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def engine(small_result: TrainingResult) -> Engine:
    artifact = read_artifact(small_result.artifact_path)
    return Engine(artifact.members[GRAPH], len(artifact.model["columns"]))


@pytest.fixture(scope="module")
def rows(small_result: TrainingResult, train_data: Any) -> Floats:
    encoded = small_result.pipeline[0].transform(train_data.drop(columns="SalePrice")).to_numpy()
    more = np.tile(encoded, (4, 1))
    more[len(encoded) :: 7, :3] = np.nan
    return np.ascontiguousarray(more)


@pytest.fixture(scope="module")
def alone(engine: Engine, rows: Floats) -> tuple[Floats, Floats]:
    single = [engine.run(rows[i : i + 1]) for i in range(CHUNK_ROWS + 60)]
    return np.concatenate([s for s, _ in single]), np.concatenate([p for _, p in single])


@pytest.mark.parametrize(
    "n_rows", [1, 2, 3, 7, 64, 101, CHUNK_ROWS - 1, CHUNK_ROWS, CHUNK_ROWS + 1]
)
@pytest.mark.parametrize("start", [0, 1, 58])
def test_a_row_has_the_same_bits_alone_and_in_any_batch(
    engine: Engine, rows: Floats, alone: tuple[Floats, Floats], start: int, n_rows: int
) -> None:
    score, prediction = engine.run(rows[start : start + n_rows])
    np.testing.assert_array_equal(score, alone[0][start : start + n_rows])
    np.testing.assert_array_equal(prediction, alone[1][start : start + n_rows])


@settings(deadline=None, max_examples=40)
@given(picked=st.lists(st.integers(0, CHUNK_ROWS), min_size=1, max_size=40))
def test_a_row_has_the_same_bits_at_any_place_beside_any_other(
    engine: Engine, rows: Floats, alone: tuple[Floats, Floats], picked: list[int]
) -> None:
    score, prediction = engine.run(rows[picked])
    np.testing.assert_array_equal(score, alone[0][picked])
    np.testing.assert_array_equal(prediction, alone[1][picked])


def test_chunks_are_put_together_in_order(
    engine: Engine, rows: Floats, alone: tuple[Floats, Floats]
) -> None:
    n_known = len(alone[0])
    together = np.concatenate([rows, rows[n_known - 1 :: -1]])
    score, prediction = engine.run(together)
    assert len(together) > 3 * CHUNK_ROWS
    np.testing.assert_array_equal(score[:n_known], alone[0])
    np.testing.assert_array_equal(prediction[-n_known:], alone[1][::-1])


def test_the_input_is_not_changed_and_may_be_laid_out_in_any_way(
    engine: Engine, rows: Floats, alone: tuple[Floats, Floats]
) -> None:
    given_rows = np.asfortranarray(rows[:9])
    score, _ = engine.run(given_rows)
    np.testing.assert_array_equal(score, alone[0][:9])
    np.testing.assert_array_equal(given_rows, rows[:9])


def test_no_rows_give_no_answers(engine: Engine, rows: Floats) -> None:
    score, prediction = engine.run(rows[:0])
    assert score.shape == prediction.shape == (0,)


def graph(
    *,
    kind: int = TensorProto.DOUBLE,
    shape: tuple[str | int, ...] = ("N", 2),
    out: tuple[str | int, ...] = ("N", 1),
    names: tuple[str, ...] = ("score", "prediction"),
    more: tuple[str, ...] = (),
) -> bytes:
    width = shape[-1] if isinstance(shape[-1], int) else 2
    nodes = [
        helper.make_node("MatMul", ["x", "ones"], ["score"]),
        helper.make_node("Exp", ["score"], ["prediction"]),
    ]
    inputs = [helper.make_tensor_value_info("x", kind, shape)]
    inputs += [helper.make_tensor_value_info(n, TensorProto.DOUBLE, ["N", 1]) for n in more]
    outputs = [helper.make_tensor_value_info(n, kind, out) for n in names]
    ones = numpy_helper.from_array(np.ones((width, 1)), "ones")
    made = helper.make_graph(nodes, "g", inputs, outputs, [ones])
    opsets = [helper.make_opsetid("", 18)]
    return bytes(helper.make_model(made, opset_imports=opsets, ir_version=10).SerializeToString())


EXPECTED = r"expected \[\('x', 2\)\] and \[\('score', 1\), \('prediction', 1\)\], all in double"


def test_a_graph_of_the_right_shape_is_run() -> None:
    score, prediction = Engine(graph(), 2).run(np.array([[1.0, 2.0], [0.0, 0.5], [-1.0, 1.0]]))
    assert score.tolist() == [3.0, 0.5, 0.0]
    np.testing.assert_allclose(prediction, np.exp([3.0, 0.5, 0.0]), rtol=1e-15)


@pytest.mark.parametrize(
    ("serialised", "said"),
    [
        pytest.param(graph(shape=("N", 3)), rf"takes \[\('x', 3\)\] .*{EXPECTED}", id="too wide"),
        pytest.param(graph(shape=("N", 1)), rf"takes \[\('x', 1\)\] .*{EXPECTED}", id="too narrow"),
        pytest.param(graph(shape=("N", "M")), "whose shape is not known", id="of any width"),
        pytest.param(
            graph(names=("score",)), rf"gives \[\('score', 1\)\]; {EXPECTED}", id="no prediction"
        ),
        pytest.param(b"", "not a readable ONNX model", id="empty"),
        pytest.param(b"garbage", "refused: its graph holds field", id="garbage"),
        pytest.param(graph(shape=("N",), out=(1,)), "no table in double", id="one dimension"),
        pytest.param(graph(kind=TensorProto.FLOAT), "no table in double", id="single precision"),
        pytest.param(graph(out=("N",)), "no table in double", id="flat outputs"),
        pytest.param(graph(more=("z",)), f"damaged.*{EXPECTED}", id="another input"),
        pytest.param(graph(shape=(1, 2), out=(1, 1)), f"damaged.*{EXPECTED}", id="one row only"),
    ],
)
def test_any_other_graph_is_refused_before_it_is_run(serialised: bytes, said: str) -> None:
    with pytest.raises(ArtifactError, match=said):
        Engine(serialised, 2)
