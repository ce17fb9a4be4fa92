"""Columns of texts, put together to lines all at once: by pyarrow, where it has read the rows.

Otherwise a column is a list: for few rows it would take longer to import pyarrow than to do without
it. Arrow's arrays are made from their buffers: its own way imports pandas where that is installed.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from regression_model.arrays import Floats

Texts: TypeAlias = Any
"""A column of texts: a list, or an Arrow array."""
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e10
"""Between these, numbers with a fraction are spelled by Arrow as they are by Python."""
_OFFSET_BYTES = 8


def _has_arrow() -> bool:
    return "pyarrow" in sys.modules


def texts_of(texts: Sequence[str]) -> Texts:
    """Return a column of texts."""
    if not _has_arrow():
        return list(texts)
    encoded = [as_utf8(text) for text in texts]
    return text_array(np.fromiter(map(len, encoded), np.int64, len(encoded)), b"".join(encoded))


def as_utf8(text: str) -> bytes:
    """Return a text as bytes, halves of characters, which UTF-8 has not, written out."""
    return text.encode("utf-8", "backslashreplace")


def text_array(lengths: Any, data: bytes, valid: Any = None) -> pa.Array:
    """Return an Arrow array of texts that stand one behind the other.

    Parameters
    ----------
    lengths : ndarray of int of shape (n_rows,)
        How many bytes each has.
    data : bytes
        All of them, in UTF-8.
    valid : ndarray of bool of shape (n_rows,), optional
        Which of them are not null.
    """
    import pyarrow as pa

    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [bits, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_string(), len(lengths), buffers)


def repeated(text: str, n_rows: int) -> Texts:
    """Return the same text in every row."""
    if not _has_arrow():
        return [text] * n_rows
    encoded = as_utf8(text)
    return text_array(np.full(n_rows, len(encoded)), encoded * n_rows)


def with_some(texts: Mapping[int, str], other: str, n_rows: int) -> Texts:
    """Return texts by their row, and the same other one in all other rows."""
    if not texts:
        return repeated(other, n_rows)
    return texts_of([texts.get(row, other) for row in range(n_rows)])


def positions(start: int, n_rows: int) -> Texts:
    """Return the positions of rows."""
    if not _has_arrow():
        return list(map(str, range(start, start + n_rows)))
    import pyarrow as pa

    rows = pa.py_buffer(np.arange(start, start + n_rows, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), n_rows, [None, rows]).cast(pa.large_string())


def numbers(values: Floats, nothing: str) -> Texts:
    """Return numbers as Python spells them, which reads back as the same number.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    nothing : str
        What stands where one is NaN.
    """
    if not _has_arrow() or not _are_plain(values):
        return texts_of([nothing if math.isnan(each) else repr(each) for each in values.tolist()])
    import pyarrow as pa

    texts = number_array(values).cast(pa.large_string())
    return texts.fill_null(nothing) if texts.null_count else texts


def _are_plain(values: Floats) -> bool:
    """Tell whether Arrow spells all numbers as Python does."""
    known = values[~np.isnan(values)]
    size = np.abs(known)
    are_plain = (size >= _PLAIN_FROM) & (size < _PLAIN_TO) & (known != np.floor(known))
    return bool(are_plain.all())


def number_array(values: Floats) -> pa.Array:
    """Return numbers as an Arrow array of float64, null where NaN."""
    import pyarrow as pa

    valid = ~np.isnan(values)
    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffer = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(pa.float64(), len(values), [bits, buffer])


def spelt(column: pa.Array) -> pa.Array:
    """Return a column of dates, times or decimals as text that says all of it; others as they are.

    Python has no nanoseconds, and JSON none of these types. A moment in a time zone is told in UTC.
    """
    import pyarrow as pa
    from pyarrow import compute

    kind = column.type
    if pa.types.is_dictionary(kind):
        return spelt(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        # by itself it would look zones up, which not every machine has
        moments = column.cast(pa.timestamp(kind.unit)).cast(pa.string())
        return compute.binary_join_element_wise(moments, "Z", "")
    is_told = pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind)
    return column.cast(pa.string()) if is_told or pa.types.is_decimal(kind) else column


def joined(columns: Sequence[Texts], separator: str) -> bytes:
    """Return columns row by row, with a separator in between, as one piece of UTF-8."""
    if any(isinstance(column, list) for column in columns):
        # others are arrays where pyarrow was imported meanwhile, by another thread
        lists = [each if isinstance(each, list) else each.to_pylist() for each in columns]
        return as_utf8("".join(map(separator.join, zip(*lists, strict=True))))
    import pyarrow as pa
    from pyarrow import compute

    long = [column.cast(pa.large_string()) for column in columns]
    if not len(long[0]):
        return b""
    between: Any = repeated(separator, 1)
    rows = compute.binary_join_element_wise(*long, between[0])
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, np.int64, len(rows) + 1, rows.offset * _OFFSET_BYTES)
    return memoryview(data)[ends[0] : ends[-1]].tobytes()
