"""Input forms: every kind of table that a caller may hold, as blocks of columns.

Nothing is imported for a form; an object of pandas, polars or Arrow brings its library along.
No input is ever changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

import numpy as np

from regression_model.exceptions import MissingExtraError
from regression_model.processing.blanks import clean_name
from regression_model.processing.cells import (
    Unreadable,
    has,
    is_a,
    package_of,
    type_name,
)
from regression_model.processing.column_data import (
    Cells,
    ColumnData,
    Factored,
    Numbers,
    Times,
    numpy_column,
    unreadable,
)
from regression_model.processing.frames import (
    CELL_READERS,
    COLUMN_READERS,
    ArrowTable,
    PandasTable,
    PolarsTable,
    Rows,
    rows_of,
)
from regression_model.processing.interruptions import pass_on
from regression_model.processing.shown_values import name_of, short

__all__ = [
    "Cells",
    "ColumnData",
    "Factored",
    "Numbers",
    "Table",
    "Times",
    "as_table",
    "records_of",
]

ACCEPTED = (
    "a record (dict), a list of records, a dict of columns, a pandas or polars DataFrame, an Arrow "
    "table or what exports one"
)
_SHOWN_COLUMNS = 5
"""How many columns of different lengths are named."""
_TEXT_OR_BYTES = str | bytes | bytearray
"""What is one cell, and neither records nor a column."""


class Source(Protocol):
    """What a table is read from."""

    names: list[Any]
    n_rows: int

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        """Return the cells of column i from row start up to stop."""

    def rows(self, wanted: Sequence[int]) -> Rows | None:
        """Return the cells of the wanted columns row by row, or None."""


class Table:
    """A table as the validation reads it: names, a row count, and slices of columns.

    Parameters
    ----------
    source : Source
        A table of any library; what its methods raise concerns the cells, and nothing else.

    Attributes
    ----------
    names : list of str
        Column names in order; may hold duplicates.
    n_rows : int
        Number of rows.
    """

    def __init__(self, source: Source) -> None:
        self.names = [clean_name(name_of(name)) for name in source.names]
        self.n_rows = source.n_rows
        self._source = source

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        """Return the cells of column i from row start up to stop."""
        try:
            return self._source.read(i, start, stop)
        except BaseException as problem:
            if not _is_of_the_data(problem):
                raise
            pass_on(problem)
            return unreadable(f"a cell whose column fails with {type_name(problem)}", stop - start)

    def rows(self, wanted: Sequence[int]) -> Rows | None:
        """Return all cells of some columns row by row, or None where only columns can be read."""
        try:
            return self._source.rows(wanted)
        except BaseException as problem:
            if not _is_of_the_data(problem):
                raise
            pass_on(problem)
            return None


def _is_of_the_data(problem: BaseException) -> bool:
    """Tell what a caller's table raises (panics of polars as well) from what ends a process."""
    return isinstance(problem, Exception) or type_name(problem) == "PanicException"


def records_of(input_data: object) -> Sequence[Any] | None:
    """Return the records that an input holds, or None where it is a table of columns."""
    if is_a(input_data, Mapping):
        return None if _is_mapping_of_columns(input_data) else [input_data]
    if has(input_data, "model_dump"):
        return [input_data]
    return _as_list(input_data) if _is_sequence(input_data) else None


def _is_sequence(obj: object) -> bool:
    return is_a(obj, Sequence) and not is_a(obj, _TEXT_OR_BYTES)


def _as_list(records: Any) -> list[Any]:
    try:
        return list(records)
    except Exception as problem:
        pass_on(problem)
        message = f"input_data is a {type_name(records)} that fails with {type_name(problem)}"
        raise TypeError(message) from problem


def as_table(input_data: object) -> Table:
    """Return any table of columns (or list of records) as a `Table`.

    Raises
    ------
    TypeError
        If it is no table at all.
    """
    make = _source_of(input_data)
    if make is None:
        raise _no_table(input_data)
    try:
        return Table(make(input_data))
    except (TypeError, MissingExtraError):
        raise
    except Exception as problem:
        pass_on(problem)
        message = f"input_data is a {type_name(input_data)} that fails with {type_name(problem)}"
        raise TypeError(message) from problem


def _no_table(input_data: object) -> TypeError:
    name = type_name(input_data)
    return TypeError(f"input_data is a {name}; expected {ACCEPTED}{_REMEDIES.get(name, '')}")


def _source_of(input_data: object) -> Callable[[Any], Source] | None:
    """Return what reads an input, or None for what is no table."""
    library = _library_of(input_data)
    if library in _FRAMES:
        return _FRAMES[library]
    if is_a(input_data, Mapping):
        return _MappingOfColumns
    if _is_sequence(input_data):
        return _Records
    if is_a(input_data, type) or type_name(input_data) in _REMEDIES:
        return None
    exports_arrow = any(has(input_data, name) for name in _ARROW_EXPORTS)
    return _exported_table if exports_arrow else None


def _library_of(obj: object) -> str | None:
    """Name the data frame library that an object is a table of."""
    for cls in type.mro(type(obj)):  # so that a subclass of a frame is one too
        root = package_of(cls)
        if root in _TABLE_CLASSES and cls.__name__ in _TABLE_CLASSES[root]:
            return root
    return None


def _is_column(value: object) -> bool:
    if type(value) in (list, tuple):  # nearly always, and without asking an object of a caller
        return True
    if isinstance(value, _TEXT_OR_BYTES | Mapping | set | frozenset):
        return False
    is_array = hasattr(value, "__array__") and hasattr(value, "__len__")
    if not is_array and not isinstance(value, Sequence):
        return False
    return _length(value) is not None


