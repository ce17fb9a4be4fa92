"""What a request brings: the bytes of its body, within limits, and unpacked."""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import ClientDisconnect

from regression_model.serving.problems import CLOSE, COME_AGAIN, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import Receive

    from regression_model.serving.service import Place, Service
    from regression_model.serving.settings import Settings

T = TypeVar("T")

_SMALL_BYTES = 65_536
_SMALL_CELLS = 1_000
_GZIP = 16 + zlib.MAX_WBITS
"""How zlib is told that data has the head of gzip."""


async def answer_body(
    service: Service,
    receive: Receive,
    headers: Mapping[bytes, bytes],
    answer: Callable[[bytes], T],
    *,
    is_quick: bool = True,
) -> T:
    """Read a body and answer it, if there is room, and in time.

    Parameters
    ----------
    service : Service
    receive : callable
        Gives the next piece of the body.
    headers : mapping of bytes to bytes
        Those of the request.
    answer : callable
        From the body, unpacked, to the answer.
    is_quick : bool
        Whether it takes no time for a small body, and then is called in the event loop.

    Raises
    ------
    Problem
        If the body is too large, late, cut off or damaged, or the service is busy.
    """
    settings = service.settings
    encoding = headers.get(b"content-encoding")
    is_read = False
    with service.place() as place:
        try:
            async with asyncio.timeout(settings.max_seconds):
                expected = int(headers.get(b"content-length", 0))
                body = await _read_body(receive, expected, place, settings)
                is_read = True
                if is_quick and encoding is None and _is_small(body):
                    return answer(body)
                return await service.on_thread(lambda: answer(_unpacked(body, encoding, settings)))
        except TimeoutError as problem:
            raise _too_slow(settings.max_seconds, is_read=is_read) from problem
        except ClientDisconnect as problem:
            detail = "the body ended before its end"
            raise Problem(400, "cut-off", detail, headers=CLOSE) from problem


def _is_small(body: bytes) -> bool:
    """Tell whether a body has few cells; a thread for it would cost more than its answer."""
    if len(body) <= 2 * _SMALL_CELLS:  # as each has a byte behind it
        return True
    return len(body) <= _SMALL_BYTES and sum(map(body.count, b",{\n")) <= _SMALL_CELLS


def _too_slow(seconds: float, *, is_read: bool) -> Problem:
    if is_read:
        detail = f"the answer took more than {seconds:g} seconds; send fewer rows, or come again"
        return Problem(503, "too-slow", detail, headers=COME_AGAIN)
    detail = f"the body had not come after {seconds:g} seconds"
    return Problem(408, "too-slow", detail, headers=CLOSE)


async def _read_body(receive: Receive, expected: int, place: Place, settings: Settings) -> bytes:
    """Return the bytes of a body as they came.

    Parameters
    ----------
    receive : callable
        Gives the next piece.
    expected : int
        How many bytes the caller says there are.
    place : Place
        Counts them.
    settings : Settings
    """
    if expected > settings.max_bytes:
        await _pass_over(receive, settings.max_bytes, expected)
        raise _too_large(settings)
    pieces: list[bytes] = []
    n_bytes = 0
    is_more = True
    while is_more:
        piece, is_more = await _next_piece(receive)
        n_bytes += len(piece)
        if n_bytes > settings.max_bytes:
            pieces.clear()
            await _pass_over(receive, settings.max_bytes if is_more else 0)
            raise _too_large(settings)
        place.hold(len(piece))
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def _next_piece(receive: Receive) -> tuple[bytes, bool]:
    """Return some bytes, and whether there are more to come."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), message.get("more_body", False)


async def _pass_over(receive: Receive, at_most: int, expected: int = 0) -> None:
    """Read on without keeping anything: who is still sending would not read the answer.

    What is far too large is not even read.
    """
    n_bytes = 0
    is_more = expected <= 2 * at_most
    while is_more and n_bytes < at_most:
        piece, is_more = await _next_piece(receive)
        n_bytes += len(piece)


def _too_large(settings: Settings) -> Problem:
    detail = f"the body has more than {settings.max_bytes:,} bytes; send fewer rows at once"
    return Problem(413, "too-large", detail, headers=CLOSE)


def _unpacked(body: bytes, encoding: bytes | None, settings: Settings) -> bytes:
    """Return a body without its content encoding.

    Raises
    ------
    Problem
        If it is damaged, of another encoding than gzip, or too large once unpacked.
    """
    if encoding in (None, b"", b"identity"):
        return body
    if encoding.lower() not in (b"gzip", b"x-gzip"):
        detail = "the body has a content encoding that is not read; send it as it is, or as gzip"
        raise Problem(415, "wrong-encoding", detail, headers={"Accept-Encoding": "gzip"})
    unpacking = zlib.decompressobj(_GZIP)
    try:
        data = unpacking.decompress(body, settings.max_bytes + 1)
    except zlib.error as problem:
        raise Problem(400, "not-gzip", "the body is no gzip, or damaged") from problem
    if len(data) > settings.max_bytes:
        raise _too_large(settings)
    if not unpacking.eof:
        raise Problem(400, "not-gzip", "the body ends before its gzip does")
    if unpacking.unused_data:
        raise Problem(400, "not-gzip", "there is something behind the gzip of the body")
    return data
