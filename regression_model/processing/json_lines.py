r"""Tables of JSON Lines: a record in each line, whose cells have the types that JSON has.

A line of nothing but blanks is passed over. A line that is no record (no JSON, a list, a record
that names a column twice, ``NaN``) keeps its place and is refused. A column that a record has not
is missing there, as ``null`` is.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, NoReturn

from regression_model.exceptions import DataError
from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.cached_property import cached_property
from regression_model.processing.chunks import BEGINNING, Chunk, Position, RefusedRow
from regression_model.processing.csv_lines import BLOCK_BYTES, Lines
from regression_model.processing.shown_values import short
from regression_model.processing.text_files import open_bytes, text_problems
from regression_model.processing.verdicts import Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_CELLS_OF_ONE = 8
"""So many cells of columns take about the memory of one of a record."""
_BLANKS = " \t\r\n"
"""What JSON takes for blanks."""


@dataclass
class JsonLinesFile:
    """An open file of JSON Lines; see `chunks.OpenTable`.

    Attributes
    ----------
    path : Path
    header : list of str
        The columns of the records that were read first; later ones may have others.
    number_format : None
    """

    path: Path
    header: list[str]
    number_format: None
    _file: BinaryIO
    _first: UnreadRecords | None
    _lines: Lines
    _n_lines: int
    _row: int = 0

    @property
    def position(self) -> Position:
        """Where the rows begin that have not been given yet."""
        return Position(self._row, self._n_lines, self._lines.offset)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, some megabytes at a time."""
        with text_problems(self.path):
            for unread in self.unread_chunks():
                yield unread.read()

    def has(self, name: str) -> bool:
        """Tell whether a record has a column, be it far behind those that were read first."""
        if name in self.header:
            return True
        place = self._file.tell()
        self._file.seek(0)
        with text_problems(self.path):
            is_there = _is_column(name, Lines(self._file, "utf-8-sig"))
        self._file.seek(place)
        return is_there

    def unread_chunks(self) -> Iterator[UnreadRecords]:
        """Yield the rows, to be read by whom and wherever that may be."""
        with text_problems(self.path):
            unread = self._first or self._next()
            while unread is not None:
                self._row += unread.n_rows
                if unread.n_rows:
                    yield unread
                unread = self._next()

    def _next(self) -> UnreadRecords | None:
        if not self._lines.load():
            return None
        n_before = self._n_lines
        self._n_lines += self._lines.n_waiting
        block = self._lines.waiting
        self._lines.skip()
        return UnreadRecords(self._row, n_before, block, tuple(self.header))


@dataclass(frozen=True)
class UnreadRecords:
    """Some lines of a file, which may be sent to another process to be read there.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    n_lines_before : int
        How many lines of the file come before.
    block : bytes
        The lines, in UTF-8.
    names : tuple of str
        Columns that there are, also where none of these records has them.
    """

    start: int
    n_lines_before: int
    block: bytes
    names: tuple[str, ...] = ()
    is_read: ClassVar[bool] = False

    @cached_property
    def n_rows(self) -> int:
        """How many rows: lines that are not blank."""
        return sum(map(bool, (line.strip(_BLANKS.encode()) for line in self.block.splitlines())))

    def read(self) -> Chunk:
        """Read the rows."""
        lines = list(io.StringIO(self.block.decode(), newline=""))
        return _chunk(lines, self.start, self.n_lines_before, self.names)


@contextmanager
def open_json_lines(
    path: Path, *, at: Position = BEGINNING, block_bytes: int = BLOCK_BYTES
) -> Iterator[JsonLinesFile]:
    """Open a file of JSON Lines, in UTF-8.

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
        If the file cannot be read, or holds no record.
    """
    with open_bytes(path) as file:
        yield json_lines_of(file, path, at=at, block_bytes=block_bytes)


