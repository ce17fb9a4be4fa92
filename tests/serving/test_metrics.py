"""Counts, as Prometheus's own reader takes them."""

from __future__ import annotations

import json
import re
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from regression_model import make_prediction
from regression_model.serving.metrics import (
    CLIENT_LEFT,
    MAX_ROUTES,
    Label,
    Metrics,
    RowCounts,
    clear_gauges,
    count_numbers,
    count_rows,
)

NO_LABELS: dict[str, Label] = {}


def read(text: str) -> dict[str, float]:
    """Return all samples, by name and labels, after Prometheus's reader has taken them."""
    return {
        sample.name.removeprefix("regression_model_")
        + json.dumps(sample.labels, sort_keys=True): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def memory(n_models: int, n_workers: int) -> list[array[float]]:
    return [array("d", bytes(8 * count_numbers(n_models))) for _ in range(n_workers)]


def test_each_worker_tells_the_counts_of_all() -> None:
    shared = memory(2, 3)
    workers = [Metrics(["cars", "flats"], shared, number) for number in range(3)]
    for worker in workers:
        worker.know_routes(["/predict", "/models"])
    for number, worker in enumerate(workers):
        for _ in range(number + 1):
            worker.begin()
            worker.end("/predict", 200, 0.003)
        worker.add_rows("flats", RowCounts(10, 2, {"too_large": 2}, {"unseen_level": 3}))
        worker.add_reload("cars", is_loaded=number > 0)
    workers[0].begin()
    texts = {worker.text(NO_LABELS) for worker in workers}
    assert len(texts) == 1
    counts = read(texts.pop())
    assert counts["workers{}"] == 3
    assert counts["requests_in_progress{}"] == 1
    assert counts['requests_total{"route": "/predict", "status": "200"}'] == 6
    assert counts['request_seconds_sum{"route": "/predict"}'] == pytest.approx(0.018)
    assert counts['rows_total{"model": "flats"}'] == 30
    assert counts['rows_total{"model": "cars"}'] == 0
    assert counts['rows_failed_total{"model": "flats"}'] == 6
    assert counts['row_errors_total{"code": "too_large", "model": "flats"}'] == 6
    assert counts['warnings_total{"code": "unseen_level", "model": "flats"}'] == 9
    assert counts['reloads_total{"model": "cars", "outcome": "loaded"}'] == 2
    assert counts['reloads_total{"model": "cars", "outcome": "kept"}'] == 1


def test_what_a_worker_counted_outlives_it_but_not_what_it_was_at() -> None:
    shared = memory(1, 2)
    first, second = (Metrics(["cars"], shared, number) for number in range(2))
    for _ in range(2):
        first.begin()
    first.end("/", 200, 1.0)
    clear_gauges(shared[0])
    counts = read(second.text(NO_LABELS))
    assert counts["workers{}"] == 1
    assert counts["requests_in_progress{}"] == 0
    assert counts['requests_total{"route": "other", "status": "200"}'] == 1
    Metrics(["cars"], shared, 0)
    assert read(second.text(NO_LABELS))["workers{}"] == 2


@given(st.lists(st.floats(0, 20), max_size=30))
def test_a_histogram_counts_each_request_up_to_its_bound(seconds: list[float]) -> None:
    metrics = Metrics(["cars"])
    for each in seconds:
        metrics.begin()
        metrics.end("/", CLIENT_LEFT, each)
    families = text_string_to_metric_families(metrics.text(NO_LABELS))
    (histogram,) = [family for family in families if family.type == "histogram"]
    buckets = [each for each in histogram.samples if each.name.endswith("_bucket")]
    assert len(buckets) == (15 if seconds else 0)
    for bucket in buckets:
        assert bucket.value == sum(each <= float(bucket.labels["le"]) for each in seconds)


def test_names_and_versions_cannot_break_the_format() -> None:
    odd = 'a"b\\c\nd'
    text = Metrics(["cars"]).text({"cars": Label(odd, "12ab")})
    assert read(text)[f"info{json.dumps({'digest': '12ab', 'model': 'cars', 'version': odd})}"] == 1


def test_a_status_that_nobody_knows_counts_as_a_fault() -> None:
    metrics = Metrics(["cars"])
    metrics.begin()
    metrics.end("/", 799, 0.1)
    counts = read(metrics.text(NO_LABELS))
    assert counts['requests_total{"route": "other", "status": "500"}'] == 1


def test_there_is_a_place_for_so_many_routes() -> None:
    routes = [f"/{number}" for number in range(MAX_ROUTES)]
    metrics = Metrics(["cars"])
    metrics.know_routes(routes[1:])
    metrics.begin()
    metrics.end(routes[-1], 200, 0.1)
    with pytest.raises(ValueError, match=re.escape(f"{MAX_ROUTES + 1} routes, but at most")):
        metrics.know_routes(routes)


def test_rows_are_counted_by_code() -> None:
    rows = [
        {"OverallQual": 7, "GrLivArea": "big", "LotArea": "wide"},
        {"OverallQual": 7, "GrLivArea": 1710, "Neighborhood": "Moon"},
        {"OverallQual": 7},
    ]
    counts = count_rows(make_prediction(input_data=rows))
    assert counts == RowCounts(3, 1, {"not_a_number": 1}, {"unseen_level": 1})
    whole = count_rows(make_prediction(input_data={"Nonsense": [1, 2, 3, 4]}))
    assert (whole.rows, whole.failed, whole.errors) == (4, 4, {"no_known_column": 4})
    assert count_rows(make_prediction(input_data=[])) == RowCounts(0, 0, {}, {})
