"""DuckDB's relations are inputs, and streams of answers are inputs of DuckDB."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from engine_page import printed_by, shown

from regression_model.predict import load_model, make_prediction

duckdb = pytest.importorskip("duckdb", reason="DuckDB is tested by: tox -e engines")

KINDS = """
    SELECT i AS Id, 500 + i % 3000 AS GrLivArea, CAST(5000.25 + i AS DECIMAL(12, 2)) AS LotArea,
           CAST(CASE i % 3 WHEN 0 THEN 'Y' WHEN 1 THEN 'N' END AS ENUM ('N', 'Y')) AS CentralAir,
           CASE i % 5 WHEN 0 THEN 'CollgCr' WHEN 1 THEN 'Atlantis' END AS Neighborhood,
           CASE WHEN i = 2900 THEN 'ten' ELSE '5' END AS OverallQual, NULL AS YrSold
    FROM range(3000) numbers (i)
"""


def test_a_relation_is_answered_as_its_rows_are() -> None:
    result = make_prediction(input_data=duckdb.sql(KINDS), interval=0.8)
    table = pa.RecordBatchReader.from_stream(duckdb.sql(KINDS)).read_all()
    assert result == make_prediction(input_data=table.to_pylist(), interval=0.8)
    assert [error["row"] for error in result["errors"] or []] == [2900]


def test_a_query_that_fails_half_way_says_why() -> None:
    failing = duckdb.sql(f"SELECT CAST(OverallQual AS INTEGER) AS OverallQual FROM ({KINDS})")
    with pytest.raises(TypeError, match=r"that fails while it is read, .*: Could not convert"):
        make_prediction(input_data=failing)


def test_answers_stream_through(tmp_path: Path) -> None:
    scorer = load_model().scorer(keep=["Id", "LotArea"])
    reader = pa.RecordBatchReader.from_stream(duckdb.sql(KINDS))
    answers: Any = map(scorer.arrow, reader)
    answers = pa.RecordBatchReader.from_batches(scorer.schema(reader.schema), answers)
    written = tmp_path / "answers.parquet"
    duckdb.connect().sql(f"COPY (FROM answers) TO '{written}'")
    predictions = [row[0] for row in duckdb.sql(f"SELECT prediction FROM '{written}'").fetchall()]
    assert predictions == make_prediction(input_data=duckdb.sql(KINDS))["predictions"]


def test_the_page_shows_what_is_printed(tmp_path: Path) -> None:
    code, printed = shown("DuckDB")
    assert printed_by(code, tmp_path) == printed
