"""Rejects: a line for each error, in the kind that the file's name says."""

import csv
import gzip
import io
import json
import pickle
from pathlib import PurePath
from typing import Any

import pytest

from regression_model.batch.rejects import Rejects
from regression_model.processing.validation import Entry

ERRORS = [
    Entry(row=3, column="Area", code="not_a_number", value="=1+1", message="it is\rbig"),
    Entry(row=4, column=None, code="wrong_cell_count", value=3, message='say "5", not 3'),
]
ROWS = [
    ["a.csv", 3, "Area", "not_a_number", "=1+1", "it is\rbig"],
    ["a.csv", 4, None, "wrong_cell_count", 3, 'say "5", not 3'],
]


def written(name: str, *, escape_formulas: bool = False) -> bytes:
    rejects = Rejects(PurePath(name), escape_formulas=escape_formulas)
    copy: Rejects = pickle.loads(pickle.dumps(rejects))  # as another process gets it
    return rejects.header() + rejects.encode([], "b.csv") + copy.encode(ERRORS, "a.csv")


@pytest.mark.parametrize("name", ["rejects.csv", "rejects", "rejects.csv.gz"])
def test_lines_of_csv_have_a_header(name: str) -> None:
    data = written(name)
    text = (gzip.decompress(data) if name.endswith(".gz") else data).decode()
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == ["source", "row", "column", "code", "value", "message"]
    assert rows == [["" if cell is None else str(cell) for cell in row] for row in ROWS]


def test_values_that_a_spreadsheet_would_run_are_made_text_where_that_is_asked() -> None:
    text = written("rejects.csv", escape_formulas=True).decode()
    assert [row[4] for row in csv.reader(io.StringIO(text, newline=""))][1] == "'=1+1"


@pytest.mark.parametrize(("name", "ending"), [("r.jsonl", ".jsonl"), ("r.NDJSON.gz", ".jsonl.gz")])
def test_lines_of_json_keep_types(name: str, ending: str) -> None:
    data = written(name)
    text = gzip.decompress(data) if name.endswith(".gz") else data
    records: list[dict[str, Any]] = [json.loads(line) for line in text.decode().splitlines()]
    assert [list(record.values()) for record in records] == ROWS
    assert Rejects(PurePath(name)).ending == ending
