"""Making a thing once, whoever asks first, in any thread, in a signal handler, after a fork."""

from __future__ import annotations

import hashlib
import os
import threading
import weakref
from collections import OrderedDict
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class Once(Generic[T]):
    """Makes a thing when it is first asked for.

    Threads that race for it wait for the first one. Who asks again while making it, as a signal
    handler may, does not wait for itself but makes another one. A process that was forked while a
    thread was at it does not wait for that thread, which it does not have.

    Parameters
    ----------
    make : callable
        Makes the thing; what it raises is raised, and next time it is tried again.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self.reset()
        after_fork(self)

    def __call__(self) -> T:
        """Return the thing."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def reset(self) -> None:
        """Forget who was making it."""
        self._lock = threading.RLock()


class OnceForEach(Generic[T]):
    """Makes a thing of some bytes once, however often they come.

    A worker that gets one part of a table after the other gets the same model with each.

    Parameters
    ----------
    make : callable
        Makes the thing of the bytes, as for `Once`.
    n_kept : int
        How many things are kept: those last asked for.
    """

    def __init__(self, make: Callable[[bytes], T], n_kept: int) -> None:
        self._make = make
        self._n_kept = n_kept
        self._made: OrderedDict[str, Once[T]] = OrderedDict()
        self.reset()
        after_fork(self)

    def __call__(self, data: bytes) -> T:
        """Return the thing that is made of these bytes."""
        digest = hashlib.sha256(data).hexdigest()
        with self._lock:
            once = self._made.setdefault(digest, Once(partial(self._make, data)))
            self._made.move_to_end(digest)
            while len(self._made) > self._n_kept:
                self._made.popitem(last=False)
        return once()

    def reset(self) -> None:
        """Forget who was looking for a thing."""
        self._lock = threading.RLock()


_holders: weakref.WeakSet[Any] = weakref.WeakSet()
"""What a forked process resets, as long as somebody has it."""


def after_fork(holder: Any) -> None:
    """Have ``holder.reset()`` called in every process that is forked from now on."""
    _holders.add(holder)


def _reset_all() -> None:
    for holder in list(_holders):
        holder.reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)


_importing: set[int] = set()
"""Threads that import what a model needs."""


@contextmanager
def importing() -> Iterator[None]:
    """Import modules within: who asks for them while his own thread is at it would get halves.

    Raises
    ------
    ArtifactError
        In a signal handler that interrupts the same import.
    """
    thread = threading.get_ident()
    if thread in _importing:
        raise ArtifactError(
            "a signal handler asks for a model while what it interrupts imports the modules that "
            "this needs; predict once before signals may come, or ask again later"
        )
    try:
        _importing.add(thread)
        yield
    finally:
        _importing.discard(thread)
