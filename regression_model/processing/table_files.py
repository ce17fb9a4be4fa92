"""Whole tables from files, CSV or Parquet: the column's kind decides later what a cell means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.csv_files import read_csv
from regression_model.processing.file_kinds import recognize
from regression_model.processing.frames import arrow_cells
from regression_model.processing.schema import is_missing, shown
from regression_model.processing.tables import Cells, ColumnData, as_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyarrow as pa

_PARQUET_NAMES = (".parquet", ".pq")
_SIGNATURE = b"PAR1"
"""What a Parquet file begins with."""
_START_BYTES = 1024
"""How much of a file that is no Parquet file is looked at to say what it is."""


@dataclass(frozen=True)
class TableFile:
    """A table that was read from a file.

    Attributes
    ----------
    names : list of str
        Its columns.
    n_rows : int
    is_text : bool
        Whether its cells are texts of a CSV file, where a number in text is no news.
    number_format : str or None
        How its numbers are written, where a column does not say so itself.
    """

    names: list[str]
    n_rows: int
    is_text: bool
    number_format: str | None
    _read: Callable[[int], ColumnData]
    _cells: Callable[[int], Sequence[Any]]

    def column(self, name: str) -> ColumnData:
        """Return a column as a frame with it would be read for a prediction."""
        return self._read(self.names.index(name))

    def cells(self, name: str) -> Sequence[Any]:
        """Return a column's cells as Python's own objects, None where one is missing."""
        return self._cells(self.names.index(name))


def open_table(path: Path) -> TableFile:
    """Read a table.

    Parameters
    ----------
    path : Path
        A Parquet file if its name ends in ``.parquet`` or ``.pq``, otherwise a CSV file.

    Returns
    -------
    TableFile

    Raises
    ------
    DataError
        If it cannot be read, or names a column twice.
    MissingExtraError
        If a Parquet file is to be read and pyarrow is not installed.
    """
    if not is_parquet(path):
        return _from_csv(path)
    arrow = _read_parquet(path)
    table = as_table(arrow)
    return TableFile(
        names=list(arrow.schema.names),
        n_rows=table.n_rows,
        is_text=False,
        number_format=None,
        _read=lambda i: table.read(i, 0, table.n_rows),
        _cells=lambda i: arrow_cells(arrow.column(i)),
    )


def _from_csv(path: Path) -> TableFile:
    columns, number_format = read_csv(path)
    texts = list(columns.values())
    return TableFile(
        names=list(columns),
        n_rows=len(texts[0]),
        is_text=True,
        number_format=number_format,
        _read=lambda i: Cells(texts[i]),
        _cells=lambda i: texts[i],
    )


class Texts(dict[str, list[str]]):
    """Columns of text, and how their numbers are written, where not with a point alone."""

    number_format: str | None = None


def read_table(path: Path) -> Texts:
    """Read a table as columns of text, for a look at it.

    Parameters
    ----------
    path : Path
        As of `open_table`, and so are the errors.

    Returns
    -------
    Texts
        By column, the cells as a CSV file would spell them; a missing cell is an empty text. What
        no CSV file holds (bytes, durations, times of day, lists) stays what it is.
    """
    table = open_table(path)
    texts = Texts()
    for name in table.names:
        cells = table.cells(name)
        texts[name] = list(cells) if table.is_text else [_spelt(cell) for cell in cells]
    texts.number_format = table.number_format
    return texts


def is_parquet(path: Path) -> bool:
    """Tell by its name whether a file is a Parquet file."""
    return path.suffix.casefold() in _PARQUET_NAMES


def _read_parquet(path: Path) -> pa.Table:
    """Read a Parquet file under clean names."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ModuleNotFoundError as problem:
        message = (
            f"{path} is a Parquet file, and reading one needs {problem.name}, which is not "
            "installed; install it with: pip install pyarrow, or give a CSV file"
        )
        raise MissingExtraError(message) from problem
    try:
        table = parquet.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as problem:
        reason = str(problem).splitlines()[0].rstrip(".")
        message = f"cannot read {path} as a Parquet file: {reason}{_hint(path)}"
        raise DataError(message) from problem
    names = [clean_name(name) for name in table.schema.names]
    twice = named_twice(names)
    if twice:
        listed = ", ".join(repr(shown(name)) for name in twice)
        message = f"{path} names the columns {listed} twice; rename one"
        raise DataError(message)
    named = [i for i, name in enumerate(names) if name]
    return table.rename_columns(names).select(named)


def _hint(path: Path) -> str:
    """Say what a file is that is no Parquet file in spite of its name."""
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
    except OSError:
        return ""
    if start.startswith(_SIGNATURE):
        return ""
    other_kind = recognize(start)
    if other_kind is None:
        return "; if it is a CSV file, let its name end in .csv"
    what, remedy = other_kind
    return f"; it is {what}: {remedy}"


def _spelt(cell: Any) -> Any:
    """Spell a cell as a CSV file would, if one would."""
    if is_missing(cell):
        return ""
    if isinstance(cell, date | np.datetime64):
        return str(shown(cell))
    return str(cell) if isinstance(cell, bool | int | float | Decimal) else cell
