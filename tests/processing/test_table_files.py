"""Whole tables as columns of text, from CSV and from Parquet alike."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import DataError
from regression_model.guessing.inference import infer
from regression_model.processing.data_manager import load_dataset
from regression_model.processing.table_files import is_parquet, read_table
from regression_model.processing.tables import as_table
from regression_model.processing.validation import encode_column

TABLE = {
    "area": [30.5, None, 12.0],
    "rooms": [3, None, 10**15],
    "place": ["north", None, "a,b"],
    "lift": [True, None, False],
    "sold": [dt.date(2024, 1, 5), None, dt.date(2023, 12, 31)],
    "kind": pa.array(["x", "y", "x"]).dictionary_encode(),
}
TEXTS = {
    "area": ["30.5", "", "12.0"],
    "rooms": ["3", "", "1000000000000000"],
    "place": ["north", "", "a,b"],
    "lift": ["True", "", "False"],
    "sold": ["2024-01-05", "", "2023-12-31"],
    "kind": ["x", "y", "x"],
}


@pytest.mark.parametrize("name", ["table.parquet", "table.PQ"])
def test_parquet_cells_are_spelt_as_in_a_csv_file(tmp_path: Path, name: str) -> None:
    parquet.write_table(pa.table(TABLE), tmp_path / name)
    assert read_table(tmp_path / name) == TEXTS


def test_other_names_are_csv_files(tmp_path: Path) -> None:
    (tmp_path / "table.txt").write_text("a,b\n1,x\n", encoding="utf-8")
    assert read_table(tmp_path / "table.txt") == {"a": ["1"], "b": ["x"]}


def test_what_is_no_parquet_file_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    contents = {
        b"a,b\n1,x\n": r"; if it is a CSV file, let its name end in \.csv$",
        b"PK\x03\x04" + bytes(30): r"; it is (an Excel|a zip).*: ",
        b"PAR1" + bytes(30): r"[^;]*$",  # damaged
        None: r": No such file or directory$",
    }
    for content, hint in contents.items():
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        said = rf"cannot read .*table\.parquet( as a Parquet file: .*)?{hint}"
        with pytest.raises(DataError, match=said) as caught:
            read_table(path)
        assert len(str(caught.value).splitlines()) == 1


def test_a_column_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    parquet.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), path)
    with pytest.raises(DataError, match="names the columns 'a' twice; rename one"):
        read_table(path)


@pytest.mark.parametrize(
    ("name", "is_one"), [("t.parquet", True), ("T.PARQUET", True), ("t.csv", False), ("t", False)]
)
def test_projects_of_earlier_versions_ask_what_a_file_is(name: str, is_one: bool) -> None:  # noqa: FBT001
    assert is_parquet(Path(name)) is is_one


CELLS: dict[str, tuple[pa.DataType, list[Any]]] = {
    "int64": (pa.int64(), [1, None, 10**15, 60]),
    "uint8": (pa.uint8(), [1, None, 255]),
    "large int64": (pa.int64(), [2**60, 1, None]),
    "float32": (pa.float32(), [0.1, None, float("nan"), 2.0]),
    "float64": (pa.float64(), [0.1, None, float("inf"), 60.0]),
    "decimal": (pa.decimal128(12, 2), [Decimal("1.50"), None]),
    "bool": (pa.bool_(), [True, None, False]),
    "text": (pa.string(), ["1", None, "a,b", " NA ", "$1,250", "2024-01-05", "yes"]),
    "dictionary": (pa.dictionary(pa.int8(), pa.string()), ["x", None, "60"]),
    "bytes": (pa.binary(), [b"60", None, b"\xff"]),
    "date": (pa.date32(), [dt.date(2024, 1, 5), None]),
    "timestamp": (pa.timestamp("us"), [dt.datetime(2024, 1, 5, 14, 30), None]),
    "zoned": (pa.timestamp("ms", "UTC"), [dt.datetime(2024, 1, 5, tzinfo=dt.UTC), None]),
    "time": (pa.time64("us"), [dt.time(14, 30), None]),
    "duration": (pa.duration("s"), [dt.timedelta(days=1), None]),
    "list": (pa.list_(pa.int64()), [[1, 2], None]),
    "struct": (pa.struct([("a", pa.int64())]), [{"a": 1}, None]),
    "nothing": (pa.null(), [None, None]),
}


@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "category", "date"])
@pytest.mark.parametrize("name", CELLS)
def test_a_parquet_cell_means_the_same_in_training_and_in_prediction(
    tmp_path: Path, name: str, kind: str
) -> None:
    arrow_type, cells = CELLS[name]
    table = pa.table({"c": pa.array(cells, arrow_type), "y": pa.array(range(len(cells)))})
    parquet.write_table(table, tmp_path / "t.parquet")
    settings = {
        "target": {"column": "y"},
        "columns": {"c": {"kind": kind, "missing_values": ["NA"]}},
        "estimators": {"linear": {"type": "ridge"}},
    }
    config = Config(AppConfig(training_data_file="t.parquet"), ModelConfig.model_validate(settings))
    column = config.model_config.input_schema["c"]
    if kind == "category":
        column = replace(column, levels=("1", "60", "x"))
    predicted = encode_column(column, as_table(table).read(0, 0, len(cells)))
    refused = {row for row, _, verdict in predicted.remarks if verdict.error is not None}
    try:
        frame = load_dataset(file_name=tmp_path / "t.parquet", config=config)
        trained = encode_column(column, as_table(frame[["c"]]).read(0, 0, len(cells)))
    except DataError as problem:
        said = {int(row) for row in re.findall(r"^row (\d+):", str(problem), re.MULTILINE)}
        assert said == refused
        return
    again = {row for row, _, verdict in trained.remarks if verdict.error is not None}
    assert again == refused
    np.testing.assert_array_equal(trained.values, predicted.values)


def test_init_leaves_out_what_no_kind_reads(tmp_path: Path) -> None:
    n_rows = 12
    columns = {
        "y": [float(i) for i in range(n_rows)],
        "x": [float(i % 5) for i in range(n_rows)],
        "took": pa.array([dt.timedelta(hours=i) for i in range(n_rows)]),
        "raw": pa.array([bytes([65 + i]) for i in range(n_rows)]),
        "parts": pa.array([[i] for i in range(n_rows)]),
    }
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    guesses = infer(read_table(tmp_path / "t.parquet"), " y")
    assert [column.name for column in guesses.columns] == ["x"]
    assert {each.name: each.reason for each in guesses.left_out} == {
        "took": "holds a duration: give numbers, texts or dates",
        "raw": "holds a bytes: give numbers, texts or dates",
        "parts": "holds a list: give numbers, texts or dates",
    }


def test_padded_parquet_names_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    parquet.write_table(pa.table({" a\u00a0": [1], "\ufeffb": [2]}), path)
    assert read_table(path) == {"a": ["1"], "b": ["2"]}