def json_lines_of(
    file: BinaryIO, path: Path, *, at: Position = BEGINNING, block_bytes: int = BLOCK_BYTES
) -> JsonLinesFile:
    """Return the file of JSON Lines that is open already, or in memory; see `open_json_lines`.

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
    lines = Lines(file, "utf-8-sig", block_bytes)
    opened = JsonLinesFile(path, [], None, file, None, lines, 0)
    with text_problems(path):
        first = opened._next()  # noqa: SLF001 - of this module
        chunk = None if first is None else first.read()
    if chunk is None or not chunk.columns:
        reason = chunk.refused[0].message if chunk and chunk.refused else "it is empty"
        message = f"{path} holds no record of JSON Lines: {reason}; expected one in each line"
        raise DataError(message)
    opened.header = list(chunk.columns)
    if at == BEGINNING:
        opened._first = first  # noqa: SLF001
        return opened
    lines = Lines(file, "utf-8-sig", block_bytes, at=at.byte)
    return JsonLinesFile(path, opened.header, None, file, None, lines, at.line, at.row)


def _is_column(name: str, lines: Lines) -> bool:
    """Tell whether a record has a column: only where its name stands are records read."""
    spelt = (name.encode(errors="surrogatepass"), json.dumps(name)[1:-1].encode())
    while name and lines.load():
        block = lines.waiting
        if (
            any(text in block for text in spelt)
            and name in UnreadRecords(0, 0, block).read().columns
        ):
            return True
        lines.skip()
    return False


def packed(chunk: Chunk) -> Chunk:
    """Return a chunk that takes less memory for long: as columns, unless these are mostly gaps."""
    columns = chunk.columns
    if isinstance(columns, _Columns) and not columns.are_mostly_gaps():
        return replace(chunk, columns=dict(columns))
    return chunk


class _NotARecordError(ValueError):
    """A line is no record; the message says what it is."""


def _chunk(lines: list[str], start: int, n_lines_before: int, known_names: Sequence[str]) -> Chunk:
    records: list[dict[str, Any]] = []
    refused: list[RefusedRow] = []
    clean: set[str] = set()
    for number, line in enumerate(lines, n_lines_before + 1):
        if not line.strip(_BLANKS):
            continue
        try:
            records.append(_record(line, clean))
        except _NotARecordError as problem:
            message = f"line {number} {problem}; write one record in each line"
            refused.append(RefusedRow(len(records), number, Code.BROKEN_ROW, 0, message, {}))
            records.append({})
    return Chunk(start, _Columns(records, known_names), len(records), refused, is_text=False)


class _Columns(Mapping[str, list[Any]]):
    """Records as columns in the order in which they come, each put together when it is asked for.

    Where each record has keys of its own, all columns together would be records times records.
    """

    def __init__(self, records: list[dict[str, Any]], known_names: Sequence[str]) -> None:
        self._records = records
        names = dict.fromkeys(known_names)
        for record in records:
            if not record.keys() <= names.keys():
                names.update(dict.fromkeys(record))
        names.pop("", None)
        self._names = names

    def are_mostly_gaps(self) -> bool:
        """Tell whether they would take more memory than their records."""
        n_cells = sum(map(len, self._records))
        return len(self._names) * len(self._records) > n_cells * _CELLS_OF_ONE

    def __getitem__(self, name: str) -> list[Any]:
        """Return the cells of a column."""
        if name not in self._names:
            raise KeyError(name)
        return [record.get(name) for record in self._records]

    def __iter__(self) -> Iterator[str]:
        """Return the names of columns."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many columns there are."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a column, without putting it together."""
        return name in self._names


def _record(line: str, clean: set[str]) -> dict[str, Any]:
    """Return the record of a line under clean names; those that are so already are kept in mind."""
    try:
        record = _DECODER.decode(line)
    except (ValueError, RecursionError) as problem:
        reason = "is nested too deeply" if isinstance(problem, RecursionError) else problem
        message = f"cannot be read as JSON: {reason}"
        raise _NotARecordError(message) from problem
    if not isinstance(record, dict):
        message = f"is {short(line.strip())}, and no record"
        raise _NotARecordError(message)
    if clean.issuperset(record):  # nearly always
        return record
    names = [clean_name(name) for name in record]
    twice = named_twice(names)
    if twice:
        message = f"names {short(twice[0])!r} twice"
        raise _NotARecordError(message)
    clean.update(name for name, given in zip(names, record, strict=True) if name == given)
    return dict(zip(names, record.values(), strict=True))


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        twice = named_twice([name for name, _ in pairs])
        message = f"{short(twice[0])!r} stands twice in one record"
        raise ValueError(message)
    return record


def _no_constant(name: str) -> NoReturn:
    message = f"{name} is no number of JSON; leave it out or write null"
    raise ValueError(message)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_constant)
