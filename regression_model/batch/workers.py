"""Chunks scored by workers, one a core, and given back in their order.

Rows that are still text are read, answered and spelled by processes. Those that lie in memory as
arrays are answered by threads: to send them to a process costs a third of what it takes to answer
them, which is done outside of the interpreter for the most part. Few rows are scored where they are
read: to start a process takes longer than they do.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Self

from regression_model.artifact.spreading import n_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from regression_model.batch.chunk_scoring import ScoredChunk, ScoresChunks
    from regression_model.batch.processes import Processes
    from regression_model.processing.chunks import UnreadChunk

    Task = tuple[UnreadChunk, str]
    """A chunk, and what the file that it is from is called."""
    Outcome = Callable[[], ScoredChunk]
    """Returns the answers to a chunk when they are there, or raises what went wrong with it."""

_FEW_ROWS = 40_000
"""Rows that one process answers before another one is ready to help."""
_FEW_CHUNKS = 8
"""Chunks that are held until it is known whether there are few rows; each may be megabytes."""
_WAITING = 2
"""Chunks for each worker: one that it is at, and the next one."""


class Workers:
    """Scores chunks in workers, which are started when there are rows enough for them.

    To be used as a context, at whose end the workers end.

    Parameters
    ----------
    scorer : ScoresChunks
    n_workers : int, optional
        How many workers there are, by default one a core. With 1 all is done in this thread.
    """

    def __init__(self, scorer: ScoresChunks, n_workers: int | None = None) -> None:
        self._scorer = scorer
        self._n_workers = n_cores() if n_workers is None else n_workers
        self._processes: Processes | None = None
        self._threads: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        if self._processes is not None:
            self._processes.end(at_once=kind is not None)

    def in_order(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield what gives the answers to chunks, in the order of the chunks.

        Some chunks are read ahead of the one that is yielded, a number that is bounded.

        Parameters
        ----------
        tasks : iterable of (UnreadChunk, str)

        Yields
        ------
        callable
            Waits for a `ScoredChunk` and returns it. It raises DataError where its chunk cannot be
            read, which concerns no other, and WorkerError where a process has ended by itself.
        """
        if self._n_workers == 1:
            yield from map(self._here, tasks)
            return
        tasks = iter(tasks)
        held: deque[Task] = deque()
        yield from self._while_few(tasks, held)
        yield from self._there(chain(held, tasks))

    def _while_few(self, tasks: Iterator[Task], held: deque[Task]) -> Iterator[Outcome]:
        """Yield what answers chunks here, as long as they are few; `held` gets those read ahead."""
        n_rows = n_further = 0
        last_source = None
        for task in tasks:
            held.append(task)
            chunk, source = task
            n_rows += chunk.n_rows
            n_further += source == last_source
            last_source = source
            if n_rows > _FEW_ROWS or n_further == _FEW_CHUNKS:
                return
            if len(held) > _FEW_CHUNKS:  # as of many files, or of long rows, which fill memory
                yield self._here(held.popleft())
        while held:
            yield self._here(held.popleft())

    def _here(self, task: Task) -> Outcome:
        return lambda: self._scorer.score(*task)

    def _there(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        waiting: deque[Outcome] = deque()
        for task in tasks:
            if len(waiting) == _WAITING * self._n_workers:
                yield waiting.popleft()
            waiting.append(self._submit(*task))
        while waiting:
            yield waiting.popleft()

    def _submit(self, unread: UnreadChunk, source: str) -> Outcome:
        if unread.is_read:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._n_workers)
            return self._threads.submit(self._scorer.score, unread, source).result
        if self._processes is None:
            # here, as few rows are answered sooner than this is imported
            from regression_model.batch.processes import Processes

            self._processes = Processes(self._scorer, self._n_workers)
        return self._processes.submit(unread, source)
