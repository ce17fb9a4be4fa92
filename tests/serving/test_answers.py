"""Callers get the kind of answer that they want most."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from regression_model.serving.answers import wanted_kind
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from regression_model.artifact.model import Model

Records = list[dict[str, Any]]
ARROW = "application/vnd.apache.arrow.stream"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("TEXT/CSV ; header=present", "text/csv"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("application/json;q=0, */*", "application/x-ndjson"),
        ("application/jsonl", "application/jsonl"),
        (f"{ARROW}, */*;q=0.1", ARROW),
        ("application/*, text/csv;q=1.0", "application/json"),
    ],
)
def test_the_kind_that_is_wanted_most_is_found(accept: str | None, media_type: str) -> None:
    kind = wanted_kind(None if accept is None else accept.encode())
    assert kind.media_type == media_type


@pytest.mark.parametrize(
    "accept", ["text/html", "", "*/*;q=0", "application/json;q=much", "a" * 1_000]
)
def test_what_there_is_not_is_told_with_what_there_is(accept: str) -> None:
    with pytest.raises(Problem, match=r"application/json, .*text/csv") as refusal:
        wanted_kind(accept.encode())
    assert refusal.value.status == 406


@pytest.fixture
def answers(model: Model, records: Records) -> dict[str, Any]:
    return dict(model.predict(records, interval=0.9))


def ask(client: TestClient, records: Records, accept: str) -> bytes:
    answer = client.post("/predict?interval=0.9", json=records, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(accept)
    assert answer.headers["x-rows-failed"] == "2"
    return answer.content


def test_csv_has_a_line_for_each_row(
    client: TestClient, records: Records, answers: dict[str, Any]
) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(client, records, "text/csv").decode())))
    assert [row["row"] for row in rows] == [str(row) for row in range(len(records))]
    for name, key in (("prediction", "predictions"), ("lower", "lower"), ("upper", "upper")):
        assert [float(row[name]) if row[name] else None for row in rows] == answers[key]
    by_row = {entry["row"]: entry["message"] for entry in answers["errors"]}
    assert {i: row["error"] for i, row in enumerate(rows) if row["error"]} == by_row


def test_json_lines_have_a_record_for_each_row(
    client: TestClient, records: Records, answers: dict[str, Any]
) -> None:
    lines = ask(client, records, "application/jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["prediction"] for row in rows] == answers["predictions"]
    assert [row["upper"] for row in rows] == answers["upper"]
    for key in ("errors", "warnings"):
        told = [entry for row in rows for entry in row[key] or []]
        assert told == [entry for entry in answers[key] if entry["row"] is not None]


def test_json_lines_may_hold_explanations(client: TestClient, model: Model) -> None:
    house = {"OverallQual": 7}
    headers = {"accept": "application/jsonl"}
    line = client.post("/predict?explain=true", json=house, headers=headers).json()
    assert line["explanation"] == model.predict(house, explain=True)["explanations"][0]


def test_arrow_has_the_columns_of_a_scorer(
    client: TestClient, model: Model, records: Records, answers: dict[str, Any]
) -> None:
    table = pa.ipc.open_stream(ask(client, records, ARROW)).read_all()
    assert table.schema.names == model.scorer(interval=0.9).names
    assert table["prediction"].to_pylist() == answers["predictions"]
    assert table["error_code"].to_pylist()[3] == "not_a_number"
    assert table["error"].null_count == len(records) - 2


def test_an_error_of_all_rows_is_the_reason_of_each(client: TestClient) -> None:
    headers = {"accept": "text/csv"}
    answer = client.post("/predict", json=[{"nothing": 1}, {"nothing": 2}], headers=headers)
    errors = [line["error"] for line in csv.DictReader(io.StringIO(answer.text))]
    assert len(errors) == 2
    assert all("nothing" in error for error in errors)


@pytest.mark.parametrize("accept", ["text/csv", ARROW])
def test_explanations_are_refused_where_they_have_no_place(client: TestClient, accept: str) -> None:
    answer = client.post("/predict?explain=true", json={}, headers={"accept": accept})
    assert answer.status_code == 406
    assert "no place for explanations" in answer.json()["detail"]
