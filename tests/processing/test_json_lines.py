"""JSON Lines: a record in each line, and every line in its place whatever is wrong with it."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.exceptions import DataError
from regression_model.processing.chunks import Chunk
from regression_model.processing.json_lines import open_json_lines, packed
from regression_model.processing.table_formats.json_lines_format import JsonLinesFormat

CELLS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
CELLS = CELLS.filter(lambda cell: cell not in (float("inf"), -float("inf")))
RECORDS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), CELLS), min_size=1, max_size=8)


def chunks(path: Path, text: str, **options: Any) -> list[Chunk]:
    path.write_text(text, encoding="utf-8", newline="")
    with open_json_lines(path, **options) as file:
        return list(file.chunks())


@given(records=RECORDS.filter(lambda records: records[0]), n_bytes=st.integers(1, 60))
def test_what_json_wrote_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], n_bytes: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "rows.jsonl"
    text = "".join(json.dumps(record) + "\n" for record in records)
    found = chunks(path, text, block_bytes=n_bytes)
    assert [chunk.start for chunk in found] == [
        sum(chunk.n_rows for chunk in found[:i]) for i in range(len(found))
    ]
    for name in "abc":
        cells = [cell for chunk in found for cell in chunk.cells(name)]
        assert cells == [record.get(name) for record in records]
    assert not any(chunk.refused or chunk.is_text for chunk in found)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2 cannot be read as JSON: Expecting property name"),
        ("[1]", r"line 2 is \[1\], and no record; write one record in each line"),
        ("null", "line 2 is null, and no record"),
        ('{"a": NaN}', "NaN is no number of JSON; leave it out or write null"),
        ('{"a": -Infinity}', "-Infinity is no number of JSON"),
        ('{"a": 1, "a": 2}', "'a' stands twice in one record"),
        ('{"a": 1, " a ": 2}', "line 2 names 'a' twice"),
        ('{"a": {"b": 1, "b": 2}}', "'b' stands twice"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"a": ' + "9" * 5_000 + "}", "cannot be read as JSON"),
    ],
    ids=range(10),
)
def test_a_line_that_is_no_record_keeps_its_place(tmp_path: Path, line: str, message: str) -> None:
    (chunk,) = chunks(tmp_path / "rows.jsonl", f'{{"a": 1}}\n{line}\n \n{{"a": 3}}\n')
    assert chunk.cells("a") == [1, None, 3]
    (refused,) = chunk.refused
    assert (refused.position, refused.line) == (1, 2)
    with pytest.raises(ValueError, match=message):
        raise ValueError(refused.message)
    assert len(refused.message) < 300


def test_a_mark_at_the_beginning_and_blanks_around_names_do_not_count(tmp_path: Path) -> None:
    (chunk,) = chunks(tmp_path / "rows.ndjson", '\ufeff{" a ": "x"}\r\n')
    assert chunk.columns == {"a": ["x"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no record of JSON Lines: it is empty; expected one in each line"),
        ("[\n1\n]\n", r"no record of JSON Lines: line 1 cannot be read as JSON"),
        ("{}\n", "holds no record of JSON Lines"),
    ],
)
def test_a_file_without_records_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        chunks(tmp_path / "rows.jsonl", text)
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"a": "\xe9"}\n')
    with pytest.raises(DataError, match="is not UTF-8 text"), open_json_lines(path):
        pass


def test_keys_of_each_records_own_take_no_memory_until_they_are_asked_for(tmp_path: Path) -> None:
    n = 4_000
    text = "".join(f'{{"a": {i}, "k{i}": 1}}\n' for i in range(n))
    tracemalloc.start()
    (chunk,) = chunks(tmp_path / "rows.jsonl", text)
    assert chunk.cells("a") == list(range(n))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(chunk.columns) == n + 1
    assert "k9" in chunk.columns
    assert sum(cell is not None for cell in chunk.cells("k9")) == 1
    assert peak < n * n  # a byte a cell, were all put together


@pytest.mark.parametrize("name", ["late", "größe", "a b", "\U0001f3e0", "half \ud800"])
def test_a_column_may_stand_first_far_into_a_file(tmp_path: Path, name: str) -> None:
    is_whole = "\ud800" not in name  # which is told in escapes alone
    records = [{"a": i, "says": f"{name} {name}s"} for i in range(50)]
    records[40][name] = 1
    path = tmp_path / "rows.jsonl"
    lines = [json.dumps(record, ensure_ascii=not is_whole) + "\n" for record in records]
    path.write_text("".join(lines), encoding="utf-8")
    with open_json_lines(path, block_bytes=100) as file:
        assert name not in file.header
        assert [file.has(each) for each in ("a", name, f"{name}s", "")] == [
            True,
            True,
            False,
            False,
        ]
        begun = file.chunks()
        cells = next(begun).cells(name)
        assert file.has(name)
        cells += [cell for chunk in begun for cell in chunk.cells(name)]
    assert cells == [None] * 40 + [1] + [None] * 9


def test_a_whole_table_of_keys_of_each_records_own_is_read_by_columns(tmp_path: Path) -> None:
    n = 4_000
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f'{{"a": {i}, "k{i}": {i}}}\n' for i in range(n)), encoding="utf-8")
    tracemalloc.start()
    table = JsonLinesFormat().read(path)
    assert list(table.cells("a")) == list(range(n))
    assert list(table.cells("k7"))[6:9] == [None, 7, None]
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@given(records=RECORDS.filter(lambda records: records[0]), n_bytes=st.integers(1, 60))
def test_chunks_that_are_kept_hold_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], n_bytes: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "kept.jsonl"
    text = "".join(json.dumps(record) + "\n" for record in records)
    for chunk in chunks(path, text, block_bytes=n_bytes):
        kept = packed(chunk)
        assert list(kept.columns) == list(chunk.columns)
        assert all(kept.cells(name) == chunk.cells(name) for name in "abcd")
