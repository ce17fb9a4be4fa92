"""The Open Inference Protocol, as KServe, Triton and MLServer speak it: version 2, over REST."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json
from starlette.responses import Response
from starlette.routing import Route

from regression_model._version import package_version
from regression_model.serving.bodies import answer_body
from regression_model.serving.health import check_ready
from regression_model.serving.json_bodies import read_json_body
from regression_model.serving.parameters import Wanted
from regression_model.serving.predicting import ANSWERED, Answered
from regression_model.serving.problems import Problem
from regression_model.serving.rows_answered import answered
from regression_model.serving.tables import Rows
from regression_model.serving.tensors import output_datatypes, read_tensors, write_tensors

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from regression_model.artifact.results import PredictionResult
    from regression_model.processing.column import Column
    from regression_model.serving.counting.worker_counts import WorkerCounts
    from regression_model.serving.models import Served
    from regression_model.serving.service import Service
    from regression_model.serving.settings import Settings

    Endpoint = Callable[[Request], Awaitable[Response]]

_JSON_LENGTH = "Inference-Header-Content-Length"
"""How many bytes of a body are JSON; the rest is data."""
_DATATYPES = {"number": "FP64", "integer": "INT64", "boolean": "BOOL"}
"""Of columns, by their kind; all others are text. Any other datatype is taken as well."""
_BINARY = "binary_data"


def protocol_routes(service: Service) -> list[Route]:
    """Return the routes of the protocol."""

    async def server(_request: Request) -> Response:
        return _json(_server())

    async def live(_request: Request) -> Response:
        return _json({"live": True})

    async def ready(_request: Request) -> Response:
        await check_ready(service)
        return _json({"ready": True})

    async def model(request: Request) -> Response:
        return _json(_metadata(_served(service, request)))

    async def model_ready(request: Request) -> Response:
        served = _served(service, request)
        await check_ready(service)
        return _json({"name": served.name, "ready": True})

    async def infer(request: Request) -> Response:
        served = _served(service, request)
        json_length = request.headers.get(_JSON_LENGTH)
        counts = service.counts.of(served)
        infer_body = partial(_infer, served, service.settings, counts, json_length)
        headers = dict(request.scope["headers"])
        inference = await answer_body(service, request.receive, headers, infer_body)
        request.scope[ANSWERED] = inference.answered
        return inference.response

    async def unknown(_request: Request) -> Response:
        raise Problem(404, "unknown-address", "there is nothing at this address")

    def below(path: str, endpoint: Endpoint, method: str = "GET") -> list[Route]:
        starts = ("/v2/models/{name}", "/v2/models/{name}/versions/{version}")
        return [Route(start + path, _in_shape(endpoint), methods=[method]) for start in starts]

    return [
        Route("/v2", server),
        Route("/v2/health/live", live),
        Route("/v2/health/ready", _in_shape(ready)),
        *below("", model),
        *below("/ready", model_ready),
        *below("/infer", infer, "POST"),
        Route("/v2/{rest:path}", _in_shape(unknown)),
    ]


def _server() -> dict[str, Any]:
    """Return what the protocol tells of a server."""
    return {
        "name": "evergreen-regression",
        "version": package_version(),
        "extensions": ["binary_tensor_data"],
    }


def _in_shape(endpoint: Endpoint) -> Endpoint:
    """Let an endpoint say what goes wrong in the shape of the protocol."""

    @wraps(endpoint)
    async def answering(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Problem as problem:
            content = to_json({"error": problem.detail})
            return Response(content, problem.status, problem.headers, "application/json")

    return answering


def _json(content: dict[str, Any]) -> Response:
    return Response(to_json(content), media_type="application/json")


def _served(service: Service, request: Request) -> Served:
    """Return the model, and if asked for the version, that a path names."""
    served = service.named(request.path_params["name"])
    version = request.path_params.get("version")
    if version not in (None, served.model.version):
        detail = f"{served.name} has no such version; it has {served.model.version}"
        raise Problem(404, "unknown-version", detail)
    return served


def _metadata(served: Served) -> dict[str, Any]:
    model = served.model
    outputs = output_datatypes(has_intervals="intervals" in model.facts)
    return {
        "name": served.name,
        "versions": [model.version],
        "platform": "evergreen-regression_zip",
        "inputs": [_tensor(column.name, _datatype(column)) for column in model.schema.columns],
        "outputs": [_tensor(name, datatype) for name, datatype in outputs.items()],
    }


def _tensor(name: str, datatype: str) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": [-1]}


def _datatype(column: Column) -> str:
    return _DATATYPES.get(column.kind, "BYTES")


class _Inference(NamedTuple):
    answered: Answered
    response: Response


def _infer(
    served: Served,
    settings: Settings,
    counts: WorkerCounts | None,
    json_length: str | None,
    body: bytes,
) -> _Inference:
    """Answer a request of the protocol."""
    n_json = len(body) if json_length is None else _length(json_length, len(body))
    asked = _read(body[:n_json], settings)
    columns = read_tensors(asked.get("inputs"), memoryview(body)[n_json:], settings)
    parameters = _parameters(asked)
    wanted = _wanted(asked.get("outputs"))
    if parameters.get("drift") is False:
        counts = None
    result = _predict(served, columns, parameters.get("interval"), counts)
    tensors, behind = write_tensors(
        result, wanted, all_binary=parameters.get("binary_data_output") is True
    )
    content = {
        "model_name": served.name,
        "model_version": served.model.version,
        **({"id": asked["id"]} if "id" in asked else {}),
        "outputs": tensors,
    }
    return _Inference(Answered(served, result), _response(to_json(content), behind))


def _length(text: str, most: int) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < len(str(most)) + 1
    if not is_number or int(text) > most:
        detail = f"{_JSON_LENGTH} is no number of bytes of the body, which has {most}"
        raise Problem(400, "no-tensors", detail)
    return int(text)


def _read(data: bytes, settings: Settings) -> dict[str, Any]:
    asked = read_json_body(data, settings)
    if not isinstance(asked, dict) or not isinstance(asked.get("id", ""), str):
        raise Problem(400, "no-tensors", "the body is no object with inputs, or its id is no text")
    return asked


def _parameters(asked: dict[str, Any]) -> dict[str, Any]:
    parameters = asked.get("parameters", {})
    if not isinstance(parameters, dict):
        raise Problem(400, "no-tensors", "parameters is no object")
    return parameters


def _wanted(outputs: object) -> dict[str, bool] | None:
    """Return the names of the outputs that are asked for, and whether each is to be bytes."""
    if outputs is None or outputs == []:
        return None
    wanted = {}
    for output in outputs if isinstance(outputs, list) else [None]:
        if not isinstance(output, dict) or not isinstance(output.get("name"), str):
            raise Problem(400, "no-tensors", "outputs is no list of objects that each have a name")
        parameters = output.get("parameters")
        is_binary = isinstance(parameters, dict) and parameters.get(_BINARY) is True
        wanted[output["name"]] = is_binary
    return wanted


def _predict(
    served: Served, columns: dict[str, list[Any]], interval: Any, counts: WorkerCounts | None
) -> PredictionResult:
    if interval is not None and type(interval) not in (int, float):
        raise Problem(400, "wrong-interval", "the parameter interval is no number, such as 0.9")
    try:
        return answered(served.model, Rows(columns), Wanted(interval=interval), counts)
    except (TypeError, ValueError) as problem:
        raise Problem(400, "no-table", str(problem)) from problem


def _response(content: bytes, behind: bytes) -> Response:
    if not behind:
        return Response(content, media_type="application/json")
    headers = {_JSON_LENGTH: str(len(content))}
    return Response(content + behind, 200, headers, "application/octet-stream")
