"""One process that answers: models loaded and tested, then served until it is told to end."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn

from regression_model.exceptions import RegressionModelError
from regression_model.serving.application import app
from regression_model.serving.connections import Connection as HttpConnection
from regression_model.serving.counting.service_counts import ServiceCounts
from regression_model.serving.counting.windows import windows_of
from regression_model.serving.loading import Loader
from regression_model.serving.logs import log, write_logs
from regression_model.serving.metrics import Metrics
from regression_model.serving.models import Models
from regression_model.serving.reloading import Reloader, state_of

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine, Iterator
    from multiprocessing.connection import Connection

    from starlette.applications import Starlette

    from regression_model.serving.copies import Copies
    from regression_model.serving.models import Served
    from regression_model.serving.plan import Plan
    from regression_model.serving.reloading import FileState
    from regression_model.serving.service import Service
    from regression_model.serving.shared import Shared
    from regression_model.serving.shared_memory import SharedMemory


class _Server(uvicorn.Server):
    """The server, whose signals are ours: it would end by the signal that it has drained for.

    Parameters
    ----------
    config : uvicorn.Config
    on_ready : callable
        Is called once connections are taken.
    """

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections."""
        await super().startup(sockets)
        self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


def serve(
    plan: Plan,
    listener: socket.socket,
    *,
    memory: SharedMemory | None = None,
    number: int = 0,
    on_ready: Callable[[], None] | None = None,
    parent: Connection | None = None,
    copies: Copies | None = None,
) -> None:
    """Load what is to be served, and serve it until SIGTERM or, without a parent, SIGINT.

    Parameters
    ----------
    plan : Plan
    listener : socket.socket
        Listens, perhaps for other workers as well.
    memory : SharedMemory, optional
        Of all workers; by default own memory.
    number : int
        Which of them this process is.
    on_ready : callable, optional
        Is called once requests are answered; by default that is logged.
    parent : Connection, optional
        Of a process without which this one ends.
    copies : Copies, optional
        Of what other workers serve.

    Raises
    ------
    ArtifactError
        If an artifact cannot be loaded, or fails its self-test.
    """
    numbers, rows = None, None
    if memory is not None:
        numbers, rows = memory.numbers, memory.rows
    metrics = Metrics(plan.names, numbers, number)
    loader = Loader(trusted_key=plan.trusted_key, copies=copies)
    models, states = _begun(plan, loader)
    counts = ServiceCounts(models, windows_of(plan.settings.drift_days), rows, number)
    application = app(models=models, settings=plan.settings, metrics=metrics, counts=counts)
    server = _Server(_config(application, plan), on_ready or partial(log, "ready"))
    reloader = Reloader(models, metrics, loader, states, signed=plan.trusted_key is not None)
    run = _Run(server, application.state.service, reloader, copies)
    asyncio.run(run.until_end(plan, listener, parent))


def _begun(plan: Plan, loader: Loader) -> tuple[Models, dict[str, FileState | None]]:
    """Return the models, and the states of their files; None where a model is not its file's."""
    served: list[Served] = []
    states: dict[str, FileState | None] = {}
    for name, path in plan.artifacts:
        state = state_of(path, signed=plan.trusted_key is not None)
        begun = loader.begin(name, path)
        served.append(begun.served)
        states[name] = state if begun.is_of_file else None
    return Models(served), states


def _config(application: Starlette, plan: Plan) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=HttpConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=max(1, round(plan.drain_seconds)),
    )


class _Run:
    """A server, what it answers with, and what signals do to both."""

    def __init__(
        self, server: uvicorn.Server, service: Service, reloader: Reloader, copies: Copies | None
    ) -> None:
        self._server = server
        self._service = service
        self._reloader = reloader
        self._copies = copies
        self._tasks: set[asyncio.Task[None]] = set()

    async def until_end(
        self, plan: Plan, listener: socket.socket, parent: Connection | None
    ) -> None:
        """Serve until a signal, or the end of the parent, says that it is enough."""
        if parent is not None:
            asyncio.get_running_loop().add_reader(parent.fileno(), self._end_alone, parent)
        # Ctrl-C reaches a whole group of processes; of workers, the parent alone ends them
        by_interrupt = self._end if parent is None else _do_nothing
        actions = {"SIGTERM": self._end, "SIGINT": by_interrupt, "SIGHUP": self._load_all}
        self._begin(self._reloader.watch(plan.reload_seconds))
        self._begin(self._service.counts.watch())
        with _signals_taken(actions):
            await self._server.serve(sockets=[listener])
        for task in self._tasks:
            task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _load_all(self) -> None:
        self._begin(self._reloader.load_all())

    def _end(self) -> None:
        """Let requests that have begun be answered; told again, do not."""
        if self._service.is_ending:
            self._server.force_exit = True
        else:
            log("draining")
        self._service.is_ending = True
        self._server.should_exit = True

    def _end_alone(self, parent: Connection) -> None:
        """End, as the parent has done: nobody would replace this worker, or tell it to end."""
        asyncio.get_running_loop().remove_reader(parent.fileno())
        if self._copies is not None:
            self._copies.remove()
        self._end()


@contextmanager
def _signals_taken(actions: dict[str, Callable[[], None]]) -> Iterator[None]:
    """Let signals call functions in the event loop, also those that have waited until now."""
    loop = asyncio.get_running_loop()
    taken = {}
    for name, action in actions.items():
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None:
            taken[number] = signal.signal(number, partial(_call_soon, loop, action))
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, taken)
    try:
        yield
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


def _call_soon(
    loop: asyncio.AbstractEventLoop, action: Callable[[], None], _number: int, _frame: object
) -> None:
    loop.call_soon_threadsafe(action)


def _do_nothing() -> None:
    """Take a signal that is not for this process."""


def work(plan: Plan, shared: Shared, number: int, parent: Connection) -> None:
    """Be one of several workers; what a new process begins with.

    Parameters
    ----------
    plan : Plan
    shared : Shared
        What all workers have in common.
    number : int
        Which of them this one is.
    parent : Connection
        Is told nothing, an empty message, once requests are answered, or why they are not.
    """
    write_logs()
    on_ready = partial(parent.send_bytes, b"")
    try:
        serve(
            plan,
            shared.listener,
            memory=shared.memory,
            number=number,
            on_ready=on_ready,
            parent=parent,
            copies=shared.copies,
        )
    except RegressionModelError as problem:
        parent.send_bytes(str(problem).encode())
