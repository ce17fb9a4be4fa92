"""The part of the OpenAPI document that tells of drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.serving.openapi_parts import content, get, problem, ref

if TYPE_CHECKING:
    from regression_model.serving.models import Models, Served


def drift_paths(models: Models) -> dict[str, Any]:
    """Return the paths of drift: of the first model, and of each by its name."""
    paths = {"/drift": _drift(models.first, "drift")}
    for served in models:
        paths[f"/models/{served.name}/drift"] = _drift(served, f"drift-{served.name}")
    return paths


def _drift(served: Served, operation: str) -> dict[str, Any]:
    """Return the path of what has shifted, which is JSON, or a page for people."""
    text = f"What of the rows that {served.name} has answered differs from those of training."
    answer = content(text, "application/json", ref("Drift"))
    answer["content"]["text/html"] = {"schema": {"type": "string"}}
    path = get(operation, text, answer)
    path["get"]["responses"]["404"] = problem("The rows of this model are not counted.")
    return path


DRIFT_SCHEMAS: dict[str, Any] = {
    "Drift": {
        "type": "object",
        "required": ["model", "version", "digest", "days", "running", "complete"],
        "properties": {
            "model": {"type": "string"},
            "version": {"type": "string"},
            "digest": {"type": ["string", "null"], "description": "SHA-256 of the artifact."},
            "days": {"type": "number", "description": "How long a window is."},
            "running": ref("Window"),
            "complete": {
                "anyOf": [ref("Window"), {"type": "null"}],
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
