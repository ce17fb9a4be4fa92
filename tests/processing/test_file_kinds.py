"""Files of other kinds are told by their first bytes, whatever they are called."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from regression_model.exceptions import DataError
from regression_model.processing.csv_files import read_columns
from regression_model.processing.file_kinds import recognize


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return file.getvalue()


def parquet_bytes() -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table({"a": [1]}), file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "is compressed with gzip, .* gunzip"),
        (zipped("table.csv"), "is a zip archive, .* unpack it"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), r"is an Excel workbook \(xlsx\)"),
        (zipped("model.json"), "is an artifact, .* --model"),
        (parquet_bytes(), r"is a Parquet file, .* end in \.parquet"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html>\n<html>", "is an HTML page"),
        (b"<table><tr>", "is an HTML page"),
        (b"<?xml version='1.0'?>", "is an XML document"),
        (json.dumps({"a": 1}).encode(), "is JSON, .* end in .jsonl"),
        (json.dumps([{"a": 1}], indent=1).encode(), "is JSON"),
        (b'{"a": 1}\n{"a": 2}\n', "is JSON"),
        (b"SQLite format 3\0", "is an SQLite database"),
        (b"%PDF-1.7", "is a PDF document"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
@pytest.mark.parametrize("name", ["table.csv", "table"])
def test_a_file_of_another_kind_is_refused_by_name(
    tmp_path: Path, data: bytes, said: str, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DataError, match=said) as caught:
        read_columns(path)
    assert str(caught.value).startswith(f"{path} is ")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "start",
    [b"a,b\n", b"ORC,b\n1,2\n", b"PAR1,PAR2\n", b"BZh,a\n", b"[a],[b]\n1,2\n", b"<5,>5\n", b""],
)
def test_a_header_that_looks_like_another_kind_is_a_header(start: bytes) -> None:
    assert recognize(start) is None
