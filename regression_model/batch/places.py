"""What a run needs of the places that it writes to, wherever these are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

    from regression_model.processing.remote_files import RemoteFile


class OutputFile(Protocol):
    """A file that the parts of a run are put together in; `str` says where.

    What cannot be written is an OutputError of each method.
    """

    @property
    def place(self) -> str:
        """Where it is, without links."""

    def check(self, read: Iterable[Path | RemoteFile]) -> None:
        """Refuse a place that cannot be written to, or that is one of the files that are read."""

    def is_occupied(self) -> bool:
        """Tell whether there is a file that would be replaced."""

    def state(self) -> list[int] | None:
        """Return what tells the file from another one in its place."""

    def writing(self) -> AbstractContextManager[BinaryIO]:
        """Open it; it takes its place when the block ends, and not if that raises."""


class OutputFolder(Protocol):
    """A folder that a run writes files into, each whole or not at all; `str` says where.

    What cannot be written is an OutputError of each method.
    """

    @property
    def place(self) -> str:
        """Where it is, without links."""

    def check(self) -> None:
        """Refuse a place that cannot be written to."""

    def is_occupied(self) -> bool:
        """Tell whether there is anything in it."""

    def problems(self, name: str) -> AbstractContextManager[None]:
        """Name a file in what goes wrong while it is written."""

    def taken(self) -> AbstractContextManager[None]:
        """Make the folder, and keep other runs out of it, if that can be, while one writes."""

    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file that takes its place when the block ends, and not if that raises."""

    def append(self, name: str, line: bytes) -> None:
        """Write a line behind those of a file, and have it where no crash can lose it."""

    def read(self, name: str) -> bytes:
        """Return what a file holds, nothing where it is not there."""

    def open(self, name: str) -> BinaryIO:
        """Open a file to read it."""

    def sizes(self) -> dict[str, int]:
        """Return the files that are there and how long they are, none where the folder is not."""

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
