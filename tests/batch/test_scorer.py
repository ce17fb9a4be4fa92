"""Batches in, batches out: the answers of `make_prediction`, wherever a scorer is taken."""

import pickle
import subprocess
import sys
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regression_model.artifact.model import Model
from regression_model.batch.scorer import Scorer
from regression_model.exceptions import ArtifactError, DataError
from regression_model.predict import load_model, make_prediction, packaged_artifact

CELLS = st.sampled_from(
    ["1500", " 900 ", "big", "", None, "1e40", "-3", "6", "CollgCr", "Atlantis"]
)
NAMES = ["GrLivArea", "OverallQual", "YrSold", "Neighborhood", "YearBuilt", "LotArea"]


@st.composite
def batches(draw: Any) -> pa.RecordBatch:
    n_rows = draw(st.integers(0, 20))
    columns = {name: draw(st.lists(CELLS, min_size=n_rows, max_size=n_rows)) for name in NAMES}
    columns["Id"] = [str(row) for row in range(n_rows)]
    return pa.record_batch({name: pa.array(cells, "string") for name, cells in columns.items()})


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(batch=batches(), interval=st.sampled_from([None, 0.8]))
def test_batches_are_answered_as_make_prediction_answers(
    batch: pa.RecordBatch, interval: float | None
) -> None:
    scorer = load_model().scorer(interval=interval, keep=["Id", "GrLivArea"])
    answers = scorer.arrow(batch)
    expected: dict[str, Any] = {**make_prediction(input_data=batch, interval=interval)}
    assert answers.schema == scorer.schema(batch.schema)
    assert answers.schema.names == scorer.names
    assert answers.column("prediction").to_pylist() == expected["predictions"]
    for end in ("lower", "upper") if interval else ():
        assert answers.column(end).to_pylist() == expected[end]
    for name in scorer.keep:
        assert answers.column(name) == batch.column(name)
    codes, messages = (answers.column(name).to_pylist() for name in ("error_code", "error"))
    for row in range(batch.num_rows):
        errors = [error for error in expected["errors"] or [] if error["row"] == row]
        assert (messages[row] or "") == "; ".join(error["message"] for error in errors)
        assert codes[row] == (errors[0]["code"] if errors else None)
    assert set(answers.column("model_version").to_pylist()) <= {expected["version"]}
    frame = scorer.pandas(batch.to_pandas())
    assert pa.Table.from_pandas(frame).to_pydict() == answers.to_pydict()


def test_the_schema_is_known_before_a_row_is_read(small_model: Model) -> None:
    scorer = small_model.scorer(interval=0.9, keep=["YrSold"])
    given = pa.schema({"GrLivArea": pa.int16(), "YrSold": pa.int8()})
    number, text = pa.float64(), pa.string()
    assert scorer.schema(given) == pa.schema({
        "YrSold": pa.int8(), "prediction": number, "lower": number, "upper": number,
        "error_code": text, "error": text, "model_version": text,
    })  # fmt: skip
    empty = pa.record_batch({"GrLivArea": pa.array([], "int16"), "YrSold": pa.array([], "int8")})
    assert scorer.arrow(empty).schema == scorer.schema(given)
    frame = pd.DataFrame({"GrLivArea": [1500], "YrSold": [2008]}, index=[7])
    answers, nothing = scorer.pandas(frame), scorer.pandas(frame.iloc[:0])
    assert answers.index.tolist() == [7]
    assert nothing.dtypes.equals(answers.dtypes)


def test_a_table_is_answered_as_its_batches_are() -> None:
    scorer = load_model().scorer(interval=0.8, keep=["Id"])
    batches = [
        pa.record_batch({"Id": ["a", "b"], "GrLivArea": ["1710", "big"]}),
        pa.record_batch({"Id": ["c"], "GrLivArea": ["900"]}),
    ]
    table = scorer.arrow(pa.Table.from_batches(batches))
    assert table.equals(pa.Table.from_batches(map(scorer.arrow, batches)))
    nothing = scorer.arrow(pa.Table.from_batches([], schema=batches[0].schema))
    assert (nothing.num_rows, nothing.schema) == (0, table.schema)


@pytest.mark.parametrize("batch", [None, {"GrLivArea": [1]}, [{"GrLivArea": 1}], pa.array([1])])
def test_what_is_no_batch_is_refused(small_model: Model, batch: Any) -> None:
    scorer = small_model.scorer()
    with pytest.raises(TypeError, match="is no batch; expected a record batch or a table of pyar"):
        scorer.arrow(batch)
    with pytest.raises(TypeError, match="is no batch; expected a DataFrame of pandas"):
        scorer.pandas(batch)


