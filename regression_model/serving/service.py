"""What all routes share: models, settings, and room for a bounded number of requests."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar

from regression_model.serving.problems import COME_AGAIN, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.serving.counting.service_counts import ServiceCounts
    from regression_model.serving.metrics import Metrics
    from regression_model.serving.models import Models, Served
    from regression_model.serving.settings import Settings

T = TypeVar("T")


@dataclass
class Service:
    """What all routes share.

    Attributes
    ----------
    models : Models
    settings : Settings
    metrics : Metrics
    counts : ServiceCounts
    n_requests : int
        With a body, worked on right now.
    n_bytes : int
        Of bodies that are held right now.
    is_ending : bool
        Whether requests that have begun are the last ones.
    """

    models: Models
    settings: Settings
    metrics: Metrics
    counts: ServiceCounts
    n_requests: int = field(default=0, init=False)
    n_bytes: int = field(default=0, init=False)
    is_ending: bool = field(default=False, init=False)

    def named(self, name: str | None) -> Served:
        """Return the model of a name, or the first one.

        Raises
        ------
        Problem
            If there is no such model.
        """
        if name is None:
            return self.models.first
        served = self.models.get(name)
        if served is None:
            names = self.models.names
            detail = f"there is no model of this name; there are: {', '.join(names)}"
            raise Problem(404, "unknown-model", detail, models=names)
        return served

    def place(self) -> Place:
        """Return what a request takes while it is worked on."""
        return Place(self)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.settings.n_threads, "serving")

    async def on_thread(self, function: Callable[[], T]) -> T:
        """Call a function on one of a few threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function)


class Place:
    """The place that a request takes in a service while it is worked on.

    Raises
    ------
    Problem
        On entering or holding, where there is no room.
    """

    __slots__ = ("_n_bytes", "_service")

    def __init__(self, service: Service) -> None:
        self._service = service
        self._n_bytes = 0

    def __enter__(self) -> Self:
        """Take a place."""
        service = self._service
        if service.n_requests >= service.settings.max_requests:
            detail = f"{service.n_requests} requests are worked on, no more at once; come again"
            raise Problem(503, "busy", detail, headers=COME_AGAIN)
        service.n_requests += 1
        return self

    def __exit__(self, *_: object) -> None:
        """Leave it, and what was held."""
        self._service.n_requests -= 1
        self._service.n_bytes -= self._n_bytes

    def hold(self, n_bytes: int) -> None:
        """Count bytes that are held from now on."""
        service = self._service
        service.n_bytes += n_bytes
        self._n_bytes += n_bytes
        if service.n_bytes > service.settings.max_waiting_bytes:
            detail = f"{service.n_bytes:,} bytes of bodies are held, no more at once; come again"
            raise Problem(503, "busy", detail, headers=COME_AGAIN)
