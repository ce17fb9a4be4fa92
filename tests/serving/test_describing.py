"""What a service says of its models, for programs, and for people on a page without a script."""

from __future__ import annotations

import hashlib
import inspect
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from services import write_version
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from regression_model.predict import packaged_artifact
from regression_model.serving import app
from regression_model.serving.docs_page import docs_page
from regression_model.serving.models import load_served

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

ARTIFACTS = Path(__file__).parents[1] / "artifacts"


def test_models_are_told_apart(client: TestClient, model: Model) -> None:
    digest = hashlib.sha256(packaged_artifact().read_bytes()).hexdigest()
    assert client.get("/models").json() == {
        "models": [
            {
                "name": "regression_model",
                "version": model.version,
                "digest": digest,
                "target": "SalePrice",
                "unit": "dollars",
            }
        ]
    }


def test_a_model_says_what_it_eats(client: TestClient, model: Model) -> None:
    told = client.get("/models/regression_model").json()
    columns = {column["name"]: column for column in told["columns"]}
    assert tuple(columns) == model.schema.names
    assert columns["OverallQual"]["training_range"] == [1, 10]
    assert columns["Street"]["levels"] == ["Grvl", "Pave"]
    assert told["metrics"] == model.facts["metrics"]
    assert 0.99 < told["highest_interval"] < 1
    assert told["explanations"]


def test_what_matters_most_is_told(client: TestClient) -> None:
    told = client.get("/models/regression_model").json()
    by_importance = sorted(told["columns"], key=lambda column: -column["importance"])
    names = [column["name"] for column in by_importance[:6]]
    assert {"OverallQual", "GrLivArea"} <= set(names)
    assert all(column["importance"] >= 0 for column in told["columns"])


@pytest.mark.parametrize("name", ["format_1.zip", "format_2.zip"])
def test_old_artifacts_are_described_and_their_example_is_answered(name: str) -> None:
    client = TestClient(app(models={"old": ARTIFACTS / name}))
    told = client.get("/models/old").json()
    assert client.post("/predict?strict=true", json=told["example"]).status_code == 200
    assert client.get("/docs").status_code == 200


def test_what_is_told_is_that_of_the_model_that_answers(tmp_path: Path) -> None:
    path = tmp_path / "houses.zip"
    write_version(packaged_artifact(), path, "7.0.0")
    application = app(models={"houses": path})
    client = TestClient(application)
    before = [client.get("/models/houses").json()["version"] for _ in range(2)]
    write_version(packaged_artifact(), path, "8.0.0")
    application.state.service.models.swap("houses", load_served("houses", path))
    after = [client.get("/models/houses").json()["version"] for _ in range(2)]
    assert (before, after) == (["7.0.0"] * 2, ["8.0.0"] * 2)


def test_descriptions_that_are_kept_are_bounded_wherever_the_service_is_mounted(
    model: Model,
) -> None:
    prices = app(models={"houses": model})
    (route,) = [each for each in prices.routes if getattr(each, "path", "") == "/openapi.json"]
    client = TestClient(Starlette(routes=[Mount("/{tenant}", prices)]))
    for tenant in range(70):
        document = client.get(f"/t{tenant}/openapi.json").json()
        assert document["servers"] == [{"url": f"/t{tenant}"}]
    cells = inspect.getclosurevars(getattr(route, "endpoint")).nonlocals  # noqa: B009
    assert len(cells["made"]._kept) <= 64  # noqa: SLF001


class Tags(HTMLParser):
    """The tags and the addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.addresses: set[str | None] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        self.found.add(tag)
        self.addresses |= {value for name, value in attributes if name in ("src", "href")}


def test_docs_need_nothing_from_elsewhere(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert Tags(answer.text).addresses == {"openapi.json"}
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in answer.text


def test_names_and_levels_on_the_page_are_text(client: TestClient) -> None:
    document: dict[str, Any] = client.get("/openapi.json").json()
    markup = "<img src=x onerror=alert(1)>"
    record = document["components"]["schemas"]["Record.regression_model"]
    record["properties"] = {markup: {"description": markup, "examples": [markup]}}
    operation = document["paths"]["/predict"]["post"]
    operation["summary"] = markup
    operation["requestBody"]["content"]["application/json"]["example"] = {markup: markup}
    page = docs_page(document)
    assert "img" not in Tags(page.text).found
    assert page.text.count("&lt;img") >= 4
