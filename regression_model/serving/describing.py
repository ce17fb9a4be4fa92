"""What a service says of itself: ``/models``, ``/models/{name}``, ``/openapi.json``, ``/docs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model.serving.docs_page import docs_page
from regression_model.serving.openapi import openapi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request

    from regression_model.serving.models import Served
    from regression_model.serving.service import Service


def describing_routes(service: Service) -> list[Route]:
    """Return the routes of descriptions."""
    made = _Made(service)

    async def models(_request: Request) -> Response:
        return _json(to_json({"models": [summary(served) for served in service.models]}))

    async def model(request: Request) -> Response:
        served = service.named(request.path_params["name"])
        return _json(await made.of([served], lambda: to_json(description(served))))

    async def document(request: Request) -> Response:
        root = _root(request)
        return _json(await made.of(service.models, lambda: to_json(openapi(service, root)), root))

    async def docs(request: Request) -> Response:
        page = await service.on_thread(lambda: docs_page(openapi(service, _root(request))))
        return Response(page.text, media_type="text/html", headers=page.headers)

    return [
        Route("/models", models),
        Route("/models/{name}", model),
        Route("/openapi.json", document),
        Route("/docs", docs),
    ]


_MOST_KEPT = 64
"""Descriptions: where an application is mounted may be the caller's word, and of any number."""


class _Made:
    """What was made of models, kept until they are exchanged: it takes longer than predictions."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[tuple[str, ...], tuple[list[Served], bytes]] = {}

    async def of(self, models: Iterable[Served], make: Callable[[], bytes], *more: str) -> bytes:
        """Return what is made of these models, and of what more there is."""
        served = list(models)
        key = (*(each.name for each in served), *more)
        kept = self._kept.get(key)
        if kept is None or kept[0] != served:
            kept = served, await self._service.on_thread(make)
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = kept
        return kept[1]


def _json(content: bytes) -> Response:
    return Response(content, media_type="application/json")


def _root(request: Request) -> str:
    """Return where the application is mounted: what stands before its addresses."""
    root: str = request.scope.get("root_path", "")
    return root


def summary(served: Served) -> dict[str, Any]:
    """Return what tells models apart."""
    target = served.model.facts["target"]
    return {
        "name": served.name,
        "version": served.model.version,
        "digest": served.digest,
        "target": target["column"],
        "unit": target.get("unit"),
    }


def description(served: Served) -> dict[str, Any]:
    """Return what a model is, what it eats, and how good it was at training.

    Parameters
    ----------
    served : Served

    Returns
    -------
    dict
        ``name``, ``version``, ``digest``, ``target``, ``unit``, ``transform`` (of the target),
        ``metrics``; ``highest_interval``, None where it has none; ``explanations``, whether it has
        any; ``columns`` in the order of the schema, each with its ``importance`` (see
        `importances`), None where it is not known; and ``example``, a record that the model
        answers.
    """
    # it brings what reads tables of all kinds along, for which a service is not to wait
    from regression_model.reports.describing import described_model

    return {**summary(served), **described_model(served.model)}
