"""Who is let in, and what browsers are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from regression_model.serving import Settings, app

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

TOKEN = "a-long-token-of-64-characters"
HOUSE = {"OverallQual": 7}


@pytest.fixture
def guarded(model: Model) -> TestClient:
    return TestClient(app(models={"houses": model}, settings=Settings(token=TOKEN)))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_who_brings_the_token_is_let_in(guarded: TestClient, scheme: str) -> None:
    headers = {"authorization": f"{scheme} {TOKEN}"}
    assert guarded.post("/predict", json=HOUSE, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN.upper()}",
        f"Bearer  {TOKEN}",
        f"Basic {TOKEN}",
    ],
)
@pytest.mark.parametrize("path", ["/predict", "/models", "/openapi.json", "/docs", "/nix"])
def test_nobody_else_is(guarded: TestClient, given: str | None, path: str) -> None:
    headers = {} if given is None else {"authorization": given}
    answer = guarded.request("POST" if path == "/predict" else "GET", path, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "urn:evergreen-regression:no-token"
    assert TOKEN not in answer.text


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready", "/"]
)
def test_probes_and_the_empty_page_need_no_token(guarded: TestClient, path: str) -> None:
    answer = guarded.get(path)
    assert answer.status_code == 200
    assert "houses" not in answer.text


def test_the_token_is_not_shown_with_the_settings() -> None:
    assert TOKEN not in repr(Settings(token=TOKEN))


def test_every_answer_tells_browsers_to_be_careful(client: TestClient) -> None:
    answers = [
        client.post("/predict", json=HOUSE),
        client.post("/predict", content=b"{"),
        client.get("/nix"),
        client.get("/predict"),
        client.get("/docs"),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers


def test_pages_bring_a_policy_that_allows_next_to_nothing(client: TestClient) -> None:
    for path in ("/", "/docs"):
        answer = client.get(path)
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_pages_of_named_origins_alone_may_read_answers(model: Model) -> None:
    settings = Settings(cors_origins=("https://example.org",), token=TOKEN)
    client = TestClient(app(models={"houses": model}, settings=settings))
    headers = {"origin": "https://example.org", "access-control-request-method": "POST"}
    asked = client.options("/predict", headers=headers)  # browsers ask without the token
    assert asked.headers["access-control-allow-origin"] == "https://example.org"
    headers["origin"] = "https://example.com"
    assert "access-control-allow-origin" not in client.options("/predict", headers=headers).headers


def test_a_fault_is_answered_without_a_word_of_it(
    model: Model, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("S3cr3t")

    client = TestClient(app(models={"houses": model}))
    monkeypatch.setattr(model, "predict_record", fail)
    answer = client.post("/predict", json=HOUSE)
    assert (answer.status_code, answer.json()["type"]) == (
        500,
        "urn:evergreen-regression:internal-error",
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "S3cr3t" not in answer.text + caplog.text


def test_nobody_is_sent_elsewhere(client: TestClient) -> None:
    answer = client.get("/models/", follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_a_wrong_method_is_told_the_right_one(client: TestClient) -> None:
    answer = client.get("/predict")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["detail"] == "this address takes another method: POST"
