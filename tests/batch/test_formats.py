"""The same rows are answered alike, whatever file they stand in; a broken one costs no other."""

import gzip
import io
import json
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import feather, parquet
from streams import predict_file

from regression_model.artifact.model import Model
from regression_model.batch.checking import validate_file
from regression_model.batch.evaluating import evaluate_file
from regression_model.batch.explaining import explain_row
from regression_model.exceptions import DataError, ForeignTableError
from regression_model.processing.table_files import open_table, read_table

TRAIN = Path(__file__).parents[2] / "regression_model" / "datasets" / "train.csv"


def as_stream(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as out:
        for batch in table.to_batches(max_chunksize=7):
            out.write_batch(batch)


def as_lines(table: pa.Table, path: Path) -> None:
    text = "".join(json.dumps(record) + "\n" for record in table.to_pylist())
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def as_small_groups(table: pa.Table, path: Path) -> None:
    parquet.write_table(table, path, row_group_size=7)


def as_csv(table: pa.Table, path: Path) -> None:
    data = pa.BufferOutputStream()
    arrow_csv.write_csv(table, data)
    text = data.getvalue().to_pybytes()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)


TYPED: dict[str, Callable[[pa.Table, Path], None]] = {
    "houses.parquet": as_small_groups,
    "houses.PQ": parquet.write_table,
    "houses.feather": feather.write_feather,
    "houses.arrow": as_stream,
    "houses.jsonl": as_lines,
    "houses.ndjson.gz": as_lines,
}


@pytest.fixture(scope="module")
def houses() -> pa.Table:
    """Return sold houses, with cells that cannot be answered or are warned of."""
    wanted = ["Id", "GrLivArea", "OverallQual", "Neighborhood", "YrSold", "SalePrice"]
    table = arrow_csv.read_csv(
        TRAIN, convert_options=arrow_csv.ConvertOptions(include_columns=wanted)
    ).slice(0, 40)
    areas = table.column("GrLivArea").to_pylist()
    areas[3], areas[20], areas[21] = None, 10**31, 10**5
    places = table.column("Neighborhood").to_pylist()
    places[5] = "Atlantis"
    table = table.set_column(1, "GrLivArea", pa.array([area and float(area) for area in areas]))
    return table.set_column(3, "Neighborhood", pa.array(places))


def answers(model: Model, path: Path) -> tuple[str, list[str]]:
    out = io.StringIO(newline="")
    summary = predict_file(model, path, out, id_column="Id", interval=0.9)
    return out.getvalue(), summary.lines()


def test_files_of_every_format_are_answered_alike(
    small_model: Model, tmp_path: Path, houses: pa.Table
) -> None:
    found: dict[str, list[Any]] = {}
    for name, write in TYPED.items():
        write(houses, tmp_path / name)
        path = tmp_path / name
        explained = explain_row(small_model, path, 7)
        record = {key: cell for key, cell in explained.pop("record").items() if cell is not None}
        found[name] = [
            answers(small_model, path),
            validate_file(small_model, path).to_dict(),
            evaluate_file(small_model, path).to_dict(),
            (record, explained),
        ]
    first, *others = found.values()
    lines = first[0][0].splitlines()
    assert lines[0] == "Id,prediction,lower,upper,error"
    assert len(lines) == 41
    assert lines[21].startswith("21,,,,GrLivArea is larger than 1e+30")
    for other in others:
        assert other == first


@pytest.mark.parametrize("name", ["houses.csv", "houses.csv.gz"])
def test_text_is_answered_with_the_same_numbers(
    small_model: Model, tmp_path: Path, houses: pa.Table, name: str
) -> None:
    parquet.write_table(houses, tmp_path / "houses.parquet")
    as_csv(houses, tmp_path / name)
    typed, texts = (
        [line.split(",")[:4] for line in answers(small_model, tmp_path / each)[0].splitlines()]
        for each in ("houses.parquet", name)
    )
    assert texts == typed


