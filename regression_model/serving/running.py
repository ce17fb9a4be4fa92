"""A service run from its start to its end: in this process, or in workers of which it is parent."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, Any

from regression_model.serving.logs import log, write_logs
from regression_model.serving.plan import ServiceError

if TYPE_CHECKING:
    from regression_model.serving.plan import Plan

_BACKLOG = 2048
"""Connections that wait to be taken, while workers start or are busy."""


def run(plan: Plan) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered first.

    A second signal ends that, too. SIGHUP loads the artifacts anew.

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
