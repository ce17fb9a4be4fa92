"""What a service says of itself: ``/models``, ``/models/{name}``, ``/openapi.json``, ``/docs``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model.reports.describing import described_model
from regression_model.serving.docs_page import docs_page
from regression_model.serving.openapi import openapi

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.serving.models import Served
    from regression_model.serving.service import Service


def describing_routes(service: Service) -> list[Route]:
    """Return the routes of descriptions."""

    async def models(_request: Request) -> Response:
        return _json({"models": [summary(served) for served in service.models]})

    async def model(request: Request) -> Response:
        return _json(description(service.named(request.path_params["name"])))

    async def document(request: Request) -> Response:
        return _json(openapi(service, _root(request)))

    async def docs(request: Request) -> Response:
        page = docs_page(openapi(service, _root(request)))
        return Response(page.text, media_type="text/html", headers=page.headers)

    return [
        Route("/models", models),
        Route("/models/{name}", model),
        Route("/openapi.json", document),
        Route("/docs", docs),
    ]


def _json(content: Any) -> Response:
    return Response(to_json(content), media_type="application/json")


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
    return {**summary(served), **described_model(served.model)}
