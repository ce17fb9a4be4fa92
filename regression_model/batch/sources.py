"""A file of rows that a run reads, and what tells it from itself after a change."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_model.exceptions import DataError
from regression_model.processing.remote_files import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ONCE = "once "
"""What the states begin with of files that can be read only once."""


@dataclass(frozen=True)
class Source:
    """A file of rows.

    Attributes
    ----------
    name : str
        What it is called in answers and messages.
    path : Path or RemoteFile
        Where it is.
    state : str
        What is different once the file is another one or has changed: its size and the time of
        its change. What cannot be read twice, such as a pipe, is another file each time.
    size : int
        In bytes; 0 where nobody knows.
    """

    name: str
    path: Path | RemoteFile
    state: str
    size: int

    def check_unchanged(self) -> None:
        """Check that the file is still what it was when the run began.

        Raises
        ------
        DataError
            If it has changed, or is gone.
        """
        if not self.state.startswith(_ONCE) and _state(self.path)[0] != self.state:
            message = (
                f"{self.name} has changed while it was read, so that its rows may be some of both; "
                "wait until it is whole and go on with --resume"
            )
            raise DataError(message)


def source(path: Path | RemoteFile) -> Source:
    """Return the source that is a file."""
    # a name that is no text, as a file system may hold it, shall not end a run
    name = str(path).encode("utf-8", "backslashreplace").decode()
    return Source(name, path, *_state(path))


def place_of(path: Path | RemoteFile) -> str:
    """Return where a file or a folder is, without links."""
    local = path.local if isinstance(path, RemoteFile) else path
    return str(path) if local is None else os.path.realpath(local)


def paths_of(files: Iterable[Path | RemoteFile]) -> list[Path]:
    """Return the paths of those files that are on this machine."""
    paths = (file.local if isinstance(file, RemoteFile) else file for file in files)
    return [path for path in paths if path is not None]


def _state(path: Path | RemoteFile) -> tuple[str, int]:
    """Return what tells a file from itself after a change, and its size."""
    if isinstance(path, RemoteFile):
        info = path.info()
        return _told(info.size, info.mtime_ns), info.size or 0
    try:
        status = path.stat()
    except OSError as problem:
        return f"{problem.strerror or problem}", 0
    if not stat.S_ISREG(status.st_mode):
        return _ONCE + os.urandom(16).hex(), 0
    return _told(status.st_size, status.st_mtime_ns), status.st_size


def _told(size: int | None, changed: int | None) -> str:
    return f"{size} bytes, changed {changed}"
