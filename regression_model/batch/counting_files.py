"""Rows of many files counted by the profile of training, by those who would answer them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regression_model.artifact.counting import Counting
from regression_model.artifact.spreading import on_one_thread
from regression_model.batch.chunk_scoring import ScoredChunk
from regression_model.batch.counted import ENDING, Counted, read_counts
from regression_model.batch.judging import judge_chunk
from regression_model.batch.outcomes import Outcome
from regression_model.batch.reading import Answered, Failed, Opened, Reading, answered
from regression_model.batch.summary import Summary
from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.chunks import BEGINNING
from regression_model.processing.text_files import text_problems

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.batch.inputs import Inputs
    from regression_model.batch.reading import Event
    from regression_model.batch.sources import Source
    from regression_model.processing.chunks import UnreadChunk


class ChunkCounter:
    """Counts unread chunks, in whichever process, and writes nothing.

    Parameters
    ----------
    model : Model
    counting : Counting
        Of the same model.
    """

    def __init__(self, model: Model, counting: Counting) -> None:
        self._model = model
        self._counting = counting

    def score(self, unread: UnreadChunk, source: str) -> ScoredChunk:
        """Read rows, answer them and count them; what cannot be read is a DataError."""
        with text_problems(source):
            chunk = unread.read()
        summary = Summary()
        with on_one_thread():
            judged = judge_chunk(
                self._model,
                chunk,
                summary,
                interval=self._counting.interval,
                list_warnings=False,
                counting=self._counting,
            )
        counts = None
        if judged.counts is not None:
            counts = self._counting.counter.numbers_of(judged.counts)
        return ScoredChunk(chunk.n_rows, b"", b"", summary, chunk.has_nameless, counts)


def count_files(
    model: Model, inputs: Inputs, n_workers: int | None = None
) -> tuple[Counted, Outcome]:
    """Count the rows of tables, and add those of files of counts.

    Parameters
    ----------
    model : Model
    inputs : Inputs
        What ends in `counted.ENDING` is a file of counts, all else a table.
    n_workers : int, optional
        By default one a core, if there are rows enough for them.

    Returns
    -------
    Counted
        The rows of all files that could be read to their end.
    Outcome
        Of the same rows; it says what is wrong with the other files.

    Raises
    ------
    ArtifactError
        If the model keeps no profile.
    WorkerError
        If a process ends by itself.
    """
    counting = Counting(model)
    tally = _Tally(Outcome(problems=list(inputs.problems)))
    tables = [source for source in inputs.sources if not _has_counts(source)]
    to_do = [(source, BEGINNING) for source in tables]
    for event in answered(ChunkCounter(model, counting), Reading(model, {}), to_do, n_workers):
        tally.take(event)
    outcome = tally.outcome
    counted = Counted.of(counting, outcome.counts, outcome.summary)
    for source in inputs.sources:
        if _has_counts(source):
            try:
                counted += read_counts(source.path, model)
            except DataError as problem:
                outcome.problems.append(problem)
    outcome.summary = counted.summary
    return counted, outcome


def _has_counts(source: Source) -> bool:
    return source.path.suffix.casefold() == ENDING


@dataclass
class _Tally:
    """Adds up what was counted, a file once it is read to its end."""

    outcome: Outcome
    _of_file: Outcome = field(default_factory=Outcome)
    _failed: set[Source] = field(default_factory=set)

    def take(self, event: Event) -> None:
        """Take what has happened next."""
        if isinstance(event, Opened):
            self.outcome.opened(event)
            self._of_file = Outcome()
        elif isinstance(event, Failed):
            self._fail(event.source, event.problem)
        elif isinstance(event, Answered):
            self._of_file.add(event.scored.summary, event.scored.counts)
        elif event.part.is_last and event.part.source not in self._failed:
            self._end(event.part.source)

    def _end(self, source: Source) -> None:
        try:
            source.check_unchanged()
        except DataError as problem:
            self._fail(source, problem)
        else:
            self.outcome.add(self._of_file.summary, self._of_file.counts)

    def _fail(self, source: Source, problem: DataError | MissingExtraError) -> None:
        if source not in self._failed:
            self._failed.add(source)
            self.outcome.problems.append(problem)
