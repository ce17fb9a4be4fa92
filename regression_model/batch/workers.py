"""Chunks scored by workers, one a core, and given back in their order.

Rows that are still text are read, answered and spelled by processes. Those that lie in memory as
arrays are answered by threads: to send them to a process costs a third of what it takes to answer
them, which is done outside of the interpreter for the most part. Few rows are scored where they are
read: to start a process takes longer than they do.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context, parent_process, resource_tracker
from typing import TYPE_CHECKING, Self

from regression_model.artifact.spreading import n_cores
from regression_model.exceptions import WorkerError
from regression_model.processing.interruptions import pass_on, signals_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from regression_model.batch.chunk_scoring import ChunkScorer, ScoredChunk
    from regression_model.processing.chunks import UnreadChunk

    Task = tuple[UnreadChunk, str]
    """A chunk, and what the file that it is from is called."""
    Outcome = Callable[[], ScoredChunk]
    """Returns the answers to a chunk when they are there, or raises what went wrong with it."""

_FEW_ROWS = 40_000
"""Rows that one process answers before another one is ready to help."""
_WAITING = 2
"""Chunks for each worker: one that it is at, and the next one."""


class Workers:
    """Scores chunks in workers, which are started when there are rows enough for them.

    To be used as a context, at whose end the workers end.

    Parameters
    ----------
    scorer : ChunkScorer
    n_workers : int, optional
        How many workers there are, by default one a core. With 1 all is done in this thread.
    """

    def __init__(self, scorer: ChunkScorer, n_workers: int | None = None) -> None:
        self._scorer = scorer
        self._n_workers = n_cores() if n_workers is None else n_workers
        self._processes: ProcessPoolExecutor | None = None
        self._threads: ThreadPoolExecutor | None = None
        self._is_started = self._n_workers == 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        if self._processes is not None:
            if kind is not None:
                _end(self._processes)
            self._processes.shutdown(cancel_futures=True)

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
        tasks = iter(tasks)
        first: list[Task] = []
        while not self._is_started:
            task = next(tasks, None)
            if task is None:
                yield from map(self._here, first)
                return
            first.append(task)
            self._is_started = sum(chunk.n_rows for chunk, _ in first) > _FEW_ROWS
        if self._n_workers == 1:
            yield from map(self._here, tasks)
        else:
            yield from self._there(chain(first, tasks))

    def _here(self, task: Task) -> Outcome:
        return lambda: self._scorer.score(*task)

    def _there(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        waiting: deque[Future[ScoredChunk]] = deque()
        for task in tasks:
            if len(waiting) == _WAITING * self._n_workers:
                yield _outcome(waiting.popleft())
            waiting.append(self._submit(task))
        while waiting:
            yield _outcome(waiting.popleft())

    def _submit(self, task: Task) -> Future[ScoredChunk]:
        unread, source = task
        if unread.is_read:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._n_workers)
            return self._threads.submit(self._scorer.score, unread, source)
        if self._processes is None:
            self._processes = _started(self._scorer, self._n_workers)
        return _sent(self._processes, task)


def _started(scorer: ChunkScorer, n_workers: int) -> ProcessPoolExecutor:
    """Return a pool whose processes are new ones: what is forked may wait for a lost lock."""
    if os.name == "posix":
        resource_tracker.ensure_running()  # else it starts below, and lets interrupts in again
    return ProcessPoolExecutor(
        n_workers, get_context("spawn"), initializer=_begin, initargs=(scorer,)
    )


def _sent(pool: ProcessPoolExecutor, task: Task) -> Future[ScoredChunk]:
    # workers are started here. Ctrl-C reaches all processes of a terminal: the one that waits for
    # the workers ends them
    with signals_held("SIGINT"):
        try:
            return pool.submit(_score, *task)
        except BrokenProcessPool as problem:
            pass_on(problem)
            broken: Future[ScoredChunk] = Future()
            broken.set_exception(problem)
            return broken


def _outcome(future: Future[ScoredChunk]) -> Outcome:
    def wait() -> ScoredChunk:
        try:
            return future.result()
        except BrokenProcessPool as problem:
            pass_on(problem)
            message = (
                "a worker process has ended by itself, as it does where memory has run out or "
                "somebody has killed it; give the run more memory, or fewer cores, of which each "
                "has one, and go on with --resume"
            )
            raise WorkerError(message) from problem

    return wait


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers of a run that has failed: nobody waits for what they are at."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - there is no other way
        process.terminate()


_scorers: list[ChunkScorer] = []
"""In a worker: the one by which it scores."""


def _begin(scorer: ChunkScorer) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scorers.append(scorer)


def _end_with_parent() -> None:
    """Wait until the process that has started this one ends, which may be killed, and end too."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(unread: UnreadChunk, source: str) -> ScoredChunk:
    return _scorers[0].score(unread, source)
