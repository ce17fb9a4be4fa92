"""Tables over a limit are refused, whatever they come as; those at it are answered."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from asgi import post
from hypothesis import given
from hypothesis import strategies as st

from regression_model.serving import Settings, app
from regression_model.serving.limits import may_hold_long_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.artifact.model import Model

    Write = Callable[[dict[str, list[str]]], bytes]

SETTINGS = Settings(max_rows=3, max_columns=4, max_text=20, max_cells=60)
N_ROWS, N_COLUMNS = 3, 4


def table(n_rows: int, n_columns: int, text: str = "a") -> dict[str, list[str]]:
    return {f"c{i}": [text] * n_rows for i in range(n_columns)}


def as_columns(columns: dict[str, list[str]]) -> bytes:
    return json.dumps(columns).encode()


def rows(columns: dict[str, list[str]]) -> list[dict[str, str]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def as_records(columns: dict[str, list[str]]) -> bytes:
    return json.dumps(rows(columns)).encode()


def as_lines(columns: dict[str, list[str]]) -> bytes:
    return "\n".join(map(json.dumps, rows(columns))).encode()


def as_csv(columns: dict[str, list[str]]) -> bytes:
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines).encode()


def as_stream(columns: dict[str, list[str]], kind: pa.DataType | None = None) -> bytes:
    arrays = [pa.array(cells, kind or pa.string()) for cells in columns.values()]
    made = pa.table(arrays, names=list(columns))
    out = io.BytesIO()
    with pa.ipc.new_stream(out, made.schema) as stream:
        stream.write_table(made)
    return out.getvalue()


KINDS = pytest.mark.parametrize(
    ("write", "content_type"),
    [
        (as_columns, "application/json"),
        (as_records, "application/json"),
        (as_lines, "application/jsonl"),
        (as_csv, "text/csv"),
        (as_stream, "application/vnd.apache.arrow.stream"),
    ],
)


@KINDS
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (table(N_ROWS, N_COLUMNS, "t" * 20), None),
        (table(N_ROWS, N_COLUMNS, "\u00e9" * 20), None),
        (table(N_ROWS + 1, N_COLUMNS), "too-many-rows"),
        (table(1, N_COLUMNS + 1), "too-many-columns"),
        (table(N_ROWS, N_COLUMNS, "t" * 21), "text-too-long"),
        (table(N_ROWS, N_COLUMNS, "\u00e9" * 21), "text-too-long"),
    ],
    ids=[
        "all that may be",
        "all that may be, wide",
        "rows",
        "columns",
        "text",
        "text of wide characters",
    ],
)
def test_a_table_over_a_limit_is_refused(
    model: Model, write: Write, content_type: str, given: dict[str, list[str]], kind: str | None
) -> None:
    application = app(models={"houses": model}, settings=SETTINGS)
    answer = post(application, [write(given)], headers={"content-type": content_type})
    if kind is None:
        assert answer.status == 200
    else:
        assert (answer.status, answer.kind) == (413, kind)


def test_records_with_columns_of_their_own_each_are_counted_together(model: Model) -> None:
    application = app(models={"houses": model}, settings=SETTINGS)
    records = [{f"c{i}": 1, f"d{i}": 1} for i in range(N_ROWS)]
    assert post(application, [json.dumps(records).encode()]).kind == "too-many-columns"


def test_a_hundred_thousand_unknown_columns_are_refused_at_once(model: Model) -> None:
    record = {f"c{i}": 1 for i in range(100_000)}
    answer = post(app(models={"houses": model}), [json.dumps(record).encode()])
    assert (answer.status, answer.kind) == (413, "too-many-columns")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("text/csv", b"x" * 21 + b"\n1"), ("application/jsonl", b'{"' + b"x" * 21 + b'": 1}')],
)
def test_a_name_in_a_file_is_no_longer_than_a_text(
    model: Model, content_type: str, body: bytes
) -> None:
    application = app(models={"houses": model}, settings=SETTINGS)
    answer = post(application, [body], headers={"content-type": content_type})
    assert (answer.status, answer.kind) == (413, "text-too-long")


@pytest.mark.parametrize("content_type", ["text/csv", "application/jsonl"])
def test_cells_are_counted_before_they_are_read(model: Model, content_type: str) -> None:
    application = app(models={"houses": model}, settings=SETTINGS)
    answer = post(application, [b"a\n" + b"," * 200], headers={"content-type": content_type})
    assert (answer.status, answer.kind) == (413, "too-many-cells")


@pytest.mark.parametrize(
    ("width", "kind"), [(9_999, "too-many-cells"), (2, "too-many-rows"), (10_001, None)]
)
def test_short_rows_of_a_wide_table_are_not_filled_up_before_they_are_counted(
    model: Model, width: int, kind: str | None
) -> None:
    body = b"a" + b"," * (width - 1) + b"\n" + b"7\n" * 150_000
    answer = post(app(models={"houses": model}), [body], headers={"content-type": "text/csv"})
    assert (answer.status, answer.kind) == (413, kind or "too-many-columns")


def test_lines_within_a_cell_are_no_rows(model: Model) -> None:
    application = app(models={"houses": model}, settings=SETTINGS)
    body = b'OverallQual,b\n7,"' + b"\n" * 20 + b'"\n'
    answer = post(application, [body], headers={"content-type": "text/csv"})
    assert (answer.status, answer.headers["x-rows-failed"]) == (200, "0")


@given(
    texts=st.lists(st.text(st.sampled_from('ab"\\'), max_size=40), max_size=6),
    numbers=st.lists(st.integers(), max_size=6),
)
def test_no_long_text_is_overlooked(texts: list[str], numbers: list[int]) -> None:
    body = json.dumps({"texts": texts, "numbers": numbers}).encode()
    if any(len(text) > SETTINGS.max_text for text in texts):
        assert may_hold_long_text(body, SETTINGS)
    quoted = re.findall(r'"[^"]*"', body.decode())
    assert len(quoted) >= len(texts)
