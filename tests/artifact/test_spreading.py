"""Rows spread over threads come back in order, whatever blocks they came in."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from regression_model.arrays import Floats
from regression_model.artifact.spreading import map_blocks, on_one_thread


def blocks(*lengths: int) -> Iterator[Floats]:
    """Yield blocks of numbered rows, laid out column by column."""
    start = 0
    for length in lengths:
        yield np.asfortranarray(np.arange(start, start + 2 * length).reshape(length, 2) * 1.0)
        start += 2 * length


@pytest.mark.parametrize("lengths", [(5,), (3, 4, 5), (1,) * 100, (0,), (0, 3), (3, 0, 0, 3), (4,)])
@pytest.mark.parametrize("rows_at_once", [1, 2, 4, 1000])
def test_chunks_are_put_together_in_order(lengths: tuple[int, ...], rows_at_once: int) -> None:
    sizes: list[int] = []

    def double(x: Floats) -> Floats:
        assert x.flags.c_contiguous
        sizes.append(len(x))
        return 2 * x

    computed = map_blocks(blocks(*lengths), double, rows_at_once)
    np.testing.assert_array_equal(computed, 2 * np.concatenate(list(blocks(*lengths))))
    assert sum(sizes) == sum(lengths)
    assert max(sizes) <= rows_at_once


def test_a_process_of_which_there_is_one_a_core_starts_no_threads() -> None:
    threads: set[int] = set()

    def double(x: Floats) -> Floats:
        threads.add(threading.get_ident())
        return 2 * x

    with on_one_thread():
        computed = map_blocks(blocks(3, 4, 5), double, 2)
    np.testing.assert_array_equal(computed, 2 * np.concatenate(list(blocks(3, 4, 5))))
    assert threads == {threading.get_ident()}
    map_blocks(blocks(3, 4, 5), double, 2)
    assert len(threads) > 1


def test_blocks_are_not_prepared_far_ahead_of_what_is_computed() -> None:
    computed: list[int] = []
    ahead: list[int] = []

    def prepare() -> Iterator[Floats]:
        for n_prepared in range(500):
            ahead.append(n_prepared - len(computed))
            yield np.zeros((1, 1))

    def compute(x: Floats) -> Floats:
        computed.append(len(x))
        return x

    assert len(map_blocks(prepare(), compute, 1)) == 500
    assert max(ahead) <= 40


def test_what_goes_wrong_on_a_thread_is_raised() -> None:
    def fail(x: Floats) -> Floats:
        raise ValueError(len(x))

    with pytest.raises(ValueError, match="1"):
        map_blocks(blocks(3), fail, 1)
