"""The engine: a row's numbers are its own, and a graph of another shape is refused."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from regression_model.artifact.format import GRAPH, read_artifact
from regression_model.artifact.runtime import CHUNK_ROWS, Engine
from regression_model.artifact.sessions import open_session
from regression_model.exceptions import ArtifactError
from regression_model.train_pipeline import TrainingResult

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def engine(small_path: Path) -> Engine:
    artifact = read_artifact(small_path)
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


def test_the_engine_is_asked_what_it_gives_as_well() -> None:
    flat = graph(out=("N",))
    with pytest.raises(ArtifactError, match=r"\('prediction', \('tensor\(double\)', \['N'\]\)\)"):
        open_session(flat, [("x", 2)], [("score", 1), ("prediction", 1)])


def test_who_asks_between_two_steps_of_a_row_changes_neither(engine: Engine, rows: Floats) -> None:
    """Ask again at every line and step of the interpreter, as a signal handler may."""
    one, other = rows[0].tolist(), rows[1].tolist()
    expected = [engine.predict_row(row) for row in (one, other)]
    found: list[float] = []

    def trace(frame: Any, event: str, _: object) -> Any:
        if frame.f_code is not Engine.predict_row.__code__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            sys.settrace(None)
            found.append(engine.predict_row(other))
            sys.settrace(trace)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        answered = engine.predict_row(one)
    finally:
        sys.settrace(before)
    assert len(found) > 20
    assert {answered} == {expected[0]} != {expected[1]} == set(found)
    assert engine.predict_row(one) == expected[0]


def test_what_a_signal_handler_raises_is_passed_on(engine: Engine, rows: Floats) -> None:
    class Values(list[float]):
        def __iter__(self) -> Any:
            raise TimeoutError("too late")

    with pytest.raises(TimeoutError, match="too late"):
        engine.predict_row(Values())
    assert engine.predict_row(rows[0].tolist()) == engine.run(rows[:1])[1][0]


def test_a_level_that_the_graph_does_not_have_is_an_artifact_error(
    engine: Engine, rows: Floats
) -> None:
    beyond = np.full((1, rows.shape[1]), 1e6)
    with pytest.raises(ArtifactError, match=r"ONNX Runtime .* cannot compute the artifact"):
        engine.predict_row(beyond[0].tolist())
    with pytest.raises(ArtifactError, match=r"ONNX Runtime .* cannot compute the artifact"):
        engine.run(beyond)


def test_wide_graphs_get_fewer_rows_at_once() -> None:
    made = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "wide"], ["w"]),
            helper.make_node("MatMul", ["w", "sum"], ["score"]),
            helper.make_node("Exp", ["score"], ["prediction"]),
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["N", 1])],
        [
            helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N", 1])
            for name in ("score", "prediction")
        ],
        [
            numpy_helper.from_array(np.ones((1, 1 << 17)), "wide"),
            numpy_helper.from_array(np.ones((1 << 17, 1)), "sum"),
        ],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    wide = Engine(model.SerializeToString(), 1)
    assert wide.rows_at_once == 255
    score, _ = wide.run(np.full((600, 1), 0.5))
    assert score.tolist() == [float(1 << 16)] * 600
