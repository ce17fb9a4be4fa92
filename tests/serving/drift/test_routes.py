"""``/drift``, asked as callers ask it: rows through every door, then what is told of them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pytest
from services import write_version
from starlette.testclient import TestClient

from regression_model.config.core import DATASET_DIR
from regression_model.predict import load_model, packaged_artifact
from regression_model.serving import Settings, app
from regression_model.serving.counting.service_counts import ServiceCounts
from regression_model.serving.counting.windows import Windows
from regression_model.serving.models import Models, load_served

if TYPE_CHECKING:
    from starlette.applications import Starlette

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
HOUSES = pd.read_csv(DATASET_DIR / "test.csv").drop(columns="Id")
WEEK = 7 * 86_400.0
HTML = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class Service:
    """A service whose clock stands still until it is set."""

    def __init__(self, **settings: Any) -> None:
        self.seconds = 1_000 * WEEK
        self.models = Models([load_served("houses", packaged_artifact())])
        windows = Windows(7, now=lambda: self.seconds)
        counts = ServiceCounts(self.models, windows)
        application = app(models=self.models, settings=Settings(**settings), counts=counts)
        self.application: Starlette = application
        self.client = TestClient(application)

    def drift(self, path: str = "/drift") -> dict[str, Any]:
        answer = self.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        told: dict[str, Any] = answer.json()
        return told

    def predict(self, rows: pd.DataFrame, query: str = "") -> None:
        """Ask as pages and programs do, with columns."""
        columns = rows.astype(object).where(rows.notna(), None).to_dict("list")
        assert self.client.post(f"/predict{query}", json=columns).status_code == 200


@pytest.fixture
def service() -> Service:
    return Service()


def test_rows_of_every_door_are_counted(service: Service) -> None:
    rows = HOUSES.head(3)
    cells = rows.astype(object).where(rows.notna(), None)
    records, columns = (
        cells.to_dict("records"),
        {str(name): each.tolist() for name, each in cells.items()},
    )
    post = service.client.post
    arrow = io.BytesIO()
    table = pa.Table.from_pandas(rows, preserve_index=False)
    with pa.ipc.new_stream(arrow, table.schema) as stream:
        stream.write_table(table)
    doors = [
        post("/predict", json=records[0]),
        post("/models/houses/predict", json=records),
        post("/predict?interval=0.9", json=columns),
        post("/predict?explain=true", json=records[0]),
        post("/predict", content=rows.to_csv(index=False), headers={"content-type": "text/csv"}),
        post(
            "/predict",
            content=rows.to_json(orient="records", lines=True),
            headers={"content-type": "application/jsonl"},
        ),
        post(
            "/predict",
            content=arrow.getvalue(),
            headers={"content-type": "application/vnd.apache.arrow.stream"},
        ),
        post("/v2/models/houses/infer", json=tensors(columns)),
    ]
    assert [answer.status_code for answer in doors] == [200] * len(doors)
    running = service.drift()["running"]
    assert (running["n_rows"], running["n_failed"]) == (1 + 3 + 3 + 1 + 3 + 3 + 3 + 3, 0)
    assert running["loss"]["n_rows"] == 3
    assert service.drift("/models/houses/drift")["running"] == running


def tensors(columns: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        "inputs": [
            {"name": name, "shape": [len(cells)], "datatype": "BYTES", "data": cells}
            for name, cells in columns.items()
        ]
    }


def test_rows_that_fail_are_counted_as_failed(service: Service) -> None:
    service.client.post("/predict?strict=true", json=[{"GrLivArea": "big"}, {"GrLivArea": 900}])
    service.client.post("/predict", content="GrLivArea\n900,1\n", headers=CSV)
    running = service.drift()["running"]
    assert (running["n_rows"], running["n_failed"]) == (3, 2)
    assert running["errors"] == {"not_a_number": 1, "wrong_cell_count": 1}


CSV = {"content-type": "text/csv"}


def test_trials_and_what_is_refused_are_not_counted(service: Service) -> None:
    service.predict(HOUSES.head(3), "?drift=false")
    inference = tensors({"GrLivArea": [900]}) | {"parameters": {"drift": False}}
    assert service.client.post("/v2/models/houses/infer", json=inference).status_code == 200
    service.client.post("/predict", content="{")
    service.client.post("/predict?interval=0.1", json={"GrLivArea": 900})
    service.client.get("/health/ready")
    assert service.drift()["running"]["n_rows"] == 0
    assert service.client.post("/predict?drift=no", json={}).status_code == 400


def test_an_example_is_told_with_all_that_a_program_needs(service: Service) -> None:
    assert service.drift() == {
        "model": "houses",
        "version": service.models.first.model.version,
        "digest": service.models.first.digest,
        "days": 7,
        "running": {
            "start": "1989-03-02T00:00:00Z",
            "end": "1989-03-09T00:00:00Z",
            "level": 0.05,
            "status": 5,
            "n_rows": 0,
            "n_failed": 0,
            "n_beyond": 0,
            "errors": {},
            "warnings": {},
            "unused_columns": [],
            "absent_columns": [],
            "loss": None,
            "shifts": [],
        },
        "complete": None,
    }


def test_a_complete_window_is_told_at_its_share_of_a_year(service: Service) -> None:
    service.predict(shifted(), "?interval=0.5")
    so_far = service.drift()
    service.seconds += WEEK
    service.predict(HOUSES.head(3))
    told = service.drift()
    assert told["running"]["n_rows"] == 3
    complete = told["complete"]
    assert (complete["start"], complete["end"]) == ("1989-03-02T00:00:00Z", "1989-03-09T00:00:00Z")
    assert complete["level"] == pytest.approx(0.05 * 7 / 365)
    assert complete["status"] == 3
    assert complete["shifts"][0]["column"] == "GrLivArea"
    told_before, told_now = so_far["running"]["shifts"], complete["shifts"]
    assert {shift["column"]: shift["size"] for shift in told_before} == {
        shift["column"]: shift["size"] for shift in told_now
    }
    service.seconds += 2 * WEEK
    assert service.drift()["complete"] is None


def shifted() -> pd.DataFrame:
    """Return 600 houses, all of them larger than they were."""
    rows = HOUSES.sample(600, random_state=0)
    rows["GrLivArea"] += 300
    return rows


def test_what_is_told_is_what_drift_tells_of_the_same_rows(service: Service) -> None:
    rows = shifted()
    service.predict(rows, "?interval=0.5")
    expected = load_model().drift(rows).to_dict()
    running = service.drift()["running"]
    assert {key: running[key] for key in expected} == expected


def test_a_page_is_shown_to_who_would_rather_have_one(service: Service) -> None:
    service.predict(shifted(), "?interval=0.5")
    answer = service.client.get("/drift", headers=HTML)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert policy.endswith("frame-ancestors 'none'")
    assert "<h1>Drift of houses</h1>" in answer.text
    assert "would do this in fewer than one of twenty reports" in answer.text
    assert "so far, 1989-03-02 00:00 to 1989-03-09 00:00 UTC" in answer.text
    service.seconds += WEEK
    service.predict(shifted(), "?interval=0.5")
    text = service.client.get("/drift", headers=HTML).text
    assert "The running window, so far" in text
    assert "would do this in fewer than one of 1,043 reports" in text
    assert "0.10% of such windows, which are 5% of years" in text
    names = re.findall(r'\sid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert names.count("sizes-so-far") == 1


def test_a_model_that_is_exchanged_begins_anew(service: Service, tmp_path: Path) -> None:
    service.predict(HOUSES.head(50))
    assert service.drift()["running"]["n_rows"] == 50
    write_version(packaged_artifact(), tmp_path / "new.zip", "9.0.0")
    service.models.swap("houses", load_served("houses", tmp_path / "new.zip"))
    told = service.drift()
    assert (told["version"], told["running"]["n_rows"]) == ("9.0.0", 0)
    service.predict(HOUSES.head(5))
    assert service.drift()["running"]["n_rows"] == 5


@pytest.mark.parametrize(
    ("application", "detail"),
    [
        (lambda: app(models={"old": ARTIFACTS / "format_2.zip"}), "keeps no profile"),
        (lambda: app(settings=Settings(drift_days=0)), "--drift-days 0"),
    ],
    ids=["no profile", "turned off"],
)
def test_what_is_not_counted_is_said_in_words(application: Any, detail: str) -> None:
    client = TestClient(application())
    assert client.post("/predict", json={"GrLivArea": 900}).status_code == 200
    answer = client.get("/drift", headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:evergreen-regression:not-counted"
    assert detail in answer.json()["detail"]
    assert "drift" not in client.get("/metrics").text.replace('route="/drift"', "")


def test_it_stands_behind_the_token() -> None:
    client = Service(token="secret").client
    assert client.get("/drift").status_code == 401
    assert client.get("/drift", headers={"authorization": "Bearer secret"}).status_code == 200


def test_an_unknown_model_is_told_as_everywhere(service: Service) -> None:
    answer = service.client.get("/models/cars/drift")
    assert answer.status_code == 404
    assert answer.json()["models"] == ["houses"]
