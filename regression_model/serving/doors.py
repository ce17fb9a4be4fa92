"""Who is let in, and what browsers are told: tokens, and headers of every answer.

What wraps an application is plain ASGI: a base class for it would cost as much as a prediction.
"""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING

from regression_model.serving.logs import log, told_of
from regression_model.serving.problems import CLOSE, Problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN_PATHS = frozenset(
    {"/", "/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready"}
)
"""What answers without a token: orchestrators ask, and the page asks people for theirs; neither
learns anything of the model."""

_HEADERS = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]
"""By which browsers take data for nothing else, and keep none; pages bring a policy of their own.

Each header costs as much as a tenth of a prediction: what would change nothing for data is no
part of them.
"""


class Doorway:
    """What every answer leaves through: browsers are told to be careful, faults get an answer.

    Of a fault the log gets the kind and the places, but no message: it might hold a value.

    Parameters
    ----------
    app : ASGI application
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_begun = False

        async def send_more(message: Message) -> None:
            nonlocal is_begun
            if not is_begun:
                is_begun = True
                message["headers"] = message["headers"] + _HEADERS
            await send(message)

        try:
            await self._app(scope, receive, send_more)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the caller gets an answer
            log("fault", logging.ERROR, **told_of(fault))
            if not is_begun:
                detail = "the service failed to answer; its log says where"
                problem = Problem(500, "internal-error", detail, headers=CLOSE)
                await problem.response()(scope, receive, send_more)


class TokenDoor:
    """Lets in who brings a token; takes as long for a wrong one, however much of it is right.

    Parameters
    ----------
    app : ASGI application
    token : str
    open_paths : collection of str
        What answers without.
    """

    def __init__(
        self, app: ASGIApp, *, token: str, open_paths: Collection[str] = OPEN_PATHS
    ) -> None:
        self._app = app
        self._expected = b"bearer " + token.encode()
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it before its body is read."""
        if scope["type"] == "http" and not self._may_enter(scope):
            detail = "give the token of this service: Authorization: Bearer TOKEN"
            headers = {"WWW-Authenticate": "Bearer", "Connection": "close"}
            await Problem(401, "no-token", detail, headers=headers).response()(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _may_enter(self, scope: Scope) -> bool:
        given = dict(scope["headers"]).get(b"authorization", b"")
        scheme = given[:7].lower()
        if hmac.compare_digest(scheme + given[7:], self._expected):
            return True
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return path in self._open_paths
