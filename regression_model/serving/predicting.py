"""Predictions: ``POST /predict`` and ``/models/{name}/predict``.

What was answered stands in the request's scope under `ANSWERED`, for who counts it.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import Response
from starlette.routing import Route

from regression_model.serving.answers import wanted_kind
from regression_model.serving.bodies import read_body, unpacked
from regression_model.serving.parameters import wanted_of
from regression_model.serving.problems import CLOSE, COME_AGAIN, Problem
from regression_model.serving.rows_answered import answer_rows
from regression_model.serving.service import SMALL_BYTES
from regression_model.serving.tables import reader_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from regression_model.artifact.results import PredictionResult
    from regression_model.serving.answers import Kind
    from regression_model.serving.models import Served
    from regression_model.serving.parameters import Wanted
    from regression_model.serving.service import Service
    from regression_model.serving.settings import Settings
    from regression_model.serving.tables import Rows

ANSWERED = "regression_model.answered"
"""The key of a request's scope with its `Answered`."""


class Answered(NamedTuple):
    """What a request was answered with.

    Attributes
    ----------
    served : Served
        By which model.
    result : PredictionResult
    n_failed : int
        Rows without a prediction.
    content : bytes
        The result as the caller gets it.
    """

    served: Served
    result: PredictionResult
    n_failed: int
    content: bytes


class _Order(NamedTuple):
    """What a request asks for, all of it known before its body is read."""

    served: Served
    read: Callable[[bytes, Settings], Rows]
    encoding: bytes | None
    wanted: Wanted
    kind: Kind
    settings: Settings

    def carry_out(self, body: bytes) -> Answered:
        """Answer the rows of a body."""
        rows = self.read(unpacked(body, self.encoding, self.settings), self.settings)
        result = answer_rows(self.served.model, rows, self.wanted)
        n_failed = result["predictions"].count(None)
        if n_failed and self.wanted.strict:
            return Answered(self.served, result, n_failed, b"")
        return Answered(self.served, result, n_failed, self.kind.write(result))


def predicting_routes(service: Service) -> list[Route]:
    """Return the routes of predictions."""

    async def predict(request: Request) -> Response:
        headers = dict(request.scope["headers"])
        order = _order(service, request, headers)
        answered = await _carried_out(service, order, request, headers)
        request.scope[ANSWERED] = answered
        if answered.n_failed and order.wanted.strict:
            raise _strict_refusal(answered)
        return Response(
            answered.content,
            headers={
                "X-Model-Version": answered.result["version"],
                "X-Rows-Failed": str(answered.n_failed),
            },
            media_type=order.kind.media_type,
        )

    return [
        Route("/predict", predict, methods=["POST"]),
        Route("/models/{name}/predict", predict, methods=["POST"]),
    ]


def _order(service: Service, request: Request, headers: dict[bytes, bytes]) -> _Order:
    """Return what a request asks for, or refuse it before its body is read."""
    scope = request.scope
    served = service.named(scope["path_params"].get("name"))
    wanted = wanted_of(scope["query_string"])
    kind = wanted_kind(headers.get(b"accept"))
    if wanted.explain and not kind.has_explanations:
        detail = f"{kind.media_type} has no place for explanations; ask for application/json"
        raise Problem(406, "not-acceptable", detail)
    read = reader_of(headers.get(b"content-type"))
    encoding = headers.get(b"content-encoding")
    return _Order(served, read, encoding, wanted, kind, service.settings)


async def _carried_out(
    service: Service, order: _Order, request: Request, headers: dict[bytes, bytes]
) -> Answered:
    """Read the body and answer it, if there is room, and in time."""
    seconds = service.settings.max_seconds
    body = None
    with service.place() as place:
        try:
            async with asyncio.timeout(seconds):
                body = await read_body(request, headers, place, service.settings)
                is_small = order.encoding is None and len(body) <= SMALL_BYTES
                return await service.compute(partial(order.carry_out, body), is_small=is_small)
        except TimeoutError as problem:
            raise _too_slow(seconds, is_read=body is not None) from problem


def _too_slow(seconds: float, *, is_read: bool) -> Problem:
    if is_read:
        detail = f"the answer took more than {seconds:g} seconds; send fewer rows, or come again"
        return Problem(503, "too-slow", detail, headers=COME_AGAIN)
    detail = f"the body had not come after {seconds:g} seconds"
    return Problem(408, "too-slow", detail, headers=CLOSE)


def _strict_refusal(answered: Answered) -> Problem:
    n_rows = len(answered.result["predictions"])
    detail = f"{answered.n_failed} of {n_rows} rows cannot be predicted; errors says why"
    return Problem(
        422,
        "rows-failed",
        detail,
        headers={"X-Rows-Failed": str(answered.n_failed)},
        version=answered.result["version"],
        errors=answered.result["errors"],
        warnings=answered.result["warnings"],
    )
