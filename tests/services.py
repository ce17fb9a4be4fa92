"""A service in processes of its own, as a person starts it, asked over loopback."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from regression_model.artifact.format import Artifact, read_artifact, write_artifact

if TYPE_CHECKING:
    from regression_model.serving.shared_memory import SharedMemory

PATIENCE = 30.0
"""Seconds for what is waited for; where all is well it takes a fraction of one."""

Line = dict[str, Any]


class Log:
    """The lines that a service writes, as they come."""

    def __init__(self, stream: IO[str]) -> None:
        self.lines: list[Line] = []
        self.others: list[str] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: IO[str]) -> None:
        for text in stream:
            with self._changed:
                if text.startswith("{"):
                    self.lines.append(json.loads(text))
                else:
                    self.others.append(text.rstrip("\n"))
                self._changed.notify_all()

    def count(self, event: str) -> int:
        """Return how many lines of an event there are so far."""
        return sum(line["event"] == event for line in self.lines)

    def wait_for(self, event: str, times: int = 1) -> Line:
        """Return the last line of an event once there are so many."""
        with self._changed:
            has_come = self._changed.wait_for(lambda: self.count(event) >= times, PATIENCE)
        assert has_come, f"no {event!r} in {self.lines} {self.others}"
        return [line for line in self.lines if line["event"] == event][-1]

    def close(self) -> None:
        """Wait for the last line."""
        self._thread.join(PATIENCE)


@dataclass
class RunningService:
    """A service that listens."""

    process: subprocess.Popen[str]
    log: Log
    port: int

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection, not yet opened."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of what stands at a path, over a connection of its own."""
        connection = self.connect()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def begun(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], Log]]:
    """Start ``serve`` with these arguments; end it, if it still runs, when the block is left."""
    command = [sys.executable, "-m", "regression_model", "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stderr is not None
        log = Log(process.stderr)
        try:
            yield process, log
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()
                log.close()


@contextmanager
def running(*arguments: object) -> Iterator[RunningService]:
    """Start ``serve`` and wait until all of its workers are ready."""
    with begun(*arguments) as (process, log):
        port = log.wait_for("listening")["port"]
        log.wait_for("ready")
        yield RunningService(process, log, port)


def ask(connection: http.client.HTTPConnection, record: object) -> tuple[int, Any]:
    """Return status and answer of a prediction; the connection stays open."""
    connection.request("POST", "/predict", json.dumps(record), {"content-type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


@contextmanager
def load(service: RunningService, record: object, n_threads: int = 2) -> Iterator[list[str]]:
    """Ask again and again while the block runs; yield the versions that answered, or what failed.

    Each thread keeps its connection, as callers do.
    """
    seen: list[str] = []
    is_over = threading.Event()

    def ask_on() -> None:
        connection = service.connect()
        while not is_over.is_set():
            try:
                status, answer = ask(connection, record)
            except (OSError, http.client.HTTPException) as problem:
                seen.append(f"failed: {problem!r}")
                return
            seen.append(answer["version"] if status == 200 else f"failed: {status}")
        connection.close()

    threads = [threading.Thread(target=ask_on) for _ in range(n_threads)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        for thread in threads:
            thread.join(PATIENCE)


def wait_until(condition: Callable[[], bool]) -> None:
    """Look again and again until something holds."""
    over = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        over.wait(0.01)
    raise AssertionError("what was waited for has not come")


def write_version(source: Path, path: Path, version: str) -> None:
    """Put an artifact into its place that answers as another one, under another version."""
    old = read_artifact(source)
    write_artifact(path, Artifact({**old.model, "model_version": version}, old.members))


def write_ones(memory: SharedMemory, worker: int) -> None:
    """Fill what a worker writes to; a spawned process finds this here, in no test module."""
    for part in (memory.numbers[worker], memory.rows[worker]):
        part[:] = b"\1" * len(part)
