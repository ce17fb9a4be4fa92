"""Connections that are slow, broken or odd are answered or ended; none is kept for nothing."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest
import uvicorn

from regression_model.serving import Settings, app, connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model

BODY = json.dumps({"OverallQual": 7, "GrLivArea": 1710}).encode()
HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
REQUEST = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY


class Service:
    """A service in a thread."""

    def __init__(self, model: Model) -> None:
        application = app(models={"houses": model}, settings=Settings(max_bytes=1_000_000))
        config = uvicorn.Config(
            application, http=connections.Connection, lifespan="off", log_config=None
        )
        self.server = uvicorn.Server(config)
        self.listener = socket.create_server(("127.0.0.1", 0))
        # so that little of an answer is on its way while nobody reads it
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self.server.serve(sockets=[self.listener]))

    def connect(self) -> socket.socket:
        return socket.create_connection(self.listener.getsockname(), timeout=30)

    def client(self) -> http.client.HTTPConnection:
        host, port = self.listener.getsockname()
        return http.client.HTTPConnection(host, port, timeout=30)

    def wait_until_all_are_gone(self) -> None:
        over = Event()
        for _ in range(3_000):
            if not self.server.server_state.connections:
                return
            over.wait(0.01)
        raise AssertionError("a connection is kept for nothing")

    def end(self) -> None:
        self.server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()
        self.listener.close()


@pytest.fixture(scope="module")
def service(model: Model) -> Iterator[Service]:
    running = Service(model)
    yield running
    running.end()


def all_of(caller: socket.socket) -> bytes:
    """Return what comes until the connection is closed."""
    received = b""
    with suppress(ConnectionResetError):
        while piece := caller.recv(1 << 16):
            received += piece
    return received


def ask(service: Service, *pieces: bytes, is_half_closed: bool = False) -> bytes:
    """Send bytes and return what comes until the connection is closed."""
    with service.connect() as caller:
        for piece in pieces:
            caller.sendall(piece)
        if is_half_closed:
            caller.shutdown(socket.SHUT_WR)
        return all_of(caller)


def assert_is_problem(answer: bytes, status: int, kind: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"content-type: application/problem+json" in head
    assert b"connection: close" in head.lower()
    assert json.loads(body)["type"] == f"urn:evergreen-regression:{kind}"


@pytest.mark.parametrize(
    "request_",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(20) + b"\r\n\r\n",
        b"GET / HTTP/x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        HEAD + b"X: " + b"x" * 100_000,
        HEAD + b"X: y\r\n" * 100_000,
    ],
    ids=["text", "TLS", "version", "no host", "length", "two lengths", "header", "headers"],
)
def test_what_is_no_request_is_refused(service: Service, request_: bytes) -> None:
    with service.connect() as caller:
        with suppress(ConnectionError):
            caller.sendall(request_)
        answer = all_of(caller)
    if answer:  # who goes on sending may lose it
        assert_is_problem(answer, 400, "not-http")


def test_a_body_in_broken_pieces_is_refused(service: Service) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    assert_is_problem(ask(service, head, b"zz\r\n"), 400, "not-http")


def test_a_body_in_pieces_is_answered(service: Service) -> None:
    head = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    pieces = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    assert ask(service, head, pieces).startswith(b"HTTP/1.1 200 ")


def test_http_1_0_is_answered(service: Service) -> None:
    request = REQUEST.replace(b"HTTP/1.1", b"HTTP/1.0")
    answer = ask(service, request)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'"warnings":null}')


def test_who_has_sent_all_and_closes_his_half_is_answered(service: Service) -> None:
    answer = ask(service, REQUEST, is_half_closed=True)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_who_closes_his_half_too_early_gets_no_answer(service: Service) -> None:
    assert ask(service, REQUEST[:-1], is_half_closed=True) == b""


def test_requests_that_come_together_are_answered_in_order(service: Service) -> None:
    last = REQUEST.replace(b"Host: x", b"Host: x\r\nConnection: close")
    answers = ask(service, REQUEST + REQUEST + last)
    assert answers.count(b"HTTP/1.1 200 ") == 3


def test_who_sends_too_much_gets_to_read_why(service: Service) -> None:
    head = HEAD + b"Content-Length: 1900000\r\n\r\n"
    assert_is_problem(ask(service, head, b" " * 1_900_000), 413, "too-large")


def test_who_announces_far_too_much_is_refused_at_once(service: Service) -> None:
    head = HEAD + b"Content-Length: 100000000000\r\nExpect: 100-continue\r\n\r\n"
    assert_is_problem(ask(service, head), 413, "too-large")


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_HEAD_SECONDS", 0.05)
    monkeypatch.setattr(connections, "_LEAVING_SECONDS", 0.05)


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("start", [b"", b"POST /predict HT", HEAD])
def test_who_does_not_finish_the_head_is_left(service: Service, start: bytes) -> None:
    assert ask(service, start) == b""


@pytest.mark.usefixtures("hurry")
def test_who_does_not_finish_another_head_is_left(service: Service) -> None:
    with service.connect() as caller:
        caller.sendall(REQUEST)
        answer = b""
        while not answer.endswith(b'"warnings":null}'):
            answer += caller.recv(1 << 16)
        caller.sendall(HEAD)
        assert all_of(caller) == b""


@pytest.mark.usefixtures("hurry")
def test_who_does_not_read_his_answer_is_left(service: Service) -> None:
    body = json.dumps([{"OverallQual": 7}] * 100).encode()
    head = HEAD.replace(b"/predict", b"/predict?explain=true")
    with service.connect() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        caller.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        service.wait_until_all_are_gone()
        answer = all_of(caller)
    assert not answer.endswith(b'"warnings":null}')


@pytest.mark.parametrize(
    ("path", "content_type", "status"),
    [("/models/no/predict", "text/csv", 404), ("/predict", "text/plain", 415), ("/", "a/b", 405)],
)
@pytest.mark.parametrize("way", ["close", "keep-alive"])
def test_who_is_refused_before_he_has_sent_all_gets_to_read_why(
    service: Service, path: str, content_type: str, status: int, way: str
) -> None:
    caller = service.client()
    headers = {"Content-Type": content_type, "Connection": way}
    caller.request("POST", path, bytes(20_000_000), headers)
    assert caller.getresponse().status == status
    caller.close()
    service.wait_until_all_are_gone()


def test_who_sends_far_too_much_gets_to_read_why(service: Service) -> None:
    caller = service.client()
    caller.request("POST", "/predict", bytes(20_000_000), {"Content-Type": "application/json"})
    assert caller.getresponse().status == 413
    caller.close()


def test_who_sends_a_head_that_is_too_long_gets_to_read_why(service: Service) -> None:
    caller = service.client()
    caller.request("GET", "/models", headers={"X": "x" * 10_000_000})
    assert caller.getresponse().status == 400
    caller.close()


@pytest.mark.usefixtures("hurry")
def test_who_never_ends_to_send_is_left(service: Service) -> None:
    with service.connect() as caller:
        caller.sendall(HEAD.replace(b"/predict", b"/no") + b"Content-Length: 1000\r\n\r\n")
        service.wait_until_all_are_gone()
