"""Servers in processes of their own, and callers on loopback whose number and time are bounded."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HOST = "127.0.0.1"
_PATIENCE = 60.0
"""Seconds for a server to begin, or to answer."""
_HEAD_END = b"\r\n\r\n"


class Answer(NamedTuple):
    """What came back: 0 where the connection was closed without a word."""

    status: int
    head: bytes
    body: bytes


class Server:
    """A process that answers, perhaps with workers of its own."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port

    @property
    def _pids(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, task.read_text(encoding="ascii").split())
        return found

    def seconds(self) -> float:
        """Return the processor time of all of its processes so far."""
        return sum(map(_nanoseconds, self._pids)) / 1e9

    def megabytes(self) -> float:
        """Return what its first process holds, of shared pages its part."""
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii")
        (pss,) = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
        return int(pss) / 1024

    def resident(self) -> float:
        """Return the megabytes that its first process holds, shared pages in full."""
        text = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        (rss,) = [line.split()[1] for line in text.splitlines() if line.startswith("VmRSS:")]
        return int(rss) / 1024

    def descriptors(self) -> int:
        """Return how many descriptors its first process has open."""
        return len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))

    def connect(self) -> Caller:
        """Return a caller whose connection is kept."""
        return Caller(self.port)


def _nanoseconds(pid: int) -> int:
    """Return the processor time of all threads of a process, more exactly than in clock ticks."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks)


@contextmanager
def serving(
    command: Sequence[str], port: int, *, ready: str, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, wait until it answers what is at a path with 200, and end it afterwards."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env
    ) as process:
        server = Server(process, port)
        try:
            wait_until_ready(server, ready, process)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_PATIENCE)
            process.kill()


def wait_until_ready(server: Server, path: str, process: subprocess.Popen[bytes]) -> None:
    """Ask again and again, for a bounded time."""
    until = time.perf_counter() + _PATIENCE
    while time.perf_counter() < until and process.poll() is None:
        with suppress(OSError), server.connect() as caller:
            if caller.ask(get(path)).status == 200:
                return
        time.sleep(0.002)
    sys.exit(f"{process.args!r} does not answer on port {server.port}")


class Caller:
    """A connection that asks and waits for the answer."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), _PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Send, whether or not all of a request."""
        self._socket.sendall(data)

    def ask(self, request: bytes) -> Answer:
        """Send a request and read the answer."""
        with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered already
            self._socket.sendall(request)
        return self.read()

    def read(self) -> Answer:
        """Read one answer, whose head says its length."""
        data = self._rest
        while _HEAD_END not in data:
            piece = self._receive()
            if not piece:
                return Answer(0, data, b"")
            data += piece
        head, _, body = data.partition(_HEAD_END)
        length = _length(head)
        pieces, n_bytes = [body], len(body)
        while n_bytes < length and (piece := self._receive()):
            pieces.append(piece)
            n_bytes += len(piece)
        body = b"".join(pieces)
        self._rest = body[length:]
        return Answer(int(head.split(b" ", 2)[1]), head, body[:length])

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(1 << 20)
        except ConnectionResetError:
            return b""


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def get(path: str, more: str = "") -> bytes:
    """Return a request for what is at a path, with more lines in its head."""
    return f"GET {path} HTTP/1.1\r\nhost: {HOST}\r\n{more}\r\n".encode()


def post(path: str, body: bytes, content_type: str = "application/json", more: str = "") -> bytes:
    """Return a request with a body."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: {content_type}\r\n"
        f"content-length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def cost_of_requests(server: Server, requests: Sequence[bytes], n_requests: int) -> float:
    """Return the server's processor seconds for one request, asked one after another."""
    with server.connect() as caller:
        before = server.seconds()
        for number in range(n_requests):
            answer = caller.ask(requests[number % len(requests)])
            if answer.status != 200:
                sys.exit(f"answered {answer.status}: {answer.body[:300]!r}")
        return (server.seconds() - before) / n_requests


def largest_rate(
    server: Server, requests: Sequence[bytes], seconds: float, n_callers: int
) -> float:
    """Return requests a second when several callers ask without a pause."""
    counts = [0] * n_callers
    start = time.perf_counter()

    def ask_on(which: int) -> None:
        with server.connect() as caller:
            while time.perf_counter() - start < seconds:
                caller.ask(requests[counts[which] % len(requests)])
                counts[which] += 1

    _in_threads(ask_on, n_callers)
    return sum(counts) / (time.perf_counter() - start)


def latencies(
    server: Server, requests: Sequence[bytes], rate: float, seconds: float, n_callers: int
) -> list[float]:
    """Return the seconds of requests that are due at fixed moments, whether or not others wait.

    A request counts from the moment at which it was due.
    """
    taken: list[list[float]] = [[] for _ in range(n_callers)]
    start = time.perf_counter() + 0.1
    pause = n_callers / rate

    def ask_on(which: int) -> None:
        due = start + which * pause / n_callers
        with server.connect() as caller:
            while due < start + seconds:
                time.sleep(max(0.0, due - time.perf_counter()))
                caller.ask(requests[len(taken[which]) % len(requests)])
                taken[which].append(time.perf_counter() - due)
                due += pause

    _in_threads(ask_on, n_callers)
    return [each for of_caller in taken for each in of_caller]


def _in_threads(work: Callable[[int], None], n_threads: int) -> None:
    threads = [threading.Thread(target=work, args=(which,)) for which in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
