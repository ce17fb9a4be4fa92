"""An ASGI application asked piece by piece, as slow and broken callers ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message


@dataclass
class Answer:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """What a problem is told by."""
        return str(json.loads(self.body)["type"]).removeprefix("urn:evergreen-regression:")


NEVER = object()
"""In the place of a piece: the caller sends nothing more, and stays."""
GONE = object()
"""In the place of a piece: the caller is gone."""


def post(
    application: ASGIApp,
    pieces: Iterable[object],
    path: str = "/predict",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send a body in pieces and return the answer."""
    return asyncio.run(send_pieces(application, pieces, path, headers))


async def send_pieces(
    application: ASGIApp,
    pieces: Iterable[object],
    path: str = "/predict",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send a body in pieces, in the event loop that runs."""
    waiting = iter(pieces)
    given = {"content-type": "application/json", **(headers or {})}
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        piece = next(waiting, b"")
        if piece is NEVER:
            await asyncio.Event().wait()
        if piece is GONE:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    start, *bodies = sent
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], named, b"".join(each["body"] for each in bodies))
