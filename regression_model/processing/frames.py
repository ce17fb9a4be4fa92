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

_DECIMAL_BITS = 128
"""Arrow makes no dictionaries of narrower decimals."""
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
        return _is_dictionary(dtype.pyarrow_dtype)
    return hasattr(dtype, "categories") and dtype.categories.dtype.kind in "iu"


def _is_dictionary(kind: Any) -> bool:
    return bool(kind.id == sys.modules["pyarrow"].lib.Type_DICTIONARY)


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


def arrow_column(column: Any) -> ColumnData:  # noqa: PLR0911 - one for each way to store cells
    """Return an Arrow array, chunked or not."""
    if not len(column):
        return Cells([])
    types = sys.modules["pyarrow"].types
    kind = column.type
    if types.is_integer(kind) or types.is_floating(kind):
        if not column.null_count:
            return Numbers(_to_numpy(column))
        # with gaps Arrow would hand over floats, which do not hold every whole number
        return Numbers(_to_numpy(column.fill_null(0)), _to_numpy(column.is_null()))
    if types.is_date(kind):  # one in milliseconds may hold a time of day, which is none of it
        return times(_to_numpy(column).astype("datetime64[D]"))
    if types.is_timestamp(kind):
        return times(_to_numpy(column))
    if types.is_duration(kind):
        return numpy_column(_to_numpy(column))
    column = _encodable(column)
    if _has_few_cells(column.type):
        column = column.dictionary_encode()
    if types.is_dictionary(column.type):
        chunks = getattr(column, "chunks", [column])
        return _joined([_arrow_factored(chunk) for chunk in chunks if len(chunk)])
    return Cells(arrow_cells(column))


def _encodable(column: Any) -> Any:
    """Return views of text and narrow decimals as what Arrow makes dictionaries and cells of."""
    pa, kind = sys.modules["pyarrow"], column.type
    if pa.types.is_string_view(kind):
        return column.cast("large_string")
    if pa.types.is_decimal(kind) and kind.bit_width < _DECIMAL_BITS:
        return column.cast(pa.decimal128(kind.precision, kind.scale))
    return column


def _has_few_cells(kind: Any) -> bool:
    """Tell whether cells of a type are judged once each, however often they occur."""
    types = sys.modules["pyarrow"].types
    is_text = types.is_string(kind) or types.is_large_string(kind)
    return bool(is_text or types.is_decimal(kind))


def _arrow_factored(column: Any) -> Factored:
    """Return an array with a dictionary, which may be another one in each chunk of a column."""
    indices, levels = column.indices, _encodable(column.dictionary)
    codes = _to_numpy(indices.fill_null(0)).astype(np.int64)  # indices may be unsigned, -1 is not
    codes[_to_numpy(indices.is_null())] = -1
    array = sys.modules["pyarrow"].array
    return factored(
        codes, levels, take=lambda levels, used: levels.take(array(used)), to_list=arrow_cells
    )


def _joined(parts: list[Factored]) -> Factored:
    """Return parts of a column as one; a cell of two parts stands there twice."""
    if len(parts) == 1:
        return parts[0]
    codes: list[Any] = []
    cells: list[Any] = []
    for part in parts:
        codes.append(np.where(part.codes < 0, -1, part.codes + len(cells)))
        cells += part.cells
    return Factored(np.concatenate(codes), cells)


def _to_numpy(column: Any) -> Any:
    """Return an array that is ours to change: what shares Arrow's memory cannot be written to."""
    array = column.to_numpy(zero_copy_only=False)  # also where it has chunks, or bits for booleans
    return array if array.flags.writeable else array.copy()


def arrow_cells(column: Any) -> list[Any]:
    """Return an Arrow array as Python objects; one that Python has not stands for its row alone."""
    kind = column.type
    if kind.id in _arrow_times():
        return list(arrow_column(column).as_cells())
    if _is_dictionary(kind):
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
