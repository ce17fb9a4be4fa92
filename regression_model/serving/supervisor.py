"""The parent of several workers: it begins them, replaces those that die, and ends them.

It answers nothing and loads no model. Workers share its socket, so that what one of them does not
take another one does, its memory for counts, and its place for copies of what they serve.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from regression_model.processing.interruptions import signals_held
from regression_model.serving.copies import kept_copies
from regression_model.serving.logs import log
from regression_model.serving.metrics import clear_gauges
from regression_model.serving.plan import ServiceError
from regression_model.serving.shared import Shared
from regression_model.serving.shared_memory import SharedMemory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from regression_model.serving.copies import Copies
    from regression_model.serving.plan import Plan


_SHORT_LIFE = 5.0
"""Seconds: a worker that dies sooner is replaced the later, the more often that has happened."""
_LONGEST_PAUSE = 30.0
_PATIENCE = 5.0
"""Seconds beyond those for draining, after which a worker that has not ended is killed."""
_spawning = multiprocessing.get_context("spawn")


@dataclass(eq=False)
class _Worker:
    """A process, and what it has said so far."""

    number: int
    process: SpawnProcess
    messages: Connection
    begun: float
    is_ready: bool = False


class Supervisor:
    """Workers from the first to the last.

    Parameters
    ----------
    plan : Plan
    listener : socket.socket
        Listens; workers take connections from it.
    """

    def __init__(self, plan: Plan, listener: socket.socket) -> None:
        self._plan = plan
        self._listener = listener
        self._memory = SharedMemory.of(plan)
        self._copies: Copies | None = None
        self._workers: list[_Worker] = []
        self._due: dict[int, float] = {}
        self._short_lives = 0
        self._was_ready = False
        self._ends_at: float | None = None
        self._problem: str | None = None

    def run(self) -> None:
        """Keep as many workers as are wanted until SIGTERM or SIGINT, then let them drain.

        Raises
        ------
        ServiceError
            If no worker ever came so far as to answer.
        """
        with _signals() as signals, kept_copies() as self._copies:
            for number in range(self._plan.workers):
                self._begin(number)
            while self._workers or self._ends_at is None:
                self._wait(signals)
                for name in _received(signals):
                    self._obey(name)
                self._hear()
                self._bury()
                self._replace()
                self._kill_late()
        if self._problem is not None:
            raise ServiceError(self._problem)

    def _begin(self, number: int) -> None:
        shared = Shared(self._listener, self._memory, self._copies)
        ours, theirs = _spawning.Pipe()
        process = _spawning.Process(
            target=_work,
            args=(self._plan, shared, number, theirs),
            name=f"worker {number}",
            daemon=True,
        )
        with signals_held():  # a worker that begins takes its signals once it can
            process.start()
        theirs.close()
        self._workers.append(_Worker(number, process, ours, time.monotonic()))

    def _wait(self, signals: socket.socket) -> None:
        """Wait until there is something to do."""
        waited_for: list[socket.socket | Connection | int] = [signals]
        for worker in self._workers:
            waited_for += [worker.process.sentinel]
            if not worker.is_ready:
                waited_for += [worker.messages]
        moments = list(self._due.values())
        if self._ends_at is not None:
            moments = [self._ends_at]
        seconds = max(0.0, min(moments) - time.monotonic()) if moments else None
        wait(waited_for, seconds)

    def _obey(self, name: str) -> None:
        if name == "SIGHUP":
            for worker in self._workers:
                _send(worker, signal.SIGHUP)
        elif self._ends_at is None:
            self._end()
        else:  # told again
            self._ends_at = time.monotonic()

    def _end(self) -> None:
        log("ending", workers=len(self._workers))
        self._ends_at = time.monotonic() + self._plan.drain_seconds + _PATIENCE
        self._listener.close()  # who comes now would wait for workers that take nobody any more
        for worker in self._workers:
            _send(worker, signal.SIGTERM)

    def _hear(self) -> None:
        """Take what workers say that have not been ready."""
        for worker in self._workers:
            if worker.is_ready or not worker.messages.poll():
                continue
            try:
                problem = worker.messages.recv_bytes().decode()
            except EOFError:
                continue
            if problem:
                log("worker cannot begin", logging.ERROR, worker=worker.number, problem=problem)
                if not self._was_ready:
                    self._problem = self._problem or problem
            else:
                worker.is_ready = True
                log("worker ready", worker=worker.number, pid=worker.process.pid)
                if not self._was_ready and all(each.is_ready for each in self._workers):
                    self._was_ready = True
                    log("ready")

    def _bury(self) -> None:
        """Take workers that have ended from the list, and say when others shall begin."""
        for worker in [each for each in self._workers if not each.process.is_alive()]:
            self._workers.remove(worker)
            worker.messages.close()
            clear_gauges(self._memory.numbers[worker.number])
            if self._ends_at is not None:
                continue
            status = worker.process.exitcode
            log("worker died", logging.ERROR, worker=worker.number, status=status)
            if not self._was_ready:
                self._problem = self._problem or f"a worker died before it was ready ({status})"
                self._end()
                continue
            is_short = time.monotonic() - worker.begun < _SHORT_LIFE
            self._short_lives = self._short_lives + 1 if is_short else 0
            pause = min(2.0**self._short_lives - 1, _LONGEST_PAUSE)
            self._due[worker.number] = time.monotonic() + pause

    def _replace(self) -> None:
        """Begin the workers whose time has come."""
        if self._ends_at is not None:
            return
        for number, moment in list(self._due.items()):
            if moment <= time.monotonic():
                del self._due[number]
                self._begin(number)

    def _kill_late(self) -> None:
        """Kill what has not ended in time."""
        if self._ends_at is not None and time.monotonic() >= self._ends_at:
            for worker in self._workers:
                log("worker killed", logging.ERROR, worker=worker.number)
                worker.process.kill()
                worker.process.join()


def _work(plan: Plan, shared: Shared, number: int, parent: Connection) -> None:
    """Be a worker; what it needs is imported there, so that the parent stays small."""
    from regression_model.serving.worker import work

    work(plan, shared, number, parent)


def _send(worker: _Worker, number: signal.Signals) -> None:
    if worker.process.pid is not None and worker.process.is_alive():
        os.kill(worker.process.pid, number)


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """Return a socket from which the numbers of signals can be read, and which wakes who waits."""
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.settimeout(0)
    numbers = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
    before = {number: signal.signal(number, _take) for number in numbers}
    waker = signal.set_wakeup_fd(writer.fileno())
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(waker)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()


def _take(_number: int, _frame: object) -> None:
    """Do nothing: the number is in the socket."""


def _received(signals: socket.socket) -> list[str]:
    try:
        numbers = signals.recv(1024)
    except BlockingIOError:
        return []
    return [signal.Signals(number).name for number in numbers]
