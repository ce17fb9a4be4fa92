"""Files are opened unpacked, and so that they can be read twice."""

import gzip
import os
import sys
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pytest

from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing import csv_lines
from regression_model.processing.table_files import open_rows
from regression_model.processing.text_files import open_bytes, text_problems

TEXT = b"a,b\n1,2\n" * 1_000


def read_twice(path: Path) -> list[bytes]:
    with open_bytes(path) as file:
        first = file.read()
        file.seek(0)
        return [first, file.read()]


def test_what_is_compressed_is_unpacked(tmp_path: Path) -> None:
    plain, packed, packed_too = (tmp_path / f"a.csv{end}" for end in ("", ".gz", ".ZST"))
    plain.write_bytes(TEXT)
    packed.write_bytes(gzip.compress(TEXT))
    with pa.CompressedOutputStream(str(packed_too), "zstd") as file:
        file.write(TEXT)
    for path in (plain, packed, packed_too):
        assert read_twice(path) == [TEXT, TEXT]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = Thread(target=path.write_bytes, args=(TEXT,))
    writer.start()
    assert read_twice(path) == [TEXT, TEXT]
    writer.join()


def test_damaged_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    for damaged in (gzip.compress(TEXT)[:-20], b"no gzip", gzip.compress(TEXT)[:30] + b"x" * 90):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"cannot read .*a\.csv\.gz: "), text_problems(path):
            read_twice(path)
    with pytest.raises(DataError, match=r"cannot read .*nowhere\.csv: No such file"):
        read_twice(tmp_path / "nowhere.csv")
    (tmp_path / "a.csv.zst").write_bytes(b"no zstd")
    with pytest.raises(DataError, match=r"cannot read .*a\.csv\.zst"):
        read_twice(tmp_path / "a.csv.zst")


def test_without_what_unpacks_it_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv.zst").write_bytes(TEXT)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"install \"evergreen-regression\[files\]\""):
        read_twice(tmp_path / "a.csv.zst")


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz"])
def test_a_line_without_end_fills_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(csv_lines, "LONGEST_LINE", 5_000_000)
    path = tmp_path / name
    with gzip.open(path, "wb") as file:
        file.write(b'{"a": 1}\n' if "jsonl" in name else b"a\n1\n")
        for _ in range(20):
            file.write(b"1" * 1_000_000)
    message = r"cannot read \S*: it has a line of more than \d+ MB"
    with pytest.raises(DataError, match=message), open_rows(path) as rows:
        list(rows.chunks())
