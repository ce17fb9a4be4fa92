"""Output files: written whole or not at all, where and as what was there before.

Every file that this package writes at somebody's wish is written here. A file is written beside
its place and moved there once it is complete, so that a crash leaves the old one. What is no
regular file (a device, a pipe, the process's own stdout) is written into directly.
"""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from regression_model.exceptions import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

if sys.platform != "win32":
    import fcntl

_ASIDE = re.compile(r"\.regression-model-[0-9a-f]{16}\.part")
_STREAMS = (1, 2)


def check_output(path: Path, *, inputs: Iterable[Path] = (), make_folders: bool = False) -> None:
    """Refuse a place that cannot be written to, before any work is done for it.

    Parameters
    ----------
    path : Path
        Where the output is wanted.
    inputs : iterable of Path
        Files that the output is made from, which it must not replace.
    make_folders : bool
        Whether folders that are not there will be made.

    Raises
    ------
    OutputError
        If it is a folder, one of the inputs, write-protected, or in a folder that is not there or
        not writable.
    """
    with _in_words(path):
        there = _status(path)
        if there is None or stat.S_ISREG(there.st_mode):
            _check_inputs(there, inputs)
            _check_place(path, there, make_folders=make_folders)
        elif stat.S_ISDIR(there.st_mode):
            message = "it is a folder"
            raise OSError(message)


def check_stdout(*, inputs: Iterable[Path]) -> None:
    """Refuse to write on to a file that is read at the same time, as with ``>>`` and its name.

    Raises
    ------
    OutputError
        If stdout is one of the inputs.
    """
    try:
        there = os.fstat(1)
    except OSError:  # closed, which is noticed where something is written
        return
    if stat.S_ISREG(there.st_mode):
        with _in_words(Path("stdout")):
            _check_inputs(there, inputs)


def replaces(path: Path) -> bool:
    """Tell whether writing to `path` replaces a file; devices and pipes are only written into."""
    with _in_words(path):
        there = _status(path)
        return there is not None and stat.S_ISREG(there.st_mode) and _stream(there) is None


@contextmanager
def output_file(
    path: Path, *, inputs: Iterable[Path] = (), make_folders: bool = False
) -> Iterator[BinaryIO]:
    """Open an output; it takes its place when the block ends, and not at all if that raises.

    A file that is there stays whole until then, and the new one gets its mode and owner; a link
    stays, and its target is replaced.

    Parameters
    ----------
    path : Path
        Where the output is wanted.
    inputs : iterable of Path
        Files that the output is made from, which it must not replace.
    make_folders : bool
        Whether to make folders that are not there.

    Raises
    ------
    OutputError
        If it cannot be written: the message says where and why.
    """
    check_output(path, inputs=inputs, make_folders=make_folders)
    with _in_words(path):
        if make_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        there = _status(path)
        stream = None if there is None else _stream(there)
        if stream is not None:
            with os.fdopen(os.dup(stream), "wb") as file:
                yield file
        elif there is not None and not stat.S_ISREG(there.st_mode):
            with path.open("wb") as file:
                yield file
        else:
            with _aside(Path(os.path.realpath(path)), there) as file:
                yield file


@contextmanager
def output_text(path: Path, *, inputs: Iterable[Path] = ()) -> Iterator[TextIO]:
    """Open an output of UTF-8 text whose ends of line are written as given; see `output_file`."""
    with output_file(path, inputs=inputs) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        try:
            yield text
            text.flush()
        except UnicodeEncodeError as problem:
            message = f"cannot write {path}: it would hold {problem.object[problem.start]!r}"
            raise OutputError(message) from problem
        finally:
            with suppress(OSError, ValueError):
                text.detach()


@contextmanager
def output_folder(path: Path) -> Iterator[Path]:
    """Make a folder beside its place; it is moved there when the block ends.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    with _in_words(path), _held(path.parent, _make_folder) as (aside, descriptor):
        os.close(descriptor)
        try:
            yield aside
            aside.rename(path)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn what the system says into an error that names the output."""
    try:
        yield
    except OutputError:
        raise
    except OSError as problem:
        error = OutputError(f"cannot write {path}: {problem.strerror or problem}")
        error.errno = problem.errno
        raise error from problem


def _status(path: Path) -> os.stat_result | None:
    """Return what is at the place, through links, or None where there is nothing yet."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None
    except ValueError as problem:  # a NUL, which no path holds
        raise OSError(errno.EINVAL, str(problem)) from problem


def _stream(there: os.stat_result) -> int | None:
    """Return which of the process's own streams this is, as with ``-o /dev/stdout``."""
    for stream in _STREAMS:
        with suppress(OSError):
            if os.path.samestat(there, os.fstat(stream)):
                return stream
    return None


def _check_inputs(there: os.stat_result | None, inputs: Iterable[Path]) -> None:
    for source in inputs:
        if there is not None and _is(there, source):
            message = f"it is the input {source}; choose another name"
            raise OSError(message)


def _is(there: os.stat_result, source: Path) -> bool:
    """Tell whether a path leads to a file; one that cannot be looked at leads to none."""
    try:
        found = _status(source)
    except OSError:
        return False
    return found is not None and os.path.samestat(there, found)


def _check_place(path: Path, there: os.stat_result | None, *, make_folders: bool) -> None:
    place = Path(os.path.realpath(path))
    folder = place.parent
    while make_folders and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if there is not None and _stream(there) is not None:
        return
    if not folder.is_dir():
        message = f"there is no folder {folder}"
        raise OSError(message)
    if there is not None and not os.access(place, os.W_OK):
        message = "it is write-protected"
        raise OSError(message)
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"the folder {folder} is not writable"
        raise OSError(message)


@contextmanager
def _aside(place: Path, there: os.stat_result | None) -> Iterator[BinaryIO]:
    """Open a file beside its place, and move it there when it is complete and on disk."""
    make = _make_new if there is None else _make_private
    with _held(place.parent, make) as (aside, descriptor):
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


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def _make_new(path: Path) -> int:
    return os.open(path, _NEW, 0o666)  # less the umask


def _make_private(path: Path) -> int:
    return os.open(path, _NEW, 0o600)  # until it gets the mode of the file that it replaces


def _make_folder(path: Path) -> int:
    path.mkdir()
    return os.open(os.devnull if sys.platform == "win32" else path, os.O_RDONLY)


@contextmanager
def _held(folder: Path, make: Callable[[Path], int]) -> Iterator[tuple[Path, int]]:
    """Make something of ours, locked so that nobody takes it for the leftover of a killed run.

    The descriptor is the caller's to close; the lock lasts until the block ends.
    """
    _remove_leftovers(folder)
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
        aside = folder / f".regression-model-{os.urandom(8).hex()}.part"
        descriptor = make(aside)
        if sys.platform != "win32":
            with suppress(OSError):  # a file system without locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        if aside.exists():
            return aside, descriptor
        os.close(descriptor)  # another run removed it before it was locked


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed runs of ours left in a folder: it is known by its name and unlocked."""
    with suppress(OSError), os.scandir(folder) as entries:
        leftovers = [Path(entry.path) for entry in entries if _ASIDE.fullmatch(entry.name)]
        for leftover in leftovers:
            with suppress(OSError):
                _remove_unlocked(leftover)


def _remove_unlocked(leftover: Path) -> None:
    if sys.platform == "win32":
        leftover.unlink()
        return
    descriptor = os.open(leftover, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid():
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if stat.S_ISDIR(found.st_mode):
            shutil.rmtree(leftover)
        elif stat.S_ISREG(found.st_mode):
            leftover.unlink()
    finally:
        os.close(descriptor)
