"""What a run reads: the files that are meant by names, folders, patterns and standard input."""

from __future__ import annotations

import glob
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from regression_model.exceptions import DataError
from regression_model.processing.table_formats.registry import says_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

STANDARD_INPUT = "-"
_STDIN = Path("/dev/stdin")
_NO_DATA = (".", "_")
"""What names begin with of files in a folder that are no data: manifests, marks, halves."""


class NoInputError(ValueError):
    """A name or a pattern means no file at all."""


@dataclass(frozen=True)
class Source:
    """A file of rows.

    Attributes
    ----------
    name : str
        What it is called in answers and messages.
    path : Path
    state : str
        What is different once the file is another one or has changed: its size and the time of
        its change. What cannot be read twice, such as a pipe, is another file each time.
    size : int
        In bytes; 0 where nobody knows.
    """

    name: str
    path: Path
    state: str
    size: int

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be read again."""
        return self.path.is_file()

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


_ONCE = "once "
"""What the states begin with of files that can be read only once."""


def _state(path: Path) -> tuple[str, int]:
    """Return what tells a file from itself after a change, and its size."""
    try:
        status = path.stat()
    except OSError as problem:
        return f"{problem.strerror or problem}", 0
    if not stat.S_ISREG(status.st_mode):
        return _ONCE + os.urandom(16).hex(), 0
    return f"{status.st_size} bytes, changed {status.st_mtime_ns}", status.st_size


def source(path: Path) -> Source:
    """Return the source that is a file."""
    # a name that is no text, as a file system may hold it, shall not end a run
    name = str(path).encode("utf-8", "backslashreplace").decode()
    return Source(name, path, *_state(path))


@dataclass
class Inputs:
    """The files that a run reads.

    Attributes
    ----------
    sources : list of Source
        In the order of what was given, and by name within folders and patterns.
    folders : list of Path
        The folders among what was given.
    are_many : bool
        Whether there may be several: not by their number, which may change from day to day.
    notes : list of str
        What was passed over.
    problems : list of DataError
        Folders that cannot be read.
    """

    sources: list[Source] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    are_many: bool = False
    notes: list[str] = field(default_factory=list)
    problems: list[DataError] = field(default_factory=list)


def find_inputs(given: Sequence[str]) -> Inputs:
    """Find the files of rows that are meant.

    Parameters
    ----------
    given : sequence of str
        Names of files and of folders, patterns such as ``data/*.csv``, or ``-`` for standard
        input. Of a folder all files are taken, also in folders below, whose names say a format.

    Returns
    -------
    Inputs

    Raises
    ------
    NoInputError
        If one of them means no file.
    """
    inputs = Inputs(are_many=len(given) > 1)
    seen: set[str] = set()
    for text in given:
        for path in _files(text, inputs):
            place = os.path.realpath(path)
            if place in seen:
                inputs.notes.append(f"{path} is named more than once, and read once")
                continue
            seen.add(place)
            inputs.sources.append(source(path))
    return inputs


def _files(text: str, inputs: Inputs) -> Iterator[Path]:
    """Yield the files that are meant by what was given."""
    path = _STDIN if text == STANDARD_INPUT else Path(text)
    if path.is_dir():
        inputs.are_many = True
        inputs.folders.append(path)
        yield from _files_below(path, inputs)
    elif path.exists() or not glob.has_magic(text):
        if not path.exists():
            message = f"there is no file {text}"
            raise NoInputError(message)
        yield path
    else:
        inputs.are_many = True
        found = sorted(map(Path, glob.glob(text, recursive=True)))  # noqa: PTH207 - of any place
        files = [each for each in found if not each.is_dir()]
        if not files:
            message = f"there is no file whose name fits {text}"
            raise NoInputError(message)
        yield from files


def _files_below(folder: Path, inputs: Inputs) -> Iterator[Path]:
    """Yield the files of rows in a folder and in those below, by name."""
    passed_over: list[str] = []
    found: list[Path] = []
    for path in _walk(folder, inputs):
        if says_format(path):
            found.append(path)
        else:
            passed_over.append(path.name)
    if passed_over:
        n_others = len(passed_over) - 1
        more = f" and {n_others:,} more" if n_others else ""
        inputs.notes.append(
            f"in {folder}, {min(passed_over)}{more} passed over: no name of a table's file"
        )
    if not found and not inputs.problems:
        message = f"the folder {folder} has no file of rows: none whose name ends as a table's does"
        raise NoInputError(message)
    yield from sorted(found)


def _walk(folder: Path, inputs: Inputs) -> Iterator[Path]:
    def unreadable(problem: OSError) -> None:
        message = f"cannot read the folder {problem.filename}: {problem.strerror or problem}"
        inputs.problems.append(DataError(message))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = _data(folders)
        yield from (Path(place, name) for name in _data(names))


def _data(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(_NO_DATA)]
