"""A service run from its start to its end: in this process, or in workers of which it is parent."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regression_model.exceptions import RegressionModelError
from regression_model.serving.logs import log, write_logs

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.serving.settings import Settings

_BACKLOG = 2048
"""Connections that wait to be taken, while workers start or are busy."""


class ServiceError(RegressionModelError):
    """A service that cannot be begun, and why."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be served, and how.

    Parameters
    ----------
    artifacts : tuple of (str, Path)
        The names of the models, and their files; the first answers where none is named.
    settings : Settings
        Limits and doors.
    host : str
        The address to listen on.
    port : int
        0 takes a free one; the first log line has it.
    workers : int
        Processes that answer.
    drain_seconds : float
        How long requests that have begun may take once the service is to end.
    reload_seconds : float
        Between two looks at the artifacts' files.
    """

    artifacts: tuple[tuple[str, Path], ...]
    settings: Settings
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    drain_seconds: float = 30.0
    reload_seconds: float = 1.0

    @property
    def names(self) -> list[str]:
        """The names of the models."""
        return [name for name, _ in self.artifacts]


def run(plan: Plan) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered first.

    SIGHUP loads the artifacts anew.

    Parameters
    ----------
    plan : Plan

    Raises
    ------
    ServiceError
        If the address cannot be listened on, or no worker can begin.
    ArtifactError
        If an artifact cannot be loaded, or fails its self-test.
    """
    if plan.workers > 1 and not hasattr(signal, "pthread_sigmask"):
        raise ServiceError(
            f"{plan.workers} workers cannot share an address on this system; expected 1: "
            "leave --workers out, and start a service for each port"
        )
    write_logs()
    with listen(plan.host, plan.port) as listener:
        address, port = listener.getsockname()[:2]
        log("listening", host=address, port=port, models=plan.names, workers=plan.workers)
        if plan.workers == 1:
            # what answers is loaded by who answers: a parent of workers stays small
            from regression_model.serving.worker import serve

            serve(plan, listener)
        else:
            from regression_model.serving.supervisor import Supervisor

            Supervisor(plan, listener).run()
    log("stopped")


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    ServiceError
        If the address is taken, or not this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        # of a socket that names its protocol alone asyncio sends what it has at once: otherwise the
        # body of an answer waits for the 40 ms in which a caller says that the head has come
        listener = socket.socket(family, kind, protocol)
        try:
            _bind(listener, address)
        except BaseException:
            listener.close()
            raise
    except OSError as problem:
        raise ServiceError(
            f"cannot listen on {host}, port {port}: {_reason(problem)}; "
            "choose an address of this machine with --host, and a free one with --port"
        ) from problem
    return listener


def _bind(listener: socket.socket, address: Any) -> None:
    if os.name == "posix":  # elsewhere this would let others take the same address
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen(_BACKLOG)


def _reason(problem: OSError) -> str:
    """Return what the system says; the library adds where it stood."""
    if isinstance(problem, socket.gaierror) or problem.errno is None:
        return str(problem.strerror or problem)
    return os.strerror(problem.errno)
