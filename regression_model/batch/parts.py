"""The parts of a run: some rows of one file each, with a digest by which they are known again."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from regression_model import __version__
from regression_model.processing.chunks import BEGINNING, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from regression_model.batch.chunk_scoring import ChunkScorer
    from regression_model.batch.manifest import FinishedPart
    from regression_model.batch.sources import Source

PART_ROWS = 1_000_000
"""Rows of a part at most."""
_NAME_DIGITS = 16
"""Digits of a digest that a file is named by."""


def part_name(digest: str, ending: str) -> str:
    """Return the name of the file of a part."""
    return f"part-{digest[:_NAME_DIGITS]}{ending}"


def rejects_name(digest: str) -> str:
    """Return the name of the file of a part's rejects."""
    return f"_rejects-{digest[:_NAME_DIGITS]}"


_PATTERN = re.compile(rf"(?:part|_rejects)-[0-9a-f]{{{_NAME_DIGITS}}}(?:\.|$)")
"""Accepts the beginnings of names of such files."""


def is_part_file(name: str) -> bool:
    """Tell whether a file of an output folder is one of a part or of its rejects."""
    return _PATTERN.match(name) is not None


@dataclass
class Part:
    """Some rows of a file, while they are read.

    Attributes
    ----------
    source : Source
    start, end : Position
        Where they begin, and where the rows begin that have not been read yet.
    is_last : bool
        Whether it is known that no further part follows.
    """

    source: Source
    start: Position
    end: Position
    is_last: bool = False

    @property
    def n_rows(self) -> int:
        """How many rows have been read."""
        return self.end.row - self.start.row


class Digests:
    """Tells runs and parts from others: by what is read, which model answers, and how it is asked.

    Parameters
    ----------
    scorer : ChunkScorer
    ending : str
        What the names of files of answers end in.
    """

    def __init__(self, scorer: ChunkScorer, ending: str) -> None:
        self._asked = _digest(
            __version__,
            scorer.model.facts,  # which hold the digests of all else that is in the artifact
            asdict(scorer.sink.layout),
            ending,
            None if scorer.rejects is None else scorer.rejects.ending,
            scorer.counting is not None,
        )

    def of_part(self, source: Source, start: Position) -> str:
        """Return the digest of the part of a file that begins somewhere."""
        return _digest(self._asked, source.name, source.state, start)

    def of_run(self, sources: Iterable[Source]) -> str:
        """Return the digest of all that a run does."""
        return _digest(self._asked, [[source.name, source.state] for source in sources])


def _digest(*what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


@dataclass
class Plan:
    """What is done already of a run, and what is to be done.

    Attributes
    ----------
    done : dict of Source to list of FinishedPart
    to_do : list of (Source, Position)
        Files, and where they are read from.
    """

    done: dict[Source, list[FinishedPart]]
    to_do: list[tuple[Source, Position]]


def plan(sources: Iterable[Source], finished: Mapping[str, FinishedPart], digests: Digests) -> Plan:
    """Plan a run.

    Parameters
    ----------
    sources : iterable of Source
    finished : mapping of str to FinishedPart
        By their digests; other runs' may be among them.
    digests : Digests
    """
    made = Plan({}, [])
    for source in sources:
        parts = made.done.setdefault(source, [])
        position = BEGINNING
        while part := finished.get(digests.of_part(source, position)):
            parts.append(part)
            position = part.end
            if part.is_last or position.row <= part.start.row:
                break
        if not (parts and parts[-1].is_last):
            made.to_do.append((source, position))
    return made
