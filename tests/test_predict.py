"""The public functions: rows in, as many answers out, and nothing raised by bad data."""

import copy
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, cast

import numpy as np
import onnx
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import regression_model
from regression_model import __version__, load_model, make_prediction
from regression_model.artifact.contents import MEMBERS
from regression_model.artifact.format import GRAPH, Artifact, write_artifact
from regression_model.artifact.model import Model
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import ArtifactError
from regression_model.processing.csv_files import read_columns
from regression_model.train_pipeline import TrainingResult

HOUSE: dict[str, Any] = {
    "GrLivArea": 1500, "LotArea": 8450, "OverallQual": 6, "YrSold": 2008, "YearBuilt": 1990,
    "Neighborhood": "CollgCr", "KitchenQual": "Gd", "MSSubClass": 20,
}  # fmt: skip
TEST_FILE = DATASET_DIR / "test.csv"


@pytest.fixture(scope="module")
def exponential(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Return a model whose prediction is exp(a), which overflows beyond 709."""
    double = onnx.TensorProto.DOUBLE
    nodes = [
        onnx.helper.make_node("Identity", ["x"], ["score"]),
        onnx.helper.make_node("Exp", ["x"], ["prediction"]),
    ]
    x, score, prediction = (
        onnx.helper.make_tensor_value_info(name, double, ["N", 1])
        for name in ("x", "score", "prediction")
    )
    model = onnx.helper.make_model(
        onnx.helper.make_graph(nodes, "g", [x], [score, prediction]),
        opset_imports=[onnx.helper.make_opsetid("", 18)],
        ir_version=10,
    )
    facts = {
        "model_version": "1.2.3",
        "columns": [{"name": "a", "kind": "number"}],
        "target": {"column": "y", "transform": "none", "unit": "units"},
        "metrics": {"cross_validated_pooled": {"rmse": 1.0, "mae": 1.0}},
    }
    path = tmp_path_factory.mktemp("exponential") / "model.zip"
    write_artifact(path, Artifact(facts, {GRAPH: model.SerializeToString()}))
    return load_model(path)


@pytest.mark.parametrize("input_data", [HOUSE, [HOUSE] * 2, {"GrLivArea": ["x"]}, []])
def test_a_result_has_its_four_keys(small_model: Model, input_data: object) -> None:
    for result in (small_model.predict(input_data), make_prediction(input_data=input_data)):
        assert list(result) == ["predictions", "version", "errors", "warnings"]
        assert result["version"] == regression_model.__version__
        assert result["errors"] is None or result["errors"]
        assert result["warnings"] is None or result["warnings"]


def test_the_version_is_the_models(exponential: Model) -> None:
    assert exponential.version == "1.2.3"
    assert exponential.predict({"a": 0}) == {
        "predictions": [1.0], "version": "1.2.3", "errors": None, "warnings": None,
    }  # fmt: skip


def test_make_prediction_takes_keywords_only() -> None:
    with pytest.raises(TypeError, match="takes 0 positional arguments"):
        make_prediction(HOUSE)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'input_data'"):
        make_prediction()  # type: ignore[call-arg]


@pytest.mark.parametrize("input_data", ["text", 5, None, np.zeros((1, 2)), pd.Series([1])])
def test_what_is_no_table_is_a_type_error(input_data: object) -> None:
    with pytest.raises(TypeError, match=r"input_data is a \w+; expected a record"):
        make_prediction(input_data=input_data)


def test_all_test_rows_get_a_price() -> None:
    result = make_prediction(input_data=pd.read_csv(TEST_FILE))
    assert len(result["predictions"]) == 1459
    assert all(isinstance(p, float) and 20_000 < p < 1_000_000 for p in result["predictions"])
    assert result["errors"] is None
    assert (result["warnings"] or [])[0]["column"] == "Id"


def test_a_file_and_frames_of_it_give_the_same_predictions(small_model: Model) -> None:
    columns = read_columns(TEST_FILE)
    frame = pd.read_csv(TEST_FILE)
    for model in (small_model, load_model()):
        expected = model.predict(columns, from_file=True)["predictions"]
        assert None not in expected
        forms = [
            columns, frame, pd.DataFrame(columns), pd.read_csv(TEST_FILE, keep_default_na=False),
            frame.to_dict("records"), pl.DataFrame(columns), pa.table(columns),
            list(csv.DictReader(TEST_FILE.read_text(encoding="utf-8").splitlines())),
        ]  # fmt: skip
        for input_data in forms:
            assert model.predict(input_data)["predictions"] == expected
        records = frame.iloc[:200].to_dict("records")
        alone = [model.predict(record)["predictions"][0] for record in records]
        assert alone == expected[:200]


@pytest.mark.parametrize("n_rows", [1, 2, 3, 16, 17, 2047, 2048, 2049, 5000])
def test_there_are_as_many_answers_as_rows(small_model: Model, n_rows: int) -> None:
    (expected,) = small_model.predict(HOUSE)["predictions"]
    assert expected is not None
    assert small_model.predict([HOUSE] * n_rows)["predictions"] == [expected] * n_rows
    columns = {name: [value] * n_rows for name, value in HOUSE.items()}
    assert small_model.predict(columns)["predictions"] == [expected] * n_rows


def test_a_bad_row_does_not_move_the_others(small_model: Model) -> None:
    rows = [HOUSE, {**HOUSE, "LotArea": "ten"}, {**HOUSE, "GrLivArea": 2000}, 5, HOUSE]
    found = small_model.predict(rows)["predictions"]
    first, third = (small_model.predict(rows[i])["predictions"][0] for i in (0, 2))
    assert first is not None
    assert third is not None
    assert found == [first, None, third, None, first]
    assert first != third


def test_an_unseen_level_is_warned_of_and_predicted() -> None:
    record = {**HOUSE, "Neighborhood": "Atlantis", "MSSubClass": 7}
    result = make_prediction(input_data=record)
    assert isinstance(result["predictions"][0], float)
    assert result["errors"] is None
    assert [(w["row"], w["column"], w["code"], w["value"]) for w in result["warnings"] or []] == [
        (0, "MSSubClass", "unseen_level", 7),
        (0, "Neighborhood", "unseen_level", "Atlantis"),
    ]


def test_absent_columns_are_missing_cells() -> None:
    absent = make_prediction(input_data={"LotArea": 8450})
    missing = make_prediction(
        input_data={name: 8450 if name == "LotArea" else None for name in load_model().schema.names}
    )
    assert absent == missing
    assert make_prediction(input_data={})["errors"] is None


CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.fractions(), st.text(),
    st.binary(), st.datetimes(), st.timedeltas(), st.complex_numbers(), st.lists(st.integers()),
    st.dictionaries(st.text(), st.none()), st.sampled_from(["7", "NA", "1e999", 10**400, pd.NA]),
    st.sampled_from(["CollgCr", "TA", 20, "20", 1e30, -1e30]),
)  # fmt: skip


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from([*HOUSE, "zzz", "CentralAir", "Street"]), CELLS, max_size=5)
        | CELLS,
        max_size=20,
    )
)
def test_any_rows_are_answered_with_what_json_can_hold(small_model: Model, rows: list[Any]) -> None:
    for model in (small_model, load_model_once()):
        result = model.predict(rows)
        assert len(result["predictions"]) == len(rows)
        assert json.loads(json.dumps(result, allow_nan=False)) == result
        failed = {error["row"] for error in result["errors"] or []}
        for i, prediction in enumerate(result["predictions"]):
            assert (prediction is None) is (i in failed or None in failed)


def load_model_once(models: list[Model] = []) -> Model:  # noqa: B006 - one for all examples
    if not models:
        models.append(load_model())
    return models[0]


@pytest.mark.parametrize(
    "input_data",
    [
        dict(HOUSE),
        {**HOUSE, "LotArea": "ten", "zzz": [1, {"a": 2}], "Street": " Pave "},
        [dict(HOUSE), {**HOUSE, "GrLivArea": "x"}, 5],
        [{**HOUSE, "LotArea": np.array([1])}] * 40,
        {name: [value, None, "?"] for name, value in HOUSE.items()},
    ],
)
def test_plain_input_is_never_changed(small_model: Model, input_data: object) -> None:
    before = copy.deepcopy(input_data)
    small_model.predict(input_data)
    make_prediction(input_data=input_data)
    assert repr(input_data) == repr(before)


def test_frames_are_never_changed(small_model: Model, sample_input_data: pd.DataFrame) -> None:
    plain = sample_input_data.iloc[:50].reset_index(drop=True)
    frame = plain.set_axis([0, 0, *range(48)])
    polars, arrow = pl.from_pandas(plain), pa.Table.from_pandas(plain)
    copied = frame.copy(deep=True), pl.from_pandas(plain), pa.Table.from_pandas(plain)
    predictions = [small_model.predict(t)["predictions"] for t in (frame, polars, arrow)]
    assert predictions[0] == predictions[1] == predictions[2]
    pd.testing.assert_frame_equal(frame, copied[0])
    assert polars.equals(copied[1])
    assert arrow.equals(copied[2])


@pytest.mark.parametrize("n_good", [0, 2, 40])
def test_a_prediction_that_is_not_finite_is_an_error(exponential: Model, n_good: int) -> None:
    result = exponential.predict([{"a": 1000}, *[{"a": 0}] * n_good])
    assert result["predictions"] == [None, *[1.0] * n_good]
    assert result["errors"] == [
        {
            "row": 0,
            "column": None,
            "code": "not_finite_prediction",
            "value": None,
            "message": "the model's answer is not a finite number; check for extreme values",
        }
    ]
    assert exponential.predict({"a": 1000})["errors"] == result["errors"]


@pytest.mark.parametrize("n_good", [0, 40])
def test_errors_of_predictions_stand_among_the_others_by_row(
    exponential: Model, n_good: int
) -> None:
    rows: list[Any] = [{"a": 1000}, {"a": "x"}, {"a": 2000}, *[{"a": 0}] * n_good]
    result = exponential.predict(rows)
    assert [(e["row"], e["code"]) for e in result["errors"] or []] == [
        (0, "not_finite_prediction"), (1, "not_a_number"), (2, "not_finite_prediction"),
    ]  # fmt: skip


def test_a_row_that_failed_already_is_not_told_of_twice(exponential: Model) -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"])
    (column_error, *others) = exponential.predict(frame)["errors"] or []
    assert column_error["code"] == "duplicate_column"
    assert not others
    missing = exponential.predict({"a": None})
    assert [e["code"] for e in missing["errors"] or []] == ["not_finite_prediction"]


def test_sixteen_threads_answer_as_one_does(small_model: Model) -> None:
    inputs: list[Any] = [
        {**HOUSE, "GrLivArea": 1000 + 7 * i, "LotArea": [9000, "x", "8000", None][i % 4]}
        for i in range(40)
    ]
    inputs += [inputs[:3], inputs[5:30], pd.DataFrame([HOUSE] * 5), {"GrLivArea": [900, "x"] * 9}]
    expected = [small_model.predict(input_data) for input_data in inputs]
    order = np.random.default_rng(3).integers(0, len(inputs), 4000).tolist()
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda i: small_model.predict(inputs[i]), order))
    assert all(result == expected[i] for result, i in zip(found, order, strict=True))


def test_large_tables_in_threads_answer_as_one_does(small_model: Model) -> None:
    columns = {"GrLivArea": np.linspace(400, 4000, 5000), "OverallQual": np.arange(5000) % 10 + 1}
    expected = small_model.predict(columns)
    with ThreadPoolExecutor(16) as pool:
        assert all(result == expected for result in pool.map(small_model.predict, [columns] * 16))


def test_threads_that_race_for_the_first_prediction_load_one_model() -> None:
    code = """
import threading
from concurrent.futures import ThreadPoolExecutor
import regression_model
barrier = threading.Barrier(16)
def first(_):
    barrier.wait()
    return regression_model.make_prediction(input_data={"LotArea": 8450})["predictions"]
with ThreadPoolExecutor(16) as pool:
    found = list(pool.map(first, range(16)))
assert found == [found[0]] * 16 and found[0][0] > 0, found
import gc
print(sum(type(o).__name__ == "Model" for o in gc.get_objects()))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), r"\[\]"),
        (("a", "b"), rf"\['a_v{__version__}\.zip', 'b_v{__version__}\.zip'\]"),
    ],
)
def test_a_package_without_its_one_artifact_says_how_to_make_it(
    tmp_path: Path, names: tuple[str, ...], found: str
) -> None:
    package = Path(regression_model.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "datasets", "trained_models")
    shutil.copytree(package, tmp_path / package.name, ignore=ignored)
    (tmp_path / package.name / "trained_models").mkdir()
    for name in names:
        (tmp_path / package.name / "trained_models" / f"{name}_v{__version__}.zip").touch()
    code = "import regression_model; regression_model.make_prediction(input_data={})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    said = rf"ArtifactError: expected one artifact of version {__version__} in .*, found {found}; "
    assert re.search(f"{said}train it with: tox -e train", done.stderr)


