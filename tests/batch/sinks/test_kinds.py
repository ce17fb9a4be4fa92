"""Every kind of output holds the same answers, whatever chunks and parts they came in."""

from __future__ import annotations

import gzip
import io
import json
import pickle
from csv import DictReader
from decimal import Decimal
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from chunk_answers import chunk_answers
from pyarrow import csv, parquet

from regression_model.batch.layouts import Layout
from regression_model.batch.sinks.registry import sink_for
from regression_model.exceptions import OutputError
from regression_model.processing.table_formats.registry import format_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regression_model.batch.sinks.base import ChunkAnswers, Sink

NAMES = [
    "a.csv", "a.csv.gz", "a.csv.zst", "a.jsonl", "a.ndjson.gz", "a.jsonl.zst",
    "a.parquet", "a.pq", "a.arrow", "a.feather",
]  # fmt: skip
TYPED = ["a.parquet", "a.arrow"]
LAYOUT = Layout("Id", ("place",), 0.9, has_source=True)
ANSWERS = [
    chunk_answers(
        [1.5, 2.0],
        {"Id": ["a", "b"], "place": ["x", "y"]},
        messages={1: "it is big; mend it"},
        with_ends=True,
    ),
    chunk_answers([], {"Id": [], "place": []}, with_ends=True),
    chunk_answers([3.25], {"Id": ["c"], "place": ["z"]}, source="b.csv", with_ends=True),
]


def part(sink: Sink, answers: Sequence[ChunkAnswers]) -> bytes:
    """Return a part of an output, encoded by a copy of its sink as in another process."""
    copy = pickle.loads(pickle.dumps(sink))
    file = io.BytesIO()
    writer = sink.writer(file)
    for each in answers:
        writer.write(copy.encode(each))
    writer.close()
    return file.getvalue()


def assembled(sink: Sink, parts: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    sink.assemble([partial(io.BytesIO, each) for each in parts], out)
    return out.getvalue()


def read(path: Path, data: bytes) -> dict[str, list[Any]]:
    """Return the columns of a file as our own reader finds them."""
    path.write_bytes(data)
    table = format_of(path).read(path)
    return {name: list(table.cells(name)) for name in table.names}


@pytest.mark.parametrize("name", NAMES)
def test_answers_come_back_as_they_were_whatever_the_parts(tmp_path: Path, name: str) -> None:
    sink = sink_for(PurePath(name), LAYOUT)
    whole = read(tmp_path / name, part(sink, ANSWERS))
    in_parts = assembled(sink, [part(sink, [each]) for each in ANSWERS])
    assert read(tmp_path / name, in_parts) == whole
    assert read(tmp_path / name, assembled(sink, [part(sink, ANSWERS)])) == whole
    assert list(whole) == sink.names
    assert whole["source"] == ["a.csv", "a.csv", "b.csv"]
    assert whole["Id"] == ["a", "b", "c"]
    assert whole["place"] == ["x", "y", "z"]
    columns = [whole[each] for each in ("prediction", "lower", "upper")]
    numbers = [[float(cell) if cell else None for cell in column] for column in columns]
    assert numbers == [[1.5, None, 3.25], [1.25, None, 3.0], [1.75, None, 3.5]]
    assert [each or None for each in whole["error"]] == [None, "it is big; mend it", None]
    if "csv" not in name:
        assert whole["error_code"] == [None, "not_a_number", None]
        assert whole["model_version"] == ["1.2.3"] * 3


@pytest.mark.parametrize("name", NAMES)
def test_equal_answers_are_equal_bytes(name: str) -> None:
    sink = sink_for(PurePath(name), LAYOUT)
    assert part(sink, ANSWERS) == part(sink, ANSWERS)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.parquet", "a.arrow"])
def test_an_output_without_rows_has_columns(tmp_path: Path, name: str) -> None:
    sink = sink_for(PurePath(name), Layout())
    for data in (part(sink, []), assembled(sink, []), assembled(sink, [part(sink, [])] * 2)):
        columns = read(tmp_path / name, data)
        assert list(columns) == sink.names
        assert all(cells == [] for cells in columns.values())


@pytest.mark.parametrize("name", TYPED)
def test_kept_columns_are_of_the_type_that_they_have(tmp_path: Path, name: str) -> None:
    kept = {
        "Id": pa.array([1, None], pa.int16()),
        "place": pa.array(["x", "x"]).dictionary_encode(),
    }
    layout = Layout("Id", ("place",))
    sink = sink_for(PurePath(name), layout)
    path = tmp_path / name
    path.write_bytes(part(sink, [chunk_answers([1.5, 2.5], kept)] * 2))
    stored = _table(path)
    assert stored.schema.types[:3] == [pa.int16(), pa.string(), pa.float64()]
    assert stored.column("Id").to_pylist() == [1, None, 1, None]


def _table(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return parquet.read_table(path)
    with pa.ipc.open_file(path) as file:
        return file.read_all()


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (pa.array([2.5]), ["1", "2.5"]),
        (pa.array([2], pa.int8()), [1, 2]),
        (pa.array(["b"]), ["1", "b"]),
        (["b"], ["1", "b"]),
        (pa.array([None]), [1, None]),
    ],
    ids=["fractions", "small", "texts", "lists", "nothing"],
)
def test_parts_of_several_types_become_one_that_holds_all(
    tmp_path: Path, name: str, others: Any, expected: list[Any]
) -> None:
    sink = sink_for(PurePath(name), Layout("Id"))
    kept = [pa.array([1], pa.int64()), others]
    parts = [part(sink, [chunk_answers([1.5], {"Id": cells})]) for cells in kept]
    path = tmp_path / name
    path.write_bytes(assembled(sink, parts))
    assert _table(path).column("Id").to_pylist() == expected


