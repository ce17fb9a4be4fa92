"""The counts of all models in all workers: what each request is counted by, and their sums."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.counting import Counting
from regression_model.exceptions import ArtifactError
from regression_model.serving.counting.room_sizes import MOST_NUMBERS, NUMBERS_OF_ROOM
from regression_model.serving.counting.rooms import rooms_in, sum_of_rooms
from regression_model.serving.counting.worker_counts import WorkerCounts, size_of
from regression_model.serving.logs import log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.serving.counting.windows import Windows
    from regression_model.serving.models import Models, Served

_SECONDS_BETWEEN = 1.0
"""In which what a worker has counted becomes visible to the others."""
_HEX_DIGITS = 13
"""Of a digest, that a float64 number holds exactly."""


class NotCounted(Exception):  # noqa: N818 - it is no fault
    """Why the rows of a model are not counted."""


class ServiceCounts:
    """Counts rows by the profiles of models, and adds up what all workers have counted.

    It is asked in one thread, that of the event loop; what it returns may be added to by any.

    Parameters
    ----------
    models : Models
    windows : Windows or None
        None where nothing is to be counted.
    of_workers : sequence of memoryview, optional
        Memory of `bytes_of_rooms` bytes for each worker, zeros at first; own memory if not given.
    worker : int
        Which of them this process is.
    """

    def __init__(
        self,
        models: Models,
        windows: Windows | None,
        of_workers: Sequence[memoryview | Floats] | None = None,
        worker: int = 0,
    ) -> None:
        self.windows = windows
        self._models = models
        self._worker = worker
        self._counts: dict[str, WorkerCounts] = {}
        self._problems: dict[str, tuple[Model, str]] = {}
        self._rooms = []
        if windows is not None:
            n_models = len(models.names)
            if of_workers is None:
                of_workers = [np.zeros(n_models * NUMBERS_OF_ROOM)]
            self._rooms = [rooms_in(memory, n_models) for memory in of_workers]

    def of(self, served: Served) -> WorkerCounts | None:
        """Return what counts the rows of a model; None where they are not counted.

        A request that has begun with a model that was exchanged is not counted: with the next one
        counts begin anew.
        """
        try:
            return self._of(served)
        except NotCounted:
            return None

    def counting(self, served: Served) -> WorkerCounts:
        """Return the same, with all that this process has counted made visible to all.

        Raises
        ------
        NotCounted
            If its rows are not counted, and why.
        """
        counts = self._of(served)
        counts.publish()
        return counts

    def sums(self, served: Served, counts: WorkerCounts, window: int) -> Floats:
        """Return the numbers that all workers have counted of a model in a window."""
        place = self._models.names.index(served.name)
        rooms = [of_worker[place] for of_worker in self._rooms]
        return sum_of_rooms(rooms, counts.key, window, counts.size)

    def n_running(self, served: Served) -> int:
        """Return how many rows all workers have counted in the running window; as `counting`."""
        counts = self.counting(served)
        return int(self.sums(served, counts, counts.windows.running)[0])

    async def watch(self) -> None:
        """Make counts visible to all workers again and again, until cancelled."""
        try:
            while self.windows is not None:
                self._publish()
                await asyncio.sleep(_SECONDS_BETWEEN)
        finally:  # a worker that is told to end leaves all that it has counted
            self._publish()

    def _publish(self) -> None:
        for served in self._models:
            counts = self.of(served)
            if counts is not None:
                counts.publish()

    def _of(self, served: Served) -> WorkerCounts:
        """Return what counts the rows of a model; that there can be nothing is logged once."""
        counts = self._counts.get(served.name)
        if counts is not None and counts.model is served.model:
            return counts
        if self.windows is None:
            raise NotCounted("the service counts no rows: it was started with --drift-days 0")
        now = self._models.get(served.name)
        if now is None or now.model is not served.model:
            raise NotCounted("the model was exchanged meanwhile; ask again")
        known, problem = self._problems.get(served.name, (None, ""))
        if known is not served.model:
            try:
                return self._begin(served, self.windows)
            except (NotCounted, ArtifactError) as found:
                problem = str(found)
                self._problems[served.name] = served.model, problem
                log("drift not counted", model=served.name, problem=problem)
        raise NotCounted(problem)

    def _begin(self, served: Served, windows: Windows) -> WorkerCounts:
        before = self._counts.get(served.name)
        if before is not None and before.key == _key(served):
            # what has begun with the same model, loaded before, is counted there, too
            before.model = served.model
            return before
        if before is not None:
            del self._counts[served.name]
            before.end()
        counting = Counting(served.model)
        if size_of(counting) > MOST_NUMBERS:
            raise NotCounted(
                f"the profile of {served.name} has {size_of(counting):,} numbers, and a service "
                f"counts up to {MOST_NUMBERS:,}: score its rows with predict, and see drift"
            )
        place = self._models.names.index(served.name)
        room, key = self._rooms[self._worker][place], _key(served)
        counts = WorkerCounts(served.model, counting, room, key, windows)
        self._counts[served.name] = counts
        return counts


def _key(served: Served) -> float:
    """Return the number by which a model is known in memory."""
    return float(int((served.digest or "0")[:_HEX_DIGITS], 16))
