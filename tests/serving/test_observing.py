"""What is seen of requests: ids, routes and statuses, whatever becomes of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from regression_model import __version__
from regression_model.serving import app
from regression_model.serving.metrics import Metrics
from regression_model.serving.observing import Observing

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

HOUSE = {"OverallQual": 7, "GrLivArea": "big"}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterable[dict[str, Any]]:
    caplog.set_level(logging.INFO, "regression_model.serving")

    class Lines:
        def __iter__(self) -> Any:
            return (vars(record)["fields"] for record in caplog.records)

    return Lines()


def test_a_request_is_told_with_route_model_and_ids(lines: Iterable[dict[str, Any]]) -> None:
    headers = {"x-request-id": "abc-1.2_3", "traceparent": TRACE}
    path = "/models/regression_model/predict"
    answer = TestClient(app()).post(path, json=HOUSE, headers=headers)
    assert answer.headers["x-request-id"] == "abc-1.2_3"
    (line,) = lines
    assert line.pop("milliseconds") > 0
    assert line == {
        "method": "POST",
        "route": "/models/{name}/predict",
        "status": 200,
        "model": "regression_model",
        "version": __version__,
        "rows": 1,
        "rows_failed": 1,
        "errors": {"not_a_number": 1},
        "request_id": "abc-1.2_3",
        "traceparent": TRACE,
    }


@pytest.mark.parametrize("sent", ["", "a b", 'a"b', "a" * 129, "é", "a\x1b[1m"], ids=ascii)
def test_an_id_that_could_be_anything_is_replaced(
    lines: Iterable[dict[str, Any]], sent: str
) -> None:
    headers = [(b"x-request-id", sent.encode()), (b"traceparent", sent.encode())]
    answer = TestClient(app()).get("/models", headers=headers)
    (line,) = lines
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["request_id"].isalnum()
    assert len(line["request_id"]) == 32
    assert "traceparent" not in line


def test_paths_that_nobody_serves_and_odd_methods_are_told_as_others(
    lines: Iterable[dict[str, Any]],
) -> None:
    client = TestClient(app())
    client.get("/secret")
    client.request("SECRET", "/models")
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "other", 404),
        ("other", "/models", 405),
    ]


def test_in_an_application_that_mounts_it_routes_are_its_own(
    lines: Iterable[dict[str, Any]],
) -> None:
    outer = Starlette(routes=[Mount("/houses", app())])
    assert TestClient(outer).get("/houses/models").status_code == 200
    assert [line["route"] for line in lines] == ["/models"]


def test_a_fault_and_a_caller_that_has_left_are_counted(lines: Iterable[dict[str, Any]]) -> None:
    async def fail(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise KeyError("secret")

    async def leave(_scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer nothing, as where the answer has nobody to go to."""

    async def nothing(_message: Message | None = None) -> Any:
        """Stand for a server that is not asked."""

    metrics = Metrics(["cars"])
    scope = {"type": "http", "method": "POST", "headers": []}
    with pytest.raises(KeyError):
        asyncio.run(Observing(fail, metrics=metrics, routes=[])(scope, nothing, nothing))
    asyncio.run(Observing(leave, metrics=metrics, routes=[])(scope, nothing, nothing))
    assert [line["status"] for line in lines] == [500, 499]
    text = metrics.text({})
    assert 'regression_model_requests_total{route="other",status="500"} 1' in text
    assert 'regression_model_requests_total{route="other",status="499"} 1' in text
    assert "regression_model_requests_in_progress 0" in text