@pytest.mark.parametrize("name", TYPED)
def test_parts_that_nothing_holds_are_an_error_in_words(name: str) -> None:
    sink = sink_for(PurePath(name), Layout("Id"))
    kept = [pa.array([[1]]), pa.array([{"a": 1}])]
    parts = [part(sink, [chunk_answers([1.5], {"Id": cells})]) for cells in kept]
    with pytest.raises(OutputError, match=r"kept columns are of several types .*; write into a"):
        assembled(sink, parts)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
@pytest.mark.parametrize("cells", [[[1, "é"]], pa.array([["1", "é"]])], ids=["list", "Arrow"])
def test_a_list_that_is_kept_is_json_in_text(tmp_path: Path, name: str, cells: Any) -> None:
    sink = sink_for(PurePath(name), Layout("Id"))
    found = read(tmp_path / name, part(sink, [chunk_answers([1.5], {"Id": cells})]))["Id"][0]
    inner = json.loads(found) if isinstance(found, str) else found
    assert list(map(str, inner)) == ["1", "é"]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_what_is_nested_too_deeply_costs_no_row(name: str) -> None:
    cell: list[Any] = []
    for _ in range(100_000):
        cell = [cell]
    sink = sink_for(PurePath(name), Layout("Id"))
    assert part(sink, [chunk_answers([1.5], {"Id": [cell]})])


def test_json_has_cells_as_they_are() -> None:
    sink = sink_for(PurePath("a.jsonl"), Layout(keep=("x",)))
    cells = ["1", 'a"b\n', 1, 2.5, True, None, float("nan"), 10**30, "\ud800"]
    lines = part(sink, [chunk_answers([1.5] * len(cells), {"x": cells})]).decode().splitlines()
    assert [json.loads(line)["x"] for line in lines] == [
        "1", 'a"b\n', 1, 2.5, True, None, None, 10**30, "\ud800",
    ]  # fmt: skip


def test_compressed_lines_are_one_file_to_other_programs() -> None:
    sink = sink_for(PurePath("a.csv.gz"), LAYOUT)
    plain = sink_for(PurePath("a.csv"), LAYOUT)
    assert gzip.decompress(part(sink, ANSWERS)) == part(plain, ANSWERS)
    packed = part(sink_for(PurePath("a.csv.zst"), LAYOUT), ANSWERS)
    with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as unpacked:
        assert csv.read_csv(unpacked).num_rows == 3


def test_what_is_compressed_within_is_not_compressed_again() -> None:
    with pytest.raises(OutputError, match=r"a \.parquet file is compressed within; leave \.gz out"):
        sink_for(PurePath("a.parquet.gz"), Layout())


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_kept_dates_times_and_decimals_are_told_in_full(name: str) -> None:
    moment = 1_199_193_255_123_456_789
    zone = pa.timestamp("ns", "Europe/Berlin")
    kept = {
        "zoned": pa.array([moment, None]).cast(zone),
        "local": pa.array([moment, None]).cast(pa.timestamp("ns")),
        "day": pa.array([13_879, None], pa.date32()),
        "hour": pa.array([3_723, None], pa.time32("s")),
        "price": pa.array([Decimal("1.50"), None]),
        "level": pa.array([Decimal("1.50"), None]).dictionary_encode(),
    }
    sink = sink_for(PurePath(name), Layout(keep=tuple(kept)))
    text = part(sink, [chunk_answers([1.5, 2.0], kept)])
    told, missing = read_records(name, text)
    assert {name: told[name] for name in kept} == {
        "zoned": "2008-01-01 13:14:15.123456789Z",
        "local": "2008-01-01 13:14:15.123456789",
        "day": "2008-01-01",
        "hour": "01:02:03",
        "price": "1.50",
        "level": "1.50",
    }
    assert not any(missing[name] for name in kept)


def read_records(name: str, text: bytes) -> list[dict[str, Any]]:
    if name.endswith("l"):
        return list(map(json.loads, text.splitlines()))
    return list(DictReader(text.decode().splitlines()))
