"""Predictions: ``POST /predict`` and ``/models/{name}/predict``.

What was answered stands in the request's scope under `ANSWERED`, for who counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from starlette.responses import Response
from starlette.routing import Route

from regression_model.serving.answers import wanted_kind
from regression_model.serving.bodies import answer_body
from regression_model.serving.parameters import wanted_of
from regression_model.serving.problems import Problem
from regression_model.serving.rows_answered import answer_rows
from regression_model.serving.tables import reader_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from regression_model.artifact.results import PredictionResult
    from regression_model.serving.answers import Kind
    from regression_model.serving.counting.worker_counts import WorkerCounts
    from regression_model.serving.models import Served
    from regression_model.serving.parameters import Wanted
    from regression_model.serving.service import Service
    from regression_model.serving.settings import Settings
    from regression_model.serving.tables import Rows

ANSWERED = "regression_model.answered"
"""The key of a request's scope with its `Answered`."""


class Answered(NamedTuple):
    """What a request was answered with, and by which model."""

    served: Served
    result: PredictionResult


class _Order(NamedTuple):
    """What a request asks for, all of it known before its body is read."""

    served: Served
    read: Callable[[bytes, Settings], Rows]
    wanted: Wanted
    kind: Kind
    settings: Settings
    counts: WorkerCounts | None

    def carry_out(self, body: bytes) -> tuple[PredictionResult, bytes]:
        """Answer the rows of a body, and write the answer."""
        rows = self.read(body, self.settings)
        result = answer_rows(self.served.model, rows, self.wanted, self.counts)
        return result, self.kind.write(result)


def predicting_routes(service: Service) -> list[Route]:
    """Return the routes of predictions."""
    predict = _Predict(service)
    return [
        Route("/predict", predict, methods=["POST"]),
        Route("/models/{name}/predict", predict, methods=["POST"]),
    ]


class _Predict:
    """What answers at these addresses: plain ASGI, as what wraps a function takes time, too.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = dict(scope["headers"])
        order = _order(self._service, scope, headers)
        is_quick = not order.wanted.explain
        result, content = await answer_body(
            self._service, receive, headers, order.carry_out, is_quick=is_quick
        )
        scope[ANSWERED] = Answered(order.served, result)
        n_failed = result["predictions"].count(None)
        if n_failed and order.wanted.strict:
            raise _strict_refusal(result, n_failed)
        response = Response(content, media_type=order.kind.media_type)
        response.raw_headers += [
            (b"x-model-version", result["version"].encode()),
            (b"x-rows-failed", b"%d" % n_failed),
        ]
        await response(scope, receive, send)


def _order(service: Service, scope: Scope, headers: dict[bytes, bytes]) -> _Order:
    """Return what a request asks for, or refuse it before its body is read."""
    served = service.named(scope["path_params"].get("name"))
    wanted = wanted_of(scope["query_string"])
    kind = wanted_kind(headers.get(b"accept"))
    if wanted.explain and not kind.has_explanations:
        detail = f"{kind.media_type} has no place for explanations; ask for application/json"
        raise Problem(406, "not-acceptable", detail)
    read = reader_of(headers.get(b"content-type"))
    counts = service.counts.of(served) if wanted.drift else None
    return _Order(served, read, wanted, kind, service.settings, counts)


def _strict_refusal(result: PredictionResult, n_failed: int) -> Problem:
    detail = f"{n_failed} of {len(result['predictions'])} rows cannot be predicted; see errors"
    return Problem(
        422,
        "rows-failed",
        detail,
        headers={"X-Rows-Failed": str(n_failed)},
        version=result["version"],
        errors=result["errors"],
        warnings=result["warnings"],
    )
