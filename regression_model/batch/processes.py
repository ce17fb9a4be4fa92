"""Processes that score chunks, and end with the one that has started them."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process, resource_tracker
from typing import TYPE_CHECKING

from regression_model.exceptions import WorkerError
from regression_model.processing.interruptions import pass_on, signals_held

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.batch.chunk_scoring import ScoredChunk, ScoresChunks
    from regression_model.processing.chunks import UnreadChunk


class Processes:
    """Processes that score chunks by copies of a scorer, started when they are first needed.

    They are new ones: what is forked may wait for a lock that nobody holds any more.

    Parameters
    ----------
    scorer : ScoresChunks
    n_processes : int
    """

    def __init__(self, scorer: ScoresChunks, n_processes: int) -> None:
        if os.name == "posix":
            resource_tracker.ensure_running()  # else it starts below, and lets interrupts in again
        self._pool = ProcessPoolExecutor(
            n_processes, get_context("spawn"), initializer=_begin, initargs=(scorer,)
        )

    def submit(self, unread: UnreadChunk, source: str) -> Callable[[], ScoredChunk]:
        """Have a chunk scored, and return what waits for that.

        It raises WorkerError where a process has ended by itself.
        """
        # processes are started here. Ctrl-C reaches all of a terminal: the one that waits for the
        # others ends them
        with signals_held("SIGINT"):
            try:
                future = self._pool.submit(_score, unread, source)
            except BrokenProcessPool as problem:
                pass_on(problem)
                future = Future()
                future.set_exception(problem)
        return lambda: _waited_for(future)

    def end(self, *, at_once: bool) -> None:
        """End the processes, perhaps in the middle of what nobody waits for."""
        if at_once:
            for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - no other way
                process.terminate()
        self._pool.shutdown(cancel_futures=True)


def _waited_for(future: Future[ScoredChunk]) -> ScoredChunk:
    try:
        return future.result()
    except BrokenProcessPool as problem:
        pass_on(problem)
        message = (
            "a worker process has ended by itself, as it does where memory has run out or somebody "
            "has killed it; give the run more memory, or fewer cores, of which each has one, and "
            "go on with --resume"
        )
        raise WorkerError(message) from problem


_scorers: list[ScoresChunks] = []
"""In a worker: the one by which it scores."""


def _begin(scorer: ScoresChunks) -> None:
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
