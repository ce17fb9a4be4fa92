"""Whether a service lives, and whether it is ready."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from regression_model.artifact.format import Artifact, read_artifact
from regression_model.artifact.model import Model
from regression_model.predict import packaged_artifact
from regression_model.serving import app

if TYPE_CHECKING:
    from starlette.applications import Starlette

READY = ("/health/ready", "/v2/health/ready", "/v2/models/houses/ready")
LIVE = ("/health/live", "/v2/health/live")


def statuses(application: Starlette, paths: tuple[str, ...]) -> set[int]:
    client = TestClient(application)
    return {client.get(path).status_code for path in paths}


def test_models_of_a_program_are_tested_when_that_is_first_asked(model: Model) -> None:
    application = app(models={"houses": model})
    models = application.state.service.models
    assert not models.first.is_tested
    assert statuses(application, READY) == {200}
    assert models.first.is_tested
    assert models.first.model is model


def test_a_model_that_answers_otherwise_is_alive_and_not_ready() -> None:
    artifact = read_artifact(packaged_artifact())
    changed = json.loads(json.dumps(artifact.model))
    changed["examples"][0]["prediction"] *= 1.001
    application = app(models={"houses": Model(Artifact(changed, artifact.members))})
    assert statuses(application, READY) == {503}
    assert statuses(application, LIVE) == {200}
    problem = TestClient(application).get("/health/ready").json()
    assert problem["type"] == "urn:evergreen-regression:self-test-failed"
    assert problem["detail"].startswith("houses answers otherwise on this machine")


def test_a_service_that_is_to_end_is_alive_and_not_ready(model: Model) -> None:
    application = app(models={"houses": model})
    application.state.service.is_ending = True
    assert statuses(application, READY) == {503}
    assert statuses(application, LIVE) == {200}


def test_counts_are_text_of_prometheus_with_what_is_served(model: Model) -> None:
    answer = TestClient(app(models={"houses": model})).get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    labels = f'{{model="houses",version="{model.version}",digest=""}}'
    assert f"regression_model_info{labels} 1" in answer.text.splitlines()
