"""Work in parallel, by processes that end with the one that started them."""

from __future__ import annotations

import os
import sys
import time
import warnings
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from multiprocessing import current_process, resource_tracker
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from joblib import Parallel, delayed

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
        resource_tracker.ensure_running()  # else it starts below, and lets interrupts in again
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib's: who stops early knows what is not done
            results.close()


def _watched(parent: int, function: Callable[..., ResultT], arguments: tuple[Any, ...]) -> ResultT:
    end_with(parent)
    return function(*arguments)


@cache
def end_with(parent: int) -> None:
    """Let a worker process end when its parent has: a parent that is killed can not tell it to."""
    if current_process().name.startswith("LokyProcess"):
        Thread(target=_wait_for_end, args=(parent,), daemon=True).start()


def _wait_for_end(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os._exit(1)
