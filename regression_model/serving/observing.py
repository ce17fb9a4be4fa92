"""What is seen of each request: counted, and told in a log line; its answer carries its id."""

from __future__ import annotations

import re
from http import HTTPMethod
from secrets import token_hex
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from regression_model.serving.logs import log
from regression_model.serving.metrics import CLIENT_LEFT, OTHER, RowCounts, count_rows
from regression_model.serving.predicting import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    from starlette.routing import Route
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from regression_model.serving.metrics import Metrics
    from regression_model.serving.predicting import Answered

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
"""What a caller's id may be: it stands in a log line and in the answer."""
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""Trace Context of the W3C, version 00 and such later ones as begin in the same way."""
_METHODS = frozenset(HTTPMethod)
"""Those that have a meaning; a caller may send any other word."""
_FAULT = 500


class _Ids(NamedTuple):
    """By what a request is found again in other logs."""

    request: bytes
    trace: bytes | None


class Observing:
    """ASGI middleware, outside of all that answers.

    Parameters
    ----------
    app : ASGI application
    metrics : Metrics
    routes : iterable of routes
        Of the application; a request is told by the route that took it, never by its path.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, routes: Iterable[Route]) -> None:
        self._app = app
        self._metrics = metrics
        self._paths: dict[tuple[Any, tuple[str, ...]], str] = {
            (route.endpoint, tuple(route.param_convertors)): route.path for route in routes
        }
        metrics.know_routes(self._paths.values())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and say what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, ids, is_told = perf_counter(), _ids(scope), False

        def tell(status: int) -> None:
            nonlocal is_told
            is_told = True
            self._tell(scope, ids, status, perf_counter() - start)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                # who has the answer, and then asks another worker for counts, finds it counted
                tell(message["status"])
                message["headers"] = [*message["headers"], (b"x-request-id", ids.request)]
            await send(message)

        self._metrics.begin()
        status = CLIENT_LEFT
        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            status = _FAULT
            raise
        finally:
            if not is_told:
                tell(status)

    def _tell(self, scope: Scope, ids: _Ids, status: int, seconds: float) -> None:
        """Count and log a request whose answer is about to leave, or that gets none."""
        route = self._paths.get((scope.get("endpoint"), tuple(scope.get("path_params", ()))), OTHER)
        self._metrics.end(route, status, seconds)
        answered: Answered | None = scope.get(ANSWERED)
        method = scope["method"] if scope["method"] in _METHODS else OTHER
        told: dict[str, Any] = {"method": method, "route": route, "status": status}
        told["milliseconds"] = round(seconds * 1000, 3)
        if answered is not None:
            counts = count_rows(answered.result)
            self._metrics.add_rows(answered.served.name, counts)
            told.update(_of_answer(answered, counts))
        told["request_id"] = ids.request.decode()
        if ids.trace is not None:
            told["traceparent"] = ids.trace.decode()
        log("request", **told)


def _of_answer(answered: Answered, counts: RowCounts) -> dict[str, Any]:
    told: dict[str, Any] = {
        "model": answered.served.name,
        "version": answered.served.model.version,
        "rows": counts.rows,
        "rows_failed": counts.failed,
    }
    if counts.errors:
        told["errors"] = counts.errors
    if counts.warnings:
        told["warnings"] = counts.warnings
    return told


def _ids(scope: MutableMapping[str, Any]) -> _Ids:
    """Return a request's ids: what a caller has sent only if it is made as it should be."""
    request = trace = None
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            request = value
        elif name == b"traceparent" and _TRACEPARENT.fullmatch(value):
            trace = value
    return _Ids(request or token_hex(16).encode(), trace)
