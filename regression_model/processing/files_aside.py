"""Files beside their place: filled there, then moved into it, and known again if a run is killed.

What a killed run left is removed by the next one in the same folder: a name of ours, and no lock on
it, which the system takes from a process that is gone.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.platform != "win32":
    import fcntl

_NAME = ".regression-model-{}.part"
_PATTERN = re.compile(r"\.regression-model-[0-9a-f]{16}\.part")
"""Accepts the names that `_NAME` gives, with eight random bytes as hexadecimal digits."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""To write bytes as they are, into a file that must not be there yet."""


@contextmanager
def file_aside(
    place: Path, there: os.stat_result | None, *, is_tidy: bool = False
) -> Iterator[BinaryIO]:
    """Open a file beside its place, and move it there when it is complete and on disk.

    Parameters
    ----------
    place : Path
        Where it belongs, without links.
    there : os.stat_result or None
        What is in that place now, and lends its mode and owner.
    is_tidy : bool
        Whether `remove_leftovers` was called of the folder, which takes a look at all files in it.

    Raises
    ------
    OSError
        If it cannot be made, filled or moved; the place is as it was then.
    """
    # what replaces a private file is private while it is filled
    make = _make_new if there is None else _make_private
    if not is_tidy:
        remove_leftovers(place.parent)
    with _locked_aside(place.parent, make) as (aside, descriptor):
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _put_in_place(aside, place, there)
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


def _put_in_place(aside: Path, place: Path, there: os.stat_result | None) -> None:
    if there is None:
        aside.replace(place)
    # a file with a second name keeps it only if the file itself is filled anew
    elif there.st_nlink > 1 or not _resembles(aside, there):
        _copy_into(aside, place)
    else:
        try:
            aside.replace(place)
        except OSError as problem:
            if problem.errno != errno.EBUSY:  # a file that is mounted, as into a container
                raise
            _copy_into(aside, place)


def _resembles(aside: Path, there: os.stat_result) -> bool:
    """Give a file the owner and the mode of another one; tell whether that was allowed."""
    mine = aside.stat()
    try:
        if (mine.st_uid, mine.st_gid) != (there.st_uid, there.st_gid):
            os.chown(aside, there.st_uid, there.st_gid)
    except OSError:
        return False
    aside.chmod(stat.S_IMODE(there.st_mode))
    return True


def _copy_into(aside: Path, place: Path) -> None:
    """Fill an old file whose other names, owner or mount a new one could not have."""
    with aside.open("rb") as source, place.open("r+b") as file:
        file.truncate()
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def folder_aside(place: Path) -> Iterator[Path]:
    """Make a folder beside its place; it is moved there when the block ends.

    Raises
    ------
    OSError
        If it cannot be made or moved.
    """
    remove_leftovers(place.parent)
    with _locked_aside(place.parent, _make_folder) as (aside, descriptor):
        os.close(descriptor)
        try:
            yield aside
            aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _make_new(path: Path) -> int:
    return os.open(path, _NEW, 0o666)  # less the umask


def _make_private(path: Path) -> int:
    return os.open(path, _NEW, 0o600)  # until it gets the mode of the file that it replaces


def _make_folder(path: Path) -> int:
    path.mkdir()
    return os.open(os.devnull if sys.platform == "win32" else path, os.O_RDONLY)


@contextmanager
def _locked_aside(folder: Path, make: Callable[[Path], int]) -> Iterator[tuple[Path, int]]:
    """Make something of ours, locked so that nobody takes it for the leftover of a killed run.

    The descriptor is the caller's to close; the lock lasts until the block ends.
    """
    aside, descriptor = _make_locked(folder, make)
    if sys.platform == "win32":  # what is open cannot be removed there, nor moved
        yield aside, descriptor
        return
    lock = os.dup(descriptor)
    try:
        yield aside, descriptor
    finally:
        os.close(lock)


def _make_locked(folder: Path, make: Callable[[Path], int]) -> tuple[Path, int]:
    while True:
        aside = folder / _NAME.format(os.urandom(8).hex())
        descriptor = make(aside)
        if sys.platform != "win32":
            with suppress(OSError):  # a file system without locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        if aside.exists():
            return aside, descriptor
        os.close(descriptor)  # another run removed it before it was locked


def remove_leftovers(folder: Path) -> None:
    """Remove what killed runs of ours left in a folder: it is known by its name and unlocked."""
    leftovers: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        leftovers = [Path(entry.path) for entry in entries if _PATTERN.fullmatch(entry.name)]
    for leftover in leftovers:
        with suppress(OSError):  # somebody holds its lock, or it is gone by now
            _remove_unlocked(leftover)


def _remove_unlocked(leftover: Path) -> None:
    if sys.platform == "win32":
        leftover.unlink()
        return
    # neither through a link nor waiting for a pipe that somebody has put under such a name
    descriptor = os.open(leftover, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid():
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where somebody holds it
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(leftover)
        elif stat.S_ISREG(status.st_mode):
            leftover.unlink()
    finally:
        os.close(descriptor)
