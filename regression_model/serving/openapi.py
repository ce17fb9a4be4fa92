"""The OpenAPI document of a service, made from the schemas of its models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from regression_model._version import package_version
from regression_model.reports.example import example_record
from regression_model.serving.answers import KINDS
from regression_model.serving.problems import MEDIA_TYPE
from regression_model.serving.tables import READERS

if TYPE_CHECKING:
    from regression_model.serving.models import Served
    from regression_model.serving.service import Service

_ABOUT = (
    "Rows in, as many answers out, in order. A row that cannot be predicted has null in "
    "predictions, and errors says why; the status is 200 nevertheless, and the header "
    "X-Rows-Failed counts such rows. The Open Inference Protocol is spoken at /v2."
)
_PROBLEMS = {
    400: "What came is no table, or a parameter is wrong.",
    401: "The token is missing or wrong.",
    404: "There is no such model.",
    406: "No answer is of a kind that Accept names.",
    408: "The body did not come in time.",
    413: "There are too many bytes, rows, columns, cells or characters.",
    415: "The body is of no content type, charset or encoding that is read.",
    422: "With strict=true: rows cannot be predicted.",
    503: "The service is busy; come again.",
}


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
    paths["/drift"] = _drift(service.models.first, "drift")
    for served in service.models:
        paths[f"/models/{served.name}/predict"] = _predict(served, f"predict-{served.name}")
        paths[f"/models/{served.name}"] = _get(f"model-{served.name}", "What a model is.", "Model")
        paths[f"/models/{served.name}/drift"] = _drift(served, f"drift-{served.name}")
    paths["/models"] = _get("models", "The models that there are.", "Models")
    for path, (text, statuses) in _PROBES.items():
        paths[path] = _probe(path, text, statuses)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Predictions",
            "version": package_version(),
            "description": _ABOUT,
        },
        "servers": [{"url": root_path or "/"}],
        "paths": paths,
        "components": {"schemas": {**_SCHEMAS, **_records(service)}},
    }
    if service.settings.token is not None:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
    return document


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


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


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
                **{str(status): _problem(text) for status, text in _PROBLEMS.items()},
            },
        }
    }


def _contents(served: Served) -> dict[str, Any]:
    """Return what a body may be, by its content type."""
    record = _ref(_record_name(served))
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
    contents: dict[str, Any] = {"application/json": {"schema": _ref("Answer")}}
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


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}


def _get(operation: str, text: str, schema: str) -> dict[str, Any]:
    return {
        "get": {
            "operationId": operation,
            "summary": text,
            "responses": {
                "200": {
                    "description": text,
                    "content": {"application/json": {"schema": _ref(schema)}},
                },
                "401": _problem(_PROBLEMS[401]),
            },
        }
    }


def _drift(served: Served, operation: str) -> dict[str, Any]:
    """Return the path of what has shifted, which is JSON, or a page for people."""
    text = f"What of the rows that {served.name} has answered differs from those of training."
    path = _get(operation, text, "Drift")
    responses = path["get"]["responses"]
    responses["200"]["content"]["text/html"] = {"schema": {"type": "string"}}
    responses["404"] = _problem("The rows of this model are not counted.")
    return path


def _probe(path: str, text: str, statuses: Mapping[int, str]) -> dict[str, Any]:
    """Return a path that is answered with lines of text, or refused with these statuses."""
    responses: dict[str, Any] = {
        "200": {"description": text, "content": {"text/plain": {"schema": {"type": "string"}}}},
        **{str(status): _problem(words) for status, words in statuses.items()},
    }
    operation = path.removeprefix("/").replace("/", "-")
    return {"get": {"operationId": operation, "summary": text, "responses": responses}}


_ENDING = {503: "The service is about to end."}
_PROBES: dict[str, tuple[str, Mapping[int, str]]] = {
    "/health/live": ("Whether the service answers at all; needs no token.", {}),
    "/health/ready": ("Whether it takes further requests; needs no token.", _ENDING),
    "/metrics": ("Counts, for Prometheus.", {401: _PROBLEMS[401]}),
}
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
_ENTRIES = {"anyOf": [{"type": "array", "items": _ref("Entry")}, {"type": "null"}]}
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
                "items": {"anyOf": [_ref("Explanation"), {"type": "null"}]},
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
        "properties": {"models": {"type": "array", "items": _ref("Summary")}},
    },
    "Model": {
        "allOf": [_ref("Summary")],
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
    "Drift": {
        "type": "object",
        "required": ["model", "version", "digest", "days", "running", "complete"],
        "properties": {
            "model": {"type": "string"},
            "version": {"type": "string"},
            "digest": {**_TEXT_OR_NULL, "description": "SHA-256 of the artifact."},
            "days": {"type": "number", "description": "How long a window is."},
            "running": _ref("Window"),
            "complete": {
                "anyOf": [_ref("Window"), {"type": "null"}],
                "description": "The window before it; null: no row was counted in that.",
            },
        },
    },
    "Window": {
        "type": "object",
        "required": ["start", "end", "level", "status", "n_rows", "n_failed", "loss", "shifts"],
        "properties": {
            "start": {"type": "string", "format": "date-time"},
            "end": {"type": "string", "format": "date-time"},
            "level": {"type": "number", "description": "Of false alarms in such reports."},
            "status": {"enum": [0, 3, 4, 5]},
            "n_rows": {"type": "integer"},
            "n_failed": {"type": "integer"},
            "loss": {"type": ["object", "null"], "description": "The error to expect."},
            "shifts": {"type": "array", "items": {"type": "object"}},
        },
    },
}
