"""Our own CSV reader: every cell is text first, then the column's kind decides.

A library's guess would depend on the other rows of a file, and so would the predictions.
"""

from __future__ import annotations

import csv
import io
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from regression_model.exceptions import DataError
from regression_model.processing.csv_dialects import find_dialect

logger = logging.getLogger(__name__)

_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*", re.ASCII)


@dataclass
class CsvChunk:
    """Some rows of a file.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    columns : dict of str to list of str
        The cells, by column; rows of another length than the header hold empty texts.
    n_rows : int
        How many rows.
    wrong_length : dict of int to int
        How many cells such rows have, by position in the chunk.
    """

    start: int
    columns: dict[str, list[str]]
    n_rows: int
    wrong_length: dict[int, int]


@dataclass
class CsvFile:
    """An open CSV file: its header, and its rows chunk by chunk."""

    path: Path
    header: list[str]
    _rows: Iterator[list[str]]

    def chunks(self, n_rows: int) -> Iterator[CsvChunk]:
        """Yield the rows, at most `n_rows` at a time."""
        start = 0
        while rows := list(islice(self._rows, n_rows)):
            yield self._chunk(start, rows)
            start += len(rows)

    def _chunk(self, start: int, rows: list[list[str]]) -> CsvChunk:
        width = len(self.header)
        wrong = {i: len(row) for i, row in enumerate(rows) if len(row) != width}
        for i in wrong:
            rows[i] = [""] * width
        columns = dict(zip(self.header, map(list, zip(*rows, strict=True)), strict=True))
        return CsvChunk(start, columns, len(rows), wrong)


@contextmanager
def open_csv(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file with a header: comma-separated UTF-8, or another usual kind with a note.

    Raises
    ------
    DataError
        If the file cannot be read, is not such a file, or names a column twice.
    """
    with _open_bytes(path) as file, _open_text(path, file) as (text, separator):
        rows = _rows(path, csv.reader(text, delimiter=separator))
        header = next(rows, None)
        if header is None:
            message = f"{path} is empty; expected a header line and rows"
            raise DataError(message)
        _check_header(path, header)
        yield CsvFile(path, header, map(_with_points, rows) if separator == ";" else rows)


def _open_bytes(path: Path) -> BinaryIO:
    """Open a file that can be read twice: what cannot, such as a pipe, is read into memory."""
    try:
        file = path.open("rb")
        if file.seekable():
            return file
        with file:
            return io.BytesIO(file.read())
    except OSError as problem:
        message = f"cannot read {path}: {problem.strerror or problem}"
        raise DataError(message) from problem


@contextmanager
def _open_text(path: Path, file: BinaryIO) -> Iterator[tuple[TextIO, str]]:
    """Yield a file's text and its separator, and note what is unusual about it."""
    try:
        dialect = find_dialect(file)
    except UnicodeDecodeError as problem:
        raise _not_utf8(path) from problem
    except OSError as problem:
        message = f"cannot read {path}: {problem.strerror or problem}"
        raise DataError(message) from problem
    if dialect.notes:
        logger.warning("%s %s", path, "; it ".join(dialect.notes))
    with io.TextIOWrapper(file, encoding=dialect.encoding, newline="") as text:
        yield text, dialect.separator


def _not_utf8(path: Path) -> DataError:
    return DataError(
        f"{path} is not UTF-8 text, so not a CSV file that can be read; save it as UTF-8"
    )


def _with_points(row: list[str]) -> list[str]:
    """Return a row with decimal points for decimal commas."""
    return [
        cell.replace(",", ".") if "," in cell and _DECIMAL_COMMA.fullmatch(cell) else cell
        for cell in row
    ]


def _rows(path: Path, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield rows; empty lines are passed over."""
    try:
        for row in reader:
            if "\0" in "".join(row):
                message = f"{path} holds binary data; expected a CSV file"
                raise DataError(message)
            if row:
                yield row
    except csv.Error as problem:
        message = f"{path} is not a CSV file: {problem}"
        raise DataError(message) from problem
    except UnicodeDecodeError as problem:
        raise _not_utf8(path) from problem
    except OSError as problem:
        message = f"cannot read {path}: {problem.strerror or problem}"
        raise DataError(message) from problem


def _check_header(path: Path, header: list[str]) -> None:
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    if twice:
        message = f"{path}: its header names {', '.join(map(repr, twice))} twice; rename one"
        raise DataError(message)


def read_columns(path: Path) -> dict[str, list[str]]:
    """Read a whole file as columns of text.

    Raises
    ------
    DataError
        Also if a row has another number of cells than the header.
    """
    with open_csv(path) as file:
        columns: dict[str, list[str]] = {name: [] for name in file.header}
        for chunk in file.chunks(10_000):
            for i, n_cells in chunk.wrong_length.items():
                message = (
                    f"{path}: row {chunk.start + i} has {n_cells} cells, the header has "
                    f"{len(file.header)}; mend the row"
                )
                raise DataError(message)
            for name, cells in chunk.columns.items():
                columns[name] += cells
    return columns
