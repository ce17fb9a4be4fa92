"""Files that a URL names (``s3://``, ``gs://``, ``abfs://``), by way of pyarrow's file systems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from regression_model.exceptions import DataError, MissingExtraError

if TYPE_CHECKING:
    from pyarrow import fs

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def is_remote(text: str) -> bool:
    """Tell whether a text is a URL and no path.

    Examples
    --------
    >>> is_remote("s3://houses/today.csv"), is_remote("houses/today.csv")
    (True, False)
    """
    return _URL.match(text) is not None


@dataclass(frozen=True)
class RemoteFile:
    """A file or a folder on a file system that a URL has named.

    It stands where a `pathlib.Path` does that is only opened to be read, and may be sent to another
    process.

    Attributes
    ----------
    root : str
        The URL of something on the file system, with what it takes to reach that.
    path : str
        Where it is on the file system.
    """

    root: str
    path: str

    def __str__(self) -> str:
        """Return its URL, without what it takes to reach the file system."""
        scheme = _URL.match(self.root)
        return f"{scheme[0] if scheme else ''}{self.path}"

    @property
    def name(self) -> str:
        """The last part of its path."""
        return PurePosixPath(self.path).name

    @property
    def suffix(self) -> str:
        """What its name ends in, from the last dot on."""
        return PurePosixPath(self.path).suffix

    @property
    def parent(self) -> RemoteFile:
        """The folder that it is in."""
        return RemoteFile(self.root, self.path.rpartition("/")[0])

    def with_suffix(self, suffix: str) -> RemoteFile:
        """Return what has another ending."""
        return RemoteFile(self.root, str(PurePosixPath(self.path).with_suffix(suffix)))

    def __truediv__(self, name: str) -> RemoteFile:
        """Return what is called so in this folder."""
        return RemoteFile(self.root, f"{self.path}/{name}")

    @property
    def local(self) -> Path | None:
        """The same as a path, where the URL is that of a file of this machine (``file://``)."""
        return Path(self.path) if self.root[:5].casefold() == "file:" else None

    @property
    def system(self) -> fs.FileSystem:
        """The file system that it is on."""
        return _reached(self.root)[0]

    def info(self) -> fs.FileInfo:
        """Return what kind of thing it is, its size, and when it was changed.

        Raises
        ------
        DataError
            If that cannot be found out.
        """
        try:
            return self.system.get_file_info(self.path)
        except OSError as problem:
            message = f"cannot reach {self}: {problem}"
            raise DataError(message) from problem

    def is_file(self) -> bool:
        """Return False: what is remote is read as it comes, which is told here as of a pipe."""
        return False

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open it to read it.

        Parameters
        ----------
        mode : str
            ``rb``, as of a path.

        Raises
        ------
        OSError
            If it cannot be opened.
        """
        if mode != "rb":
            message = "a remote file is opened to be read, so as rb"
            raise ValueError(message)
        return cast("BinaryIO", self.system.open_input_file(self.path))


def remote_file(url: str) -> RemoteFile:
    """Return what a URL names, whether it is there or not.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    DataError
        If it knows no such file system, or the URL is none.
    """
    return RemoteFile(url, _reached(url)[1].rstrip("/"))


@lru_cache
def _reached(url: str) -> tuple[fs.FileSystem, str]:
    """Return a file system and a path on it; to find out where a bucket is takes a while."""
    try:
        from pyarrow import fs
    except ModuleNotFoundError as problem:
        message = (
            f"{url} is reached by pyarrow, which is not installed; install it with: "
            'pip install "evergreen-regression[files]"'
        )
        raise MissingExtraError(message) from problem
    try:
        system, path = fs.FileSystem.from_uri(url)
    except (OSError, ValueError) as problem:  # Arrow's own errors are among them
        message = f"cannot reach {url}: {problem}"
        raise DataError(message) from problem
    return system, path
