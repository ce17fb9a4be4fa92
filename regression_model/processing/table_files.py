"""Whole tables from files of any format: the column's kind decides later what a cell means."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from regression_model.processing.chunks import BEGINNING
from regression_model.processing.schema import is_missing, shown
from regression_model.processing.table_formats.parquet_format import ParquetFormat
from regression_model.processing.table_formats.registry import format_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from regression_model.processing.chunks import OpenTable, Position
    from regression_model.processing.remote_files import RemoteFile
    from regression_model.processing.table_formats.base import TableFile


def open_table(path: Path) -> TableFile:
    """Read a table.

    Parameters
    ----------
    path : Path
        A file of the format that its name says (``.parquet``, ``.arrow``, ``.jsonl``), otherwise a
        CSV file; the two that are text also compressed (``.gz``, ``.zst``).

    Returns
    -------
    TableFile

    Raises
    ------
    DataError
        If it cannot be read, or names a column twice.
    MissingExtraError
        If pyarrow is not installed, which reads such a file.
    """
    return format_of(path).read(path)


def open_rows(
    path: Path | RemoteFile, at: Position = BEGINNING
) -> AbstractContextManager[OpenTable]:
    """Open a table to read its rows chunk by chunk.

    Parameters
    ----------
    path : Path or RemoteFile
        As of `open_table`, and so are the errors.
    at : Position
        Where its rows are read from, if not from the first: what an open table of the same file
        has called its `position` before.
    """
    file = cast("Path", path)  # of which nothing is asked that a remote file has not
    return format_of(file).open(file, at)


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
    """Tell by its name whether a file is a Parquet file; projects of earlier versions ask."""
    return isinstance(format_of(path), ParquetFormat)


def _spelt(cell: Any) -> Any:
    """Spell a cell as a CSV file would, if one would."""
    if is_missing(cell):
        return ""
    if isinstance(cell, date | np.datetime64):
        return str(shown(cell))
    return str(cell) if isinstance(cell, bool | int | float | Decimal) else cell