def test_threads_may_load_and_predict_at_once(small_result: TrainingResult) -> None:
    barrier = Barrier(4)

    def load_and_predict(_: int) -> object:
        barrier.wait()
        return load_model(small_result.artifact_path).predict(HOUSE)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(load_and_predict, range(4)))
    assert found == [found[0]] * 4


def test_several_models_live_in_one_process(small_model: Model, exponential: Model) -> None:
    packaged = load_model()
    first = packaged.predict(HOUSE)["predictions"], small_model.predict(HOUSE)["predictions"]
    assert exponential.predict({"a": 0})["predictions"] == [1.0]
    assert make_prediction(input_data=HOUSE)["predictions"] == first[0]
    assert small_model.predict(HOUSE)["predictions"] == first[1]
    assert first[0] != first[1]


def test_a_model_tells_its_schema_and_facts(small_model: Model) -> None:
    assert small_model.schema["LotArea"].kind == "number"
    assert small_model.facts["target"]["column"] == "SalePrice"
    for example in small_model.facts["examples"]:
        result = small_model.predict(example["record"])
        assert result["predictions"] == [pytest.approx(example["prediction"], rel=1e-9)]
        assert result["errors"] is result["warnings"] is None


def test_a_path_may_be_text(small_model: Model, small_result: TrainingResult) -> None:
    again = load_model(str(small_result.artifact_path))
    assert again.predict(HOUSE) == small_model.predict(HOUSE)


