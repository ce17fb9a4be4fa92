"""Workers: answers in the order of chunks, and an end in words whatever ends them."""

from __future__ import annotations

import os
from dataclasses import replace
from multiprocessing import active_children
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest
from unread_chunks import Unread

from regression_model.batch import workers
from regression_model.batch.chunk_scoring import ChunkScorer
from regression_model.batch.layouts import Layout
from regression_model.batch.sinks.registry import sink_for
from regression_model.batch.workers import Workers
from regression_model.exceptions import DataError, WorkerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model


@pytest.fixture(scope="module")
def scorer(small_model: Model) -> ChunkScorer:
    return ChunkScorer(small_model, sink_for(PurePath("a.csv"), Layout("Id")))


@pytest.fixture(autouse=True)
def _started_for_any_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_FEW_ROWS", 5)


def answered(scorer: ChunkScorer, chunks: list[Unread], n_workers: int = 2) -> list[list[str]]:
    """Return the names of rows, chunk by chunk, or what went wrong."""
    found = []
    with Workers(scorer, n_workers) as pool:
        for outcome in pool.in_order((chunk, "a.csv") for chunk in chunks):
            try:
                lines = outcome().payload.decode().splitlines()
                found.append([line.split(",")[0] for line in lines])
            except DataError as problem:
                found.append([str(problem)])
    return found


def test_answers_come_in_the_order_of_chunks_from_other_processes(scorer: ChunkScorer) -> None:
    chunks = [Unread(i, fails="data" if i == 4 else "") for i in range(12)]
    names = answered(scorer, chunks)
    assert [each[0] for each in names] == [
        "chunk 4 cannot be read" if i == 4 else str(i) for i in range(12)
    ]
    readers = {each[1] for each in names if len(each) > 1}
    assert 1 <= len(readers) <= 2
    assert str(os.getpid()) not in readers


@pytest.mark.parametrize(
    ("chunks", "n_workers"),
    [
        ([Unread(0), Unread(1)], 2),
        ([Unread(i) for i in range(9)], 1),
        ([Unread(i, is_read=True) for i in range(9)], 2),
    ],
    ids=["few rows", "one process", "rows in memory"],
)
def test_no_process_is_started_that_costs_more_than_it_gains(
    scorer: ChunkScorer, chunks: list[Unread], n_workers: int
) -> None:
    names = answered(scorer, chunks, n_workers)
    assert names == [[str(chunk.number), str(os.getpid())] for chunk in chunks]


def test_a_process_that_ends_by_itself_is_an_error_in_words(scorer: ChunkScorer) -> None:
    chunks = [replace(Unread(i), fails="worker" if i == 6 else "") for i in range(30)]
    with pytest.raises(WorkerError, match="a worker process has ended by itself"):
        answered(scorer, chunks)


def test_no_more_chunks_are_read_than_workers_are_at_and_wait_for(scorer: ChunkScorer) -> None:
    read = 0

    def chunks() -> Iterator[tuple[Unread, str]]:
        nonlocal read
        for i in range(40):
            read += 1
            yield Unread(i, is_read=True), "a.csv"

    with Workers(scorer, 2) as pool:
        for done, outcome in enumerate(pool.in_order(chunks()), 1):
            assert read <= done + 4
            outcome()
    assert read == 40


def test_workers_end_when_the_run_ends_early(scorer: ChunkScorer) -> None:
    chunks = ((Unread(i), "a.csv") for i in range(100))
    others = active_children()  # of tests before
    with Workers(scorer, 2) as pool:
        outcomes = pool.in_order(chunks)
        next(outcomes)()
    assert next(chunks)[0].number < 10
    assert [child for child in active_children() if child not in others] == []


@pytest.mark.parametrize("is_one_file", [True, False], ids=["long rows", "small files"])
def test_few_chunks_are_held_however_few_rows_they_have(
    scorer: ChunkScorer, monkeypatch: pytest.MonkeyPatch, *, is_one_file: bool
) -> None:
    monkeypatch.setattr(workers, "_FEW_ROWS", 1_000)
    n_read = 0

    def tasks() -> Iterator[tuple[Unread, str]]:
        nonlocal n_read
        for n_read in range(1, 41):
            yield Unread(n_read), "a.csv" if is_one_file else f"{n_read}.csv"

    readers, most_held = set(), 0
    with Workers(scorer, 2) as pool:
        for n_given, outcome in enumerate(pool.in_order(tasks()), start=1):
            most_held = max(most_held, n_read - n_given)
            lines = outcome().payload.decode().splitlines()
            assert lines[0].startswith(f"{n_given},")
            readers.add(lines[1].split(",")[0])
    assert n_given == 40
    assert most_held < 10
    assert (str(os.getpid()) in readers) is not is_one_file