def test_a_line_that_is_no_record_costs_no_other(small_model: Model, tmp_path: Path) -> None:
    path = tmp_path / "houses.jsonl"
    good = json.dumps({"Id": "a", "GrLivArea": 1710, "OverallQual": 7})
    path.write_text(f"{good}\n{{'Id': 1}}\n\n{good}\n", encoding="utf-8")
    text, lines = answers(small_model, path)
    _, first, broken, last = text.splitlines()
    assert first == last
    assert broken.startswith(",,,,")
    assert "line 2 cannot be read as JSON" in broken
    assert lines[:2] == ["3 rows: 2 predicted, 1 not", "errors: broken_row 1"]
    with pytest.raises(DataError, match="row 1 cannot be predicted: line 2"):
        explain_row(small_model, path, 1)
    with pytest.raises(DataError, match=r"houses\.jsonl: line 2 cannot be read as JSON"):
        open_table(path)


def test_whole_tables_of_every_format_hold_the_same_cells(tmp_path: Path, houses: pa.Table) -> None:
    houses = houses.drop_columns(["Neighborhood"])
    found = {}
    for name, write in TYPED.items():
        write(houses, tmp_path / name)
        found[name] = read_table(tmp_path / name)
    first, *others = found.values()
    assert len(first["GrLivArea"]) == 40
    for other in others:
        assert other == first


