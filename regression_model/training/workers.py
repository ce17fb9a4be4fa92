"""Work in parallel, by processes that end with the one that started them."""

from __future__ import annotations

import itertools
import os
import pickle
import time
from dataclasses import dataclass, field
from functools import cache, lru_cache
from multiprocessing import current_process
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy.typing as npt

ResultT = TypeVar("ResultT")

_SECONDS_BETWEEN_LOOKS = 0.5
_PARCELS = itertools.count()


@dataclass(frozen=True)
class _Parcel:
    """What all calls are given, pickled: as one array, which joblib puts where all may read it."""

    key: tuple[int, int]
    pickled: npt.NDArray[np.uint8] = field(compare=False)


def in_parallel(
    function: Callable[..., ResultT], arguments: Iterable[tuple[Any, ...]]
) -> Iterator[ResultT]:
    """Call a function once for each tuple of arguments, in as many processes as there are cores.

    Parameters
    ----------
    function : callable
        Of a module, so that another process finds it.
    arguments : iterable of tuple
        What to call it with.

    Yields
    ------
    object
        What the calls return, in order, each as soon as it is there.
    """
    here = os.getpid()
    calls = (delayed(_watched)(here, function, given) for given in arguments)
    results: Iterator[ResultT] = Parallel(n_jobs=-1, return_as="generator")(calls)
    return results


def in_parallel_on(
    shared: Any, function: Callable[..., ResultT], arguments: Iterable[tuple[Any, ...]]
) -> Iterator[ResultT]:
    """Call as `in_parallel` does, each time with what is shared first: a table, say.

    It is pickled once, and not for each call, and unpickled once by each process.
    """
    if effective_n_jobs(-1) == 1:
        return in_parallel(function, ((shared, *given) for given in arguments))
    pickled = np.frombuffer(pickle.dumps(shared, protocol=pickle.HIGHEST_PROTOCOL), dtype=np.uint8)
    parcel = _Parcel((os.getpid(), next(_PARCELS)), pickled)
    return in_parallel(_with_contents, ((function, parcel, given) for given in arguments))


def _with_contents(
    function: Callable[..., ResultT], parcel: _Parcel, given: tuple[Any, ...]
) -> ResultT:
    return function(_contents(parcel), *given)


@lru_cache(maxsize=1)
def _contents(parcel: _Parcel) -> Any:
    # written by the process that this one works for
    return pickle.loads(parcel.pickled.tobytes())  # noqa: S301


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
