"""The memory that workers share: their parent holds it, so that it outlives each of them."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from multiprocessing.heap import BufferWrapper
from typing import TYPE_CHECKING

from regression_model.serving.counting.room_sizes import bytes_of_rooms
from regression_model.serving.metrics import count_numbers

if TYPE_CHECKING:
    from regression_model.serving.metrics import Buffer
    from regression_model.serving.plan import Plan


@dataclass(frozen=True)
class SharedMemory:
    """Memory of each worker, to which it alone writes and which all of them read.

    Attributes
    ----------
    numbers : list of buffers
        For `Metrics`.
    rows : list of BufferWrapper
        For `ServiceCounts`; empty where no rows are counted.
    """

    numbers: list[Buffer]
    rows: list[BufferWrapper]

    @classmethod
    def of(cls, plan: Plan) -> SharedMemory:
        """Return memory for the workers of a plan, all of it zeros."""
        spawning, n_models = multiprocessing.get_context("spawn"), len(plan.artifacts)
        size = count_numbers(n_models)
        numbers: list[Buffer] = [spawning.RawArray("d", size) for _ in range(plan.workers)]
        rows: list[BufferWrapper] = []
        if plan.settings.drift_days:
            # an array would write its zeros, and with that take memory which mostly is not needed
            rows = [BufferWrapper(bytes_of_rooms(n_models)) for _ in range(plan.workers)]
        return cls(numbers, rows)
