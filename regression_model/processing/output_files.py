"""Output files: written whole or not at all, where and as what was there before.

Every file that this package writes at somebody's wish is written here. A file is written beside
its place and moved there once it is complete, so that a crash leaves the old one. What is no
regular file (a device, a pipe, the process's own stdout) is written into directly.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from regression_model.exceptions import OutputError
from regression_model.processing.files_aside import file_aside, folder_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STREAMS = (1, 2)
"""Descriptors of stdout and stderr."""


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
    with in_words(path):
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
        with in_words(Path("stdout")):
            _check_inputs(there, inputs)


def replaces(path: Path) -> bool:
    """Tell whether writing to `path` replaces a file; devices and pipes are only written into."""
    with in_words(path):
        there = _status(path)
        return there is not None and stat.S_ISREG(there.st_mode) and _stream(there) is None


def is_stream(path: Path) -> bool:
    """Tell whether writing to `path` goes into what is open: a device, a pipe, a stream of ours."""
    with in_words(path):
        there = _status(path)
        if there is None or stat.S_ISDIR(there.st_mode):
            return False
        return not stat.S_ISREG(there.st_mode) or _stream(there) is not None


@contextmanager
def output_file(
    path: Path,
    *,
    inputs: Iterable[Path] = (),
    make_folders: bool = False,
    is_tidy: bool = False,
) -> Iterator[BinaryIO]:
    """Open an output; it takes its place when the block ends, and not at all if that raises.

    A file that is there stays whole until then, and the new one gets its mode and owner; a link
    stays, and its target is replaced.

    Parameters
    ----------
    path, inputs, make_folders
        As of `check_output`, which is asked first; folders are made here.
    is_tidy : bool
        As of `file_aside`: for many files in one folder.

    Raises
    ------
    OutputError
        If it cannot be written: the message says where and why.
    """
    check_output(path, inputs=inputs, make_folders=make_folders)
    with in_words(path):
        if make_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        with _opened(path, is_tidy=is_tidy) as file:
            yield file


def _opened(path: Path, *, is_tidy: bool) -> AbstractContextManager[BinaryIO]:
    """Open what is there: one of our streams, a device or pipe, or a file aside."""
    there = _status(path)
    stream = None if there is None else _stream(there)
    if stream is not None:
        # a copy of the descriptor: the stream itself stays open when the file is closed
        return os.fdopen(os.dup(stream), "wb")
    if there is None or stat.S_ISREG(there.st_mode):
        return file_aside(Path(os.path.realpath(path)), there, is_tidy=is_tidy)
    return path.open("wb")


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


def append_line(path: Path, line: bytes) -> None:
    """Write a line behind those of a file, which is made if need be, and have it on disk.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with in_words(path), path.open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def output_folder(path: Path) -> Iterator[Path]:
    """Make a folder beside its place; it is moved there when the block ends.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    with in_words(path), folder_aside(path) as folder:
        yield folder


@contextmanager
def in_words(path: Path) -> Iterator[None]:
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
    if there is None:  # what is not there yet is none of them
        return
    for source in inputs:
        if _is(there, source):
            message = f"it is the input {source}; choose another name"
            raise OSError(message)


def _is(there: os.stat_result, source: Path) -> bool:
    """Tell whether a path leads to a file; one that cannot be looked at leads to none."""
    try:
        status = _status(source)
    except OSError:
        return False
    return status is not None and os.path.samestat(there, status)


def _check_place(path: Path, there: os.stat_result | None, *, make_folders: bool) -> None:
    """Check that a file can be written here, and one made beside it."""
    if there is not None and _stream(there) is not None:
        return
    place = Path(os.path.realpath(path))
    folder = place.parent
    # of folders that will be made, the nearest that is there says whether they can be
    while make_folders and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        message = f"there is no folder {folder}"
        raise OSError(message)
    if there is not None and not os.access(place, os.W_OK):
        message = "it is write-protected"
        raise OSError(message)
    if not os.access(folder, os.W_OK | os.X_OK):
        message = f"the folder {folder} is not writable"
        raise OSError(message)
