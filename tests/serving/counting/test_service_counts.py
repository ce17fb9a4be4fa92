"""What several workers have counted is what drift counts of the same rows."""

from __future__ import annotations

import asyncio
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.counting import Counting
from regression_model.artifact.format import read_artifact
from regression_model.artifact.model import Model
from regression_model.config.core import DATASET_DIR
from regression_model.predict import load_model, packaged_artifact
from regression_model.serving.counting import service_counts
from regression_model.serving.counting.room_sizes import NUMBERS_OF_ROOM
from regression_model.serving.counting.service_counts import NotCounted, ServiceCounts
from regression_model.serving.counting.windows import Windows
from regression_model.serving.models import Models, Served
from regression_model.serving.parameters import Wanted
from regression_model.serving.rows_answered import answer_rows
from regression_model.serving.tables import Rows

if TYPE_CHECKING:
    from regression_model.artifact.counts import RowCounts

MODEL = load_model()
SERVED = Served("houses", MODEL, digest="c0ffee" * 10)
ARTIFACTS = Path(__file__).parents[2] / "artifacts"
HOUSES = pd.read_csv(DATASET_DIR / "test.csv").drop(columns="Id").head(40)
WEEK = 7 * 86_400.0


class Clock:
    """A time that stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 1_000 * WEEK + 1

    def __call__(self) -> float:
        return self.seconds


def some_records() -> list[dict[str, Any]]:
    """Return houses, some of them with errors, warnings, levels and numbers never seen."""
    cells = HOUSES.astype(object).where(HOUSES.notna(), None)
    records = [{str(name): cell for name, cell in row.items()} for row in cells.to_dict("records")]
    records[3]["GrLivArea"] = "big"
    records[4]["Neighborhood"] = "Atlantis"
    records[5]["LotArea"] = 1e7
    records[6]["Pool"] = "deep"
    return records


RECORDS = some_records()


class Workers:
    """Workers of one service, each with counts of its own in memory that they share."""

    def __init__(self, n: int, served: Served = SERVED, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.memory = [np.zeros(NUMBERS_OF_ROOM) for _ in range(n)]
        self.models = [Models([served]) for _ in range(n)]
        self.counts = [self.begin(number) for number in range(n)]

    def begin(self, number: int) -> ServiceCounts:
        """Return what a process that begins, or replaces another one, counts by."""
        windows = Windows(7, now=self.clock)
        return ServiceCounts(self.models[number], windows, self.memory, number)

    def answer(self, number: int, data: object, interval: float | None = None) -> None:
        served = self.models[number].first
        wanted = Wanted(interval=interval)
        answer_rows(served.model, Rows(data), wanted, self.counts[number].of(served))

    def seen(self, by: int = 0, *, windows_ago: int = 0) -> RowCounts:
        """Return what a worker sees that all have counted."""
        for counts, models in zip(self.counts, self.models, strict=True):
            counts.counting(models.first)
        served = self.models[by].first
        of_worker = self.counts[by].counting(served)
        window = of_worker.windows.running - windows_ago
        return of_worker.counted(self.counts[by].sums(served, of_worker, window))[0]


def as_columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def numbers_of(counts: RowCounts) -> list[float]:
    numbers: list[float] = Counting(MODEL).counter.numbers_of(counts).tolist()
    return numbers


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_workers_together_count_what_drift_counts(data: st.DataObject) -> None:
    interval = data.draw(st.sampled_from([None, 0.5, 0.9]), "interval")
    rows = [RECORDS[i] for i in data.draw(st.permutations(range(len(RECORDS))), "order")]
    workers = Workers(3)
    rest = rows
    while rest:
        n = data.draw(st.sampled_from([1, 1, 5, 17, 40]), "rows of a request")
        number = data.draw(st.integers(0, 2), "worker")
        some, rest = rest[:n], rest[n:]
        as_they_come = data.draw(st.sampled_from(["records", "columns", "record"]), "form")
        if as_they_come == "record":
            for row in some:
                workers.answer(number, row, interval)
        else:
            workers.answer(
                number, some if as_they_come == "records" else as_columns(some), interval
            )
        if data.draw(st.booleans(), "looked at"):
            workers.seen(number)
    expected = MODEL.drift(rows).counts
    found = workers.seen(by=1)
    assert (found.n_rows, found.n_failed) == (40, 1)
    assert found.n_estimated == (0 if interval is None else 39)
    if interval == 0.5:
        assert numbers_of(found) == pytest.approx(numbers_of(expected), rel=1e-9)
    of_rows = [found.n_beyond, *numbers_of(found)[6:]]
    assert of_rows == [expected.n_beyond, *numbers_of(expected)[6:]]


def test_threads_that_answer_at_once_lose_no_row() -> None:
    workers = Workers(1)
    rows, counts = Rows(as_columns(RECORDS)), workers.counts[0].of(SERVED)

    def answer() -> None:
        for _ in range(20):
            answer_rows(MODEL, rows, Wanted(), counts)

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = workers.seen()
    assert (found.n_rows, found.n_failed) == (4 * 20 * 40, 80)


def test_a_table_of_many_rows_is_counted_at_once() -> None:
    workers = Workers(1)
    workers.answer(0, RECORDS[0])
    workers.answer(0, as_columns(RECORDS * 100))
    found = workers.seen()
    assert (found.n_rows, found.n_failed) == (4_001, 100)
    assert found.prediction.sum() == 3_901


def test_errors_and_warnings_are_counted_by_code() -> None:
    workers = Workers(2)
    workers.answer(0, RECORDS)
    workers.answer(1, RECORDS[6])
    workers.seen()
    counts = workers.counts[0].counting(SERVED)
    _, errors, warnings = counts.counted(
        workers.counts[0].sums(SERVED, counts, counts.windows.running)
    )
    assert errors == {"not_a_number": 1}
    assert (warnings["unseen_level"], warnings["unused_column"]) == (1, 2)


def test_a_worker_that_dies_leaves_its_counts_to_the_next_one() -> None:
    workers = Workers(2)
    workers.answer(0, RECORDS)
    workers.answer(1, RECORDS[:10])
    assert workers.seen().n_rows == 50
    workers.counts[1] = workers.begin(1)
    assert workers.seen(by=1).n_rows == 50
    workers.answer(1, RECORDS[:10])
    assert workers.seen(by=0).n_rows == 60


def test_a_window_that_is_over_is_kept_until_the_next_one_is() -> None:
    workers = Workers(2)
    workers.answer(0, RECORDS[:10])
    workers.answer(1, RECORDS[:5])
    workers.clock.seconds += WEEK
    workers.answer(0, RECORDS[:3])
    assert (workers.seen().n_rows, workers.seen(windows_ago=1).n_rows) == (3, 15)
    workers.clock.seconds += WEEK
    assert (workers.seen().n_rows, workers.seen(windows_ago=1).n_rows) == (0, 3)
    workers.clock.seconds += WEEK
    assert (workers.seen().n_rows, workers.seen(windows_ago=1).n_rows) == (0, 0)


def test_a_clock_that_goes_back_counts_on() -> None:
    workers = Workers(1)
    workers.answer(0, RECORDS[:3])
    for seconds, n_rows in ((-WEEK, 5), (WEEK, 3), (-WEEK, 5)):
        workers.clock.seconds += seconds
        if n_rows == 5 and not workers.seen().n_rows:
            workers.answer(0, RECORDS[:5])
        assert workers.seen().n_rows == n_rows


def test_with_another_model_counts_begin_anew() -> None:
    workers = Workers(2)
    for number in (0, 1):
        workers.answer(number, RECORDS[:10])
    assert workers.seen().n_rows == 20
    new = Served("houses", Model(read_artifact(packaged_artifact())), digest="abad1dea")
    old = workers.counts[0].of(SERVED)
    workers.models[0].swap("houses", new)
    workers.answer(0, RECORDS[:4])
    assert workers.counts[0].of(SERVED) is None, "a request that has begun with the old one"
    with pytest.raises(NotCounted, match="exchanged meanwhile"):
        workers.counts[0].counting(SERVED)
    assert old is not None
    assert workers.seen(by=0).n_rows == 4
    assert workers.seen(by=1).n_rows == 10, "what has not loaded it yet does not mix the two"
    workers.models[1].swap("houses", new)
    workers.answer(1, RECORDS[:4])
    assert workers.seen(by=1).n_rows == 8


def test_counts_of_the_same_model_go_on() -> None:
    workers = Workers(1)
    workers.answer(0, RECORDS[:10])
    workers.models[0].swap("houses", SERVED.tested())
    workers.answer(0, RECORDS[:1])
    again = Served("houses", Model(read_artifact(packaged_artifact())), digest=SERVED.digest)
    workers.models[0].swap("houses", again)
    workers.answer(0, RECORDS[:1])
    assert workers.seen().n_rows == 12


def test_a_request_that_began_before_the_same_model_was_loaded_again_is_counted() -> None:
    workers = Workers(1)
    begun = workers.counts[0].of(SERVED)
    again = Served("houses", Model(read_artifact(packaged_artifact())), digest=SERVED.digest)
    workers.models[0].swap("houses", again)
    workers.answer(0, RECORDS[:1])
    answer_rows(MODEL, Rows(RECORDS[:3]), Wanted(), begun)
    workers.clock.seconds += WEEK
    answer_rows(MODEL, Rows(RECORDS[:5]), Wanted(), begun)
    assert (workers.seen().n_rows, workers.seen(windows_ago=1).n_rows) == (5, 4)


def test_a_request_that_began_with_another_model_leaves_no_trace() -> None:
    workers = Workers(1)
    old = workers.counts[0].of(SERVED)
    new = Served("houses", Model(read_artifact(packaged_artifact())), digest="abad1dea")
    workers.models[0].swap("houses", new)
    workers.answer(0, RECORDS[:4])
    assert workers.seen().n_rows == 4
    answer_rows(MODEL, Rows(RECORDS[:3]), Wanted(), old)
    workers.clock.seconds += WEEK
    answer_rows(MODEL, Rows(RECORDS[:3]), Wanted(), old)
    assert (workers.seen().n_rows, workers.seen(windows_ago=1).n_rows) == (0, 4)
    workers.models[0].swap("houses", SERVED)
    workers.answer(0, RECORDS[:2])
    assert workers.seen().n_rows == 2


def test_what_is_counted_is_left_to_others_when_a_worker_is_told_to_end() -> None:
    workers = Workers(2)

    async def until_cancelled() -> None:
        watching = asyncio.create_task(workers.counts[0].watch())
        await asyncio.sleep(0)
        workers.answer(0, RECORDS[:3])
        watching.cancel()
        await asyncio.wait([watching])

    asyncio.run(until_cancelled())
    workers.counts[0] = workers.begin(0)
    assert workers.seen(by=1).n_rows == 3


def test_a_model_without_a_profile_is_not_counted_which_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "regression_model.serving")
    older = Served("older", load_model(ARTIFACTS / "format_2.zip"))
    counts = ServiceCounts(Models([older]), Windows(7))
    for _ in range(2):
        assert counts.of(older) is None
    with pytest.raises(NotCounted, match="keeps no profile"):
        counts.counting(older)
    assert [record.message for record in caplog.records] == ["drift not counted"]


def test_a_profile_that_has_no_room_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_counts, "MOST_NUMBERS", 100)
    counts = ServiceCounts(Models([SERVED]), Windows(7))
    assert counts.of(SERVED) is None
    with pytest.raises(NotCounted, match=r"has [0-9]+ numbers, and a service counts up to 100"):
        counts.counting(SERVED)


def test_nothing_is_counted_where_that_is_turned_off(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "regression_model.serving")
    counts = ServiceCounts(Models([SERVED]), None)
    assert counts.of(SERVED) is None
    with pytest.raises(NotCounted, match="--drift-days 0"):
        counts.counting(SERVED)
    assert not caplog.records
