"""What a service says of itself: ``/models`` and ``/models/{name}``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from starlette.requests import Request

    from regression_model.artifact.model import Model
    from regression_model.processing.column import Column
    from regression_model.serving.models import Served
    from regression_model.serving.service import Service


def describing_routes(service: Service) -> list[Route]:
    """Return the routes of descriptions."""

    async def models(_request: Request) -> Response:
        listed = [_summary(served) for served in service.models]
        return _json({"models": listed})

    async def model(request: Request) -> Response:
        return _json(description(service.named(request.path_params["name"])))

    return [
        Route("/models", models),
        Route("/models/{name}", model),
    ]


def _json(content: Any) -> Response:
    return Response(to_json(content), media_type="application/json")


def _summary(served: Served) -> dict[str, Any]:
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
        ``name``, ``version``, ``digest``, ``target``, ``unit``, ``metrics``,
        ``transform`` (of the target, to the scale of scores), ``highest_interval`` (None: there are
        none), ``explanations`` (whether there are any), ``columns`` in the order of the schema, each with
        its ``importance`` where one is known, and ``example``, a record that the model answers.
    """
    model = served.model
    return {
        **_summary(served),
        "metrics": model.facts["metrics"],
        "transform": model.facts["target"]["transform"],
        "highest_interval": _highest_interval(model),
        "explanations": "numbers_per_row" in model.facts.get("explanations", {}),
        "columns": [_column(column) for column in model.schema.columns],
        "example": example_record(model),
    }


def _highest_interval(model: Model) -> float | None:
    try:
        return model.intervals.highest_level
    except ArtifactError:  # it has none
        return None


def example_record(model: Model) -> dict[str, Any]:
    """Return a record that the model answers."""
    return model.schema.record_model.model_json_schema()["example"]


def _column(column: Column) -> dict[str, Any]:
    """Return what people and programs need to know to fill in a cell."""
    return {
        "name": column.name,
        "kind": column.kind,
        "required": column.required,
        "missing_means": column.missing_means,
        "levels": [level for level in column.levels if level is not None],
        "closed": column.closed,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "training_range": _training_range(column),
        "missing_share": column.missing_share,
        "aliases": list(column.aliases),
    }


def _training_range(column: Column) -> list[Any] | None:
    """Return the smallest and the largest cell of training, as callers write them."""
    if column.training_range is None:
        return None
    return [column.of_kind.decode(value) for value in column.training_range]
