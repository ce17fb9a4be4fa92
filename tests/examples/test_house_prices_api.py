"""The FastAPI application of examples/, asked over HTTP."""

import pytest
from fastapi.testclient import TestClient
from loading import load_example

from regression_model import make_prediction

HOUSE = {"OverallQual": 7, "1stFlrSF": 900, "GrLivArea": 1710, "Neighborhood": "CollgCr"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(load_example("house_prices_api").create_app())


def test_a_record_is_answered_as_by_the_package(client: TestClient) -> None:
    response = client.post("/price?interval=0.9", json=HOUSE)
    assert response.status_code == 200
    assert response.json() == make_prediction(input_data=HOUSE, interval=0.9)


@pytest.mark.parametrize("cell", ["big", 1e40])
def test_a_bad_cell_is_refused_by_its_column(client: TestClient, cell: object) -> None:
    response = client.post("/price", json={**HOUSE, "GrLivArea": cell})
    assert response.status_code == 422
    assert "GrLivArea" in response.text


def test_one_bad_record_of_many_costs_its_own_answer_alone(client: TestClient) -> None:
    houses = [HOUSE, {**HOUSE, "GrLivArea": "big"}, HOUSE]
    answer = client.post("/prices", json=houses).json()
    alone = make_prediction(input_data=HOUSE)["predictions"][0]
    assert answer["predictions"] == [alone, None, alone]
    assert [(error["row"], error["column"]) for error in answer["errors"]] == [(1, "GrLivArea")]


def test_an_interval_that_no_model_can_give_is_refused(client: TestClient) -> None:
    response = client.post("/price?interval=2", json=HOUSE)
    assert response.status_code == 422
    assert "interval" in response.text


def test_the_page_of_the_application_names_columns_with_their_limits_and_levels(
    client: TestClient,
) -> None:
    record = client.get("/openapi.json").json()["components"]["schemas"]["Record"]
    assert record["properties"]["1stFlrSF"]["title"] == "1stFlrSF"
    assert "CollgCr" in str(record["properties"]["Neighborhood"])
