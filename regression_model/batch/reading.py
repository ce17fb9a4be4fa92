"""The rows of many files as one stream of chunks, and the events between them.

Chunks of one file after the other go to the workers without a break, so that many small files keep
all of them busy. What happens between the chunks, such as the end of a part or a file that cannot
be read, comes out again in its place among their answers.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from regression_model.batch.headers import check_columns
from regression_model.batch.parts import PART_ROWS, Part
from regression_model.batch.summary import Summary
from regression_model.batch.workers import Workers
from regression_model.exceptions import DataError, MissingExtraError
from regression_model.processing.csv_files import note_nameless
from regression_model.processing.table_files import open_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from regression_model.artifact.model import Model
    from regression_model.batch.chunk_scoring import ScoredChunk, ScoresChunks
    from regression_model.batch.sources import Source
    from regression_model.processing.chunks import OpenTable, Position, UnreadChunk


class Opened(NamedTuple):
    """A file is read from here on; `summary` says which columns it has too many or too few."""

    source: Source
    summary: Summary


class Answered(NamedTuple):
    """Some rows of a part, and where in its file they end."""

    part: Part
    scored: ScoredChunk
    end: Position


class Ended(NamedTuple):
    """A part has no further rows."""

    part: Part


class Failed(NamedTuple):
    """The rest of a file cannot be read; what came of its last part is void."""

    source: Source
    problem: DataError | MissingExtraError


Event = Opened | Answered | Ended | Failed


class _Sent(NamedTuple):
    """A chunk of a part is on its way, which ends somewhere in the file."""

    part: Part
    end: Position


@dataclass
class Reading:
    """Gives the chunks of files, and notes what belongs before and behind each of them.

    Attributes
    ----------
    model : Model
    wanted : mapping of str to str
        Columns that the files must have beside those of the model, and which option names them.
    part_rows : int
        Rows of a part at most, unless a single chunk has more.
    events : deque
        What belongs before and behind chunks that were given.
    """

    model: Model
    wanted: Mapping[str, str]
    part_rows: int = PART_ROWS
    events: deque[Opened | _Sent | Ended | Failed] = field(default_factory=deque)

    def chunks(self, to_do: Iterable[tuple[Source, Position]]) -> Iterator[tuple[UnreadChunk, str]]:
        """Yield chunks, and what the files that they are from are called."""
        for source, position in to_do:
            try:
                with open_rows(source.path, position) as table:
                    yield from self._chunks_of(source, table, position)
            except (DataError, MissingExtraError) as problem:
                self.events.append(Failed(source, problem))

    def _chunks_of(
        self, source: Source, table: OpenTable, start: Position
    ) -> Iterator[tuple[UnreadChunk, str]]:
        summary = Summary()
        check_columns(self.model, table, summary, self.wanted)
        self.events.append(Opened(source, summary))
        part = Part(source, start, start)
        for chunk in table.unread_chunks():
            if part.n_rows and part.n_rows + chunk.n_rows > self.part_rows:
                self.events.append(Ended(part))
                part = Part(source, part.end, part.end)
            part.end = table.position
            self.events.append(_Sent(part, part.end))
            yield chunk, source.name
        part.is_last = True
        self.events.append(Ended(part))


def answered(
    scorer: ScoresChunks,
    reading: Reading,
    to_do: Iterable[tuple[Source, Position]],
    n_workers: int | None = None,
) -> Iterator[Event]:
    """Read files, answer their rows, and yield the answers and what happens between them.

    Parameters
    ----------
    scorer : ScoresChunks
    reading : Reading
    to_do : iterable of (Source, Position)
        Files, and where they are read from.
    n_workers : int, optional
        By default one a core, if there are rows enough for them.

    Yields
    ------
    Event
        In the order of files and rows.

    Raises
    ------
    WorkerError
        If a process ends by itself.
    """
    events = reading.events
    noted: set[Source] = set()
    with Workers(scorer, n_workers) as workers:
        for outcome in workers.in_order(reading.chunks(to_do)):
            while not isinstance(event := events.popleft(), _Sent):
                yield event
            source = event.part.source
            try:
                scored = outcome()
            except (DataError, MissingExtraError) as problem:
                yield Failed(source, problem)
            except UnicodeDecodeError:  # all of the file was text before
                message = f"{source.name} has changed while it was read: it is no text any more"
                yield Failed(source, DataError(message))
            else:
                if scored.has_nameless and source not in noted:
                    noted.add(source)
                    note_nameless(source.path)
                yield Answered(event.part, scored, event.end)
        for event in events:
            if not isinstance(event, _Sent):
                yield event
