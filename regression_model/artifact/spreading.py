"""Rows spread over threads: computed in chunks, while the next rows are prepared."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.sessions import CHUNK_ROWS
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from regression_model.arrays import Floats

_MAX_WAITING = 32
"""Chunks that wait or are computed, of whatever size: so the rows ahead take bounded memory."""
_alone: ContextVar[bool] = ContextVar("alone", default=False)
"""Whether rows are computed where they are asked for."""


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Compute without threads within: for a process of which there is one a core."""
    token = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(token)


def map_blocks(
    blocks: Iterable[Floats], compute: Callable[[Floats], Floats], rows_at_once: int = CHUNK_ROWS
) -> Floats:
    """Compute something of blocks of rows, on threads, while the next blocks are prepared.

    Within `on_one_thread` it is computed in the thread that asks.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (n_rows_of_block, n_columns)
        Encoded rows.
    compute : callable
        From up to `rows_at_once` contiguous rows to an array of as many rows.
    rows_at_once : int
        How many rows are computed in one go.

    Returns
    -------
    ndarray of shape (n_samples, width of what was computed)
    """
    chunks = _chunks(blocks, rows_at_once)
    if _alone.get():
        return np.concatenate([compute(np.ascontiguousarray(chunk)) for chunk in chunks])
    first = list(islice(chunks, 2))
    if len(first) < 2:  # noqa: PLR2004 - one chunk is not worth a thread
        return compute(np.ascontiguousarray(first[0]))
    done: list[Floats] = []
    waiting: deque[Future[Floats]] = deque()
    with ThreadPoolExecutor(n_cores()) as pool:
        for chunk in chain(first, chunks):
            waiting.append(_submit(pool, compute, chunk))
            if len(waiting) > _MAX_WAITING:
                done.append(waiting.popleft().result())
        done += [future.result() for future in waiting]
    return np.concatenate(done)


def _chunks(blocks: Iterable[Floats], n_rows: int) -> Iterator[Floats]:
    """Cut blocks into chunks; a block without rows is a chunk too, so that there is one always."""
    for block in blocks:
        for start in range(0, max(len(block), 1), n_rows):
            yield block[start : start + n_rows]


def _on_contiguous(compute: Callable[[Floats], Floats], x: Floats) -> Floats:
    return compute(np.ascontiguousarray(x))


def _submit(
    pool: ThreadPoolExecutor, compute: Callable[[Floats], Floats], x: Floats
) -> Future[Floats]:
    """Have a thread compute; while the interpreter shuts down there are none, so do it here."""
    try:
        return pool.submit(_on_contiguous, compute, x)
    except RuntimeError as problem:
        pass_on(problem)
        done: Future[Floats] = Future()
        done.set_result(_on_contiguous(compute, x))
        return done


def n_cores() -> int:
    """Return how many cores this process may use, which in a container may be fewer than are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
