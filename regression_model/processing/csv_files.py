"""Our own CSV reader: every cell is text first, then the column's kind decides.

A library's guess would depend on the other rows of a file, and so would the predictions.
"""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, NamedTuple

from regression_model.exceptions import DataError
from regression_model.processing.blanks import BLANKS
from regression_model.processing.chunks import BEGINNING, Chunk, Position, RefusedRow, clean_names
from regression_model.processing.csv_dialects import Dialect, find_dialect
from regression_model.processing.csv_lines import BLOCK_BYTES, Lines
from regression_model.processing.csv_plain import PlainBlock, arrow_csv, looks_plain
from regression_model.processing.csv_records import RecordReader, Rows
from regression_model.processing.file_kinds import is_binary, recognize
from regression_model.processing.number_formats import DECIMAL_COMMA
from regression_model.processing.schema import Code
from regression_model.processing.sentences import say
from regression_model.processing.text_files import open_bytes, text_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

logger = logging.getLogger(__name__)

_SAMPLE = 8192
"""Bytes from which is told what a file is that is no CSV file."""
_SMALL = 1_048_576
"""Bytes that are read sooner than the library is imported that reads faster."""
_SHOWN_ROWS = 10
"""How many rows that cannot be read are told."""


@dataclass(frozen=True)
class UnreadLines:
    """Some rows of a file as bytes, which may be sent to another process to be read there.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    n_lines_before : int
        How many lines of the file come before.
    block : PlainBlock
    number_format : str or None
        How numbers are written in it.
    """

    start: int
    n_lines_before: int
    block: PlainBlock
    number_format: str | None
    is_read: ClassVar[bool] = False

    @property
    def n_rows(self) -> int:
        """How many rows."""
        return self.block.n_rows

    def read(self) -> Chunk:
        """Read the rows."""
        block = self.block
        columns = block.read()
        if columns is not None:
            chunk = _chunk_of_columns(self.start, block.names, columns, self.n_rows)
        else:
            lines, width = io.StringIO(block.block.decode(), newline=""), len(block.names)
            before = self.n_lines_before
            reader = RecordReader(lines, block.separator, width=width, n_read=before)
            chunk = _chunk_of_rows(self.start, block.names, reader.take(self.n_rows))
        chunk.number_format = self.number_format
        return chunk


