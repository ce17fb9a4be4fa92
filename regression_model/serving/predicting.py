"""Predictions: ``POST /predict`` and ``/models/{name}/predict``.

What was answered stands in the request's scope under `ANSWERED`, for who counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model.serving.bodies import read_body, read_rows
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.artifact.results import PredictionResult
    from regression_model.serving.models import Served
    from regression_model.serving.service import Service

ANSWERED = "regression_model.answered"
"""The key of a request's scope with its `Answered`."""


class Answered(NamedTuple):
    """What a request was answered with, and by which model."""

    served: Served
    result: PredictionResult


def predicting_routes(service: Service) -> list[Route]:
    """Return the routes of predictions."""

    async def predict(request: Request) -> Response:
        served = service.named(request.path_params.get("name"))
        with service.room():
            body = await read_body(request, service.settings)
            answered = await service.compute(len(body), _answer, served, body, request)
        request.scope[ANSWERED] = answered
        return Response(to_json(answered.result), media_type="application/json")

    return [
        Route("/predict", predict, methods=["POST"]),
        Route("/models/{name}/predict", predict, methods=["POST"]),
    ]


def _answer(served: Served, body: bytes, request: Request) -> Answered:
    rows = read_rows(body)
    interval = request.query_params.get("interval")
    explain = request.query_params.get("explain") == "true"
    try:
        result = served.model.predict(
            rows.data, interval=None if interval is None else float(interval), explain=explain
        )
    except (TypeError, ValueError) as problem:
        raise Problem(400, "no-table", str(problem)) from problem
    return Answered(served, result)
