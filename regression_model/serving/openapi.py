"""The OpenAPI document of a service, made from the schemas of its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model._version import package_version
from regression_model.reports.example import example_record
from regression_model.serving.answers import KINDS
from regression_model.serving.openapi_drift import DRIFT_SCHEMAS, drift_paths
from regression_model.serving.openapi_parts import PROBLEMS, content, get, problem, ref
from regression_model.serving.openapi_v2 import PROTOCOL_SCHEMAS, protocol_paths
from regression_model.serving.tables import READERS

if TYPE_CHECKING:
    from regression_model.serving.models import Served
    from regression_model.serving.service import Service

_ABOUT = (
    "Rows in, as many answers out, in order. A row that cannot be predicted has null in "
    "predictions, and errors says why; the status is 200 nevertheless, and the header "
    "X-Rows-Failed counts such rows. The Open Inference Protocol is spoken at /v2."
)


def openapi(service: Service, root_path: str = "") -> dict[str, Any]:
    """Return the document.

    Parameters
    ----------
    service : Service
    root_path : str
        What stands before the addresses where the application is mounted.

    Returns
    -------
    dict
        OpenAPI 3.1.
    """
    paths: dict[str, Any] = {"/predict": _predict(service.models.first, "predict")}
    for served in service.models:
        start, name = f"/models/{served.name}", served.name
        paths[f"{start}/predict"] = _predict(served, f"predict-{name}")
        paths[start] = _json(f"model-{name}", "What a model is.", "Model")
    paths["/models"] = _json("models", "The models that there are.", "Models")
    paths |= drift_paths(service.models)
    paths |= _of_service() | protocol_paths(service.models)
    schemas = {**_SCHEMAS, **DRIFT_SCHEMAS, **PROTOCOL_SCHEMAS, **_records(service)}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Predictions",
            "version": package_version(),
            "description": _ABOUT,
        },
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
    if service.settings.token is not None:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document


def _of_service() -> dict[str, Any]:
    """Return the paths that tell nothing of models."""
    live = _text("health-live", "Whether the service answers at all.", "text/plain", is_open=True)
    ready = _text("health-ready", "Whether it takes more requests.", "text/plain", is_open=True)
    ready["get"]["responses"]["503"] = problem("The service is about to end.")
    return {
        "/health/live": live,
        "/health/ready": ready,
        "/metrics": _text("metrics", "Counts, for Prometheus.", "text/plain"),
        "/openapi.json": _json("openapi", "This document.", "OpenAPI"),
        "/docs": _text("docs", "This document, for people.", "text/html"),
        "/": _text("page", "A page to try the models.", "text/html", is_open=True),
    }


def _records(service: Service) -> dict[str, Any]:
    """Return the schema of a record of each model."""
    records: dict[str, Any] = {}
    for served in service.models:
        schema = served.model.schema.record_model.model_json_schema()
        schema.pop("example", None)
        schema["title"] = f"A record of {served.name}"
        schema["examples"] = [example_record(served.model)]
        records[_record_name(served)] = schema
    return records


def _record_name(served: Served) -> str:
    return f"Record.{served.name}"


def _predict(served: Served, operation: str) -> dict[str, Any]:
    """Return the path of a model's predictions."""
    target = served.model.facts["target"]
    what = target["column"]
    if target.get("unit"):
        what += f" in {target['unit']}"
    return {
        "post": {
            "operationId": operation,
            "summary": f"Predict {what} with {served.name}.",
            "parameters": _PARAMETERS,
            "requestBody": {"required": True, "content": _contents(served)},
            "responses": {
                "200": _answers(),
                **{str(status): problem(text) for status, text in PROBLEMS.items()},
            },
        }
    }


def _contents(served: Served) -> dict[str, Any]:
    """Return what a body may be, by its content type."""
    record = ref(_record_name(served))
    example = example_record(served.model)
    table = {
        "anyOf": [
            record,
            {"type": "array", "items": record, "title": "Records"},
            {
                "type": "object",
                "title": "Columns, all of one length",
                "additionalProperties": {"type": "array"},
            },
        ]
    }
    contents: dict[str, Any] = {"application/json": {"schema": table, "example": example}}
    for media_type in READERS:
        contents.setdefault(media_type, {"schema": {"type": "string"}})
    return contents