@dataclass
class CsvFile:
    """An open CSV file: its header, and its rows chunk by chunk.

    Attributes
    ----------
    path : Path
    header : list of str
        The names of its columns, without what is invisible around them. A column without a name
        is passed over, with a note if it holds anything.
    number_format : str or None
        How its numbers are written, if otherwise than with a decimal point.
    """

    path: Path
    header: list[str]
    number_format: str | None
    _lines: Lines
    _reader: RecordReader
    _names: tuple[str, ...]
    _separator: str
    _row: int = 0

    @property
    def position(self) -> Position:
        """Where the rows begin that have not been given yet."""
        return Position(self._row, self._reader.n_read, self._lines.offset)

    @property
    def width(self) -> int:
        """How many cells a row has, those of nameless columns included."""
        return len(self._names)

    def has(self, name: str) -> bool:
        """Tell whether it has a column."""
        return name in self.header

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, some megabytes at a time."""
        is_noted = False
        with text_problems(self.path):
            for unread in self.unread_chunks():
                chunk = unread.read()
                if chunk.has_nameless and not is_noted:
                    is_noted = True
                    note_nameless(self.path)
                yield chunk

    def unread_chunks(self) -> Iterator[Chunk | UnreadLines]:
        """Yield the rows, of which some are still to be read, by whom and wherever that may be."""
        with text_problems(self.path):
            while self._lines.load():
                chunk = self._unread_lines(self._row) or self._careful_chunk(self._row)
                self._row += chunk.n_rows
                if chunk.n_rows:
                    yield chunk

    def _unread_lines(self, start: int) -> UnreadLines | None:
        """Return the lines that wait as bytes, if a faster reader will surely agree with ours."""
        waiting = self._lines.waiting
        if len(waiting) < _SMALL or arrow_csv() is None:
            return None
        if not looks_plain(waiting, self._separator):
            return None
        block = PlainBlock(waiting, self._names, self._separator)
        n_lines_before = self._reader.n_read
        self._lines.skip()
        self._reader.n_read += block.n_rows
        return UnreadLines(start, n_lines_before, block, self.number_format)

    def _careful_chunk(self, start: int) -> Chunk:
        rows = self._reader.take(self._lines.n_waiting)
        chunk = _chunk_of_rows(start, self._names, rows)
        chunk.number_format = self.number_format
        return chunk


def note_nameless(path: object) -> None:
    """Say that a file has cells in a column without a name."""
    logger.warning("%s has cells in a column without a name, which is not used", path)


def _chunk_of_rows(start: int, names: Sequence[str], rows: Rows | None) -> Chunk:
    """Return the chunk that rows make, in which those that are refused keep their places."""
    refused: list[RefusedRow] = []
    if rows is None:
        return Chunk(start, {name: [] for name in names if name}, 0)
    for i, cells_of_row in enumerate(rows.cells):
        if len(cells_of_row) != len(names) or i in rows.broken:
            refused.append(_refused(names, rows, i))
            rows.cells[i] = [""] * len(names)
    columns = dict(enumerate(map(list, zip(*rows.cells, strict=True))))
    return _chunk_of_columns(start, names, columns, len(rows.cells), refused)


def _chunk_of_columns(
    start: int,
    names: Sequence[str],
    columns: dict[int, Any],
    n_rows: int,
    refused: list[RefusedRow] | None = None,
) -> Chunk:
    named: dict[str, Any] = {}
    has_nameless = False
    for i, cells in columns.items():
        if names[i]:
            named[names[i]] = cells
        elif not has_nameless:
            has_nameless = any(str(cell).strip(BLANKS) for cell in cells)
    return Chunk(start, named, n_rows, refused or [], has_nameless)


def _refused(names: Sequence[str], rows: Rows, i: int) -> RefusedRow:
    n_cells, line = len(rows.cells[i]), rows.line(i)
    placed = dict(zip(names, rows.cells[i], strict=False))
    if i in rows.broken:
        message = f"the row (line {line}) {rows.broken[i]}"
        return RefusedRow(i, line, Code.BROKEN_ROW, n_cells, message, placed)
    message = say("wrong_cell_count", count=n_cells, width=len(names))
    return RefusedRow(i, line, Code.WRONG_CELL_COUNT, n_cells, message, placed)


@contextmanager
def open_csv(
    path: Path, *, at: Position = BEGINNING, block_bytes: int = BLOCK_BYTES
) -> Iterator[CsvFile]:
    """Open a CSV file with a header: comma-separated UTF-8, or another usual kind with a note.

    How its lines make rows, `csv_records` says.

    Parameters
    ----------
    path : Path
    at : Position
        Where its rows are read from, if not from the first.
    block_bytes : int
        About how many bytes of it are read at once.

    Raises
    ------
    DataError
        If the file cannot be read, is not such a file, or names a column twice.
    """
    with open_bytes(path) as file:
        yield csv_of(file, path, at=at, block_bytes=block_bytes)


def csv_of(
    file: BinaryIO, path: Path, *, at: Position = BEGINNING, block_bytes: int = BLOCK_BYTES
) -> CsvFile:
    """Return the CSV file that is open already, or in memory; see `open_csv`.

    Parameters
    ----------
    file : binary file
        At its beginning, to which it can be set again.
    path : Path
        What to call it in errors.
    at : Position
        Where its rows are read from, if not from the first.
    block_bytes : int
        About how many bytes of it are read at once.
    """
    dialect = _find_dialect(path, file)
    lines = Lines(file, dialect.encoding, block_bytes)
    reader = RecordReader(lines, dialect.separator)
    with text_problems(path):
        names = _header(path, reader, dialect)
    if at != BEGINNING:
        lines = Lines(file, dialect.encoding, block_bytes, at=at.byte)
        reader = RecordReader(lines, dialect.separator, width=len(names), n_read=at.line)
    header = list(filter(None, names))
    number_format = DECIMAL_COMMA if dialect.decimal_comma else None
    return CsvFile(
        path, header, number_format, lines, reader, tuple(names), dialect.separator, at.row
    )


def _header(path: Path, reader: RecordReader, dialect: Dialect) -> list[str]:
    if dialect.names_separator:
        reader.skip_line()
    try:
        header = reader.header()
    except ValueError as problem:
        message = f"{path} cannot be read: {problem}"
        raise DataError(message) from problem
    if header is None:
        message = f"{path} is empty; expected a header line and rows"
        raise DataError(message)
    names = clean_names(header, f"{path}: its header names")
    if not any(names):
        message = f"{path}: its header names no column; expected names in the first line"
        raise DataError(message)
    return names


def _find_dialect(path: Path, file: BinaryIO) -> Dialect:
    """Return how a file is written, and note what is unusual about it."""
    with text_problems(path):
        _check_kind(path, file)
        dialect = find_dialect(file)
    if dialect.notes:
        logger.warning("%s %s", path, "; it ".join(dialect.notes))
    return dialect


def _check_kind(path: Path, file: BinaryIO) -> None:
    """Refuse what is no CSV file, by name where it is known."""
    start = file.read(_SAMPLE)
    file.seek(0)
    other_kind = recognize(start)
    if other_kind is not None:
        what, remedy = other_kind
        message = f"{path} is {what}, not a CSV file; {remedy}"
        raise DataError(message)
    if is_binary(start):
        message = f"{path} holds binary data; expected a CSV file"
        raise DataError(message)


def read_columns(path: Path) -> dict[str, list[str]]:
    """Read a whole file as columns of text.

    Raises
    ------
    DataError
        Also if a row has another number of cells than the header.
    """
    return read_csv(path).columns


class CsvTable(NamedTuple):
    """A whole file as columns of text, and how its numbers are written (see `CsvFile`)."""

    columns: dict[str, list[str]]
    number_format: str | None


def read_csv(path: Path) -> CsvTable:
    """Read a whole file as columns of text.

    Raises
    ------
    DataError
        Also if a row is broken or has another number of cells than the header; they are listed.
    """
    refused: list[str] = []
    n_refused = 0
    with open_csv(path) as file:
        columns: dict[str, list[str]] = {name: [] for name in file.header}
        for chunk in file.chunks():
            n_refused += len(chunk.refused)
            room = _SHOWN_ROWS - len(refused)
            refused += [_refusal(chunk, row, file) for row in chunk.refused[:room]]
            for name in chunk.columns:
                columns[name] += chunk.cells(name)
    if refused:
        lines = [f"{path}: {refusal}" for refusal in refused]
        if n_refused > len(refused):
            lines.append(f"and {n_refused - len(refused):,} more")
        raise DataError(*lines)
    return CsvTable(columns, file.number_format)


def _refusal(chunk: Chunk, row: RefusedRow, file: CsvFile) -> str:
    if row.code == Code.WRONG_CELL_COUNT:
        return (
            f"row {chunk.start + row.position} has {row.n_cells} cells, the header has "
            f"{file.width}; mend the row (line {row.line})"
        )
    return f"row {chunk.start + row.position}: {row.message}"
