"""Input forms: every kind of table that a caller may hold, as blocks of columns.

Nothing is imported for a form; an object of pandas, polars or Arrow brings its library along.
No input is ever changed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from regression_model.processing.blanks import clean_name
from regression_model.processing.dates import to_microseconds
from regression_model.processing.schema import MAX_WHOLE

ACCEPTED = (
    "a record (dict), a list of records, a dict of columns, a pandas or polars DataFrame or an "
    "Arrow table"
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: any integer or float dtype, NaN where missing."""

    values: npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Factored:
    """A column as codes into a list of distinct cells; -1 where missing."""

    codes: npt.NDArray[Any]
    cells: list[Any]


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of Python objects of any type."""

    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Times:
    """A column of dates: seconds since 1970, NaN where missing, and a way to the objects."""

    seconds: npt.NDArray[np.float64]
    objects: Callable[[], Sequence[Any]]


ColumnData = Numbers | Factored | Cells | Times


def _times(moments: npt.NDArray[Any], objects: Callable[[], Sequence[Any]]) -> Times:
    """Return dates from a datetime64 array."""
    microseconds = to_microseconds(moments)
    seconds = microseconds.astype(np.int64) / 1e6
    seconds[np.isnat(microseconds)] = np.nan

    def cells() -> Sequence[Any]:
        try:
            return objects()
        except (ValueError, OverflowError):  # Python has no such dates
            return list(microseconds)

    return Times(seconds, cells)


@dataclass(frozen=True)
class Table:
    """A table as the validation reads it: names, a row count, and slices of columns.

    Parameters
    ----------
    names : list of str
        Column names in order; may hold duplicates.
    n_rows : int
        Number of rows.
    read : callable
        ``read(i, start, stop)`` gives the cells of column i from row start up to stop.
    records : callable
        Gives all rows as records; for few rows that is faster than columns.
    """

    names: list[str]
    n_rows: int
    read: Callable[[int, int, int], ColumnData]
    records: Callable[[], list[dict[str, Any]]]


def records_of(input_data: object) -> Sequence[Any] | None:
    """Return the records that an input holds, or None where it is a table of columns."""
    if isinstance(input_data, Mapping):
        return None if _is_mapping_of_columns(input_data) else [input_data]
    if hasattr(input_data, "model_dump"):
        return [input_data]
    if isinstance(input_data, Sequence) and not isinstance(input_data, str | bytes):
        return input_data
    return None


def as_table(input_data: object) -> Table:
    """Return any table of columns (or list of records) as a `Table`.

    Raises
    ------
    TypeError
        If it is no table at all.
    """
    table = _read_table(input_data)
    return replace(table, names=[clean_name(name) for name in table.names])


def _read_table(input_data: object) -> Table:
    library = _library_of(input_data)
    if library in _FRAMES:
        return _FRAMES[library](input_data)
    if isinstance(input_data, Mapping):
        return _from_columns(input_data)
    if isinstance(input_data, Sequence) and not isinstance(input_data, str | bytes):
        return _from_records(input_data)
    message = f"input_data is a {type(input_data).__name__}; expected {ACCEPTED}"
    remedy = {
        "Series": "; for one row pass row.to_dict()",
        "LazyFrame": "; call .collect() first",
        "ndarray": "; give the columns their names, as a DataFrame or a dict of columns",
    }.get(type(input_data).__name__, "")
    raise TypeError(message + remedy)


def _library_of(obj: object) -> str | None:
    """Name the data frame library that an object is a table of."""
    for cls in type(obj).__mro__:
        root = cls.__module__.partition(".")[0]
        if root in _TABLE_CLASSES and cls.__name__ in _TABLE_CLASSES[root]:
            return root
    return None


def _is_column(value: object) -> bool:
    if isinstance(value, str | bytes | Mapping | set | frozenset):
        return False
    return isinstance(value, Sequence) or (
        hasattr(value, "__array__") and hasattr(value, "__len__")
    )


def _is_mapping_of_columns(mapping: Mapping[Any, Any]) -> bool:
    """Tell columns from a record: every value is a sequence (one that is not makes a record)."""
    return bool(mapping) and all(map(_is_column, mapping.values()))


def _from_records(records: Sequence[Any]) -> Table:
    """Transpose records; callers have sorted out what is no mapping."""
    names = list(dict.fromkeys(key for record in records for key in record))

    def read(i: int, start: int, stop: int) -> ColumnData:
        name = names[i]
        return Cells([record.get(name) for record in records[start:stop]])

    return Table([str(name) for name in names], len(records), read, lambda: list(records))


def _from_columns(columns: Mapping[Any, Any]) -> Table:
    data = [getattr(column, "array", column) for column in columns.values()]
    lengths = {str(name): len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{name}: {n}" for name, n in list(lengths.items())[:5])
        message = f"the columns of input_data have different lengths ({shown})"
        raise TypeError(message)

    def read(i: int, start: int, stop: int) -> ColumnData:
        return _column(data[i][start:stop])

    def records() -> list[dict[str, Any]]:
        cells = zip(*(_listed(column) for column in data), strict=True)
        return [dict(zip(lengths, row, strict=True)) for row in cells]

    return Table(list(lengths), next(iter(lengths.values()), 0), read, records)


def _listed(column: Any) -> Sequence[Any]:
    """Return a column of any library as Python objects."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "mM":
        return list(column)  # as a list of Python's own, nanoseconds would be bare numbers
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(column, method):
            return list(getattr(column, method)())
    return list(column)