def test_a_table_with_a_fault_of_all_rows_has_it_beside_each(small_model: Model) -> None:
    twice = pa.RecordBatch.from_arrays([pa.array([1, 2])] * 2, names=["GrLivArea", "GrLivArea"])
    answers = small_model.scorer().arrow(twice)
    assert answers.column("prediction").to_pylist() == [None, None]
    assert answers.column("error_code").to_pylist() == ["duplicate_column"] * 2


def test_a_scorer_is_pickled_with_all_that_it_needs() -> None:
    scorer = load_model().scorer(interval=0.8, keep=["Id"])
    houses = pa.record_batch({"Id": ["a", "b"], "GrLivArea": ["1710", "1500"]})
    code = (
        "import pickle, sys\n"
        "data = sys.stdin.buffer.read()\n"
        "(scorer, houses), (again, _) = pickle.loads(data), pickle.loads(data)\n"
        "assert scorer.model is again.model\n"
        "sys.stdout.write(repr(scorer.arrow(houses).to_pydict()))\n"
        # pyarrow imports pandas where that is installed
        "heavy = {'sklearn', 'scipy', 'onnx', 'strictyaml', 'typer'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps((scorer, houses)),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == repr(scorer.arrow(houses).to_pydict())


def test_a_model_is_loaded_from_bytes() -> None:
    data = packaged_artifact().read_bytes()
    house = {"GrLivArea": 1500}
    assert load_model(data).predict(house) == make_prediction(input_data=house)
    for held in (bytearray(data), memoryview(data), memoryview(data * 2)[: len(data)]):
        assert load_model(held).version == load_model().version
    with pytest.raises(ArtifactError, match="the artifact is not a whole artifact"):
        load_model(data[:-1])
    with pytest.raises(TypeError, match="7 is no model; expected a path or the bytes of an art"):
        load_model(7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        ("prediction", "the answers have a column prediction too; rename that of the table"),
        (["error"], "the answers have a column error too"),
        (["model_version"], "the answers have a column model_version too"),
        (["Id", "Id"], "'Id' is to be kept twice; name it once"),
    ],
)
def test_kept_columns_must_not_be_called_as_answers(
    small_model: Model, keep: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        small_model.scorer(keep=keep)


def test_a_column_may_be_called_as_an_end_that_was_not_asked_for(small_model: Model) -> None:
    assert small_model.scorer(keep="lower").names[:2] == ["lower", "prediction"]
    with pytest.raises(ValueError, match="a column lower too"):
        small_model.scorer(keep="lower", interval=0.9)


def test_an_interval_is_refused_before_any_row_is_read(small_model: Model) -> None:
    with pytest.raises(ValueError, match="interval"):
        small_model.scorer(interval=0.99999)


@pytest.mark.parametrize("keep", [5, None, object(), [[1]], [{}], ["Id", ["Id"]]])
def test_what_names_no_columns_is_refused(small_model: Model, keep: Any) -> None:
    with pytest.raises(TypeError, match="expected the names of the columns to be kept"):
        small_model.scorer(keep=keep)


def test_a_column_of_a_frame_may_be_called_by_anything_that_has_a_hash() -> None:
    names = ["GrLivArea", True, ("a", "b"), 7]
    frame = pd.DataFrame([["1710", "x", "y", "z"]], columns=pd.Index(names, dtype=object))
    answers = load_model().scorer(keep=[True, ("a", "b"), 7]).pandas(frame)  # type: ignore[list-item]
    assert answers.columns.tolist()[:4] == [True, ("a", "b"), 7, "prediction"]
    assert answers.iloc[0, :3].tolist() == ["x", "y", "z"]


@pytest.mark.parametrize("keep", [1, None, b"Id", ("Id", 1), "\ud800"])
def test_a_kept_column_that_is_not_there_may_have_any_name(small_model: Model, keep: Any) -> None:
    scorer = small_model.scorer(keep=[keep])
    with pytest.raises(DataError, match=r"the table has no column .*, which is to be kept"):
        scorer.arrow(pa.record_batch({"Id": ["a"]}))
    with pytest.raises(DataError, match=r"the table has no column .*, which is to be kept"):
        scorer.pandas(pd.DataFrame({"Id": ["a"]}))


@pytest.mark.parametrize("keep", ["Idd", "GrLivArea"])
def test_a_kept_column_is_there_once(small_model: Model, keep: str) -> None:
    scorer = Scorer(small_model, keep=[keep])
    names = ["Id", "GrLivArea", "GrLivArea"]
    batch = pa.RecordBatch.from_arrays([pa.array(["1"])] * 3, names=names)
    frame = pd.DataFrame([["1"] * 3], columns=names)
    message = "no column 'Idd', which is to be kept; did you mean Id" if keep == "Idd" else "twice"
    with pytest.raises(DataError, match=message):
        scorer.arrow(batch)
    with pytest.raises(DataError, match=message):
        scorer.pandas(frame)