def _length(column: Any) -> int | None:
    """Return how many cells a column has, or None: zero-dimensional arrays have no length."""
    try:
        return len(column)
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        pass_on(problem)
        return None


def _is_mapping_of_columns(mapping: Any) -> bool:
    """Tell columns from a record: every value is a sequence (one that is not makes a record)."""
    try:
        return bool(mapping) and all(map(_is_column, mapping.values()))
    except Exception as problem:  # noqa: BLE001 - its row says that it cannot be read
        pass_on(problem)
        return False


def _exported_table(exporter: Any) -> ArrowTable:
    """Return what an object of any library exports as Arrow, which may be possible only once.

    Raises
    ------
    TypeError
        If what it exports is a column, and no table.
    MissingExtraError
        If pyarrow, which reads it, is not installed.
    """
    try:
        import pyarrow as pa  # no object of its own has brought it along
    except ModuleNotFoundError as problem:
        message = (
            f"input_data is a {type_name(exporter)}, which exports Arrow; reading that takes "
            "pyarrow, which is not installed; install it with: "
            'pip install "evergreen-regression[files]"'
        )
        raise MissingExtraError(message) from problem
    try:
        is_stream = has(exporter, _ARROW_EXPORTS[0])
        read = pa.RecordBatchReader.from_stream if is_stream else pa.record_batch
        batches = read(exporter)
    except (pa.ArrowInvalid, TypeError) as problem:
        if "released" in str(problem):
            message = f"input_data is a {type_name(exporter)} that was read before; export it anew"
            raise TypeError(message) from problem
        raise _no_table(exporter) from problem
    return ArrowTable(_all_batches(batches, exporter) if is_stream else batches)


def _all_batches(reader: Any, exporter: object) -> Any:
    """Return all that a stream gives, which may fail at any of its batches, as a query may."""
    try:
        return reader.read_all()
    except Exception as problem:
        pass_on(problem)
        reason = f"{type_name(problem)}: {short(name_of(problem))}"
        message = f"input_data is a {type_name(exporter)} that fails while it is read, {reason}"
        raise TypeError(message) from problem


class _Records:
    """Records, transposed; callers have sorted out what is no mapping."""

    def __init__(self, records: Any) -> None:
        self.names: list[Any] = list(dict.fromkeys(chain.from_iterable(records)))
        self.n_rows = len(records)
        self._records = records

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        name = self.names[i]
        return Cells([record.get(name) for record in self._records[start:stop]])

    def rows(self, wanted: Sequence[int]) -> Rows:
        names = [self.names[i] for i in wanted]
        return [[record.get(name) for name in names] for record in self._records]


class _MappingOfColumns:
    """A mapping of names to columns of any library."""

    def __init__(self, columns: Any) -> None:
        self.names = list(columns)
        self._columns = [_sliceable(column) for column in columns.values()]
        lengths = [len(column) for column in self._columns]
        self.n_rows = lengths[0] if lengths else 0
        if set(lengths) - {self.n_rows}:
            shown = ", ".join(map(_shown_length, self.names[:_SHOWN_COLUMNS], lengths))
            message = f"the columns of input_data have different lengths ({shown})"
            raise TypeError(message)

    def read(self, i: int, start: int, stop: int) -> ColumnData:
        column = self._columns[i][start:stop]
        root = package_of(type(column))
        if root in COLUMN_READERS:
            return COLUMN_READERS[root](column)
        return _own_column(column)

    def rows(self, wanted: Sequence[int]) -> Rows:
        return rows_of([self._cells(i) for i in wanted], self.n_rows)

    def _cells(self, i: int) -> Sequence[Any]:
        column = self._columns[i]
        root = package_of(type(column))
        if root in CELL_READERS:
            return CELL_READERS[root](column)
        return _own_column(column).as_cells()


def _shown_length(name: object, length: int) -> str:
    return f"{short(name_of(name))}: {length}"


def _own_column(column: Any) -> ColumnData:
    """Return a column that no data frame library holds."""
    return numpy_column(column) if isinstance(column, np.ndarray) else Cells(column)


def _sliceable(column: Any) -> Any:
    """Return what can be sliced by position: under a pandas Series lies an array."""
    if package_of(type(column)) in COLUMN_READERS:
        return getattr(column, "array", column)
    if type(column) in (list, tuple) or isinstance(column, np.ndarray):
        return column
    n_rows = len(column)
    try:
        return list(column)
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        pass_on(problem)
        return [Unreadable(f"a cell whose column fails with {type_name(problem)}")] * n_rows


_REMEDIES = {
    "Series": "; for one row pass row.to_dict()",
    "LazyFrame": "; call .collect() first",
    "ndarray": "; give the columns their names, as a DataFrame or a dict of columns",
}
"""What to do with some objects that are often taken for tables."""
_ARROW_EXPORTS = ("__arrow_c_stream__", "__arrow_c_array__")
"""What objects have that export themselves by Arrow's interface for C."""
_TABLE_CLASSES = {
    "pandas": {"DataFrame"},
    "polars": {"DataFrame"},
    "pyarrow": {"Table", "RecordBatch"},
}
_FRAMES: dict[str | None, Callable[[Any], Source]] = {
    "pandas": PandasTable,
    "polars": PolarsTable,
    "pyarrow": ArrowTable,
}
