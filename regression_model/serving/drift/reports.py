"""What has drifted: told from the counts of all workers, and told anew only where they changed."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.reports.drift.drift import Drift
    from regression_model.serving.counting.worker_counts import WorkerCounts
    from regression_model.serving.models import Served
    from regression_model.serving.service import Service


_PAUSE = 4.0
"""Times as long as it took to tell: answers of predictions have most of the time for themselves."""
_LONGEST_PAUSE = 5.0
"""Seconds."""


class WindowDrift(NamedTuple):
    """What has drifted in a window.

    Attributes
    ----------
    start, end : str
        Of the window.
    level : float
        In how many of such reports something is proven where nothing has shifted.
    drift : Drift
    """

    start: str
    end: str
    level: float
    drift: Drift

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        told = {"start": self.start, "end": self.end, "level": self.level}
        return told | self.drift.to_dict()


class ModelDrift(NamedTuple):
    """What has drifted of a model.

    Attributes
    ----------
    served : Served
    days : float
        How long a window is.
    running : WindowDrift
        So far.
    complete : WindowDrift or None
        The window before it; None where no row was counted in that.
    """

    served: Served
    days: float
    running: WindowDrift
    complete: WindowDrift | None

    def is_same(self, other: ModelDrift) -> bool:
        """Tell whether nothing has changed from one to the other."""
        return self.running is other.running and self.complete is other.complete

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "model": self.served.name,
            "version": self.served.model.version,
            "digest": self.served.digest,
            "days": self.days,
            "running": self.running.to_dict(),
            "complete": None if self.complete is None else self.complete.to_dict(),
        }


class _Kept(NamedTuple):
    """What was told, from what, and from when on that may be done anew."""

    model: Model
    window: int
    numbers: Floats
    read_at: float
    told: WindowDrift
    next_at: float

    def is_of(self, model: Model, window: int) -> bool:
        """Tell whether it is of a model and a window."""
        return self.model is model and self.window == window


class DriftReports:
    """Tells what has drifted.

    It takes a tenth of a second, so that it is done on a thread, for one window at a time, and
    where rows come all the time a fifth of the time at most. Who asks meanwhile gets what is told
    next, however many they are.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[tuple[str, bool], _Kept] = {}
        self._turns: defaultdict[tuple[str, bool], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._busy = asyncio.Lock()

    async def of(self, served: Served) -> ModelDrift:
        """Return what has drifted of a model.

        Raises
        ------
        NotCounted
            If its rows are not counted, and why.
        """
        counts = self._service.counts.counting(served)
        running = await self._told(served, counts, is_complete=False)
        complete = await self.complete(served)
        return ModelDrift(served, counts.windows.days, running, complete)

    async def complete(self, served: Served) -> WindowDrift | None:
        """Return what has drifted in the last complete window, None without rows; errors as `of`.

        It is told at a level at which one who looks at all windows of a year is alarmed in one of
        twenty years in which nothing has shifted.
        """
        counts = self._service.counts.counting(served)
        window = counts.windows.running - 1
        if not self._service.counts.sums(served, counts, window).any():
            return None
        return await self._told(served, counts, is_complete=True)

    async def _told(
        self, served: Served, counts: WorkerCounts, *, is_complete: bool
    ) -> WindowDrift:
        asked_at, key = time.monotonic(), (served.name, is_complete)
        async with self._turns[key]:
            window = counts.windows.running - is_complete
            kept = self._kept.get(key)
            if kept is not None and kept.is_of(counts.model, window):
                if kept.read_at >= asked_at or self._is_the_same(kept, served, counts):
                    return kept.told
                await asyncio.sleep(kept.next_at - time.monotonic())
            async with self._busy:
                new = await self._tell(served, counts, is_complete=is_complete)
            self._kept[key] = new
            return new.told

    def _is_the_same(self, kept: _Kept, served: Served, counts: WorkerCounts) -> bool:
        """Tell whether nothing was counted since."""
        numbers = self._service.counts.sums(served, counts, kept.window)
        return np.array_equal(kept.numbers, numbers)

    async def _tell(self, served: Served, counts: WorkerCounts, *, is_complete: bool) -> _Kept:
        read_at, window = time.monotonic(), counts.windows.running - is_complete
        numbers = self._service.counts.sums(served, counts, window)
        tell = partial(_tell, counts, numbers, window, is_complete=is_complete)
        told, seconds = await self._service.on_thread(tell)
        next_at = time.monotonic() + min(_PAUSE * seconds, _LONGEST_PAUSE)
        return _Kept(counts.model, window, numbers, read_at, told, next_at)


def _tell(
    counts: WorkerCounts, numbers: Floats, window: int, *, is_complete: bool
) -> tuple[WindowDrift, float]:
    """Return what has drifted, and how many seconds of a processor that has taken."""
    # it brings what reads tables of all kinds along, for which a service is not to wait
    from regression_model.batch.summary import Summary
    from regression_model.reports.drift.drift import drift_of_counts
    from regression_model.reports.drift.shifts import LEVEL
    from regression_model.reports.drift.spending import level_of_days

    start, windows = time.thread_time(), counts.windows
    level = level_of_days(windows.days) if is_complete else LEVEL
    rows, errors, warnings = counts.counted(numbers)
    summary = Summary(rows.n_rows, rows.n_failed, errors, warnings)
    found = drift_of_counts(counts.model, rows, summary, level)
    told = WindowDrift(windows.start_of(window), windows.start_of(window + 1), level, found)
    return told, time.thread_time() - start
