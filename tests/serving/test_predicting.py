"""Answers over HTTP are those of `make_prediction`."""

from __future__ import annotations

from starlette.testclient import TestClient

from regression_model import make_prediction
from regression_model.serving import app

HOUSE = {"OverallQual": 7, "GrLivArea": 1710, "Neighborhood": "CollgCr"}


def test_a_record_is_answered_as_make_prediction_does() -> None:
    client = TestClient(app())
    answer = client.post("/predict", json=HOUSE)
    assert answer.status_code == 200
    assert answer.json() == make_prediction(input_data=HOUSE)
