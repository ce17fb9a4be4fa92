"""Columns and tables of pandas, polars and Arrow.

Nothing is imported for a library; its objects bring it along. For each there are two ways to read:
cells as Python objects, which is what they are, and columns as arrays, for the types where these
say the same in less time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from regression_model.processing.cells import Unreadable
from regression_model.processing.columns import (
    Cells,
    ColumnData,
    Factored,
    Numbers,
    numpy_column,
    times,
)
from regression_model.processing.interruptions import pass_on

Rows = list[Sequence[Any]]


class PandasTable:
    """A pandas DataFrame."""

    def __init__(self, frame: Any) -> None:
        self.names = list(frame.columns)
        self.n_rows = len(frame)
        self._frame = frame
        self._array = cache(lambda i: frame.iloc[:, i].array)

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        """Return the cells of column i from row start up to stop."""
        return pandas_column(self._array(i)[start:stop])

    def rows(self, wanted: Sequence[int]) -> Rows | None:
        """Return the cells of the wanted columns row by row, as objects.

        A row of one type for all of its cells would turn whole numbers into floats. None where
        there are arrays among the cells, which is how pandas hands over the lists of Arrow.
        """
        frame = self._frame if len(wanted) == len(self.names) else self._frame.iloc[:, wanted]
        rows = _only_row(frame) if self.n_rows == 1 else frame.to_numpy(dtype=object).tolist()
        return None if any(np.ndarray in map(type, row) for row in rows) else rows


def _only_row(frame: Any) -> Rows:
    row = frame.iloc[0]
    if row.dtype == object:  # then nothing was turned into something else
        return [row.tolist()]
    rows: Rows = frame.to_numpy(dtype=object).tolist()
    return rows


def pandas_column(array: Any) -> ColumnData:  # noqa: PLR0911 - one for each way to store cells
    """Return a slice of the array under a pandas column."""
    array = getattr(array, "array", array)
    if hasattr(array.dtype, "pyarrow_dtype"):
        return arrow_column(array.__arrow_array__())
    if hasattr(array, "categories"):
        return Factored(np.asarray(array.codes), array.categories.tolist())
    if not isinstance(array, np.ndarray) and type(array.dtype).__name__ == "NumpyEADtype":
        array = array.to_numpy()
    dtype, name = array.dtype, str(array.dtype)
    if name.startswith("datetime64"):
        return times(_wall_clock(array).to_numpy())
    if name.startswith("timedelta64"):
        return numpy_column(array.to_numpy())
    if dtype.kind in "iuf":
        if isinstance(dtype, np.dtype):
            return Numbers(array)
        if hasattr(dtype, "numpy_dtype"):
            return Numbers(array.to_numpy(dtype.numpy_dtype, na_value=0), np.asarray(array.isna()))
    if name == "str" or name.startswith("string") or _all_text(array):
        codes, cells = sys.modules["pandas"].factorize(array)
        return Factored(codes, cells.tolist())
    return Cells(array.tolist())


def _wall_clock(array: Any) -> Any:
    return array if getattr(array, "tz", None) is None else array.tz_convert(None)


def _all_text(array: Any) -> bool:
    """Whether an object array holds text and missing cells only (what pandas 2 reads text as)."""
    if not isinstance(array, np.ndarray):
        return False
    inferred = sys.modules["pandas"].api.types.infer_dtype(array, skipna=True)
    return bool(inferred == "string")


class PolarsTable:
    """A polars DataFrame."""

    def __init__(self, frame: Any) -> None:
        self.names = list(frame.columns)
        self.n_rows = frame.height
        self._columns = frame.get_columns()

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        """Return the cells of column i from row start up to stop."""
        return polars_column(self._columns[i].slice(start, stop - start))

    def rows(self, wanted: Sequence[int]) -> Rows:
        """Return the cells of the wanted columns row by row."""
        columns = [polars_cells(self._columns[i]) for i in wanted]
        return list(zip(*columns, strict=True)) if columns else [()] * self.n_rows


_POLARS_NUMBERS = frozenset(
    [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)] + ["Float32", "Float64"]
)
_POLARS_PLAIN = _POLARS_NUMBERS | {"String", "Boolean"}


def polars_column(column: Any) -> ColumnData:
    """Return a polars Series."""
    polars = sys.modules["polars"]
    dtype = column.dtype
    if str(dtype) in _POLARS_NUMBERS:
        if not column.null_count():
            return Numbers(column.to_numpy())
        return Numbers(column.fill_null(0).to_numpy(), column.is_null().to_numpy())
    if dtype == polars.Date or isinstance(dtype, polars.Datetime):
        return times(column.to_numpy())
    if isinstance(dtype, polars.Duration):
        return numpy_column(column.to_numpy())
    if dtype == polars.Categorical or isinstance(dtype, polars.Enum):
        column, dtype = column.cast(polars.String), polars.String
    if dtype == polars.String:
        cells = column.unique().drop_nulls()
        codes = column.cast(polars.Enum(cells)).to_physical()
        return Factored(codes.cast(polars.Int64).fill_null(-1).to_numpy(), cells.to_list())
    return Cells(polars_cells(column))


def polars_cells(column: Any) -> Sequence[Any]:
    """Return a polars Series as Python objects.

    Years that Python does not have are not asked for: polars ends the thread there, or the process.
    """
    name = str(column.dtype)
    cells: Sequence[Any]
    if name in _POLARS_PLAIN:
        cells = column.to_list()
    elif name.startswith(("Date", "Duration")):
        cells = polars_column(column).as_cells()
    elif "Date" in name or "Duration" in name:
        stands_for = Unreadable(f"a {name}")
        cells = [None if is_null else stands_for for is_null in column.is_null()]
    else:
        cells = column.to_list()
    return cells


class ArrowTable:
    """An Arrow table or record batch."""

    def __init__(self, table: Any) -> None:
        self.names = list(table.schema.names)
        self.n_rows = table.num_rows
        self._table = table

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        """Return the cells of column i from row start up to stop."""
        return arrow_column(self._table.column(i).slice(start, stop - start))

    def rows(self, wanted: Sequence[int]) -> Rows:
        """Return the cells of the wanted columns row by row."""
        columns = [arrow_cells(self._table.column(i)) for i in wanted]
        return list(zip(*columns, strict=True)) if columns else [()] * self.n_rows


def arrow_column(column: Any) -> ColumnData:  # noqa: PLR0911 - one for each way to store cells
    """Return an Arrow array, chunked or not."""
    if not len(column):
        return Cells([])
    types = sys.modules["pyarrow"].types
    kind = column.type
    if types.is_integer(kind) or types.is_floating(kind):
        if not column.null_count:
            return Numbers(_to_numpy(column))
        return Numbers(_to_numpy(column.fill_null(0)), _to_numpy(column.is_null()))
    if types.is_date(kind) or types.is_timestamp(kind):
        return times(_to_numpy(column))
    if types.is_duration(kind):
        return numpy_column(_to_numpy(column))
    if types.is_string(kind) or types.is_large_string(kind):
        column = column.dictionary_encode()
        kind = column.type
    if types.is_dictionary(kind):
        column = column.combine_chunks() if hasattr(column, "combine_chunks") else column
        if hasattr(column, "num_chunks"):
            column = column.chunk(0)
        indices = column.indices
        codes = _to_numpy(indices.fill_null(0)).astype(np.int64)
        codes[_to_numpy(indices.is_null())] = -1
        return Factored(codes, arrow_cells(column.dictionary))
    return Cells(arrow_cells(column))


def _to_numpy(column: Any) -> Any:
    array = column.to_numpy(zero_copy_only=False)
    return array if array.flags.writeable else array.copy()


def arrow_cells(column: Any) -> list[Any]:
    """Return an Arrow array as Python objects; one that Python has not stands for its row alone."""
    kind = column.type
    if kind.id in _arrow_times():
        return list(arrow_column(column).as_cells())
    if kind.id == sys.modules["pyarrow"].lib.Type_DICTIONARY:
        return arrow_cells(column.cast(kind.value_type))
    try:
        cells: list[Any] = column.to_pylist()
    except (ValueError, OverflowError) as problem:  # UnicodeDecodeError, ArrowInvalid among them
        pass_on(problem)
        cells = [_arrow_cell(cell, kind) for cell in column]
    return cells


@cache
def _arrow_times() -> frozenset[int]:
    lib = sys.modules["pyarrow"].lib
    kinds = ("DATE32", "DATE64", "TIMESTAMP", "DURATION")
    return frozenset(getattr(lib, f"Type_{kind}") for kind in kinds)


def _arrow_cell(cell: Any, kind: Any) -> object:
    try:
        return cell.as_py()
    except (ValueError, OverflowError) as problem:
        pass_on(problem)
        return Unreadable(f"a {kind}")


COLUMN_READERS: dict[str, Callable[[Any], ColumnData]] = {
    "pandas": pandas_column,
    "polars": polars_column,
    "pyarrow": arrow_column,
}
CELL_READERS: dict[str, Callable[[Any], Sequence[Any]]] = {
    "pandas": lambda column: getattr(column, "array", column).tolist(),
    "polars": polars_cells,
    "pyarrow": arrow_cells,
}
