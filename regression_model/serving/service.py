"""What all routes share: models, settings, and room for a bounded number of requests."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from regression_model.serving.metrics import Metrics
    from regression_model.serving.models import Models, Served
    from regression_model.serving.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

SMALL_BYTES = 65_536
"""Bodies up to this are answered in the event loop: a thread would cost more than the answer."""
_RETRY = {"Retry-After": "1"}


@dataclass
class Service:
    """What all routes share.

    Attributes
    ----------
    models : Models
    settings : Settings
    metrics : Metrics
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

    @contextmanager
    def room(self) -> Iterator[None]:
        """Count a request while it is worked on.

        Raises
        ------
        Problem
            If there are as many as may be.
        """
        if self.n_requests >= self.settings.max_requests:
            detail = f"{self.n_requests} requests are worked on, no more at once; come again"
            raise Problem(503, "busy", detail, headers=_RETRY)
        self.n_requests += 1
        try:
            yield
        finally:
            self.n_requests -= 1

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.settings.n_threads, "serving")

    async def compute(
        self, n_bytes: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a function: at once for a small body, on a thread for another."""
        if n_bytes <= SMALL_BYTES:
            return function(*args, **kwargs)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))
