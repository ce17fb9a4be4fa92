"""``/drift`` and ``/models/{name}/drift``: what has shifted since training, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model.serving.answers import is_page_wanted
from regression_model.serving.counting.service_counts import NotCounted
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.serving.drift.reports import DriftReports, ModelDrift
    from regression_model.serving.service import Service


def drift_routes(service: Service, reports: DriftReports) -> list[Route]:
    """Return the routes of drift."""

    async def drift(request: Request) -> Response:
        served = service.named(request.path_params.get("name"))
        try:
            told = await reports.of(served)
        except NotCounted as problem:
            raise Problem(404, "not-counted", str(problem)) from problem
        accept = request.headers.get("accept", "")
        if is_page_wanted(accept):
            return await service.on_thread(lambda: _page(told))
        return Response(to_json(told.to_dict()), media_type="application/json")

    return [Route("/drift", drift), Route("/models/{name}/drift", drift)]


def _page(told: ModelDrift) -> Response:
    # charts are loaded once somebody wants to see them
    from regression_model.serving.drift.page import drift_page

    html, headers = drift_page(told)
    return Response(html, media_type="text/html", headers=headers)