def _column(column: Any) -> ColumnData:
    """Return a slice of a column of whatever type a mapping may hold."""
    root = type(column).__module__.partition(".")[0]
    if root in _COLUMN_READERS:
        return _COLUMN_READERS[root](column)
    if isinstance(column, np.ndarray) and column.ndim == 1:
        if column.dtype.kind == "M":
            return _times(column, lambda: list(column))
        return Numbers(column) if column.dtype.kind in "iuf" else Cells(_listed(column))
    return Cells(column if isinstance(column, Sequence) else list(column))


def _with_gaps(numbers: npt.NDArray[Any], objects: Callable[[], Sequence[Any]]) -> ColumnData:
    """Return whole numbers that had to become floats, as objects where these would lose digits."""
    loses = bool((np.abs(numbers) > MAX_WHOLE).any())
    return Cells(objects()) if loses else Numbers(numbers)


def _from_pandas(frame: Any) -> Table:
    @cache
    def array(i: int) -> Any:
        return frame.iloc[:, i].array

    def read(i: int, start: int, stop: int) -> ColumnData:
        return _pandas_array(array(i)[start:stop])

    def records() -> list[dict[str, Any]]:
        return [
            {str(name): cell for name, cell in frame.iloc[row].to_dict().items()}
            for row in range(len(frame))
        ]

    return Table([str(name) for name in frame.columns], len(frame), read, records)


def _pandas_array(array: Any) -> ColumnData:
    """Return a slice of the array under a pandas column."""
    if hasattr(array, "categories"):
        return Factored(np.asarray(array.codes), array.categories.tolist())
    if not isinstance(array, np.ndarray) and type(array.dtype).__name__ == "NumpyEADtype":
        array = array.to_numpy()
    dtype, name = array.dtype, str(array.dtype)
    if name.startswith(("datetime64", "timestamp", "date32", "date64")):
        return _pandas_dates(array)
    if dtype.kind in "iuf":
        if isinstance(dtype, np.dtype):
            return Numbers(array)
        if hasattr(dtype, "numpy_dtype"):
            numbers = array.to_numpy("float64", na_value=np.nan)
            return _with_gaps(numbers, array.tolist) if dtype.kind in "iu" else Numbers(numbers)
    if name == "str" or name.startswith(("string", "large_string")) or _all_text(array):
        codes, cells = sys.modules["pandas"].factorize(array)
        return Factored(codes, cells.tolist())
    return Cells(array.tolist())


def _pandas_dates(array: Any) -> ColumnData:
    if hasattr(array, "__arrow_array__") and not hasattr(array, "tz"):
        return _arrow_column(array.__arrow_array__())
    naive = array if getattr(array, "tz", None) is None else array.tz_convert(None)
    return _times(naive.to_numpy(), array.tolist)


