"""Files that a URL names, by way of the local file system's."""

import gzip
import pickle
from pathlib import Path

import pytest

from regression_model.exceptions import DataError
from regression_model.processing.remote_files import is_remote, remote_file
from regression_model.processing.table_files import open_rows

TEXT = "größe,Ort\n1,Köln\n2,Wien\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a b.csv", TEXT.encode()),
        ("latin.csv", TEXT.encode("latin-1")),
        ("packed.csv.gz", gzip.compress(TEXT.encode(), mtime=0)),
        ("lines.jsonl", '{"größe": "1", "Ort": "Köln"}\n{"größe": "2", "Ort": "Wien"}\n'.encode()),
    ],
)
def test_a_remote_table_is_read_as_a_local_one(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    file = remote_file(path.as_uri())
    assert str(file) == f"file://{path}"
    with open_rows(pickle.loads(pickle.dumps(file))) as table:
        (chunk,) = table.chunks()
        assert str(table.path) == str(file)
    assert chunk.cells("größe") == ["1", "2"]
    assert chunk.cells("Ort") == ["Köln", "Wien"]


def test_what_is_no_url_is_a_path() -> None:
    assert [
        text for text in ("s3://a/b", "C:\\a", "a://b", "x/s3://a", "-") if is_remote(text)
    ] == ["s3://a/b"]


def test_what_cannot_be_reached_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot reach nowhere://a/b: .*nowhere"):
        remote_file("nowhere://a/b")
    missing = remote_file((tmp_path / "none.csv").as_uri())
    with pytest.raises(DataError, match=r"cannot read file:///.*none\.csv: .*No such file"):
        open_rows(missing).__enter__()
