"""Work in parallel, by processes that end with the one that started them."""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from contextlib import contextmanager, redirect_stdout
from functools import cache
from io import StringIO
from multiprocessing import current_process, resource_tracker
from typing import TYPE_CHECKING, Any, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky.backend import resource_tracker as loky_tracker

from regression_model.processing.interruptions import signals_held

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

ResultT = TypeVar("ResultT")

_SECONDS_BETWEEN_LOOKS = 0.5


def in_parallel(
    function: Callable[..., ResultT], arguments: Iterable[tuple[Any, ...]]
) -> Generator[ResultT]:
    """Call a function once for each tuple of arguments, in as many processes as there are cores.

    Parameters
    ----------
    function : callable
        Of a module, so that another process finds it.
    arguments : iterable of tuple
        What to call it with.

    Returns
    -------
    iterator of object
        What the calls return, in order, each as soon as it is there.
    """
    here = os.getpid()
    calls = (delayed(_watched)(here, function, given) for given in arguments)
    if os.name == "posix":
        for tracker in (resource_tracker, loky_tracker):
            tracker.ensure_running()  # else it starts below, and lets interrupts in again
    # Ctrl-C reaches all processes of a terminal: the one that waits for the workers ends them;
    # and who starts them flushes stdout, which may be closed
    with signals_held("SIGINT"), redirect_stdout(sys.stdout or StringIO()):
        results = _left_quietly(Parallel(n_jobs=-1, return_as="generator")(calls))
    next(results)  # from here on it is ended quietly, also where no result was asked for yet
    return results


def _left_quietly(results: Generator[Any]) -> Generator[Any]:
    """Yield nothing at first, then the results; say nothing where these are left early."""
    try:
        yield None
        for result in results:  # noqa: UP028 - `yield from` would close it before `finally`
            yield result
    finally:
        with warnings.catch_warnings(), _managers_end_quietly():
            warnings.simplefilter("ignore")  # joblib's: who stops early knows what is not done
            results.close()


@contextmanager
def _managers_end_quietly() -> Generator[None]:
    """Say nothing of the thread that hands work to workers: it may miss what was just cancelled.

    It has killed the workers before that, and whoever closes the results waits for its end.
    """
    told = threading.excepthook

    def tell(problem: threading.ExceptHookArgs) -> None:
        is_manager = problem.thread is not None and problem.thread.name == "ExecutorManagerThread"
        if not (is_manager and problem.exc_type is KeyError):
            told(problem)

    threading.excepthook = tell
    try:
        yield
    finally:
        threading.excepthook = told


def _watched(parent: int, function: Callable[..., ResultT], arguments: tuple[Any, ...]) -> ResultT:
    end_with(parent)
    return function(*arguments)


@cache
def end_with(parent: int) -> None:
    """Let a worker process end when its parent has: a parent that is killed can not tell it to."""
    if current_process().name.startswith("LokyProcess"):
        threading.Thread(target=_wait_for_end, args=(parent,), daemon=True).start()


def _wait_for_end(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)
