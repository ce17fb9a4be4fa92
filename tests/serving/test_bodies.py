"""Bodies are read within limits, however they come."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from itertools import repeat
from typing import TYPE_CHECKING

import pytest
from asgi import GONE, NEVER, Answer, post, send_pieces

from regression_model.serving import Settings, app

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.artifact.model import Model

HOUSE = {"OverallQual": 7, "GrLivArea": 1710}
BODY = json.dumps(HOUSE).encode()
GZIP = {"content-encoding": "gzip"}


def test_a_body_in_pieces_is_put_together(model: Model) -> None:
    answer = post(app(models={"houses": model}), [BODY[:5], BODY[5:9], BODY[9:]])
    assert json.loads(answer.body) == model.predict(HOUSE)


def test_a_body_of_gzip_is_unpacked(model: Model) -> None:
    answer = post(app(models={"houses": model}), [gzip.compress(BODY)], headers=GZIP)
    assert json.loads(answer.body) == model.predict(HOUSE)


IDS = [
    "too many bytes",
    "too many bytes in pieces",
    "too many bytes announced",
    "far too many bytes announced",
    "nearly twice as many bytes",
    "no end",
    "cut off",
    "no more comes",
    "too many bytes once unpacked",
    "far too many bytes once unpacked",
    "no gzip",
    "gzip that is cut off",
    "more behind gzip",
    "another encoding",
    "another content type",
    "no content type",
    "another charset",
    "another kind of answer",
]


def zeros(n_bytes: int) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packing.compress(bytes(n_bytes)) + packing.flush()


@pytest.mark.parametrize(
    ("pieces", "headers", "status", "kind"),
    [
        ([b" " * 1_001], {}, 413, "too-large"),
        ([b" " * 600, b" " * 600], {}, 413, "too-large"),
        ([b" "], {"content-length": "1001"}, 413, "too-large"),
        ([b" "], {"content-length": "100000000000"}, 413, "too-large"),
        ([b" " * 1_900], {}, 413, "too-large"),
        (repeat(b" " * 600), {}, 413, "too-large"),
        ([b"{", GONE], {}, 400, "cut-off"),
        ([b"{", NEVER], {}, 408, "too-slow"),
        ([zeros(1_001)], GZIP, 413, "too-large"),
        ([zeros(50_000_000)[:1_000]], GZIP, 413, "too-large"),
        ([BODY], GZIP, 400, "not-gzip"),
        ([gzip.compress(BODY)[:-4]], GZIP, 400, "not-gzip"),
        ([gzip.compress(BODY) + b"more"], GZIP, 400, "not-gzip"),
        ([BODY], {"content-encoding": "br"}, 415, "wrong-encoding"),
        ([BODY], {"content-type": "text/html"}, 415, "wrong-content-type"),
        ([BODY], {"content-type": ";"}, 415, "wrong-content-type"),
        ([BODY], {"content-type": "application/json; charset=latin-1"}, 415, "wrong-charset"),
        ([BODY], {"accept": "text/html"}, 406, "not-acceptable"),
    ],
    ids=IDS,
)
def test_a_body_that_is_not_as_it_should_be_is_refused(
    model: Model, pieces: Iterable[object], headers: dict[str, str], status: int, kind: str
) -> None:
    settings = Settings(max_bytes=1_000, max_seconds=0.05 if kind == "too-slow" else 60)
    answer = post(app(models={"houses": model}, settings=settings), pieces, headers=headers)
    assert (answer.status, answer.kind) == (status, kind)
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_not_read_to_its_end_closes_the_connection(model: Model) -> None:
    settings = Settings(max_bytes=10)
    answer = post(app(models={"houses": model}, settings=settings), [BODY])
    assert answer.headers["connection"] == "close"


def test_more_requests_than_there_is_room_for_are_told_to_come_again(model: Model) -> None:
    application = app(models={"houses": model}, settings=Settings(max_requests=2))

    async def third_of_three() -> Answer:
        slow = [asyncio.create_task(send_pieces(application, [b"{", NEVER])) for _ in range(2)]
        for _ in range(100):  # lets them begin, and waits for no time
            await asyncio.sleep(0)
        answer = await send_pieces(application, [BODY])
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return answer

    answer = asyncio.run(third_of_three())
    assert (answer.status, answer.kind, answer.headers["retry-after"]) == (503, "busy", "1")
    assert post(application, [BODY]).status == 200
    service = application.state.service
    assert (service.n_requests, service.n_bytes) == (0, 0)


def test_more_bytes_than_are_held_at_once_are_refused(model: Model) -> None:
    settings = Settings(max_waiting_bytes=len(BODY) - 1)
    application = app(models={"houses": model}, settings=settings)
    assert post(application, [BODY]).kind == "busy"
    assert application.state.service.n_bytes == 0


def test_a_body_of_gzip_that_takes_too_long_gives_its_place_back(model: Model) -> None:
    application = app(models={"houses": model}, settings=Settings(max_seconds=1e-9))
    answer = post(application, [gzip.compress(BODY)], headers=GZIP)
    assert answer.status in (408, 503)
    assert application.state.service.n_requests == 0
