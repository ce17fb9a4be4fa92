"""Log lines are JSON, and quote nothing of a failure."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest
from process_state import kept_loggers

from regression_model.serving.logs import log, write_logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    with kept_loggers():
        write_logs(stream)
        yield stream


def test_a_line_has_time_level_event_and_fields(stream: io.StringIO) -> None:
    log("model loaded", logging.ERROR, model="cars", text='"quoted"\n\x1b[31m')
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert "\x1b" not in text
    line = json.loads(text)
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "error",
        "event": "model loaded",
        "model": "cars",
        "text": '"quoted"\n\x1b[31m',
    }


def test_of_a_failure_kind_and_place_are_told_but_not_its_words(stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError("a caller's cell")

    try:
        fail()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    line = json.loads(stream.getvalue())
    assert line["event"] == "Exception in ASGI application"
    assert line["failure"] == "ValueError"
    assert line["at"][-1].endswith(" fail")
    assert "caller" not in stream.getvalue()


def test_what_the_event_loop_says_is_a_line_without_its_objects(stream: io.StringIO) -> None:
    loop = asyncio.new_event_loop()
    problem = ValueError("a caller's cell")
    context = {"message": "accept failed", "exception": problem, "future": [problem]}
    loop.call_exception_handler(context)
    loop.close()
    line = json.loads(stream.getvalue())
    assert (line["event"], line["failure"]) == ("accept failed", "ValueError")
    assert "caller" not in stream.getvalue()


def test_a_stream_that_is_closed_stops_no_request(stream: io.StringIO) -> None:
    stream.close()
    log("request")