def _answers() -> dict[str, Any]:
    contents: dict[str, Any] = {"application/json": {"schema": ref("Answer")}}
    for kind in KINDS:
        contents.setdefault(kind.media_type, {"schema": {"type": "string"}})
    return {
        "description": "An answer for each row, in order.",
        "headers": {
            "X-Rows-Failed": {
                "description": "How many rows have no prediction.",
                "schema": {"type": "integer"},
            },
            "X-Model-Version": {
                "description": "The version of the model.",
                "schema": {"type": "string"},
            },
        },
        "content": contents,
    }


def _json(operation: str, text: str, schema: str) -> dict[str, Any]:
    return get(operation, text, content(text, "application/json", ref(schema)))


def _text(operation: str, text: str, media_type: str, *, is_open: bool = False) -> dict[str, Any]:
    return get(operation, text, content(text, media_type, {"type": "string"}), is_open=is_open)


_PARAMETERS = [
    {
        "name": "interval",
        "in": "query",
        "description": "Adds lower and upper, between which the truth of so many rows lies.",
        "schema": {"type": "number", "minimum": 0.5, "exclusiveMaximum": 1},
    },
    {
        "name": "explain",
        "in": "query",
        "description": "Adds explanations: what each feature adds to the score of a row.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "strict",
        "in": "query",
        "description": "Answers 422 and no predictions if any row cannot be predicted.",
        "schema": {"type": "boolean", "default": False},
    },
    {
        "name": "drift",
        "in": "query",
        "description": "Whether the rows are counted for drift; false for trials and warm-up.",
        "schema": {"type": "boolean", "default": True},
    },
]
_NUMBERS = {"type": "array", "items": {"type": ["number", "null"]}}
_ENTRIES = {"anyOf": [{"type": "array", "items": ref("Entry")}, {"type": "null"}]}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_SCHEMAS: dict[str, Any] = {
    "Answer": {
        "type": "object",
        "required": ["predictions", "version", "errors", "warnings"],
        "properties": {
            "predictions": {**_NUMBERS, "description": "In target units; null where a row failed."},
            "version": {"type": "string", "description": "Of the model."},
            "errors": {**_ENTRIES, "description": "Why rows have no prediction."},
            "warnings": {**_ENTRIES, "description": "What keeps no row from its prediction."},
            "lower": {**_NUMBERS, "description": "With interval: its lower ends."},
            "upper": {**_NUMBERS, "description": "With interval: its upper ends."},
            "explanations": {
                "type": "array",
                "description": "With explain: base and contributions add up to score.",
                "items": {"anyOf": [ref("Explanation"), {"type": "null"}]},
            },
        },
    },
    "Explanation": {
        "type": "object",
        "required": ["base", "score", "contributions"],
        "properties": {
            "base": {"type": "number"},
            "score": {"type": "number"},
            "contributions": {"type": "object", "additionalProperties": {"type": "number"}},
            "effect": {"type": "object", "additionalProperties": {"type": "number"}},
        },
    },
    "Entry": {
        "type": "object",
        "required": ["row", "column", "code", "value", "message"],
        "properties": {
            "row": {"type": ["integer", "null"], "description": "From 0; null: all rows."},
            "column": _TEXT_OR_NULL,
            "code": {"type": "string"},
            "value": {"description": "What was found, shortened."},
            "message": {"type": "string"},
        },
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": _ENTRIES,
            "warnings": _ENTRIES,
        },
    },
    "Summary": {
        "type": "object",
        "required": ["name", "version", "digest", "target", "unit"],
        "properties": {
            "name": {"type": "string"},
            "version": {"type": "string"},
            "digest": {**_TEXT_OR_NULL, "description": "SHA-256 of the artifact."},
            "target": {"type": "string"},
            "unit": _TEXT_OR_NULL,
        },
    },
    "Models": {
        "type": "object",
        "required": ["models"],
        "properties": {"models": {"type": "array", "items": ref("Summary")}},
    },
    "OpenAPI": {"type": "object", "required": ["openapi", "info", "paths"]},
    "Model": {
        "allOf": [ref("Summary")],
        "type": "object",
        "required": ["metrics", "highest_interval", "explanations", "columns", "example"],
        "properties": {
            "metrics": {"type": "object"},
            "highest_interval": {"type": ["number", "null"]},
            "explanations": {"type": "boolean"},
            "columns": {"type": "array", "items": {"type": "object"}},
            "example": {"type": "object"},
        },
    },
}
