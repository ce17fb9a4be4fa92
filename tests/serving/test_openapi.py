"""What a service says of itself holds: the document, its examples, and what is asked by it.

The document is held against OpenAPI's own schema, and requests made of it at random are answered as
it says. `fuzzing.py` makes more of them by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from fuzzing import fuzz
from schemathesis.specs.openapi.definitions import OPENAPI_31
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from regression_model.reports.example import example_record
from regression_model.serving import Settings, app

if TYPE_CHECKING:
    from regression_model.artifact.model import Model


@pytest.fixture
def document(client: TestClient) -> Any:
    return client.get("/openapi.json").json()


def test_the_document_is_one_of_openapi(document: dict[str, Any]) -> None:
    jsonschema_rs.validator_for(OPENAPI_31).validate(document)


def test_every_address_is_told(client: TestClient, document: dict[str, Any]) -> None:
    """Of the application's routes and the document's paths neither has more than the other."""
    assert isinstance(client.app, Starlette)
    routes = {route.path for route in client.app.routes if isinstance(route, Route)}
    routes -= {"/v2/{rest:path}"}  # what is refused in the protocol's shape
    paths = {path.replace("regression_model", "{name}") for path in document["paths"]}
    assert paths == routes


def test_what_is_told_to_need_no_token_needs_none(model: Model) -> None:
    application = app(models={"houses": model}, settings=Settings(token="secret"))
    client = TestClient(application)
    headers = {"authorization": "Bearer secret"}
    paths = client.get("/openapi.json", headers=headers).json()["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            answer = client.request(method, path.replace("{version}", model.version))
            assert (answer.status_code == 401) == ("security" not in operation), path
            assert ("401" in operation["responses"]) == ("security" not in operation), path


def test_no_two_operations_have_one_id(model: Model) -> None:
    names = ("v2", "version", "infer", "version-infer", "a", "metadata-a", "ready-metadata-a")
    document = TestClient(app(models=dict.fromkeys(names, model))).get("/openapi.json").json()
    methods = [each for path in document["paths"].values() for each in path.values()]
    ids = {operation["operationId"] for operation in methods}
    assert len(ids) == len(methods) > 9 * len(names)


def test_the_example_of_each_path_is_answered(client: TestClient, document: dict[str, Any]) -> None:
    for path in ("/predict", "/models/regression_model/predict"):
        operation = document["paths"][path]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        answer = client.post(f"{path}?strict=true&interval=0.9&explain=true", json=example).json()
        assert answer["warnings"] is None
        assert answer["lower"][0] < answer["predictions"][0] < answer["upper"][0]


def test_the_example_of_the_protocol_is_answered(
    client: TestClient, document: dict[str, Any], model: Model
) -> None:
    paths = [path for path in document["paths"] if path.endswith("/infer")]
    assert len(paths) == 2
    for path in paths:
        operation = document["paths"][path]["post"]
        example = operation["requestBody"]["content"]["application/json"]["example"]
        answer = client.post(path.replace("{version}", model.version), json=example)
        outputs = {each["name"]: each["data"] for each in answer.json()["outputs"]}
        assert outputs["error"] == [""]
        expected = client.post("/predict", json=example_record(model)).json()
        assert outputs["prediction"] == expected["predictions"]


def test_columns_are_those_of_the_model(document: dict[str, Any], model: Model) -> None:
    record = document["components"]["schemas"]["Record.regression_model"]
    assert tuple(record["properties"]) == model.schema.names
    quality = record["properties"]["OverallQual"]
    assert quality["description"] == "integer; may be missing; 1 to 10 in training"


def test_each_model_has_paths_and_a_record_of_its_own(model: Model) -> None:
    application = app(models={"first": model, "second": model})
    document = TestClient(application).get("/openapi.json").json()
    assert {"Record.first", "Record.second"} <= set(document["components"]["schemas"])
    assert "/models/second/predict" in document["paths"]


def test_a_token_is_asked_for_where_one_is_needed(model: Model) -> None:
    application = app(models={"houses": model}, settings=Settings(token="secret"))
    headers = {"authorization": "Bearer secret"}
    document = TestClient(application).get("/openapi.json", headers=headers).json()
    assert document["security"] == [{"token": []}]
    assert "secret" not in str(document)


@pytest.mark.parametrize("valid", [True, False], ids=["as the document says", "otherwise"])
def test_requests_at_random_are_answered_as_the_document_says(valid: bool) -> None:  # noqa: FBT001
    asked = fuzz(app(), n_requests=25, valid=valid)
    assert asked > 40


def test_no_model_is_described_that_there_is_not(client: TestClient) -> None:
    answer = client.get("/models/nix")
    assert (answer.status_code, answer.json()["models"]) == (404, ["regression_model"])
