"""Answers as Arrow arrays, made from their buffers: Arrow's own way imports pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.exceptions import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from regression_model.arrays import Floats
    from regression_model.batch.answer_columns import Reason


def pyarrow_for(what: str) -> Any:
    """Return pyarrow, of an extra that who predicts records has not.

    Parameters
    ----------
    what : str
        What needs it, for the error.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as problem:
        message = (
            f"{what} need pyarrow, which is not installed; install it with: "
            'pip install "evergreen-regression[files]"'
        )
        raise MissingExtraError(message) from problem
    return pa


def number_array(numbers: Floats) -> pa.Array:
    """Return numbers as float64, null where NaN."""
    import pyarrow as pa

    valid = ~np.isnan(numbers)
    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    values = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(pa.float64(), len(numbers), [bits, values])


def sparse_texts(texts: Mapping[int, str], n_rows: int) -> pa.Array:
    """Return texts by their row, null in all other rows."""
    import pyarrow as pa

    if not texts:
        return pa.nulls(n_rows, pa.string())
    valid = np.zeros(n_rows, dtype=bool)
    lengths = np.zeros(n_rows + 1, dtype=np.int64)
    # a row's name may hold half a character, which no UTF-8 does
    encoded = [texts[row].encode("utf-8", "backslashreplace") for row in sorted(texts)]
    rows = np.array(sorted(texts))
    valid[rows] = True
    lengths[rows + 1] = [len(each) for each in encoded]
    buffers = [np.packbits(valid, bitorder="little"), np.cumsum(lengths), b"".join(encoded)]
    long = pa.Array.from_buffers(pa.large_string(), n_rows, [pa.py_buffer(b) for b in buffers])
    return long.cast(pa.string())


def why_arrays(reasons: Mapping[int, Reason], n_rows: int) -> list[pa.Array]:
    """Return the columns that say why rows have no prediction, null where they have one."""
    codes = {row: reason.code for row, reason in reasons.items()}
    messages = {row: reason.message for row, reason in reasons.items()}
    return [sparse_texts(codes, n_rows), sparse_texts(messages, n_rows)]
