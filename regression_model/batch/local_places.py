"""Where a run writes to on this machine: files that are whole or not there, one run at a time."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from regression_model.batch.sources import paths_of
from regression_model.exceptions import OutputError
from regression_model.processing.files_aside import remove_leftovers
from regression_model.processing.output_files import (
    append_line,
    check_output,
    in_words,
    is_stream,
    output_file,
    replaces,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from regression_model.processing.remote_files import RemoteFile

if sys.platform != "win32":
    import fcntl


class LocalFile:
    """A file that the parts of a run are put together in.

    Parameters
    ----------
    path : Path
        It need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        """Return where it is."""
        return str(self.path)

    @property
    def place(self) -> str:
        """Where it is, without links."""
        return os.path.realpath(self.path)

    def check(self, read: Iterable[Path | RemoteFile]) -> None:
        """Refuse a place that cannot be written to, or that is one of the files that are read.

        Raises
        ------
        OutputError
        """
        check_output(self.path, inputs=paths_of(read))

    def is_occupied(self) -> bool:
        """Tell whether there is a file that would be replaced."""
        return replaces(self.path)

    def state(self) -> list[int] | None:
        """Return what tells the file from another one in its place; of no stream is that known."""
        if not self.path.exists() or is_stream(self.path):
            return None
        status = self.path.stat()
        return [status.st_size, status.st_mtime_ns]

    def writing(self) -> AbstractContextManager[BinaryIO]:
        """Open it; it takes its place when the block ends, and not if that raises."""
        return output_file(self.path)


class LocalFolder:
    """A folder for the files of a run.

    Parameters
    ----------
    path : Path
        It need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        """Return where it is."""
        return str(self.path)

    @property
    def place(self) -> str:
        """Where it is, without links."""
        return os.path.realpath(self.path)

    def check(self) -> None:
        """Refuse a place that cannot be written to.

        Raises
        ------
        OutputError
        """
        is_there = self.path.is_dir()
        check_output(self.path / "any" if is_there else self.path)

    def is_occupied(self) -> bool:
        """Tell whether there is anything in it."""
        with in_words(self.path):
            return self.path.is_dir() and any(self.path.iterdir())

    def problems(self, name: str) -> AbstractContextManager[None]:
        """Name a file in what goes wrong while it is written."""
        return in_words(self.path / name)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Make the folder, and keep other runs out of it while what is inside runs.

        A folder that was made for nothing is removed again.

        Raises
        ------
        OutputError
            If it cannot be made, or another run writes into it.
        """
        was_there = self.path.is_dir()
        with in_words(self.path):
            self.path.mkdir(exist_ok=True)
        try:
            with _locked(self.path):
                remove_leftovers(self.path)
                yield
        finally:
            if not was_there:
                with suppress(OSError):  # there is something in it
                    self.path.rmdir()

    def writing(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file that takes its place when the block ends, and not if that raises.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        return output_file(self.path / name, is_tidy=True)  # by `taken`

    def append(self, name: str, line: bytes) -> None:
        """Write a line behind those of a file, and have it on disk.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        append_line(self.path / name, line)

    def read(self, name: str) -> bytes:
        """Return what a file holds, nothing where it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return b""

    def open(self, name: str) -> BinaryIO:
        """Open a file to read it."""
        return (self.path / name).open("rb")

    def sizes(self) -> dict[str, int]:
        """Return the files that are there and how long they are, none where the folder is not."""
        with suppress(FileNotFoundError), os.scandir(self.path) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
        return {}

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with in_words(self.path / name):
            (self.path / name).unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; the system takes it from a process that is gone."""
    if sys.platform == "win32":  # a folder cannot be locked there
        yield
        return
    with in_words(folder):
        descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        message = (
            f"another run writes into {folder} at this moment; wait for its end, or choose "
            "another place"
        )
        raise OutputError(message) from problem
    except OSError:  # a file system without locks
        return
