"""What a run reads: the files that are meant by names, folders, patterns and standard input."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, cast

from regression_model.batch.sources import place_of, source
from regression_model.exceptions import DataError
from regression_model.processing.remote_files import RemoteFile, is_remote, remote_file
from regression_model.processing.table_formats.registry import says_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from regression_model.batch.sources import Source

    Place = Path | RemoteFile

STANDARD_INPUT = "-"
_STDIN = Path("/dev/stdin")
_NO_DATA = (".", "_")
"""What names begin with of files in a folder that are no data: manifests, marks, halves."""


class NoInputError(ValueError):
    """A name or a pattern means no file at all."""


@dataclass
class Inputs:
    """The files that a run reads.

    Attributes
    ----------
    sources : list of Source
        In the order of what was given, and by name within folders and patterns.
    folders : list of Path or RemoteFile
        The folders among what was given.
    are_many : bool
        Whether there may be several: not by their number, which may change from day to day.
    notes : list of str
        What was passed over.
    problems : list of DataError
        Folders that cannot be read.
    """

    sources: list[Source] = field(default_factory=list)
    folders: list[Place] = field(default_factory=list)
    are_many: bool = False
    notes: list[str] = field(default_factory=list)
    problems: list[DataError] = field(default_factory=list)


def find_inputs(given: Sequence[str]) -> Inputs:
    """Find the files of rows that are meant.

    Parameters
    ----------
    given : sequence of str
        Names of files and of folders, URLs of them, patterns such as ``data/*.csv``, or ``-`` for
        standard input. Of a folder all files are taken, also in folders below, whose names say a
        format.

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
    again: list[Place] = []
    for text in given:
        for path in _files(text, inputs):
            place = place_of(path)
            if place in seen:
                again.append(path)
            else:
                seen.add(place)
                inputs.sources.append(source(path))
    if again:
        more = f" and {len(again) - 1:,} more" if len(again) > 1 else ""
        inputs.notes.append(f"{again[0]}{more} named more than once, and read once")
    return inputs


def _files(text: str, inputs: Inputs) -> Iterator[Place]:
    """Yield the files that are meant by what was given."""
    if is_remote(text):
        yield from _remote_files(text, inputs)
        return
    if not text:
        message = "a name is empty, as that of a variable that is not set; name a file or a folder"
        raise NoInputError(message)
    path = _STDIN if text == STANDARD_INPUT else Path(text)
    if path.is_dir():
        yield from _files_below(path, _walk(path, inputs), inputs)
    elif path.exists() or not glob.has_magic(text):
        if not path.exists():
            message = f"there is no file {text}"
            raise NoInputError(message)
        yield path
    else:
        found = sorted(map(Path, glob.glob(text, recursive=True)))  # noqa: PTH207 - of any place
        yield from _fitting(text, [each for each in found if not each.is_dir()], inputs)


def _fitting(pattern: str, files: Sequence[Place], inputs: Inputs) -> Sequence[Place]:
    """Return the files that fit a pattern, if there are any."""
    inputs.are_many = True
    if not files:
        message = f"there is no file whose name fits {pattern}"
        raise NoInputError(message)
    return files


def _remote_files(url: str, inputs: Inputs) -> Iterator[RemoteFile]:
    """Yield the files that a URL means: one file, those of a folder, or those that fit a pattern.

    A ``*`` in the last part stands for any text.
    """
    place = remote_file(url)
    if "*" in place.name:
        found = _listed(place.parent, recursive=False)
        fitting = [each for each in found if fnmatchcase(each.name, place.name)]
        yield from cast("Sequence[RemoteFile]", _fitting(url, fitting, inputs))
        return
    kind = place.info().type.name
    if kind == "NotFound":
        message = f"there is no file {url}"
        raise NoInputError(message)
    if kind != "Directory":
        yield place
        return
    below = len(place.path) + 1
    data = [
        each
        for each in _listed(place, recursive=True)
        if not any(part.startswith(_NO_DATA) for part in each.path[below:].split("/"))
    ]
    yield from cast("Iterator[RemoteFile]", _files_below(place, data, inputs))


def _listed(folder: RemoteFile, *, recursive: bool) -> list[RemoteFile]:
    """Return the files in a folder, by name."""
    from pyarrow import fs

    try:
        found = folder.system.get_file_info(fs.FileSelector(folder.path, recursive=recursive))
    except OSError as problem:
        message = f"cannot read the folder {folder}: {problem}"
        raise DataError(message) from problem
    files = [info.path for info in found if info.type == fs.FileType.File]
    return [RemoteFile(folder.root, path) for path in sorted(files)]


def _files_below(folder: Place, files: Iterable[Place], inputs: Inputs) -> Iterator[Place]:
    """Yield the files of rows in a folder and in those below, by name."""
    inputs.are_many = True
    inputs.folders.append(folder)
    passed_over: list[str] = []
    found: list[Place] = []
    for path in files:
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
        message = (
            f"the folder {folder} has no file of rows: none whose name ends as a table's does; "
            f"give files of another name by a pattern, such as '{folder}/*'"
        )
        raise NoInputError(message)
    yield from sorted(found, key=str)


def _walk(folder: Path, inputs: Inputs) -> Iterator[Path]:
    def unreadable(problem: OSError) -> None:
        message = f"cannot read the folder {problem.filename}: {problem.strerror or problem}"
        inputs.problems.append(DataError(message))

    seen = {os.path.realpath(folder)}
    for place, below, names in os.walk(folder, onerror=unreadable, followlinks=True):
        below[:] = [name for name in _data(below) if _is_new(Path(place, name), seen, inputs)]
        for name in _data(names):
            path = Path(place, name)
            # to open a pipe is to wait for whoever writes into it
            if os.path.exists(path) and not path.is_file():  # noqa: PTH110 - raises nothing
                inputs.notes.append(f"{path} passed over: a pipe or a device")
            else:
                yield path


def _is_new(folder: Path, seen: set[str], inputs: Inputs) -> bool:
    """Tell whether a folder was not come to before, as by a link that leads in a circle."""
    place = os.path.realpath(folder)
    if place in seen:
        return False
    seen.add(place)
    if folder.is_symlink():
        inputs.folders.append(folder)
    return True


def _data(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(_NO_DATA)]
