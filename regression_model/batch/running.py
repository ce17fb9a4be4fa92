"""A run: files in, a file or a folder of answers out, in parts of which none is lost or doubled.

Each part is written whole, then has its line in the manifest. So a run that was broken off, in
whatever way, goes on with the parts that have no line yet. At the end the parts are put together
where one file is wanted, and a mark of success says what was read and written.
"""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from regression_model.batch.manifest import (
    MANIFEST,
    SUCCESS,
    Success,
    write_manifest,
    write_success,
)
from regression_model.batch.outcomes import Outcome
from regression_model.batch.packed_counts import packed, unpacked
from regression_model.batch.part_files import PartFiles
from regression_model.batch.parts import (
    PART_ROWS,
    Digests,
    is_part_file,
    part_name,
    plan,
    rejects_name,
)
from regression_model.batch.reading import Answered, Ended, Failed, Opened, Reading, answered
from regression_model.batch.summary import Summary
from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.text_files import PACKED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from regression_model.arrays import Floats
    from regression_model.batch.chunk_scoring import ChunkScorer
    from regression_model.batch.inputs import Inputs
    from regression_model.batch.manifest import FinishedPart
    from regression_model.batch.parts import Part, Plan
    from regression_model.batch.reading import Event
    from regression_model.batch.sources import Source
    from regression_model.batch.target import Target
    from regression_model.processing.chunks import Position

    Told = Callable[[int, int, int], None]
    """Is told how many rows this run has answered, and how many bytes are read of how many."""


