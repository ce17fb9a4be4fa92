"""Cells as texts, all of a column at once, which pyarrow puts together to lines.

Arrays are made from their buffers: Arrow's own way imports pandas where that is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from regression_model.arrays import Floats

_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e10
"""Between these, numbers with a fraction are spelled by Arrow as they are by Python."""


def dense_texts(texts: Sequence[str]) -> pa.Array:
    """Return texts as an array."""
    encoded = [text.encode("utf-8", "backslashreplace") for text in texts]
    return _from_lengths(np.fromiter(map(len, encoded), np.int64, len(encoded)), b"".join(encoded))


def sparse_texts(texts: Mapping[int, str], n_rows: int, other: str | None = None) -> pa.Array:
    """Return texts by their row, and another one, or null, in all other rows.

    Parameters
    ----------
    texts : mapping of int to str
        By row.
    n_rows : int
    other : str or None
        What stands in the other rows.
    """
    import pyarrow as pa

    if not texts:
        return pa.nulls(n_rows, pa.string()) if other is None else repeated(other, n_rows)
    if other is not None:
        return dense_texts([texts.get(row, other) for row in range(n_rows)])
    rows = np.array(sorted(texts))
    encoded = [texts[row].encode("utf-8", "backslashreplace") for row in sorted(texts)]
    lengths = np.zeros(n_rows, dtype=np.int64)
    lengths[rows] = [len(each) for each in encoded]
    valid = np.zeros(n_rows, dtype=bool)
    valid[rows] = True
    return _from_lengths(lengths, b"".join(encoded), valid)


def repeated(text: str, n_rows: int) -> pa.Array:
    """Return the same text in every row."""
    encoded = text.encode("utf-8", "backslashreplace")
    return _from_lengths(np.full(n_rows, len(encoded)), encoded * n_rows)


def _from_lengths(lengths: Any, data: bytes, valid: Any = None) -> pa.Array:
    import pyarrow as pa

    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [bits, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_string(), len(lengths), buffers).cast(pa.string())


def row_texts(start: int, n_rows: int) -> pa.Array:
    """Return the positions of rows as texts."""
    return whole_array(np.arange(start, start + n_rows)).cast("string")


def whole_array(numbers: Any) -> pa.Array:
    """Return whole numbers as int64."""
    import pyarrow as pa

    values = pa.py_buffer(np.ascontiguousarray(numbers, dtype=np.int64))
    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, values])


def number_array(numbers: Floats) -> pa.Array:
    """Return numbers as float64, null where NaN."""
    import pyarrow as pa

    valid = ~np.isnan(numbers)
    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    values = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(pa.float64(), len(numbers), [bits, values])


def number_texts(numbers: Floats, nothing: str) -> pa.Array:
    """Return numbers as Python spells them, which reads back as the same number.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows,)
    nothing : str
        What stands where one is NaN.
    """
    known = numbers[~np.isnan(numbers)]
    size = np.abs(known)
    is_plain = (size >= _PLAIN_FROM) & (size < _PLAIN_TO) & (known != np.floor(known))
    if is_plain.all():
        texts = number_array(numbers).cast("string")
        return texts.fill_null(nothing) if texts.null_count else texts
    return dense_texts(
        [nothing if number != number else repr(number) for number in numbers.tolist()]
    )  # noqa: PLR0124


def joined(columns: Sequence[Any], separator: str) -> bytes:
    """Return columns of texts row by row, with a separator in between, as one piece of UTF-8."""
    import pyarrow as pa
    from pyarrow import compute

    long = [column.cast(pa.large_string()) for column in columns]  # they may be gigabytes together
    long.append(repeated(separator, 1).cast(pa.large_string())[0])
    rows = compute.binary_join_element_wise(*long)
    if not len(rows):
        return b""
    offsets = np.frombuffer(rows.buffers()[1], np.int64, len(rows) + 1, rows.offset * 8)
    return memoryview(rows.buffers()[2])[offsets[0] : offsets[-1]].tobytes()
