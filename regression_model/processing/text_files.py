"""Files of text, opened so that they can be read twice, whatever they come through."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.csv_lines import LineTooLongError
from regression_model.processing.remote_files import RemoteFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKED = (".gz", ".zst")
"""What the names of files end in that are compressed."""


def open_bytes(path: Path | RemoteFile) -> BinaryIO:
    """Open a file at its beginning, unpacked if its name says that it is compressed.

    What cannot be read twice, such as a pipe, is copied into a temporary file first.

    Raises
    ------
    DataError
        If there is no such file, or it cannot be opened.
    MissingExtraError
        If what unpacks it is not installed.
    """
    with text_problems(path):
        if path.suffix.casefold() == ".gz":
            if isinstance(path, RemoteFile):
                return _copied(cast("BinaryIO", gzip.GzipFile(fileobj=path.open("rb"))))
            unpacking = cast("BinaryIO", gzip.GzipFile(path))
            return unpacking if path.is_file() else _copied(unpacking)
        if path.suffix.casefold() == ".zst":
            return _copied(_unpacking(path))
        file = path.open("rb")
        return file if file.seekable() else _copied(file)


def _unpacking(path: Path | RemoteFile) -> BinaryIO:
    """Return what unpacks a file of zstd as it is read, from beginning to end."""
    try:
        import pyarrow as pa
    except ModuleNotFoundError as problem:
        message = (
            f"{path} is compressed with zstd, and reading it needs {problem.name}, which is not "
            'installed; install it with: pip install "evergreen-regression[files]", or unpack it '
            "first: unzstd FILE"
        )
        raise MissingExtraError(message) from problem
    return cast("BinaryIO", pa.CompressedInputStream(path.open("rb"), "zstd"))


def _copied(stream: BinaryIO) -> BinaryIO:
    """Return a file without a name that holds what a stream gives, which is closed."""
    with stream, ExitStack() as closed_if_this_fails:
        copy = closed_if_this_fails.enter_context(tempfile.TemporaryFile())
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        closed_if_this_fails.pop_all()
    return cast("BinaryIO", copy)


@contextmanager
def text_problems(path: object) -> Iterator[None]:
    """Name the file in what goes wrong while it is read."""
    try:
        yield
    except UnicodeDecodeError as problem:
        message = f"{path} is not UTF-8 text, so not a file that can be read; save it as UTF-8"
        raise DataError(message) from problem
    except (OSError, EOFError, zlib.error, LineTooLongError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        message = f"cannot read {path}: {reason}"
        raise DataError(message) from problem
