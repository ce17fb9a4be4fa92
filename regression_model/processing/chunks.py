"""Some rows of a file at a time: what every format of tables is read as, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from regression_model.exceptions import DataError
from regression_model.processing.arrow_columns import arrow_cells
from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.shown_values import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from regression_model.processing.verdicts import Code


class Position(NamedTuple):
    """Where in a file some rows begin, so that it can be opened there another time.

    Attributes
    ----------
    row : int
        How many rows come before.
    line : int
        Of text, how many lines come before.
    byte : int
        Of text, how many bytes of it in UTF-8 come before; of other files about how many.
    """

    row: int = 0
    line: int = 0
    byte: int = 0


BEGINNING = Position()
"""Where reading begins, whatever comes before the first row."""


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
class Chunk:
    """Some rows of a file.

    Attributes
    ----------
    start : int
        Position of the first row in the file.
    columns : mapping of str to sequence
        The cells, by column: lists or Arrow arrays; rows that are refused hold empty ones.
    n_rows : int
        How many rows.
    refused : list of RefusedRow
        Rows whose cells cannot be told apart, in order.
    has_nameless : bool
        Whether there are cells in columns without a name, which are not among `columns`.
    is_text : bool
        Whether every cell is the text of a file's cell, where a number in text is no news.
    number_format : str or None
        How its numbers are written, where a column does not say so itself.
    """

    start: int
    columns: Mapping[str, Any]
    n_rows: int
    refused: list[RefusedRow] = field(default_factory=list)
    has_nameless: bool = False
    is_text: bool = True
    number_format: str | None = None
    is_read: ClassVar[bool] = True

    def cells(self, name: str) -> list[Any]:
        """Return a column's cells as Python's own; None where there is no such column."""
        column = self.columns.get(name)
        if column is None:
            return [None] * self.n_rows
        return list(column) if isinstance(column, list) else arrow_cells(column)

    def row(self, position: int) -> dict[str, Any]:
        """Return the cells of a row, by column."""
        cells: dict[str, Any] = {}
        for name, column in self.columns.items():
            is_list = isinstance(column, list)
            cells[name] = column[position] if is_list else arrow_cells(column.slice(position, 1))[0]
        return cells

    def identifiers(self, name: str) -> list[Any]:
        """Return a column's cells, of refused rows those that stand in its place."""
        cells = self.cells(name)
        for row in self.refused:
            cells[row.position] = row.placed.get(name, "")
        return cells

    def read(self) -> Chunk:
        """Return itself, as it has been read."""
        return self


def clean_names(given: Iterable[object], said_by: str) -> list[str]:
    """Return the names of a file's columns, cleaned, if they differ.

    Parameters
    ----------
    given : iterable of str
        As the file has them; what is empty names no column.
    said_by : str
        How the error begins: whose names they are.

    Raises
    ------
    DataError
        If a name stands twice.
    """
    names = [clean_name(name) for name in given]
    twice = named_twice(names)
    if twice:
        listed = ", ".join(repr(shown(name)) for name in twice)
        message = f"{said_by} {listed} twice; rename one"
        raise DataError(message)
    return names


class UnreadChunk(Protocol):
    """Some rows that are still to be read, by whom and wherever that may be."""

    @property
    def n_rows(self) -> int:
        """How many rows."""

    @property
    def is_read(self) -> bool:
        """Whether the cells lie in memory, so that to read the rows costs nothing."""

    def read(self) -> Chunk:
        """Read the rows."""


class OpenTable(Protocol):
    """A file that is open: the names of its columns, and its rows chunk by chunk."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def header(self) -> list[str]:
        """The names of its columns, clean and all different; `has` knows of further ones."""

    @property
    def number_format(self) -> str | None:
        """How its numbers are written, where a column does not say so itself."""

    @property
    def position(self) -> Position:
        """Where the rows begin that have not been given yet."""

    def has(self, name: str) -> bool:
        """Tell whether a row has a column, which may not be known before far into the file."""

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, some megabytes at a time.

        Raises
        ------
        DataError
            If the rest of the file cannot be read.
        """

    def unread_chunks(self) -> Iterator[UnreadChunk]:
        """Yield the rows, of which some are still to be read; the errors are those of `chunks`."""