def rewritten(source: Path, target: Path, **changes: Any) -> Path:
    """Copy an artifact with keys of its model.json exchanged; None takes one out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "model.json":
                facts = {**json.loads(data), **changes}
                kept = {key: value for key, value in facts.items() if value is not None}
                data = json.dumps(kept).encode()
            new.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format_version": 99}, "has format 99, this package reads up to 3; upgrade"),
        ({"format_version": "1"}, "has format 1, this package reads"),
        ({"format_version": None}, "not an artifact of this package"),
        ({"columns": None}, "is damaged: model.json lacks columns"),
        ({"columns": 5}, "has it: columns"),
        ({"columns": ["a"]}, "has it: columns"),
        ({"columns": [{"name": "a"}]}, "has it: columns"),
        ({"columns": [{"name": "a", "kind": "number", "new": 1}]}, "has it: columns"),
        ({"columns": [{"name": "a", "kind": "nmber"}]}, "damaged"),
        (
            {"columns": [{"name": "a", "kind": "number"}]},
            "an example with a column that there is not",
        ),
        (
            {"columns": [{"name": "a", "kind": "number"}], "examples": []},
            r"expected \[\('x', 1\)\]",
        ),
        ({"columns": []}, "damaged"),
        ({"members": {}}, "members"),
        ({"members": {"model.onnx": {"size": 1, "sha256": "0"}}}, "not those it lists"),
        ({"members": {"evil.pkl": {}}}, "lists members that are not known"),
    ],
    ids=str,
)
def test_an_altered_artifact_is_refused(
    small_path: Path, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    path = rewritten(small_path, tmp_path / "altered.zip", **changes)
    with pytest.raises(ArtifactError, match=said):
        load_model(path)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("wrong", [{"size": 1}, {"sha256": "0"}], ids=str)
def test_a_member_of_another_size_or_digest_is_refused(
    small_path: Path, small_model: Model, tmp_path: Path, name: str, wrong: Any
) -> None:
    members = dict(small_model.facts["members"])
    assert sorted(members) == sorted(MEMBERS)
    changed = {**members, name: {**members[name], **wrong}}
    path = rewritten(small_path, tmp_path / "altered.zip", members=changed)
    with pytest.raises(ArtifactError, match=f"{name} is not what model.json says"):
        load_model(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a whole artifact"),
        (b"row,prediction\n", "not a whole artifact"),
        (b"PK\x05\x06" + b"\0" * 18, "is a zip without model.json"),
    ],
    ids=["empty", "text", "empty zip"],
)
def test_a_foreign_file_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "foreign.zip"
    path.write_bytes(data)
    with pytest.raises(ArtifactError, match=said):
        load_model(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_artifact_is_refused(small_path: Path, tmp_path: Path, share: float) -> None:
    data = small_path.read_bytes()
    path = tmp_path / "truncated.zip"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ArtifactError, match="not a whole artifact"):
        load_model(path)


def test_an_artifact_with_a_flipped_bit_is_refused(small_path: Path, tmp_path: Path) -> None:
    data = bytearray(small_path.read_bytes())
    data[len(data) // 2] ^= 1
    path = tmp_path / "flipped.zip"
    path.write_bytes(data)
    with pytest.raises(ArtifactError, match="damaged"):
        load_model(path)


@pytest.mark.parametrize("name", ["none.zip", "."])
def test_an_artifact_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArtifactError, match="cannot read the artifact"):
        load_model(tmp_path / name)


def test_public_names_are_resolved_once() -> None:
    assert regression_model.load_model is load_model
    assert {"PredictionResult", "load_model", "make_prediction"} <= set(dir(regression_model))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = cast("Any", regression_model).nothing
