"""Where a run writes to, and what stands there already."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regression_model.batch.manifest import MANIFEST, read_manifest, read_success
from regression_model.batch.output_folders import OutputFolder
from regression_model.batch.parts import part_name, rejects_name
from regression_model.batch.sinks.registry import sink_for
from regression_model.exceptions import OutputError
from regression_model.processing.output_files import check_output, replaces
from regression_model.processing.text_files import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.batch.inputs import Inputs
    from regression_model.batch.layouts import Layout
    from regression_model.batch.manifest import FinishedPart
    from regression_model.batch.sinks.base import Sink


PARTS = ".parts"
"""What stands behind the name of a file in that of the folder where its parts are."""
_SEPARATORS = tuple({"/", os.sep})
"""What the name of a folder may end in."""


class OccupiedOutputError(ValueError):
    """Something is where the output belongs that nobody has said to replace or to go on with."""


@dataclass(frozen=True)
class Target:
    """Where the answers go.

    Attributes
    ----------
    folder : OutputFolder
        Of the parts; it is the output itself where there is no `file`.
    sink : Sink
        What kind of output they are.
    ending : str
        What the names of parts end in.
    file : Path or None
        What the parts are put together in.
    rejects : Path or None
        What the lines of rejects are put together in.
    """

    folder: OutputFolder
    sink: Sink
    ending: str
    file: Path | None = None
    rejects: Path | None = None

    def __str__(self) -> str:
        """Return what people call it."""
        return str(self.folder if self.file is None else self.file)

    def check_place(self, inputs: Inputs, others: Iterable[Path]) -> None:
        """Refuse a place that cannot be written to, or that is or holds what is read.

        Parameters
        ----------
        inputs : Inputs
        others : iterable of Path
            What else is read.

        Raises
        ------
        OutputError
        """
        read = [*(source.path for source in inputs.sources), *others]
        for path in (self.file, self.rejects):
            if path is not None:
                check_output(path, inputs=read)
        if self.rejects is not None and _is_same(self.rejects, self.file):
            message = f"cannot write {self.rejects}: answers go there; name another for --rejects"
            raise OutputError(message)
        if self.file is None:
            there = self.folder.path.is_dir()
            check_output(self.folder.path / MANIFEST if there else self.folder.path)
        place = Path(os.path.realpath(self.file or self.folder.path))
        for folder in inputs.folders:
            if place.is_relative_to(os.path.realpath(folder)):
                message = (
                    f"cannot write {self}: it is in the folder {folder} that is read, where the "
                    "next run would take it for input; choose a place outside"
                )
                raise OutputError(message)
        for path in read if self.file is None else ():
            if Path(os.path.realpath(path)).is_relative_to(place):
                message = f"cannot write {self}: {path} in it is read; choose another folder"
                raise OutputError(message)

    def finished(self) -> dict[str, FinishedPart]:
        """Return the parts whose files are as the manifest says, by their digests."""
        sizes = self.folder.sizes()
        found = {}
        for digest, part in read_manifest(self.folder).items():
            files = {part_name(digest, self.ending): part.size}
            if part.rejects_size is not None:
                files[rejects_name(digest)] = part.rejects_size
            if all(sizes.get(name) == size for name, size in files.items()):
                found[digest] = part
        return found

    def states(self) -> dict[str, list[int] | None]:
        """Return what tells the files that are put together from others in their places."""
        return {"answers": _state(self.file), "rejects": _state(self.rejects)}

    def success(self) -> dict[str, Any]:
        """Return what the last run has said at its end, if its output is as it was left."""
        told = read_success(self.folder)
        return told if told.get("files") == self.states() else {}

    def check_free(self, *, resume: bool) -> None:
        """Refuse to touch unasked what is there.

        Parameters
        ----------
        resume : bool
            Whether to go on with what an earlier run has begun.

        Raises
        ------
        OccupiedOutputError
            If something is there that is not to be gone on with.
        """
        parts, is_whole = read_manifest(self.folder).values(), bool(self.success())
        is_broken_off = bool(parts) and not read_success(self.folder)
        if resume and (is_broken_off or is_whole):
            return
        if is_broken_off:
            n_rows = sum(part.summary.n_rows for part in parts)
            message = (
                f"{self} holds a run that is not finished, of {n_rows:,} rows so far; go on with "
                "--resume, or begin again with --force"
            )
            raise OccupiedOutputError(message)
        for path in (self.file or self.folder.path, self.rejects):
            if path is not None and _is_occupied(path):
                hint = ", or --resume to do what is missing" if is_whole else ""
                message = f"{path} exists; choose another name or add --force{hint}"
                raise OccupiedOutputError(message)


def target_of(text: str, layout: Layout, rejects: Path | None = None) -> Target:
    """Return where answers go that are wanted in a place, and as what.

    Parameters
    ----------
    text : str
        A file, or a folder: what is one, or ends in ``/``. Its name says the kind of output.
    layout : Layout
    rejects : Path, optional
        Where lines of rejects are wanted.
    """
    path = Path(text)
    sink = sink_for(path, layout)
    is_packed = path.suffix.casefold() in PACKED
    ending = sink.endings[0] + (path.suffix.casefold() if is_packed else "")
    if path.is_dir() or text.endswith(_SEPARATORS):
        return Target(OutputFolder(path), sink, ending, None, rejects)
    parts = path.with_name(path.name + PARTS)
    return Target(OutputFolder(parts), sink, ending, path, rejects)


def _is_occupied(path: Path) -> bool:
    if path.is_dir():
        return any(path.iterdir())
    return replaces(path)


def _is_same(one: Path, other: Path | None) -> bool:
    return other is not None and os.path.realpath(one) == os.path.realpath(other)


def _state(path: Path | None) -> list[int] | None:
    if path is None or not path.exists():
        return None
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
