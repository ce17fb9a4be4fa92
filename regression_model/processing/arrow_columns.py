"""Columns of Arrow, as arrays or as Python objects.

Nothing is imported: an Arrow array brings its library along.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np

from regression_model.processing.cells import Unreadable
from regression_model.processing.column_data import (
    Cells,
    ColumnData,
    Factored,
    Numbers,
    factored,
    joined_factored,
    joined_numbers,
    numpy_column,
    times,
)
from regression_model.processing.interruptions import pass_on

_FLOATS = {"halffloat": "float16", "float": "float32", "double": "float64"}
"""What NumPy calls Arrow's types of numbers with a fraction; integers it calls the same."""
_DECIMAL_BITS = 128
"""Arrow makes no dictionaries of narrower decimals."""
_BYTE = 8
"""Bits of a byte."""


def arrow_column(column: Any) -> ColumnData:  # noqa: PLR0911 - one for each way to store cells
    """Return an Arrow array, chunked or not."""
    chunks = [chunk for chunk in getattr(column, "chunks", [column]) if len(chunk)]
    if not chunks:
        return Cells([])
    types = sys.modules["pyarrow"].types
    kind = column.type
    if types.is_integer(kind) or types.is_floating(kind):
        return joined_numbers([_arrow_numbers(chunk) for chunk in chunks])
    if types.is_date(kind):  # one in milliseconds may hold a time of day, which is none of it
        return times(_to_numpy(column).astype("datetime64[D]"))
    if types.is_timestamp(kind):
        return times(_to_numpy(column))
    if types.is_duration(kind):
        return numpy_column(_to_numpy(column))
    chunks = [_encodable(chunk) for chunk in chunks]
    if _has_few_cells(chunks[0].type):
        return joined_factored([_arrow_encoded(chunk) for chunk in chunks])
    if types.is_dictionary(kind):
        return joined_factored([_arrow_factored(chunk) for chunk in chunks])
    return Cells(arrow_cells(column))


def _arrow_numbers(array: Any) -> Numbers:
    """Return an array of numbers as it lies in memory; what stands where one is null is any."""
    return Numbers(_arrow_values(array), _arrow_nulls(array))


def _arrow_values(array: Any) -> Any:
    """Return the numbers of an array; Arrow's own way imports pandas where that is installed."""
    name = str(array.type)
    kind = np.dtype(_FLOATS.get(name, name))
    # raises where an array says that it is longer than what it holds
    values = np.frombuffer(array.buffers()[1], kind, len(array), array.offset * kind.itemsize)
    values.flags.writeable = False  # the memory is a caller's
    return values


def _arrow_nulls(array: Any) -> Any:
    """Return which cells of an array are null, or None where none is."""
    if not array.null_count:
        return None
    start, stop = array.offset, array.offset + len(array)
    first_byte = start // _BYTE
    bits = np.frombuffer(array.buffers()[0], dtype=np.uint8)[first_byte : -(-stop // _BYTE)]
    valid = np.unpackbits(bits, bitorder="little")[start - first_byte * _BYTE :]
    return valid[: len(array)] == 0


def _encodable(array: Any) -> Any:
    """Return views of text and narrow decimals as what Arrow makes dictionaries and cells of."""
    pa, kind = sys.modules["pyarrow"], array.type
    if pa.types.is_string_view(kind):
        return array.cast("large_string")
    if pa.types.is_decimal(kind) and kind.bit_width < _DECIMAL_BITS:
        return array.cast(pa.decimal128(kind.precision, kind.scale))
    return array


def _has_few_cells(kind: Any) -> bool:
    """Tell whether cells of a type are judged once each, however often they occur."""
    types = sys.modules["pyarrow"].types
    is_text = types.is_string(kind) or types.is_large_string(kind)
    return bool(is_text or types.is_decimal(kind))


def _arrow_encoded(array: Any) -> Factored:
    """Return an array with each different cell once; all of these occur."""
    encoded = array.dictionary_encode()
    return Factored(_arrow_codes(encoded.indices), arrow_cells(encoded.dictionary))


def _arrow_factored(array: Any) -> Factored:
    """Return an array with a dictionary, which may be another one in each chunk of a column."""
    return factored(
        _arrow_codes(array.indices),
        _encodable(array.dictionary),
        take=_taken,
        to_list=arrow_cells,
    )


def _taken(levels: Any, positions: Any) -> Any:
    pa = sys.modules["pyarrow"]
    buffer = pa.py_buffer(positions.astype(np.int64))
    return levels.take(pa.Array.from_buffers(pa.int64(), len(positions), [None, buffer]))


def _arrow_codes(indices: Any) -> Any:
    """Return positions in a dictionary, -1 where there is none."""
    codes, nulls = _arrow_values(indices), _arrow_nulls(indices)
    if nulls is None:
        return codes.astype(np.intp)
    return np.where(nulls, -1, codes.astype(np.intp))  # indices may be unsigned, -1 is not


def _to_numpy(column: Any) -> Any:
    """Return an array that is ours to change: what shares Arrow's memory cannot be written to."""
    array = column.to_numpy(zero_copy_only=False)  # also where it has chunks, or bits for booleans
    return array if array.flags.writeable else array.copy()


def is_dictionary(kind: Any) -> bool:
    """Tell whether cells of a type are positions in a dictionary."""
    return bool(kind.id == sys.modules["pyarrow"].lib.Type_DICTIONARY)


def arrow_cells(column: Any) -> list[Any]:
    """Return an Arrow array as Python objects; one that Python has not stands for its row alone."""
    kind = column.type
    if kind.id in _arrow_times() or is_dictionary(kind):
        return list(arrow_column(column).as_cells())
    try:
        cells: list[Any] = column.to_pylist()
    except (ValueError, OverflowError) as problem:  # UnicodeDecodeError, ArrowInvalid among them
        pass_on(problem)
        stands_for = Unreadable(f"a {kind}")
        cells = [_arrow_cell(cell, stands_for) for cell in column]
    return cells


@cache
def _arrow_times() -> frozenset[int]:
    """Return the numbers by which Arrow tells its types of times."""
    lib = sys.modules["pyarrow"].lib
    kinds = ("DATE32", "DATE64", "TIMESTAMP", "DURATION")
    return frozenset(getattr(lib, f"Type_{kind}") for kind in kinds)


def _arrow_cell(cell: Any, stands_for: Unreadable) -> object:
    try:
        return cell.as_py()
    except (ValueError, OverflowError) as problem:
        pass_on(problem)
        return stands_for
