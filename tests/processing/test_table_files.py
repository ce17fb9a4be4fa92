"""Whole tables as columns of text, from CSV and from Parquet alike."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from regression_model.exceptions import DataError
from regression_model.processing.table_files import read_table

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
    path.write_text("a,b\n1,x\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"cannot read .*table\.parquet as a Parquet file"
    ) as caught:
        read_table(path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_column_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    parquet.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"]), path)
    with pytest.raises(DataError, match="names the columns 'a' twice; rename one"):
        read_table(path)
