"""What a service says to who watches it: whether it lives, whether it is ready, and its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from regression_model.exceptions import ArtifactError
from regression_model.serving.drift.families import drift_families
from regression_model.serving.metrics import CONTENT_TYPE, Label
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.serving.drift.reports import DriftReports
    from regression_model.serving.service import Service


def health_routes(service: Service, reports: DriftReports) -> list[Route]:
    """Return the routes of probes and of metrics."""

    async def live(_request: Request) -> Response:
        return PlainTextResponse("live\n")

    async def ready(_request: Request) -> Response:
        await check_ready(service)
        return PlainTextResponse("ready\n")

    async def metrics(_request: Request) -> Response:
        labels = {
            served.name: Label(served.model.version, served.digest or "")
            for served in service.models
        }
        more = await drift_families(service, reports)
        return Response(service.metrics.text(labels, more), media_type=CONTENT_TYPE)

    return [
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]


async def check_ready(service: Service) -> None:
    """Check that all models have passed their self-test, and that the service goes on.

    The command tests models before it serves them. Those that a program has loaded are tested when
    this is first asked.

    Raises
    ------
    Problem
        If a model answers otherwise than at training, or the service is about to end.
    """
    if service.is_ending:
        raise Problem(503, "ending", "the service is about to end; ask another one")
    for served in service.models:
        if served.is_tested:
            continue
        try:
            tested = await service.on_thread(served.tested)
        except ArtifactError as problem:
            raise Problem(503, "self-test-failed", str(problem)) from problem
        if service.models.get(served.name) is served:
            service.models.swap(served.name, tested)
