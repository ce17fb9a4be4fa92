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

from regression_model.processing.arrow_columns import arrow_cells, arrow_column, is_dictionary
from regression_model.processing.cells import Unreadable
from regression_model.processing.column_data import (
    Cells,
    ColumnData,
    Factored,
    Numbers,
    factored,
    numpy_column,
    times,
)
from regression_model.processing.interruptions import pass_on

Rows = list[Sequence[Any]]
"""Cells row by row; a row may be a list or a tuple."""


def rows_of(columns: Sequence[Sequence[Any]], n_rows: int) -> Rows:
    """Return columns of cells row by row; without columns rows are empty, but as many."""
    if not columns:
        return [()] * n_rows
    return list(zip(*columns, strict=True))


class PandasTable:
    """A pandas DataFrame."""

    def __init__(self, frame: Any) -> None:
        self.names = list(frame.columns)
        self.n_rows = len(frame)
        self._frame = frame
        # taking a column out of a frame costs more than all else that a small slice of it does
        self._array = cache(lambda i: frame.iloc[:, i].array)

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        """Return the cells of column i from row start up to stop."""
        return pandas_column(self._array(i)[start:stop])

    def rows(self, wanted: Sequence[int]) -> Rows | None:
        """Return the cells of the wanted columns row by row, as objects.

        A row of one type for all of its cells would turn whole numbers into floats. None where
        there are arrays among the cells, which is how pandas hands over the lists of Arrow.
        """
        has_all = len(wanted) == len(self.names)
        frame = self._frame if has_all else self._frame.iloc[:, wanted]
        rows = _only_row(frame) if self.n_rows == 1 else None
        if rows is None:
            rows = _rows(frame)
        has_arrays = any(np.ndarray in map(type, row) for row in rows)
        return None if has_arrays else rows


def _only_row(frame: Any) -> Rows | None:
    """Return the one row if nothing in it was turned into something else.

    Of columns of several types pandas makes a row of objects, each as it was; if all columns are
    of one type, so is the row, which may be another than the cells were.
    """
    row = frame.iloc[0]
    return [row.tolist()] if row.dtype == object else None


def _rows(frame: Any) -> Rows:
    rows: list[list[Any]] = frame.to_numpy(dtype=object).tolist()
    for i in _changed_by_pandas(frame):
        for row, cell in zip(rows, pandas_cells(frame.iloc[:, i].array), strict=True):
            row[i] = cell
    return [*rows]


def _changed_by_pandas(frame: Any) -> list[int]:
    """Return the columns whose cells are others once pandas has made objects of them."""
    return [i for i, dtype in enumerate(frame.dtypes.tolist()) if _is_changed(dtype)]


def _is_changed(dtype: Any) -> bool:
    """Whole numbers in a dictionary become floats beside a gap."""
    if isinstance(dtype, np.dtype):
        return False
    if hasattr(dtype, "pyarrow_dtype"):
        return is_dictionary(dtype.pyarrow_dtype)
    return hasattr(dtype, "categories") and dtype.categories.dtype.kind in "iu"


def pandas_cells(array: Any) -> Sequence[Any]:
    """Return the array under a pandas column as Python objects."""
    array = getattr(array, "array", array)
    if _is_changed(array.dtype):
        return pandas_column(array).as_cells()
    cells: list[Any] = array.tolist()
    return cells


def pandas_column(array: Any) -> ColumnData:  # noqa: PLR0911 - one for each way to store cells
    """Return a slice of the array under a pandas column."""
    array = getattr(array, "array", array)  # of a Series or an Index what lies under it
    # dtypes are told by what they have and are called: pandas itself is not imported
    if hasattr(array.dtype, "pyarrow_dtype"):
        return arrow_column(array.__arrow_array__())
    if hasattr(array, "categories"):
        return _pandas_categories(array)
    if not isinstance(array, np.ndarray) and type(array.dtype).__name__ == "NumpyEADtype":
        array = np.asarray(array)  # older to_numpy compares cells, which may raise
    dtype, name = array.dtype, str(array.dtype)
    if name.startswith("datetime64"):
        return times(_wall_clock(array).to_numpy())
    if name.startswith("timedelta64"):
        return numpy_column(array.to_numpy())
    if dtype.kind in "iuf" and isinstance(dtype, np.dtype):
        return Numbers(array)
    if dtype.kind in "iuf" and hasattr(dtype, "numpy_dtype"):  # Int64, Float64 and the like
        return _pandas_nullable(array)
    # pandas 3 has a type for text and calls it str; others are called string, or are of objects
    if name == "str" or name.startswith("string") or _all_text(array):
        codes, cells = sys.modules["pandas"].factorize(array)
        return Factored(codes, cells.tolist())
    return Cells(array.tolist())


