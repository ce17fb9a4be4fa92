"""Answers over HTTP are those of `make_prediction`, whatever the kind of body and answer."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from regression_model import make_prediction
from regression_model.serving import Settings, app

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
HALF_A_PAIR = (
    '{"OverallQual": "\\ud800", "Neighborhood": "\\ud800", "\\ud800": 1}\n{"OverallQual": 7}\n'
)
HOUSE = {"OverallQual": 7, "GrLivArea": 1710, "Neighborhood": "CollgCr"}

Columns = dict[str, list[Any]]
Records = list[dict[str, Any]]


def as_csv(columns: Columns) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue().encode()


def as_lines(columns: Columns) -> bytes:
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return "\n".join(map(json.dumps, rows)).encode()


def texts(columns: Columns) -> dict[str, list[str | None]]:
    """Return columns of text: Arrow has one type a column."""
    return {
        name: [None if cell is None else str(cell) for cell in cells]
        for name, cells in columns.items()
    }


def as_stream(columns: Columns) -> bytes:
    table = pa.table(texts(columns))
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table, max_chunksize=7)
    return bytes(out.getvalue())


def test_a_record_is_answered_as_make_prediction_does(client: TestClient) -> None:
    answer = client.post("/predict", json=HOUSE)
    assert answer.status_code == 200
    assert answer.json() == make_prediction(input_data=HOUSE)
    assert answer.headers["x-rows-failed"] == "0"
    assert answer.headers["x-model-version"] == answer.json()["version"]


@pytest.mark.parametrize(
    "query", ["", "?interval=0.9", "?explain=true", "?interval=0.8&explain=true"]
)
def test_records_and_columns_are_answered_as_make_prediction_does(
    client: TestClient, records: Records, columns: Columns, query: str
) -> None:
    level = float(query[10:13]) if "interval" in query else None
    expected = make_prediction(input_data=records, interval=level, explain="explain" in query)
    for data in (records, columns):
        answer = client.post(f"/models/regression_model/predict{query}", json=data)
        assert answer.status_code == 200
        assert answer.json() == expected
        assert answer.headers["x-rows-failed"] == "2"


@pytest.mark.parametrize("content_type", ["text/csv", "text/csv; charset=UTF-8"])
def test_csv_is_answered_as_the_model_answers_texts_of_a_file(
    client: TestClient, model: Model, columns: Columns, content_type: str
) -> None:
    headers = {"content-type": content_type}
    answer = client.post("/predict", content=as_csv(columns), headers=headers)
    cells = {name: [cell or "" for cell in column] for name, column in texts(columns).items()}
    assert answer.json() == model.predict(cells, from_file=True)


@pytest.mark.parametrize("content_type", ["application/jsonl", "application/x-ndjson"])
def test_json_lines_are_answered_as_columns_are(
    client: TestClient, model: Model, columns: Columns, content_type: str
) -> None:
    headers = {"content-type": content_type}
    answer = client.post("/predict", content=as_lines(columns), headers=headers)
    assert answer.json() == model.predict(columns)


def test_an_arrow_stream_is_answered_as_its_table(
    client: TestClient, model: Model, columns: Columns
) -> None:
    headers = {"content-type": "application/vnd.apache.arrow.stream"}
    answer = client.post("/predict", content=as_stream(columns), headers=headers)
    assert answer.json() == model.predict(pa.table(texts(columns)))


def test_a_row_of_a_file_that_is_broken_keeps_its_place(client: TestClient) -> None:
    body = "GrLivArea,OverallQual\n1710,7\n1,2,3\n1262,6\n"
    headers = {"content-type": "text/csv"}
    path = "/predict?interval=0.9&explain=true"
    result = client.post(path, content=body, headers=headers).json()
    assert [prediction is None for prediction in result["predictions"]] == [False, True, False]
    assert [entry["code"] for entry in result["errors"]] == ["wrong_cell_count"]
    for key in ("lower", "upper", "explanations"):
        assert result[key][1] is None


def test_a_file_of_wide_characters_is_read_to_its_last_line(client: TestClient) -> None:
    body = "GrLivArea,OverallQual\n1710,7\n1262,6".encode("utf-16")
    result = client.post("/predict", content=body, headers={"content-type": "text/csv"}).json()
    assert None not in result["predictions"]
    assert len(result["predictions"]) == 2


def test_a_header_without_rows_has_no_answers(client: TestClient) -> None:
    headers = {"content-type": "text/csv"}
    result = client.post("/predict", content="GrLivArea\n", headers=headers).json()
    assert result["predictions"] == []


def test_large_bodies_are_answered_on_threads_and_alike(
    client: TestClient, records: Records, model: Model
) -> None:
    many = records * 10
    assert client.post("/predict", json=many).json() == model.predict(many)


@pytest.mark.parametrize(
    "record",
    [
        {"GrLivArea": 1710, "OverallQual": "good"},
        {"GrLivArea": 1710, "nothing": 1},
        {" GrLivArea": 1710, "GrLivArea": 1262},
        {"GrLivArea ": 1710, "nothing ": [1]},
        {"GrLivArea": [1710], "OverallQual": []},
        {"": 1},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("odd", [None, {}, {"OverallQual": 7}, 7])
def test_many_records_are_answered_alike_whether_they_are_alike_or_not(
    client: TestClient, model: Model, record: dict[str, Any], odd: object
) -> None:
    many = [record] * 20 + ([] if odd is None else [odd])
    assert client.post("/predict", json=many).json() == model.predict(many)


def test_strict_refuses_where_a_row_fails(client: TestClient, records: Records) -> None:
    answer = client.post("/predict?strict=true", json=records)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-rows-failed"] == "2"
    assert {entry["row"] for entry in answer.json()["errors"]} == {3, 5}
    assert "predictions" not in answer.json()
    assert client.post("/predict?strict=true", json=HOUSE).status_code == 200


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("interval=1.5", "interval should be a coverage"),
        ("interval=nan", "interval should be a coverage"),
        ("interval=much", "interval is no number"),
        ("explain=1", "explain is neither true nor false"),
        ("strict=", "strict is neither true nor false"),
        ("intervall=0.9", "there are drift, explain, interval, strict"),
        ("strict=true&strict=true", "twice"),
        ("&".join(f"a{i}=1" for i in range(20)), "more than 10"),
    ],
)
def test_a_query_that_asks_for_what_there_is_not_is_refused(
    client: TestClient, query: str, detail: str
) -> None:
    answer = client.post(f"/predict?{query}", json=HOUSE)
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:evergreen-regression:bad-parameter",
    )
    assert detail in answer.json()["detail"]


@pytest.mark.parametrize("body", ["7", '"text"', "null", "true"])
def test_what_is_no_table_is_refused(client: TestClient, body: str) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/predict", content=body, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, "No table")
    assert "expected a record, a list of records, or columns" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b'{"OverallQual": 7}', "JSON"),
        (gzip.compress(b"OverallQual\n7\n"), "compressed with gzip"),
        (b"<html><body>", "an HTML page"),
    ],
    ids=["json", "gzip", "html"],
)
def test_another_file_than_csv_is_told_what_to_send_it_as(
    client: TestClient, body: bytes, what: str
) -> None:
    answer = client.post("/predict", content=body, headers={"content-type": "text/csv"})
    assert (answer.status_code, answer.json()["title"]) == (400, "No table")
    assert answer.json()["detail"].startswith(f"the body is {what}, not CSV; send it under the")


def test_who_names_no_content_type_that_is_read_is_told_those_that_are(client: TestClient) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/predict", content=b"OverallQual=7", headers=headers)
    assert (answer.status_code, answer.headers["accept-post"][:16]) == (415, "application/json")
    assert "names nothing that is read: application/json, text/csv" in answer.json()["detail"]


def test_columns_of_different_lengths_are_refused(client: TestClient) -> None:
    answer = client.post("/predict", json={"GrLivArea": [1, 2], "OverallQual": [1]})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("the columns of the body have different lengths")


@pytest.mark.parametrize("name", ["nix", "%2e%2e", "%2e%2e%2f", "a" * 5_000, "%00"])
def test_an_unknown_model_is_told_with_those_that_there_are(client: TestClient, name: str) -> None:
    answer = client.post(f"/models/{name}/predict", json=HOUSE)
    assert answer.status_code == 404
    if answer.json()["type"].endswith("unknown-model"):
        assert answer.json()["models"] == ["regression_model"]
        assert "there are: regression_model" in answer.json()["detail"]


def test_each_of_several_models_answers_under_its_name(model: Model) -> None:
    client = TestClient(app(models={"first": model, "second": model}))
    for path in ("/predict", "/models/first/predict", "/models/second/predict"):
        assert client.post(path, json=HOUSE).json() == model.predict(HOUSE)
    names = [each["name"] for each in client.get("/models").json()["models"]]
    assert names == ["first", "second"]


def test_an_artifact_without_intervals_says_so() -> None:
    client = TestClient(app(models={"old": ARTIFACTS / "format_1.zip"}))
    answer = client.post("/predict?interval=0.9", json={})
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:evergreen-regression:not-in-artifact",
    )


def test_it_can_be_mounted_in_another_application() -> None:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    client = TestClient(Starlette(routes=[Mount("/prices", app(settings=Settings()))]))
    assert client.post("/prices/predict", json=HOUSE).status_code == 200
    assert client.get("/prices/openapi.json").json()["servers"] == [{"url": "/prices"}]


@pytest.mark.parametrize("accept", ["application/json", "application/jsonl", "text/csv"])
@pytest.mark.parametrize("strict", ["true", "false"])
def test_half_a_pair_of_surrogates_is_answered(
    client: TestClient, accept: str, strict: str
) -> None:
    headers = {"Content-Type": "application/jsonl", "Accept": accept}
    answer = client.post(f"/predict?strict={strict}", content=HALF_A_PAIR, headers=headers)
    assert (answer.status_code, answer.headers["x-rows-failed"]) == (
        422 if strict == "true" else 200,
        "1",
    )
