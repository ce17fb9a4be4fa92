"""Arrow streams that claim more than they hold are refused before a cell is read."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from regression_model.serving import Settings
from regression_model.serving.arrow_bodies import read_arrow_body
from regression_model.serving.problems import Problem

SETTINGS = Settings(max_rows=1_000, max_text=50, max_bytes=10_000)


def stream(columns: dict[str, Any], **options: Any) -> bytes:
    batch = pa.record_batch(columns)
    out = io.BytesIO()
    with pa.ipc.new_stream(out, batch.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_batch(batch)
    return out.getvalue()


def views(n_rows: int, text: bytes) -> pa.Array:
    """Return texts that all lie in the same place."""
    view = np.zeros(n_rows, dtype=[("length", "<i4"), ("start", "S4"), ("rest", "<i4", 2)])
    view["length"], view["start"] = len(text), text[:4]
    buffers = [None, pa.py_buffer(view.tobytes()), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string_view(), n_rows, buffers)


def test_columns_of_plain_types_are_read() -> None:
    columns = {
        "number": [1.5, None],
        "text": ["a", None],
        "view": pa.array(["a", "a text that is longer than a view"], pa.string_view()),
        "long": pa.array(["a", None], pa.large_string()),
        "level": pa.array(["a", "b"]).dictionary_encode(),
        "nothing": pa.nulls(2),
        "day": pa.array([0, 1], pa.date32()),
    }
    table = read_arrow_body(stream(columns), SETTINGS)
    assert table.to_pydict() == pa.table(columns).to_pydict()


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (b"", 400, "not-arrow"),
        (b"nothing of Arrow", 400, "not-arrow"),
        (stream({"a": [1]})[:-30], 400, "not-arrow"),
        (stream({"a": [1] * 99}, compression="zstd"), 415, "compressed-arrow"),
        (stream({"a": [1] * 99}, compression="lz4"), 415, "compressed-arrow"),
        (
            stream({"a": pa.array(["b"]).dictionary_encode()}, compression="zstd"),
            415,
            "compressed-arrow",
        ),
        (stream({"a": pa.nulls(1 << 20)}), 413, "too-many-rows"),
        (stream({"a": [[1, 2]]}), 400, "wrong-type"),
        (stream({"a": [{"b": 1}]}), 400, "wrong-type"),
        (stream({"a": pa.array([[None]], pa.list_(pa.null(), 1))}), 400, "wrong-type"),
        (stream({"a": pa.RunEndEncodedArray.from_arrays([1000], [1])}), 400, "wrong-type"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_may_unpack_to_anything_is_refused(body: bytes, status: int, kind: str) -> None:
    with pytest.raises(Problem, match=r".") as refusal:
        read_arrow_body(body, SETTINGS)
    assert (refusal.value.status, refusal.value.kind) == (status, kind)


@pytest.mark.skipif(int(pa.__version__.split(".")[0]) < 24, reason="cannot make such views")
@pytest.mark.parametrize(
    ("n_rows", "length", "kind"), [(900, 40, "too-large"), (1, 51, "text-too-long")]
)
def test_views_that_share_a_long_text_are_refused(n_rows: int, length: int, kind: str) -> None:
    body = stream({"a": views(n_rows, b"x" * length)})
    with pytest.raises(Problem, match=r".") as refusal:
        read_arrow_body(body, SETTINGS)
    assert (refusal.value.status, refusal.value.kind) == (413, kind)


@pytest.mark.parametrize("position", range(8, 400, 7))
def test_a_damaged_stream_is_read_or_refused(position: int) -> None:
    whole = stream({"a": ["b", None], "c": [1, 2], "d": pa.array(["x", "y"]).dictionary_encode()})
    damaged = bytearray(whole)
    damaged[position % len(whole)] ^= 0xFF
    with suppress(Problem):
        read_arrow_body(bytes(damaged), SETTINGS)
