"""Bodies of Arrow's stream format, in which a few bytes may claim to be any number of cells.

So what would unpack, repeat or share them is refused before a cell is read: compressed buffers,
nested and run-length encoded types, texts that lie over one another.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.processing.shown_values import short
from regression_model.processing.table_formats.arrow_tables import check_whole
from regression_model.serving.limits import check_texts
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import pyarrow as pa

    from regression_model.serving.settings import Settings

_VIEW = np.dtype([("length", "<i4"), ("rest", "V12")])
"""How a view of a text is laid out."""


def read_arrow_body(body: bytes, settings: Settings) -> pa.Table:
    """Return the table that a body holds as a stream of Arrow record batches.

    Raises
    ------
    Problem
        If it is damaged, too large, or of types that may unpack to anything.
    """
    pyarrow = pyarrow_or(415, "bodies in Arrow")
    try:
        _check_not_compressed(pyarrow, body)
        reader = pyarrow.ipc.open_stream(body)
        _check_types(pyarrow, reader.schema)
        batches = list(_batches(reader, settings))
        return pyarrow.Table.from_batches(batches, schema=reader.schema)
    except (OSError, ValueError, MemoryError, pyarrow.ArrowException) as problem:
        detail = "the body is no stream of Arrow record batches, or it is damaged"
        raise Problem(400, "not-arrow", detail) from problem


def pyarrow_or(status: int, what: str) -> Any:
    """Return pyarrow, of an extra that a service of JSON and CSV has not.

    Raises
    ------
    Problem
        Of this status, if it is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.ipc
    except ModuleNotFoundError as problem:
        detail = (
            f"{what} need pyarrow, which the service has not; use JSON or CSV, or install it: "
            'pip install "evergreen-regression[files]"'
        )
        raise Problem(status, "no-arrow", detail) from problem
    return pa


def _batches(reader: Any, settings: Settings) -> Iterator[Any]:
    n_rows = n_bytes = 0
    n_columns = len(reader.schema)
    for batch in reader:
        n_rows += batch.num_rows
        if n_rows > settings.max_rows or n_rows * n_columns > settings.max_cells:
            detail = (
                f"the body has more than {settings.max_rows:,} rows or {settings.max_cells:,} "
                "cells; send fewer rows at once"
            )
            raise Problem(413, "too-many-rows", detail)
        check_whole(batch)
        n_bytes += sum(int(_lengths(column).sum()) for column in batch.columns)
        if n_bytes > settings.max_bytes:
            raise Problem(413, "too-large", "the texts of the body lie over one another")
        for column in batch.columns:
            check_texts_of(column, settings)
        yield batch


def _check_types(pyarrow: Any, schema: Any) -> None:
    for field in schema:
        kind = field.type
        if pyarrow.types.is_dictionary(kind):
            kind = kind.value_type
        may_be_anything = (
            pyarrow.types.is_nested(kind)
            or pyarrow.types.is_dictionary(kind)
            or pyarrow.types.is_run_end_encoded(kind)
            or pyarrow.types.is_binary_view(kind)
            or isinstance(kind, pyarrow.BaseExtensionType)
        )
        if may_be_anything:
            detail = (
                f"the column {short(field.name)} is of a type that is not read; give one value per "
                "cell"
            )
            raise Problem(400, "wrong-type", detail)


def check_texts_of(column: Any, settings: Settings) -> None:
    """Check the length of the texts of an Arrow array, of which no two lie over one another.

    Raises
    ------
    Problem
        If one is too long.
    """
    lengths = _lengths(column)
    if lengths.size and lengths.max() > settings.max_text:  # in bytes, of which some make one
        check_texts([_distinct(column).to_pylist()], settings)


def _distinct(column: Any) -> Any:
    """Return what an array's cells are made of: its levels, if it has any."""
    import pyarrow as pa

    return column.dictionary if pa.types.is_dictionary(column.type) else column


def _lengths(column: Any) -> npt.NDArray[np.int64]:
    """Return the lengths of texts in bytes, as they are stored; none where there are no texts."""
    import pyarrow as pa

    column = _distinct(column)
    kind = column.type
    start, stop = column.offset, column.offset + len(column)
    if pa.types.is_string_view(kind):
        views = np.frombuffer(column.buffers()[1], dtype=_VIEW)["length"]
        return views[start:stop].astype(np.int64)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        width = np.int32 if pa.types.is_string(kind) else np.int64
        offsets = np.frombuffer(column.buffers()[1], dtype=width).astype(np.int64)
        return offsets[start + 1 : stop + 1] - offsets[start:stop]
    return np.zeros(0, dtype=np.int64)


def _check_not_compressed(pyarrow: Any, body: bytes) -> None:
    """Refuse buffers that are to be unpacked, whose size is not known before that."""
    for message in pyarrow.ipc.MessageReader.open_stream(body):
        if _is_compressed(message.metadata.to_pybytes()):
            detail = "the body has compressed buffers; write it without compression, or send gzip"
            raise Problem(415, "compressed-arrow", detail)


_RECORD_BATCH, _DICTIONARY_BATCH = 3, 2
"""What the head of a message is, as Arrow numbers it."""


def _is_compressed(data: bytes) -> bool:
    """Tell whether a message says that its buffers are compressed.

    It is a flatbuffer: tables that point to their fields. Arrow has checked that it is whole.
    """
    message = struct.unpack_from("<I", data)[0]
    kind_at, head_at = _field(data, message, 1), _field(data, message, 2)
    if kind_at is None or head_at is None:
        return False
    kind = data[kind_at]
    table = _table(data, head_at)
    if kind == _DICTIONARY_BATCH:
        batch_at = _field(data, table, 1)
        if batch_at is None:
            return False
        table = _table(data, batch_at)
    elif kind != _RECORD_BATCH:
        return False
    return _field(data, table, 3) is not None


def _table(data: bytes, at: int) -> int:
    """Return where the table lies that is pointed to."""
    return at + int(struct.unpack_from("<I", data, at)[0])


def _field(data: bytes, table: int, number: int) -> int | None:
    """Return where a field of a table lies, None where it has none."""
    fields = table - struct.unpack_from("<i", data, table)[0]
    n_bytes = struct.unpack_from("<H", data, fields)[0]
    place = 4 + 2 * number
    if place >= n_bytes:
        return None
    offset = struct.unpack_from("<H", data, fields + place)[0]
    return table + offset if offset else None
