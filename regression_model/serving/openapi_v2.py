"""The part of the OpenAPI document that tells of the Open Inference Protocol, at ``/v2``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.reports.example import example_record
from regression_model.serving.openapi_parts import PROBLEMS, content, get, problem, ref
from regression_model.serving.tensors import DATATYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regression_model.serving.models import Served

_JSON = "application/json"
_BINARY = "application/octet-stream"


def protocol_paths(models: Iterable[Served]) -> dict[str, Any]:
    """Return the paths of the protocol, of each model with and without its version."""
    paths = {"/v2": get("v2", "What speaks the protocol.", _answer("Server"))}
    live = get("v2-live", "Whether the service answers at all.", _answer("Live"), is_open=True)
    ready = get("v2-ready", "Whether it takes more requests.", _answer("Ready"), is_open=True)
    paths["/v2/health/live"] = live
    paths["/v2/health/ready"] = {"get": _refused(ready["get"], 503)}
    for served in models:
        start = f"/v2/models/{served.name}"
        for path, method, operation in _of_model(served, "v2"):
            paths[start + path] = {method: operation}
        for path, method, operation in _of_model(served, "v2-version"):
            operation["parameters"] = [_version(served)]
            paths[f"{start}/versions/{{version}}{path}"] = {method: operation}
    return paths


def _version(served: Served) -> dict[str, Any]:
    return {
        "name": "version",
        "in": "path",
        "required": True,
        "description": "The one that is served.",
        "schema": {"type": "string", "enum": [served.model.version]},
    }


def _of_model(served: Served, word: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what is asked of a model: what its path ends with, method and operation."""
    name = served.name
    text = f"What {name} takes and gives, as tensors."
    metadata = get(f"{word}-metadata-{name}", text, _answer("Metadata"))
    ready = get(f"{word}-ready-{name}", f"Whether {name} is ready.", _answer("ModelReady"))
    yield "", "get", _refused(metadata["get"], 404)
    yield "/ready", "get", _refused(ready["get"], 404, 503)
    infer = _infer(served, f"{word}-infer-{name}")
    yield "/infer", "post", _refused(infer, 400, 404, 408, 413, 415, 503)


def _infer(served: Served, operation: str) -> dict[str, Any]:
    answer = _answer("Inference")
    answer["content"][_BINARY] = {"schema": {"type": "string"}}
    body = {_JSON: {"schema": ref("V2.Request"), "example": _example(served)}}
    return {
        "operationId": operation,
        "summary": f"Predict with {served.name}, a tensor for each column.",
        "requestBody": {"required": True, "content": body},
        "responses": {"200": answer, "401": problem(PROBLEMS[401])},
    }


def _answer(schema: str) -> dict[str, Any]:
    return content("What the protocol says.", _JSON, ref(f"V2.{schema}"))


def _refused(operation: dict[str, Any], *statuses: int) -> dict[str, Any]:
    """Return an operation that may also be refused, in the protocol's shape."""
    for status in statuses:
        operation["responses"][str(status)] = content(PROBLEMS[status], _JSON, ref("V2.Error"))
    return operation


def _example(served: Served) -> dict[str, Any]:
    """Return a request that is answered."""
    inputs = [
        {"name": name, "shape": [1], "datatype": _datatype(cell), "data": [cell]}
        for name, cell in example_record(served.model).items()
    ]
    return {"inputs": inputs}


def _datatype(cell: object) -> str:
    if isinstance(cell, bool):
        return "BOOL"
    if isinstance(cell, int):
        return "INT64"
    return "FP64" if isinstance(cell, float) else "BYTES"


def _object(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has all of these."""
    return {"type": "object", "required": list(properties), "properties": properties}


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_TRUE = {"type": "boolean", "const": True}
_PARAMETERS = {"type": "object", "description": "Of extensions, such as that for binary data."}
_SHAPE = {"type": "array", "items": {"type": "integer", "minimum": -1}}
_DATATYPE = {"type": "string", "enum": list(DATATYPES)}
_TENSOR: dict[str, Any] = {"name": _TEXT, "datatype": _DATATYPE, "shape": _SHAPE}
_INPUT = _object(**_TENSOR)
_INPUT["properties"] |= {
    "data": {"type": "array", "description": "As many cells as the shape, [n] or [n, 1], says."},
    "parameters": _PARAMETERS,
}
_OUTPUT = _object(**_TENSOR)
_OUTPUT["properties"] |= {"data": {"type": "array"}, "parameters": _PARAMETERS}
_REQUEST = _object(inputs={"type": "array", "items": _INPUT, "minItems": 1})
_REQUEST["properties"] |= {
    "id": _TEXT,
    "parameters": {
        "type": "object",
        "properties": {"interval": {"type": "number"}, "drift": {"type": "boolean"}},
    },
    "outputs": {"type": "array", "items": _object(name=_TEXT)},
}
_INFERENCE = _object(
    model_name=_TEXT, model_version=_TEXT, outputs={"type": "array", "items": _OUTPUT}
)
_INFERENCE["properties"] |= {"id": _TEXT}
PROTOCOL_SCHEMAS: dict[str, Any] = {
    "V2.Server": _object(name=_TEXT, version=_TEXT, extensions=_TEXTS),
    "V2.Live": _object(live=_TRUE),
    "V2.Ready": _object(ready=_TRUE),
    "V2.ModelReady": _object(name=_TEXT, ready=_TRUE),
    "V2.Metadata": _object(
        name=_TEXT,
        versions=_TEXTS,
        platform=_TEXT,
        inputs={"type": "array", "items": _object(**_TENSOR)},
        outputs={"type": "array", "items": _object(**_TENSOR)},
    ),
    "V2.Request": _REQUEST,
    "V2.Inference": _INFERENCE,
    "V2.Error": _object(error=_TEXT),
}
"""What is sent and answered, by name."""
