"""Where a run writes to on a file system that a URL names.

What is written is filled in a temporary file here and then sent whole: an object store shows it
once it is complete; on other file systems it is sent beside its place and moved there.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from regression_model.batch.sources import place_of
from regression_model.exceptions import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from regression_model.processing.remote_files import RemoteFile

_WHOLE_WHEN_CLOSED = ("s3", "gcs", "abfs")
"""File systems that show a file once it is complete."""
_ASIDE = ".regression-model.part"
"""What stands behind the name of a file that is being sent to another one."""


@contextmanager
def remote_problems(file: RemoteFile) -> Iterator[None]:
    """Turn what a file system says into an error that names the output."""
    try:
        yield
    except OutputError:
        raise
    except OSError as problem:
        message = f"cannot write {file}: {problem.strerror or problem}"
        raise OutputError(message) from problem


@contextmanager
def _sent(file: RemoteFile) -> Iterator[BinaryIO]:
    """Open a temporary file that is sent to its place when the block ends."""
    with remote_problems(file), tempfile.TemporaryFile() as filled:
        yield cast("BinaryIO", filled)
        filled.seek(0)
        system = file.system
        if system.type_name in _WHOLE_WHEN_CLOSED:
            with system.open_output_stream(file.path) as out:
                shutil.copyfileobj(filled, out)
            return
        with system.open_output_stream(file.path + _ASIDE) as out:
            shutil.copyfileobj(filled, out)
        system.move(file.path + _ASIDE, file.path)


class RemoteOutput:
    """A file that the parts of a run are put together in.

    Parameters
    ----------
    file : RemoteFile
        It need not be there yet.
    """

    def __init__(self, file: RemoteFile) -> None:
        self._file = file

    def __str__(self) -> str:
        """Return its URL."""
        return str(self._file)

    @property
    def place(self) -> str:
        """Where it is, which of a file of this machine is its path without links."""
        return place_of(self._file)

    def check(self, read: Iterable[Path | RemoteFile]) -> None:
        """Refuse a folder, and a file that is read."""
        if self._file.info().type.name == "Directory":
            message = f"cannot write {self}: it is a folder"
            raise OutputError(message)
        if any(place_of(path) == self.place for path in read):
            message = f"cannot write {self}: it is an input; choose another name"
            raise OutputError(message)

    def is_occupied(self) -> bool:
        """Tell whether there is a file that would be replaced."""
        return self.state() is not None

    def state(self) -> list[int] | None:
        """Return what tells the file from another one in its place."""
        info = self._file.info()
        return None if info.size is None else [info.size, info.mtime_ns or 0]

    @contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """Open it; it takes its place when the block ends, and not if that raises."""
        with _sent(self._file) as out:
            yield out


class RemoteFolder:
    """A folder that a run writes files into, each whole or not at all.

    Nothing keeps two runs from writing into one at the same time.

    Parameters
    ----------
    folder : RemoteFile
        It need not be there yet.
    """

    def __init__(self, folder: RemoteFile) -> None:
        self._folder = folder

    def __str__(self) -> str:
        """Return its URL."""
        return str(self._folder)

    @property
    def place(self) -> str:
        """Where it is, which of a folder of this machine is its path without links."""
        return place_of(self._folder)

    def check(self) -> None:
        """Refuse a file."""
        if self._folder.info().type.name == "File":
            message = f"cannot write {self}: it is a file, and no folder"
            raise OutputError(message)

    def is_occupied(self) -> bool:
        """Tell whether there is any file in it."""
        return bool(self.sizes())

    @contextmanager
    def problems(self, name: str) -> Iterator[None]:
        """Name a file in what goes wrong while it is written."""
        with remote_problems(self._folder / name):
            yield

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Make the folder; one that was made for nothing is removed again."""
        with remote_problems(self._folder):
            self._folder.system.create_dir(self._folder.path)
        try:
            yield
        finally:
            if not self.sizes():
                with remote_problems(self._folder):
                    self._folder.system.delete_dir(self._folder.path)

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Open a file that takes its place when the block ends, and not if that raises."""
        with _sent(self._folder / name) as out:
            yield out

    def append(self, name: str, line: bytes) -> None:
        """Write a file anew with a further line: nothing can be added to an object."""
        before = self.read(name)
        with self.writing(name) as out:
            out.write(before + line)

    def read(self, name: str) -> bytes:
        """Return what a file holds, nothing where it is not there."""
        with self.problems(name):
            if (self._folder / name).info().size is None:
                return b""
            with self.open(name) as file:
                return file.read()

    def open(self, name: str) -> BinaryIO:
        """Open a file to read it."""
        return (self._folder / name).open()

    def sizes(self) -> dict[str, int]:
        """Return the files that are there and how long they are, none where the folder is not."""
        from pyarrow import fs

        selector = fs.FileSelector(self._folder.path, allow_not_found=True)
        with remote_problems(self._folder):
            found = self._folder.system.get_file_info(selector)
        return {info.base_name: info.size for info in found if info.type == fs.FileType.File}

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        file = self._folder / name
        with remote_problems(file):
            if file.info().size is not None:
                self._folder.system.delete_file(file.path)
