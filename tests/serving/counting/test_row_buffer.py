"""Rows that wait: counted as if they had come one by one, or all at once."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.artifact.counting import Counting
from regression_model.predict import load_model
from regression_model.serving.counting.row_buffer import RowBuffer

MODEL = load_model()
COUNTER = Counting(MODEL).counter
N_COLUMNS = len(MODEL.schema)


def encoded(n_rows: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return rows that training might have seen, and some cells that it has not."""
    rng = np.random.default_rng(n_rows)
    x = rng.integers(-1, 12, (n_rows, N_COLUMNS)).astype(np.float64)
    x[rng.random(x.shape) < 0.1] = np.nan
    return x


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 2, 700, 1_023, 1_024]), max_size=6))
def test_chunks_of_any_size_are_counted_as_one(sizes: list[int]) -> None:
    buffer = RowBuffer(COUNTER, N_COLUMNS)
    blocks = [encoded(size) for size in sizes]
    for block in blocks:
        buffer.add_rows(block, n_failed=len(block) // 2)
        buffer.add_answers(np.array([block[:, 0] * 1e4, block[:, 1]]))
    together = np.concatenate([np.empty((0, N_COLUMNS)), *blocks])
    expected = COUNTER.count(together, n_failed=sum(size // 2 for size in sizes))
    expected += COUNTER.count_answers(together[:, 0] * 1e4, together[:, 1])
    counted = COUNTER.numbers_of(buffer.counted())
    assert counted == pytest.approx(COUNTER.numbers_of(expected), rel=1e-12)
    assert buffer.is_empty


def test_records_one_by_one_are_counted_as_a_table_of_them() -> None:
    buffer, rows = RowBuffer(COUNTER, N_COLUMNS), encoded(1_030)
    for values in rows.tolist():
        buffer.add_record(values, 2e5)
    buffer.add_record(rows[0].tolist(), None)
    expected = COUNTER.count(np.concatenate([rows, rows[:1]]))
    expected += COUNTER.count_answers(np.full(1_030, 2e5), None)
    counted = COUNTER.numbers_of(buffer.counted())
    assert counted.tolist() == COUNTER.numbers_of(expected).tolist()


def test_answers_may_be_more_than_can_wait() -> None:
    buffer = RowBuffer(COUNTER, N_COLUMNS)
    buffer.add_answers(np.array([[2e5], [1.0]]))
    buffer.add_answers(np.full((2, 3_000), 2e5))
    counts = buffer.counted()
    assert (int(counts.prediction.sum()), counts.n_estimated) == (3_001, 3_001)


def test_rows_that_failed_alone_wait_as_well() -> None:
    buffer = RowBuffer(COUNTER, N_COLUMNS)
    buffer.add_rows(np.empty((0, N_COLUMNS)), n_failed=3)
    assert not buffer.is_empty
    assert buffer.counted().n_failed == 3
    assert buffer.counted().n_rows == 0


@pytest.mark.parametrize(("n_columns", "megabytes"), [(79, 0.7), (10_000, 5), (1 << 20, 9)])
def test_a_model_of_many_columns_lets_few_rows_wait(n_columns: int, megabytes: float) -> None:
    tracemalloc.start()
    try:
        buffer = RowBuffer(COUNTER, n_columns)
        assert buffer.is_empty
        assert tracemalloc.get_traced_memory()[0] < megabytes * 1e6
    finally:
        tracemalloc.stop()
