"""Where a run writes to, and what stands there already."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from regression_model.batch.local_places import LocalFile, LocalFolder
from regression_model.batch.manifest import read_manifest, read_success
from regression_model.batch.parts import part_name, rejects_name
from regression_model.batch.remote_places import RemoteFolder, RemoteOutput
from regression_model.batch.sinks.registry import sink_for
from regression_model.batch.sources import place_of
from regression_model.exceptions import OutputError
from regression_model.processing.remote_files import is_remote, remote_file
from regression_model.processing.text_files import PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.batch.inputs import Inputs
    from regression_model.batch.layouts import Layout
    from regression_model.batch.manifest import FinishedPart, Success
    from regression_model.batch.places import OutputFile, OutputFolder
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
    file : OutputFile or None
        What the parts are put together in.
    rejects : OutputFile or None
        What the lines of rejects are put together in.
    """

    folder: OutputFolder
    sink: Sink
    ending: str
    file: OutputFile | None = None
    rejects: OutputFile | None = None

    def __str__(self) -> str:
        """Return what people call it."""
        return str(self.file or self.folder)

    @property
    def place(self) -> str:
        """Where that is, without links."""
        return (self.file or self.folder).place

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
        for file in (self.file, self.rejects):
            if file is not None:
                file.check(read)
        if self.rejects is not None and self.rejects.place == self.place:
            message = f"cannot write {self.rejects}: answers go there; name another for --rejects"
            raise OutputError(message)
        if self.file is None:
            self.folder.check()
        check_outside(self, inputs)
        if self.rejects is not None:
            check_outside(self.rejects, inputs)
        for path in read if self.file is None else ():
            if _is_within(place_of(path), self.place):
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
        files = {"answers": self.file, "rejects": self.rejects}
        return {what: None if file is None else file.state() for what, file in files.items()}

    def success(self) -> Success | None:
        """Return what the last run has said at its end, if its output is as it was left."""
        told = read_success(self.folder)
        return told if told is not None and told.files == self.states() else None

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
        parts, is_whole = read_manifest(self.folder).values(), self.success() is not None
        is_broken_off = bool(parts) and read_success(self.folder) is None
        if resume and (is_broken_off or is_whole):
            return
        if is_broken_off:
            n_rows = sum(part.summary.n_rows for part in parts)
            message = (
                f"{self} holds a run that is not finished, of {n_rows:,} rows so far; go on with "
                "--resume, or begin again with --force"
            )
            raise OccupiedOutputError(message)
        for place in (self.file or self.folder, self.rejects):
            if place is not None and place.is_occupied():
                hint = ", or --resume to do what is missing" if is_whole else ""
                message = f"{place} exists; choose another name or add --force{hint}"
                raise OccupiedOutputError(message)


def check_outside(output: Target | OutputFile, inputs: Inputs) -> None:
    """Refuse a place in a folder that is read, where the next run would take it for input.

    Raises
    ------
    OutputError
    """
    for folder in inputs.folders:
        if _is_within(output.place, place_of(folder)):
            message = (
                f"cannot write {output}: it is in the folder {folder} that is read, where the "
                "next run would take it for input; choose a place outside"
            )
            raise OutputError(message)


def target_of(text: str, layout: Layout, rejects: Path | None = None) -> Target:
    """Return where answers go that are wanted in a place, and as what.

    Parameters
    ----------
    text : str
        A file, or a folder: what is one, or ends in ``/``; or the URL of one. Its name says the
        kind of output.
    layout : Layout
    rejects : Path, optional
        Where lines of rejects are wanted.

    Raises
    ------
    OutputError, MissingExtraError
        If such files cannot be written.
    """
    if not text:
        message = "cannot write into a place without a name; name a file or a folder"
        raise OutputError(message)
    # as a name alone: a URL may say more behind a question mark
    name = PurePosixPath(text.partition("?")[0]) if is_remote(text) else PurePath(text)
    sink = sink_for(name, layout)
    ending = sink.endings[0] + (name.suffix.casefold() if name.suffix.casefold() in PACKED else "")
    file, folder = _remote_places(text) if is_remote(text) else _local_places(text)
    return Target(folder, sink, ending, file, None if rejects is None else LocalFile(rejects))


def _local_places(text: str) -> tuple[OutputFile | None, OutputFolder]:
    """Return the file that is wanted, if it is one, and the folder of its parts."""
    path = Path(text)
    if path.is_dir() or text.endswith(_SEPARATORS):
        return None, LocalFolder(path)
    return LocalFile(path), LocalFolder(path.with_name(path.name + PARTS))


def _remote_places(url: str) -> tuple[OutputFile | None, OutputFolder]:
    place = remote_file(url)
    if url.partition("?")[0].endswith("/") or place.info().type.name == "Directory":
        return None, RemoteFolder(place)
    return RemoteOutput(place), RemoteFolder(place.parent / (place.name + PARTS))


def _is_within(place: str, folder: str) -> bool:
    return PurePath(place).is_relative_to(folder)
