"""The memory that workers share: their parent holds it, so that it outlives each of them."""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from typing import TYPE_CHECKING

from regression_model.serving.counting.room_sizes import bytes_of_rooms
from regression_model.serving.metrics import count_numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from regression_model.serving.plan import Plan

_BYTES_OF_NUMBER = 8


class SharedMemory:
    """Memory of each worker, to which it alone writes and which all of them read.

    It is a file that stands in no folder: one that is full would end who writes, and one that is
    not there, or read-only, would let no service begin. What is not written takes no memory.

    Parameters
    ----------
    n_workers : int
    n_numbers, n_rows : int
        Bytes of each worker for `Metrics` and for `ServiceCounts`, multiples of eight.
    file : int, optional
        A descriptor of what another process holds; by default it is made, all of it zeros.

    Attributes
    ----------
    numbers, rows : list of memoryview
        One for each worker; no `rows` where none are counted.
    """

    def __init__(
        self, n_workers: int, n_numbers: int, n_rows: int, file: int | None = None
    ) -> None:
        self._sizes = n_workers, n_numbers, n_rows
        n_each = n_numbers + n_rows
        self._file = _new_file(n_workers * n_each) if file is None else file
        weakref.finalize(self, os.close, self._file)
        whole = memoryview(mmap.mmap(self._file, n_workers * n_each))
        self.numbers: list[memoryview] = []
        self.rows: list[memoryview] = []
        for start in range(0, n_workers * n_each, n_each):
            self.numbers.append(whole[start : start + n_numbers])
            if n_rows:
                self.rows.append(whole[start + n_numbers : start + n_each])

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return memory for the workers of a plan."""
        n_models = len(plan.artifacts)
        n_rows = bytes_of_rooms(n_models) if plan.settings.drift_days else 0
        return cls(plan.workers, _BYTES_OF_NUMBER * count_numbers(n_models), n_rows)

    def __reduce__(self) -> tuple[Callable[..., SharedMemory], tuple[object, ...]]:
        """Be the same memory in a process that is spawned."""
        from multiprocessing.reduction import DupFd  # Windows, where workers are not, has none

        return _attached, (*self._sizes, DupFd(self._file))


def _attached(n_workers: int, n_numbers: int, n_rows: int, file: Any) -> SharedMemory:
    return SharedMemory(n_workers, n_numbers, n_rows, file.detach())


def _new_file(n_bytes: int) -> int:
    """Return the descriptor of a file of zeros that ends with who holds it."""
    if hasattr(os, "memfd_create"):
        file = os.memfd_create("regression-model")
    else:
        with tempfile.TemporaryFile() as made:
            file = os.dup(made.fileno())
    os.ftruncate(file, n_bytes)
    return file
