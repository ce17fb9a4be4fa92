"""``/drift`` and ``/models/{name}/drift``: what has shifted since training, and what it costs."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model.serving.answers import is_page_wanted
from regression_model.serving.counting.service_counts import NotCounted
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.serving.drift.page import Page
    from regression_model.serving.drift.reports import DriftReports, ModelDrift
    from regression_model.serving.service import Service


def drift_routes(service: Service, reports: DriftReports) -> list[Route]:
    """Return the routes of drift."""
    pages = Pages(service)

    async def drift(request: Request) -> Response:
        served = service.named(request.path_params.get("name"))
        try:
            told = await reports.of(served)
        except NotCounted as problem:
            raise Problem(404, "not-counted", str(problem)) from problem
        accept = request.headers.get("accept", "")
        if is_page_wanted(accept):
            html, headers = await pages.of(told)
            return Response(html, media_type="text/html", headers=headers)
        return Response(to_json(told.to_dict()), media_type="application/json")

    return [Route("/drift", drift), Route("/models/{name}/drift", drift)]


class Pages:
    """Writes pages, each of them once for all who ask.

    Parameters
    ----------
    service : Service
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[str, tuple[ModelDrift, Page]] = {}
        self._busy = asyncio.Lock()

    async def of(self, told: ModelDrift) -> Page:
        """Return the page of what is told."""
        name = told.served.name
        async with self._busy:
            if name not in self._kept or not self._kept[name][0].is_same(told):
                page = await self._service.on_thread(partial(_page, told))
                self._kept[name] = told, page
            return self._kept[name][1]


def _page(told: ModelDrift) -> Page:
    # charts are loaded once somebody wants to see them
    from regression_model.serving.drift.page import drift_page

    return drift_page(told)