def _all_text(array: Any) -> bool:
    """Whether an object array holds text and missing cells only (what pandas 2 reads text as)."""
    if not isinstance(array, np.ndarray):
        return False
    inferred = sys.modules["pandas"].api.types.infer_dtype(array, skipna=True)
    return bool(inferred == "string")


def _from_polars(frame: Any) -> Table:
    columns = frame.get_columns()

    def read(i: int, start: int, stop: int) -> ColumnData:
        return _polars_column(columns[i].slice(start, stop - start))

    def records() -> list[dict[str, Any]]:
        for column in columns:
            _check_polars_years(column)
        records_: list[dict[str, Any]] = frame.to_dicts()
        return records_

    return Table(list(frame.columns), frame.height, read, records)


def _check_polars_years(column: Any) -> None:
    """Raise ValueError where Python has no date for a cell; polars 1.30 ends the process there."""
    polars = sys.modules["polars"]
    if column.dtype == polars.Date or isinstance(column.dtype, polars.Datetime):
        years = column.dt.year().drop_nulls()
        if len(years) and not MINYEAR <= years.min() <= years.max() <= MAXYEAR:
            message = "a year that Python does not have"
            raise ValueError(message)


def _polars_objects(column: Any) -> Sequence[Any]:
    _check_polars_years(column)
    objects: list[Any] = column.to_list()
    return objects


_POLARS_NUMBERS = frozenset(
    [f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)] + ["Float32", "Float64"]
)


def _polars_column(column: Any) -> ColumnData:
    polars = sys.modules["polars"]
    dtype = column.dtype
    if str(dtype) in _POLARS_NUMBERS:
        numbers = column.to_numpy()
        has_gaps = dtype.is_integer() and column.null_count()
        return _with_gaps(numbers, column.to_list) if has_gaps else Numbers(numbers)
    if dtype == polars.Date or isinstance(dtype, polars.Datetime):
        return _times(column.to_numpy(), lambda: _polars_objects(column))
    if dtype == polars.Categorical or isinstance(dtype, polars.Enum):
        column, dtype = column.cast(polars.String), polars.String
    if dtype == polars.String:
        cells = column.unique().drop_nulls()
        codes = column.cast(polars.Enum(cells)).to_physical()
        return Factored(codes.cast(polars.Int64).fill_null(-1).to_numpy(), cells.to_list())
    return Cells(column.to_list())


def _from_arrow(table: Any) -> Table:
    def read(i: int, start: int, stop: int) -> ColumnData:
        return _arrow_column(table.column(i).slice(start, stop - start))

    return Table(list(table.schema.names), table.num_rows, read, table.to_pylist)


def _arrow_column(column: Any) -> ColumnData:
    if not len(column):
        return Cells([])
    types = sys.modules["pyarrow"].types
    kind = column.type
    if types.is_integer(kind) and column.null_count:
        return _with_gaps(column.to_numpy(zero_copy_only=False), column.to_pylist)
    if types.is_integer(kind) or types.is_floating(kind):
        return Numbers(column.to_numpy(zero_copy_only=False))
    if types.is_date(kind) or types.is_timestamp(kind):
        return _times(column.to_numpy(zero_copy_only=False), column.to_pylist)
    if types.is_string(kind) or types.is_large_string(kind):
        column = column.dictionary_encode()
        kind = column.type
    if types.is_dictionary(kind):
        column = column.combine_chunks() if hasattr(column, "combine_chunks") else column
        if hasattr(column, "num_chunks"):
            column = column.chunk(0)
        indices = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return Factored(indices, column.dictionary.to_pylist())
    return Cells(column.to_pylist())


_TABLE_CLASSES = {
    "pandas": {"DataFrame"},
    "polars": {"DataFrame"},
    "pyarrow": {"Table", "RecordBatch"},
}
_FRAMES: dict[str | None, Callable[[Any], Table]] = {
    "pandas": _from_pandas,
    "polars": _from_polars,
    "pyarrow": _from_arrow,
}
_COLUMN_READERS: dict[str, Callable[[Any], ColumnData]] = {
    "pandas": lambda column: _pandas_array(getattr(column, "array", column)),
    "polars": _polars_column,
    "pyarrow": _arrow_column,
}
