"""What a format of tables is to the rest of the package, and what is read of a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from regression_model.processing.chunks import OpenTable, Position
    from regression_model.processing.tables import ColumnData


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


class TableFormat(ABC):
    """A format of files that hold a table.

    Its library, if it has one, is imported inside the methods: tables are read by all who train,
    and by some who only predict.

    Attributes
    ----------
    endings : tuple of str
        What the names of such files end in, in small letters: ``.parquet``.
    requirement : str
        The line by which a project's requirements name the library that reads it, if it has one.
    """

    endings: ClassVar[tuple[str, ...]]
    requirement: ClassVar[str] = ""

    @abstractmethod
    def open(self, path: Path, at: Position) -> AbstractContextManager[OpenTable]:
        """Open a table to read it chunk by chunk, under names that are clean and differ.

        Parameters
        ----------
        path : Path
        at : Position
            Where its rows are read from.

        Raises
        ------
        DataError
            If it cannot be read, or names a column twice.
        MissingExtraError
            If the library that reads it is not installed.
        """

    @abstractmethod
    def read(self, path: Path) -> TableFile:
        """Read a whole table; the errors are those of `open`, and rows that are refused."""
