"""Unread rows of a file in, the bytes of their answers out: what worker processes do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from regression_model.artifact.spreading import on_one_thread
from regression_model.batch.judging import judge_chunk
from regression_model.batch.sinks.base import ChunkAnswers
from regression_model.batch.summary import Summary
from regression_model.processing.text_files import text_problems

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.counting import Counting
    from regression_model.artifact.model import Model
    from regression_model.batch.rejects import Rejects
    from regression_model.batch.sinks.base import Sink
    from regression_model.processing.chunks import Chunk, UnreadChunk


@dataclass(frozen=True)
class ScoredChunk:
    """The answers to some rows, as the bytes that are written.

    Attributes
    ----------
    n_rows : int
    payload : bytes
        For the writer of the sink that has encoded it.
    rejects : bytes
        For the file of rejects, if there is one.
    summary : Summary
        What happened to these rows.
    has_nameless : bool
        Whether there are cells in columns without a name, which are not used.
    counts : ndarray of shape (size,) or None
        The rows by the profile of training, as `RowCounter.numbers_of` has them, where wanted.
    """

    n_rows: int
    payload: bytes
    rejects: bytes
    summary: Summary
    has_nameless: bool = False
    counts: Floats | None = None


class ScoresChunks(Protocol):
    """What is sent to worker processes, and does with chunks there what is wanted."""

    def score(self, unread: UnreadChunk, source: str) -> ScoredChunk:
        """Read rows and answer them; see `ChunkScorer.score`."""


class ChunkScorer:
    """Answers unread chunks, in whichever process: it carries its model's artifact when pickled.

    Parameters
    ----------
    model : Model
    sink : Sink
        Encodes the answers; its layout says which columns are kept, and the intervals' coverage.
    rejects : Rejects or None
        Encodes what is wrong with rows, where that is wanted.
    counting : Counting or None
        Of the same model; counts the rows that are answered, where that is wanted.

    Raises
    ------
    ValueError
        If the artifact does not allow this interval.
    """

    def __init__(
        self,
        model: Model,
        sink: Sink,
        rejects: Rejects | None = None,
        counting: Counting | None = None,
    ) -> None:
        if sink.layout.interval is not None:
            model.intervals.offsets(sink.layout.interval)  # raises before any row is read
        self.model = model
        self.sink = sink
        self.rejects = rejects
        self.counting = counting

    @property
    def _interval(self) -> float | None:
        """The level of intervals that are computed, perhaps for errors to expect alone."""
        asked = self.sink.layout.interval
        return self.counting.interval if asked is None and self.counting is not None else asked

    def score(self, unread: UnreadChunk, source: str) -> ScoredChunk:
        """Read rows, answer them and encode the answers.

        Parameters
        ----------
        unread : UnreadChunk
        source : str
            What the file that they are from is called in answers and rejects.

        Returns
        -------
        ScoredChunk

        Raises
        ------
        DataError
            If they cannot be read.
        """
        with text_problems(source):
            chunk = unread.read()
        layout, summary = self.sink.layout, Summary()
        with on_one_thread():
            judged = judge_chunk(
                self.model,
                chunk,
                summary,
                interval=self._interval,
                list_warnings=False,
                counting=self.counting,
            )
        answers = ChunkAnswers(
            start=chunk.start,
            n_rows=chunk.n_rows,
            source=source,
            kept={name: _kept(chunk, name) for name in layout.kept},
            numbers={name: judged.numbers[name] for name in layout.number_names},
            reasons=judged.reasons,
            version=self.model.version,
        )
        rejected = b""
        if self.rejects is not None:
            rejected = self.rejects.encode(judged.errors, source)
        counts = None
        if self.counting is not None and judged.counts is not None:
            counts = self.counting.counter.numbers_of(judged.counts)
        return ScoredChunk(
            n_rows=chunk.n_rows,
            payload=self.sink.encode(answers),
            rejects=rejected,
            summary=summary,
            has_nameless=chunk.has_nameless,
            counts=counts,
        )


def _kept(chunk: Chunk, name: str) -> Any:
    """Return the cells of a column, of refused rows those that stand in its place."""
    column = chunk.columns.get(name)
    return chunk.identifiers(name) if chunk.refused or column is None else column
