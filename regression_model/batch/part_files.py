"""The file of one part and that of its rejects, while they are filled."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO

from regression_model.batch.manifest import FinishedPart
from regression_model.batch.packed_counts import packed
from regression_model.batch.parts import part_name, rejects_name
from regression_model.batch.summary import Summary

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.batch.chunk_scoring import ScoredChunk
    from regression_model.batch.parts import Part
    from regression_model.batch.places import OutputFolder
    from regression_model.batch.sinks.base import Sink


class _VoidError(Exception):
    """What is written to files is not wanted."""


class PartFiles:
    """The file of a part and that of its rejects, which take their places when they are complete.

    Parameters
    ----------
    part : Part
    digest : str
    folder : OutputFolder
    sink : Sink
    ending : str
        What the name of the file ends in.
    has_rejects : bool
        Whether there is a file of rejects.
    counts : ndarray of shape (size,), optional
        Those of no rows, where rows are counted by the profile of training.
    """

    def __init__(
        self,
        part: Part,
        digest: str,
        folder: OutputFolder,
        sink: Sink,
        ending: str,
        *,
        has_rejects: bool,
        counts: Floats | None = None,
    ) -> None:
        self.part = part
        self._digest = digest
        self._summary, self._counts = Summary(), counts
        self._open = ExitStack()
        self._rejects: BinaryIO | None = None
        if has_rejects:
            self._rejects = self._open.enter_context(folder.writing(rejects_name(digest)))
        self._folder, self._name = folder, part_name(digest, ending)
        self._file = self._open.enter_context(folder.writing(self._name))
        self._writer = sink.writer(self._file)

    def write(self, scored: ScoredChunk) -> None:
        """Write the answers to some rows."""
        with self._folder.problems(self._name):
            self._writer.write(scored.payload)
            if self._rejects is not None:
                self._rejects.write(scored.rejects)
        self._summary.add(scored.summary)
        if self._counts is not None and scored.counts is not None:
            self._counts = self._counts + scored.counts

    def finish(self) -> FinishedPart:
        """Put the files in their places, and return what the manifest says of them."""
        with self._folder.problems(self._name):
            self._writer.close()
        finished = FinishedPart(
            digest=self._digest,
            source=self.part.source.name,
            start=self.part.start,
            end=self.part.end,
            is_last=self.part.is_last,
            size=self._file.tell(),
            rejects_size=None if self._rejects is None else self._rejects.tell(),
            summary=self._summary,
            counts=None if self._counts is None else packed(self._counts),
        )
        self._open.close()
        return finished

    def discard(self) -> None:
        """Leave nothing of the files."""
        void = _VoidError()
        self._open.__exit__(_VoidError, void, None)
