"""Small files read whole, and no more of them than is useful."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from pathlib import Path


def read_regular_file(path: Path, what: str, most_bytes: int) -> bytes:
    """Return what a regular file holds; anything else might never end, or never begin.

    Parameters
    ----------
    path : Path
    what : str
        What the file is called in errors.
    most_bytes : int
        One byte more than so many is read at most, which shows that there is more.

    Raises
    ------
    ArtifactError
        If there is no such file, or it cannot be read.
    """
    try:
        _check_regular(path.stat())
        # not to wait for the other end of a pipe that has come into its place meanwhile
        ways = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, ways)
        with os.fdopen(handle, "rb") as file:
            _check_regular(os.fstat(handle))
            return file.read(most_bytes + 1)
    except (OSError, ValueError) as problem:
        pass_on(problem)
        reason = getattr(problem, "strerror", None) or problem
        message = f"cannot read the {what} {path}: {reason}"
        raise ArtifactError(message) from problem


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ValueError("it is a directory")
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is no regular file")
