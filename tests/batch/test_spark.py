"""Spark answers what `make_prediction` answers, in its own partitions, and not before it must."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from engine_page import printed_by, shown

from regression_model.batch import spark
from regression_model.exceptions import DataError, MissingExtraError
from regression_model.predict import load_model, make_prediction

ROWS = [
    (f"house {i}", ["1710", "big", "900.5", None][i % 4], 5 + i % 4, ["CollgCr", "Atlantis"][i % 2])
    for i in range(40)
]
NAMES = ["Id", "GrLivArea", "OverallQual", "Neighborhood"]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """Return a Spark of this process, with two workers, where a task may fail once."""
    sql = pytest.importorskip("pyspark.sql", reason="Spark is tested by: tox -e engines")
    builder = sql.SparkSession.builder.master("local[2, 2]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs a Java runtime, and there is none")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)  # workers would take any other Python
        session = builder.getOrCreate()
        yield session
        session.stop()


@pytest.mark.parametrize("interval", [None, 0.8])
def test_every_row_is_answered_where_it_is(session: Any, interval: float | None) -> None:
    given = session.createDataFrame(ROWS, NAMES).repartition(3)
    asked = spark.predict(given, load_model(), interval=interval, keep=["Id", "OverallQual"])
    assert asked.rdd.getNumPartitions() == 3
    answers = sorted((row.asDict() for row in asked.collect()), key=lambda row: row["Id"])
    rows = sorted(ROWS)
    expected: dict[str, Any] = make_prediction(
        input_data=[dict(zip(NAMES, row, strict=True)) for row in rows], interval=interval
    )  # type: ignore[assignment]
    assert [(row["Id"], row["OverallQual"]) for row in answers] == [(r[0], r[2]) for r in rows]
    assert [row["prediction"] for row in answers] == expected["predictions"]
    for end in ("lower", "upper") if interval else ():
        assert [row[end] for row in answers] == expected[end]
    messages = {error["row"]: error["message"] for error in expected["errors"]}
    assert [row["error"] for row in answers] == [messages.get(row) for row in range(40)]
    assert {row["error_code"] for row in answers} == {None, "not_a_number"}
    assert {row["model_version"] for row in answers} == {load_model().version}


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
def test_a_worker_that_dies_costs_no_row(session: Any, tmp_path: Path) -> None:
    def die_once(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        mark = tmp_path / "died"
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return batches

    given = session.createDataFrame(ROWS, NAMES).repartition(3)
    dying = given.mapInArrow(die_once, given.schema)
    answers = spark.predict(dying, load_model(), keep=["Id"]).collect()
    assert (tmp_path / "died").exists()
    expected = spark.predict(given, load_model(), keep=["Id"]).collect()
    assert sorted(answers) == sorted(expected)


def test_nothing_is_computed_before_it_is_asked_for(session: Any) -> None:
    given = session.createDataFrame(ROWS, NAMES).selectExpr("*", "raise_error('asked') AS YrSold")
    asked = spark.predict(given, load_model())
    assert asked.columns == ["prediction", "error_code", "error", "model_version"]
    with pytest.raises(Exception, match="asked"):
        asked.collect()


def test_a_column_that_is_not_there_is_refused_when_it_is_asked_for(session: Any) -> None:
    given = session.createDataFrame(ROWS, NAMES)
    with pytest.raises(DataError, match="no column 'Idd', which is to be kept; did you mean Id"):
        spark.predict(given, load_model(), keep=["Idd"])


def test_partitions_may_be_empty(session: Any) -> None:
    rows = session.createDataFrame(ROWS, NAMES).repartition(4)
    nothing = spark.predict(rows.filter("Id = 'none'"), load_model(), keep=["Id"])
    assert nothing.collect() == []
    one = spark.predict(rows.filter("Id = 'house 1'"), load_model(), keep=["Id"])
    assert [(row["Id"], row["error_code"]) for row in one.collect()] == [
        ("house 1", "not_a_number")
    ]


def test_a_column_that_is_kept_may_have_any_name(session: Any) -> None:
    names = ["a.b", "c`d", "", "größe", "grlivarea", "GrLivArea", " Id"]
    given = session.createDataFrame([[*range(6), "i"]], names)
    answers = spark.predict(given, load_model(), keep=names)
    assert answers.columns[:7] == names
    assert [row[:7] for row in answers.collect()] == [(*range(6), "i")]


def test_what_the_model_does_not_use_is_not_asked_for(session: Any) -> None:
    given = session.createDataFrame(ROWS, NAMES)
    # Spark hands over no years, and no names twice
    others = ["interval '1' year AS years", "array(1) AS other", "struct(1) AS other"]
    asked = spark.predict(given.selectExpr("*", *others), load_model(), keep=["Id"])
    assert sorted(asked.collect()) == sorted(
        spark.predict(given, load_model(), keep=["Id"]).collect()
    )


ODD_CELLS = {
    "GrLivArea": ("array(1, 2)", "not_a_scalar"),
    "LotArea": ("struct(1)", "not_a_scalar"),
    "LotFrontage": ("map('a', 1)", "not_a_scalar"),
    "GarageArea": ("date'2024-03-01'", "not_a_number"),
    "OpenPorchSF": ("cast('a' AS binary)", "not_a_number"),
    "WoodDeckSF": ("double('infinity')", "infinite"),
    "ScreenPorch": ("double('nan')", None),
    "PoolArea": ("cast(100.5 AS decimal(12, 2))", None),
    "MiscVal": ("null", None),
    "1stFlrSF": ("true", "not_a_number"),
}


def test_cells_of_any_type_cost_their_row_alone(session: Any) -> None:
    cells = [
        f"CASE id WHEN {row} THEN {cell} END AS `{name}`"
        for row, (name, (cell, _)) in enumerate(ODD_CELLS.items())
    ]
    given = session.range(len(ODD_CELLS)).selectExpr("id", *cells)
    answers = sorted(spark.predict(given, load_model(), keep=["id"]).collect())
    codes = [code for _, code in ODD_CELLS.values()]
    assert [row["error_code"] for row in answers] == codes
    assert [row["prediction"] is None for row in answers] == [code is not None for code in codes]


def test_faults_of_all_rows_stand_beside_each(session: Any) -> None:
    given = session.createDataFrame(ROWS[:3:2], NAMES)
    twice = spark.predict(given.selectExpr("Id", "GrLivArea", "GrLivArea"), load_model())
    assert [row["error_code"] for row in twice.collect()] == ["duplicate_column"] * 2
    foreign = spark.predict(given.select("Id"), load_model()).collect()
    expected = make_prediction(input_data={"Id": ["house 0", "house 2"]})
    assert [row["error"] for row in foreign] == [(expected["errors"] or [])[0]["message"]] * 2


@pytest.mark.parametrize("df", [None, [1], {"GrLivArea": [1]}])
def test_what_is_no_data_frame_is_refused(session: Any, df: Any) -> None:
    assert session.version
    with pytest.raises(TypeError, match="expected a DataFrame of Spark"):
        spark.predict(df, load_model())


def test_without_spark_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql.types", None)
    with pytest.raises(MissingExtraError, match=r'install "evergreen-regression\[spark\]"'):
        spark.predict(None, load_model())


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
def test_the_page_shows_what_is_printed(session: Any, tmp_path: Path) -> None:
    code, printed = shown("Spark")
    assert session.version
    assert printed_by(code, tmp_path) == printed
