"""What a service says to who watches it: whether it lives, whether it is ready, and its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from regression_model.serving.metrics import CONTENT_TYPE, Label
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.serving.service import Service


def health_routes(service: Service) -> list[Route]:
    """Return the routes of probes and of metrics.

    A model is served once it has passed its self-test, and not before: who is answered at all is
    answered by tested models. So a service is ready from its first answer until it is to end.
    """

    async def live(_request: Request) -> Response:
        return PlainTextResponse("live\n")

    async def ready(_request: Request) -> Response:
        check_ready(service)
        return PlainTextResponse("ready\n")

    async def metrics(_request: Request) -> Response:
        labels = {
            served.name: Label(served.model.version, served.digest or "")
            for served in service.models
        }
        return Response(service.metrics.text(labels), media_type=CONTENT_TYPE)

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]


def check_ready(service: Service) -> None:
    """Check that the service takes further requests.

    Raises
    ------
    Problem
        If it is about to end.
    """
    if service.is_ending:
        raise Problem(503, "ending", "the service is about to end; ask another one")