@pytest.mark.parametrize("name", ["houses.parquet", "houses.arrow"])
def test_files_that_are_something_else_are_refused(
    small_model: Model, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text("GrLivArea,OverallQual\n1710,7\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"cannot read .* as a.*; if it is a CSV file"):
        answers(small_model, path)
    path.write_bytes(gzip.compress(b"GrLivArea\n1\n"))
    with pytest.raises(DataError, match="it is compressed with gzip"):
        answers(small_model, path)


@pytest.mark.parametrize("name", ["houses.parquet", "houses.feather", "houses.jsonl"])
def test_a_table_of_something_else_is_refused(
    small_model: Model, tmp_path: Path, name: str
) -> None:
    TYPED[name](pa.table({"a": [1], "b": [2]}), tmp_path / name)
    with pytest.raises(ForeignTableError, match="lacks required columns of the model: GrLivArea"):
        predict_file(small_model, tmp_path / name, io.StringIO())


def test_columns_of_types_without_a_meaning_cost_their_rows(
    small_model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "houses.parquet"
    table = pa.table({"Id": [1, 2], "GrLivArea": [[1], [2]], "OverallQual": [{"a": 1}, None]})
    parquet.write_table(table, path)
    text, lines = answers(small_model, path)
    assert lines[:2] == ["2 rows: 0 predicted, 2 not", "errors: not_a_scalar 3"]
    assert "GrLivArea holds a list; give one value per cell" in text
    twice = pa.Table.from_arrays([pa.array([1])] * 2, names=["GrLivArea", " GrLivArea"])
    parquet.write_table(twice, path)
    with pytest.raises(DataError, match="names the columns 'GrLivArea' twice; rename one"):
        predict_file(small_model, path, io.StringIO())


def test_an_explained_row_of_any_types_is_json(small_model: Model, tmp_path: Path) -> None:
    cells: dict[str, Any] = {
        "GrLivArea": pa.array([Decimal("1710.50")]), "OverallQual": pa.array([7], "int8"),
        "Id": [b"a"], "day": [date(2024, 3, 1)], "list": [[1]], "gap": [float("nan")],
    }  # fmt: skip
    path = tmp_path / "houses.parquet"
    parquet.write_table(pa.table(cells), path)
    record = json.loads(json.dumps(explain_row(small_model, path, 0), allow_nan=False))["record"]
    assert [record[name] for name in cells] == ["1710.50", 7, "b'a'", "2024-03-01", "[1]", None]


@pytest.mark.parametrize("name", ["houses.parquet", "houses.arrow", "houses.feather"])
def test_a_damaged_file_is_refused_or_read_and_nothing_else(
    small_model: Model, tmp_path: Path, name: str
) -> None:
    table = pa.table({
        "GrLivArea": [1710.0, 900.0], "OverallQual": [7, None], "Id": ["a", "bc"],
        "Neighborhood": pa.array(["CollgCr", None]).dictionary_encode(), "list": [[1], [2, 3]],
    })  # fmt: skip
    path = tmp_path / name
    writes: dict[str, Callable[[], None]] = {
        "houses.parquet": lambda: parquet.write_table(table, path, compression="none"),
        "houses.arrow": lambda: as_stream(table, path),
        "houses.feather": lambda: feather.write_feather(table, path, compression="uncompressed"),
    }
    writes[name]()
    whole = path.read_bytes()
    n_refused = 0
    for position in range(0, len(whole), 5):
        path.write_bytes(whole[:position] + b"\xff" + whole[position + 1 :])
        for read in (partial(answers, small_model), read_table):
            try:
                read(path)
            except DataError:
                n_refused += 1
    assert n_refused


@pytest.mark.parametrize("name", [*TYPED, "houses.csv", "houses.csv.gz", "houses.csv.zst"])
def test_a_file_may_have_a_name_that_is_no_text(
    small_model: Model, tmp_path: Path, houses: pa.Table, name: str
) -> None:
    plain = tmp_path / name
    if name.endswith(".zst"):
        plain.write_bytes(pa.compress(b"GrLivArea,OverallQual,Id\n1,2,3\n", "zstd", asbytes=True))
    else:
        TYPED.get(name, as_csv)(houses, plain)
    try:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff" + name.encode()))
        path.write_bytes(plain.read_bytes())
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    assert answers(small_model, path) == answers(small_model, plain)
    assert len(read_table(path)["Id"]) == len(read_table(plain)["Id"])
    path.unlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", [*TYPED, "houses.csv", "houses.csv.gz", "houses.csv.zst"])
def test_every_format_may_come_through_a_pipe(
    small_model: Model, tmp_path: Path, houses: pa.Table, name: str
) -> None:
    plain, pipe = tmp_path / name, tmp_path / f"pipe-{name}"
    if name.endswith(".zst"):
        plain.write_bytes(pa.compress(b"GrLivArea,OverallQual,Id\n1,2,3\n", "zstd", asbytes=True))
    else:
        TYPED.get(name, as_csv)(houses, plain)
    os.mkfifo(pipe)
    for whole, passes in [(plain.read_bytes(), True), (b"PK, and no table", False)]:
        writer = Thread(target=pipe.write_bytes, args=(whole,))
        writer.start()
        if passes:
            assert answers(small_model, pipe) == answers(small_model, plain)
        else:
            with pytest.raises(DataError, match=f"pipe-{name}"):
                answers(small_model, pipe)
        writer.join()


@pytest.mark.parametrize("name", ["houses.parquet", "houses.arrow", "houses.csv.gz", "houses.csv"])
def test_what_cannot_be_opened_is_said_once(small_model: Model, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(DataError, match=rf"^cannot read \S*{name}: No such file or directory$"):
        answers(small_model, path)


def test_a_column_that_stands_first_far_into_a_file_names_its_rows(
    small_model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "houses.jsonl"
    lines = [{"GrLivArea": 1500, "filling": "x" * 1_000_000} for _ in range(6)]
    lines[5]["late"] = "here"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    out = io.StringIO(newline="")
    predict_file(small_model, path, out, id_column="late")
    named = [line.split(",")[0] for line in out.getvalue().splitlines()]
    assert named == ["late", "", "", "", "", "", "here"]
    with pytest.raises(DataError, match="has no column 'lat' for --id"):
        predict_file(small_model, path, out, id_column="lat")
