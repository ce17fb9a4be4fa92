"""Connections that cannot be kept busy for nothing.

The server below waits for the head of a request, and for who reads an answer, without end; it takes
who has sent all, and then closes his half, for one who is gone; it cuts off who is still sending,
and the answer with him; and what is no HTTP it answers in its own shape. The body of a request is
the application's, which has its own clock.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import h11
from pydantic_core import to_json
from uvicorn.protocols.http.h11_impl import H11Protocol

from regression_model.serving.problems import MEDIA_TYPE, problem_content

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD_START = (b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 5")
"""Of answers: behind 100 comes no body, but one is waited for."""
_HEAD_SECONDS = 10.0
"""For the head of a request, from its first byte on; and for the first byte of a connection."""
_LEAVING_SECONDS = 30.0
"""For what a caller has not read of an answer, or still sends behind one."""


class _Transport:
    """A transport that sends an answer in one piece, and closes behind who is still sending.

    The server writes the head of an answer and then its body, which takes the system, and the
    caller, twice the work. And it closes while bytes come that nobody takes, which resets the
    connection, and with it the answer.

    Parameters
    ----------
    transport : asyncio.Transport
    wait : callable
        Tells whether the caller may still be sending, and gives him so much time.
    """

    def __init__(self, transport: asyncio.Transport, wait: Callable[[], bool]) -> None:
        self._transport = transport
        self._wait = wait
        self._head = b""
        self.is_leaving = False

    def __getattr__(self, name: str) -> Any:
        """Return what else the transport has."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, unless it is a head: what comes next brings it along, be it empty."""
        if not self._head and data.startswith(_HEAD_START):
            self._head = data
            return
        head, self._head = self._head, b""
        self._transport.write(head + data)

    def is_closing(self) -> bool:
        """Tell whether nothing is sent any more."""
        return self.is_leaving or self._transport.is_closing()

    def close(self) -> None:
        """Write what is left, and close at once, or once the caller does."""
        if self._head:
            self.write(b"")
        if self.is_closing() or not self._wait():
            self._transport.close()
            return
        self.is_leaving = True
        with suppress(OSError):  # he is gone already
            self._transport.write_eof()
        self._transport.resume_reading()


class Connection(H11Protocol):
    """A connection of HTTP/1.1 or 1.0, whose caller has only so much time."""

    _clock: asyncio.TimerHandle | None = None
    _is_half_closed = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._patient = _Transport(transport, self._wait_for_rest)
        self.transport = cast("asyncio.Transport", self._patient)
        self._give(_HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take some bytes; from the first of a head on there is only so much time for the rest."""
        if self._patient.is_leaving:
            return
        super().data_received(data)
        if self._is_answering:
            self._stop_clock()
        elif self._clock is None:
            self._give(_HEAD_SECONDS)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Stay open while an answer is due to who has sent all, and will send no more."""
        self._is_half_closed = True
        return self._is_answering and not self.cycle.more_body

    def on_response_complete(self) -> None:
        """Wait for the next request, once the caller has read this answer."""
        super().on_response_complete()
        if self._is_answering:  # the next one, which had come already
            return
        if self._is_half_closed:
            self.transport.close()
        if self.transport.get_write_buffer_size() or self.conn.their_state is h11.SEND_BODY:
            self._give(_LEAVING_SECONDS)

    def _wait_for_rest(self) -> bool:
        """Give who is still sending time to end that, and to read the answer; else tell so."""
        is_sending = (
            self.conn.their_state in (h11.SEND_BODY, h11.ERROR) and not self._is_half_closed
        )
        if is_sending:
            self._give(_LEAVING_SECONDS)
        return is_sending

    @property
    def _is_answering(self) -> bool:
        """Whether there is a request that has no whole answer yet."""
        return self.cycle is not None and not self.cycle.response_complete

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the server's words
        """Refuse what is no HTTP, and what has a head that is too long."""
        if self._is_answering:
            # a body that breaks off in the middle: the application is told that the caller is gone
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send_refusal()
        self.transport.close()

    def _send_refusal(self) -> None:
        detail = "what came is no request of HTTP/1.1, or its head is too long"
        content = to_json(problem_content(400, "not-http", detail))
        headers: list[Any] = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(content)),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=content),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")

    def _give(self, seconds: float) -> None:
        """Give the caller so much time from now on."""
        self._stop_clock()
        self._clock = asyncio.get_running_loop().call_later(seconds, self.transport.abort)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