def _pandas_categories(array: Any) -> Factored:
    return factored(
        np.asarray(array.codes),
        array.categories,
        take=lambda levels, used: levels[used],
        to_list=lambda levels: levels.tolist(),
    )


def _pandas_nullable(array: Any) -> Numbers:
    """Return numbers with a mask; what stands under the mask is as good as zero."""
    values = array.to_numpy(array.dtype.numpy_dtype, na_value=0)
    return Numbers(values, np.asarray(array.isna()))


def _wall_clock(array: Any) -> Any:
    """Return moments in UTC, which is what every form of a moment with a zone is read in."""
    return array if getattr(array, "tz", None) is None else array.tz_convert(None)


def _all_text(array: Any) -> bool:
    """Whether an object array holds text and missing cells only (what pandas 2 reads text as)."""
    if not isinstance(array, np.ndarray):
        return False
    try:
        inferred = sys.modules["pandas"].api.types.infer_dtype(array, skipna=True)
    except Exception as problem:  # noqa: BLE001 - a cell may raise what it likes when compared
        pass_on(problem)
        return False
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
        return rows_of(columns, self.n_rows)


_POLARS_NUMBERS = frozenset({
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64",
})  # fmt: skip
_POLARS_PLAIN = _POLARS_NUMBERS | {"String", "Boolean"}
"""Types whose cells become Python objects one to one, by the names that polars gives them."""


def polars_column(column: Any) -> ColumnData:
    """Return a polars Series."""
    polars = sys.modules["polars"]
    dtype = column.dtype
    if str(dtype) in _POLARS_NUMBERS:
        if not column.null_count():
            return Numbers(column.to_numpy())
        # with gaps polars would hand over floats, which do not hold every whole number
        return Numbers(column.fill_null(0).to_numpy(), column.is_null().to_numpy())
    if dtype == polars.Date or isinstance(dtype, polars.Datetime):
        return times(column.to_numpy())
    if isinstance(dtype, polars.Duration):
        return numpy_column(column.to_numpy())
    if dtype == polars.Categorical or isinstance(dtype, polars.Enum):
        column, dtype = column.cast(polars.String), polars.String
    if dtype == polars.String:
        cells = column.unique().drop_nulls()
        # an Enum has its levels in the order given, so that its codes are positions in `cells`
        codes = column.cast(polars.Enum(cells)).to_physical()
        return Factored(codes.cast(polars.Int64).fill_null(-1).to_numpy(), cells.to_list())
    return Cells(polars_cells(column))


def polars_cells(column: Any) -> Sequence[Any]:
    """Return a polars Series as Python objects.

    Years that Python does not have are not asked for: polars ends the thread there, or the process.
    """
    cells: list[Any]
    if str(column.dtype) in _POLARS_PLAIN:
        cells = column.to_list()
        return cells
    if _is_time(column.dtype):
        return polars_column(column).as_cells()
    if _holds_times(column.dtype):
        stands_for = Unreadable(f"a {column.dtype}")
        return [None if is_null else stands_for for is_null in column.is_null()]
    cells = column.to_list()
    return cells


def _is_time(dtype: Any) -> bool:
    polars = sys.modules["polars"]
    return bool(dtype == polars.Date or isinstance(dtype, polars.Datetime | polars.Duration))


def _holds_times(dtype: Any) -> bool:
    """Tell whether there are times somewhere in a list, an array or a struct."""
    waiting = [dtype]
    while waiting:
        dtype = waiting.pop()
        if _is_time(dtype):
            return True
        inner = getattr(dtype, "inner", None)
        if inner is not None:
            waiting.append(inner)
        waiting += [field.dtype for field in getattr(dtype, "fields", ())]
    return False


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
        return rows_of(columns, self.n_rows)


COLUMN_READERS: dict[str, Callable[[Any], ColumnData]] = {
    "pandas": pandas_column,
    "polars": polars_column,
    "pyarrow": arrow_column,
}
CELL_READERS: dict[str, Callable[[Any], Sequence[Any]]] = {
    "pandas": pandas_cells,
    "polars": polars_cells,
    "pyarrow": arrow_cells,
}