class Run:
    """A run of some files into a target.

    Parameters
    ----------
    scorer : ChunkScorer
    inputs : Inputs
        The output is not whole while some of them cannot be found.
    target : Target
    wanted : mapping of str to str
        Columns that the files must have beside those of the model, and which option names them.
    resume : bool
        Whether to keep the parts that an earlier run has finished.
    part_rows : int
        Rows of a part at most, unless a single chunk has more.

    Attributes
    ----------
    outcome : Outcome
        What it has done so far.
    """

    def __init__(
        self,
        scorer: ChunkScorer,
        inputs: Inputs,
        target: Target,
        wanted: Mapping[str, str],
        *,
        resume: bool,
        part_rows: int = PART_ROWS,
    ) -> None:
        self._scorer = scorer
        self._sources = inputs.sources
        self._target = target
        self._wanted = wanted
        self._resume = resume
        self._part_rows = part_rows
        counting = scorer.counting
        self._n_counts = None if counting is None else counting.counter.size
        self._digests = Digests(scorer, target.ending)
        self._digest = self._digests.of_run(inputs.sources)
        self._plan = self._planned(resume=True)
        self._open: PartFiles | None = None
        self._failed: set[Source] = set()
        self.outcome = Outcome(problems=list(inputs.problems))

    def _planned(self, *, resume: bool) -> Plan:
        finished = self._target.finished() if resume else {}
        if self._n_counts is not None:
            # whose counts are lost is done again
            parts = finished.items()
            finished = {name: part for name, part in parts if self._counts(part) is not None}
        return plan(self._sources, finished, self._digests)

    def _counts(self, told: FinishedPart | Success) -> Floats | None:
        """Return the counts that a run has kept, None where it has not."""
        return None if self._n_counts is None else unpacked(told.counts, self._n_counts)

    def finished(self) -> Outcome | None:
        """Return what an identical run has done, if its output is as it was left."""
        success = self._target.success()
        if success is None or success.run != self._digest or self.outcome.problems:
            return None
        if self._target.file is None and self._plan.to_do:
            return None
        counts = self._counts(success)
        if counts is None and self._n_counts is not None:
            return None
        return Outcome(success.summary, counts=counts)

    def run(self, told: Told, n_workers: int | None = None) -> Outcome:
        """Do what is to be done.

        Parameters
        ----------
        told : callable
            Is told how far it has come.
        n_workers : int, optional
            By default one a core, if there are rows enough for them.

        Returns
        -------
        Outcome

        Raises
        ------
        OutputError
            If something cannot be written; the parts that are complete stay.
        WorkerError
            If a process ends by itself; the parts that are complete stay.
        """
        folder, outcome = self._target.folder, self.outcome
        with folder.taken():
            self._plan = self._planned(resume=self._resume)
            outcome.n_before = self._count()
            folder.remove(SUCCESS)
            write_manifest(folder, self._finished_parts())
            try:
                self._answer(told, n_workers)
            except BaseException:
                # an interrupt may have come between a part's line and where it is counted
                self._plan = self._planned(resume=True)
                self._count()
                raise
            finally:
                self._discard()
                if not outcome.n_parts:
                    folder.remove(MANIFEST)
            if not outcome.problems:
                self._finish()
        return outcome

    def _count(self) -> int:
        """Count the parts that are complete, and what happened to their rows."""
        parts, outcome = self._finished_parts(), self.outcome
        outcome.n_parts, outcome.summary, outcome.counts = len(parts), Summary(), None
        for part in parts:
            outcome.add(part.summary, self._counts(part))
        return len(parts)

    def _finished_parts(self) -> list[FinishedPart]:
        """Return the parts that are complete, in the order of files and rows."""
        return [part for source in self._sources for part in self._plan.done[source]]

    def _answer(self, told: Told, n_workers: int | None) -> None:
        """Answer what is missing, and write it."""
        to_do = self._plan.to_do
        # what an earlier run has read is no part of this one
        before = {source: _n_bytes_before(source, position) for source, position in to_do}
        n_bytes = sum(source.size - n for source, n in before.items())
        n_rows = n_passed = 0
        reading = Reading(self._scorer.model, self._wanted, self._part_rows)
        for event in answered(self._scorer, reading, to_do, n_workers):
            self._take(event)
            if isinstance(event, Answered):
                source = event.part.source
                n_rows += event.scored.n_rows
                n_read = _n_bytes_before(source, event.end) - before[source]
                told(n_rows, n_passed + n_read, n_bytes)
            elif isinstance(event, Ended) and event.part.is_last:
                n_passed += event.part.source.size - before[event.part.source]

    def _take(self, event: Event) -> None:
        if isinstance(event, Opened):
            self.outcome.opened(event)
        elif isinstance(event, Failed):
            self._fail(event.source, event.problem)
        elif event.part.source in self._failed:
            return  # what is left of it is void
        elif isinstance(event, Answered):
            self._files_of(event.part).write(event.scored)
        else:
            self._end(event.part)

    def _files_of(self, part: Part) -> PartFiles:
        if self._open is None:
            self._open = PartFiles(
                part,
                self._digests.of_part(part.source, part.start),
                self._target.folder,
                self._scorer.sink,
                self._target.ending,
                has_rejects=self._scorer.rejects is not None,
                counts=None if self._n_counts is None else np.zeros(self._n_counts),
            )
        return self._open

    def _end(self, part: Part) -> None:
        try:
            part.source.check_unchanged()
        except DataError as problem:
            self._fail(part.source, problem)
            return
        finished = self._files_of(part).finish()
        self._open = None
        self._target.folder.append(MANIFEST, finished.line())
        self._plan.done[part.source].append(finished)
        self.outcome.n_parts += 1
        self.outcome.add(finished.summary, self._counts(finished))

    def _fail(self, source: Source, problem: DataError | MissingExtraError) -> None:
        if source not in self._failed:
            self._failed.add(source)
            self.outcome.problems.append(problem)
            self._discard()

    def _discard(self) -> None:
        if self._open is not None:
            self._open.discard()
            self._open = None

    def _finish(self) -> None:
        """Put the output together, say that it is whole, and remove what is no part of it."""
        target, folder = self._target, self._target.folder
        digests = [part.digest for part in self._finished_parts()]
        answers = [part_name(digest, target.ending) for digest in digests]
        rejects = [rejects_name(digest) for digest in digests]
        if target.file is not None:
            with target.file.writing() as out:
                self._scorer.sink.assemble([partial(folder.open, name) for name in answers], out)
        if target.rejects is not None and self._scorer.rejects is not None:
            with target.rejects.writing() as out:
                out.write(self._scorer.rejects.header())
                for name in rejects:
                    with folder.open(name) as lines:
                        shutil.copyfileobj(lines, out)
        self._remove_others({*answers, *rejects})
        success = Success(
            run=self._digest,
            sources=len(self._sources),
            parts=len(digests),
            summary=self.outcome.summary,
            files=target.states(),
            counts=None if self.outcome.counts is None else packed(self.outcome.counts),
        )
        write_success(folder, success)
        if target.file is not None:
            self._remove_others(set())

    def _remove_others(self, wanted: set[str]) -> None:
        """Remove the files of parts that are not wanted, of whatever run they are."""
        folder = self._target.folder
        for name in folder.sizes():
            if is_part_file(name) and name not in wanted:
                folder.remove(name)


def _n_bytes_before(source: Source, position: Position) -> int:
    """Return about how many bytes of a file come before a position."""
    if source.path.suffix.casefold() in PACKED:  # the position is one in what is unpacked
        return 0
    return min(position.byte, source.size)
