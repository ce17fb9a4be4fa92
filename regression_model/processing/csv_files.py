"""Our own CSV reader: every cell is text first, then the column's kind decides.

A library's guess would depend on the other rows of a file, and so would the predictions.
"""

from __future__ import annotations

import io
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO

from regression_model.exceptions import DataError
from regression_model.processing.blanks import BLANKS, clean_name, named_twice
from regression_model.processing.csv_dialects import Dialect, find_dialect
from regression_model.processing.csv_records import RecordReader, Rows
from regression_model.processing.file_kinds import is_binary, recognize
from regression_model.processing.number_formats import DECIMAL_COMMA
from regression_model.processing.schema import Code, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

logger = logging.getLogger(__name__)

_SAMPLE = 8192
"""Bytes from which is told what a file is that is no CSV file."""
_CHUNK_LINES = 10_000
_SHOWN_ROWS = 10
"""How many rows that cannot be read are told."""


class RefusedRow(NamedTuple):
    """A row of a file whose cells cannot be told apart.

    Attributes
    ----------
    position : int
        In its chunk.
    line : int
        The 1-based line that it begins with.
    code : Code
    n_cells : int
        How many cells it seems to have.
    message : str
        What is wrong, and what to do.
    placed : dict of str to str
        The cells that stand where columns do, by their names.
    """

    position: int
    line: int
    code: Code
    n_cells: int
    message: str
    placed: dict[str, str]


@dataclass
class CsvChunk:
    """Some rows of a file.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    columns : dict of str to list of str
        The cells, by column; rows whose cells cannot be told apart hold empty texts.
    n_rows : int
        How many rows.
    refused : list of RefusedRow
        Those rows, in order.
    """

    start: int
    columns: dict[str, list[str]]
    n_rows: int
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def wrong_length(self) -> dict[int, int]:
        """How many cells rows of another length than the header have, by position."""
        wrong = Code.WRONG_CELL_COUNT
        return {row.position: row.n_cells for row in self.refused if row.code == wrong}

    def identifiers(self, name: str) -> list[str]:
        """Return a column's cells, of refused rows those that stand in its place."""
        cells = list(self.columns[name])
        for row in self.refused:
            cells[row.position] = row.placed.get(name, "")
        return cells


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
    _reader: RecordReader
    _names: list[str]
    _noted: bool = False

    @property
    def width(self) -> int:
        """How many cells a row has, those of nameless columns included."""
        return len(self._names)

    def chunks(self, n_rows: int) -> Iterator[CsvChunk]:
        """Yield the rows, about `n_rows` at a time: as many lines, less those that are blank."""
        start = 0
        with _problems(self.path):
            while (rows := self._reader.take(n_rows)) is not None:
                if rows.cells:
                    yield self._chunk(start, rows)
                start += len(rows.cells)

    def _chunk(self, start: int, rows: Rows) -> CsvChunk:
        width = len(self._names)
        refused: list[RefusedRow] = []
        for i, cells_of_row in enumerate(rows.cells):
            if len(cells_of_row) != width or i in rows.broken:
                refused.append(self._refused(rows, i))
                rows.cells[i] = [""] * width  # it keeps its place
        columns: dict[str, list[str]] = {}
        for name, cells in zip(self._names, zip(*rows.cells, strict=True), strict=True):
            if name:
                columns[name] = list(cells)
            else:
                self._note_nameless(cells)
        return CsvChunk(start, columns, len(rows.cells), refused)

    def _refused(self, rows: Rows, i: int) -> RefusedRow:
        n_cells, line = len(rows.cells[i]), rows.line(i)
        placed = dict(zip(self._names, rows.cells[i], strict=False))
        if i in rows.broken:
            message = f"the row (line {line}) {rows.broken[i]}"
            return RefusedRow(i, line, Code.BROKEN_ROW, n_cells, message, placed)
        message = f"the row has {n_cells} cells, the header {self.width}"
        return RefusedRow(i, line, Code.WRONG_CELL_COUNT, n_cells, message, placed)

    def _note_nameless(self, cells: Sequence[str]) -> None:
        if not self._noted and any(cell.strip(BLANKS) for cell in cells):
            self._noted = True
            logger.warning("%s has cells in a column without a name, which is not used", self.path)


@contextmanager
def open_csv(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file with a header: comma-separated UTF-8, or another usual kind with a note.

    How its lines make rows, `csv_records` says.

    Raises
    ------
    DataError
        If the file cannot be read, is not such a file, or names a column twice.
    """
    with _open_bytes(path) as file, _open_text(path, file) as (text, dialect):
        reader = RecordReader(text, dialect.separator)
        with _problems(path):
            names = _header(path, reader, dialect)
        header = list(filter(None, names))
        number_format = DECIMAL_COMMA if dialect.decimal_comma else None
        yield CsvFile(path, header, number_format, reader, names)


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
    names = [clean_name(name) for name in header]
    if not any(names):
        message = f"{path}: its header names no column; expected names in the first line"
        raise DataError(message)
    twice = named_twice(names)
    if twice:
        listed = ", ".join(repr(shown(name)) for name in twice)
        message = f"{path}: its header names {listed} twice; rename one"
        raise DataError(message)
    return names


@contextmanager
def _problems(path: Path) -> Iterator[None]:
    """Name the file in what goes wrong while it is read."""
    try:
        yield
    except UnicodeDecodeError as problem:
        raise _not_utf8(path) from problem
    except OSError as problem:
        message = f"cannot read {path}: {problem.strerror or problem}"
        raise DataError(message) from problem


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
def _open_text(path: Path, file: BinaryIO) -> Iterator[tuple[TextIO, Dialect]]:
    """Yield a file's text and how it is written, and note what is unusual about it."""
    with _problems(path):
        _check_kind(path, file)
        dialect = find_dialect(file)
    if dialect.notes:
        logger.warning("%s %s", path, "; it ".join(dialect.notes))
    with io.TextIOWrapper(file, encoding=dialect.encoding, newline="") as text:
        yield text, dialect


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


def _not_utf8(path: Path) -> DataError:
    return DataError(
        f"{path} is not UTF-8 text, so not a CSV file that can be read; save it as UTF-8"
    )


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
        for chunk in file.chunks(_CHUNK_LINES):
            n_refused += len(chunk.refused)
            room = _SHOWN_ROWS - len(refused)
            refused += [_refusal(chunk, row, file) for row in chunk.refused[:room]]
            for name, cells in chunk.columns.items():
                columns[name] += cells
    if refused:
        lines = [f"{path}: {refusal}" for refusal in refused]
        if n_refused > len(refused):
            lines.append(f"and {n_refused - len(refused):,} more")
        raise DataError("\n".join(lines))
    return CsvTable(columns, file.number_format)


def _refusal(chunk: CsvChunk, row: RefusedRow, file: CsvFile) -> str:
    if row.code == Code.WRONG_CELL_COUNT:
        return (
            f"row {chunk.start + row.position} has {row.n_cells} cells, the header has "
            f"{file.width}; mend the row (line {row.line})"
        )
    return f"row {chunk.start + row.position}: {row.message}"
