"""Chance: p-values that are right where nothing has shifted, and small where something has."""

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regression_model.reports.drift.chance import Chance, chance_of_new, divergence

SHARES = np.array([0.5, 0.3, 0.15, 0.05])


def test_p_values_without_a_shift_are_as_they_say() -> None:
    random, chance = np.random.default_rng(0), Chance()
    p_values = np.array(
        [
            chance.judge(random.multinomial(1_000, SHARES), random.multinomial(200, SHARES)).p_value
            for _ in range(400)
        ]
    )
    # within three standard errors
    assert (p_values <= 0.05).mean() <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)
    assert 0.3 < (p_values <= 0.5).mean() < 0.7


def test_a_finite_training_table_counts_too() -> None:
    found = np.array([60, 40])
    p_values = [
        Chance().judge(np.array([n // 2, n // 2]), found).p_value for n in (100, 1_000, 100_000)
    ]
    assert p_values == sorted(p_values, reverse=True)
    assert p_values[0] > 1.5 * p_values[-1]


def test_what_no_draw_has_reached_is_told_from_the_tail() -> None:
    trained = np.array([1_000, 1_000, 1_000])
    p_values = [
        Chance().judge(trained, np.array([100 + more, 100, 100 - more])).p_value
        for more in (0, 30, 60, 90)
    ]
    assert p_values == sorted(p_values, reverse=True)
    assert p_values[0] == 1.0
    assert p_values[-1] < 1e-15


def test_the_order_of_bins_does_not_matter_and_nothing_is_left_to_the_clock() -> None:
    first = Chance().judge(np.array([500, 300, 200]), np.array([40, 40, 20]))
    chance = Chance()
    chance.judge(np.array([10, 20]), np.array([5, 5]))
    assert chance.judge(np.array([200, 500, 300]), np.array([20, 40, 40])) == first


def test_a_thousand_million_rows_are_judged_as_fewer() -> None:
    trained, found = np.array([700, 700]), np.array([600_000_000, 600_000_001])
    assert Chance().judge(trained, found).p_value > 0.5


@pytest.mark.parametrize(
    ("n_trained", "n_found", "n_new"), [(20, 5, 1), (20, 5, 5), (1, 1, 1), (50, 10, 3)]
)
def test_rows_of_a_new_sort_are_as_likely_as_counting_says(
    n_trained: int, n_found: int, n_new: int
) -> None:
    exact = math.comb(n_found, n_new) / math.comb(n_found + n_trained, n_new)
    assert chance_of_new(n_trained, n_found, n_new) == pytest.approx(exact)


@pytest.mark.parametrize("n_found", [10**12, 1 << 45, 1 << 60])
def test_no_chance_is_more_than_certain(n_found: int) -> None:
    assert chance_of_new(1460, n_found, 10) == pytest.approx(1, rel=1e-3)
    assert chance_of_new(1460, n_found, 10) <= 1


def test_divergence_is_bounded_and_alike_both_ways() -> None:
    random = np.random.default_rng(1)
    first, second = random.dirichlet(np.ones(5), 50), random.dirichlet(np.ones(5), 50)
    there, back = divergence(first, second), divergence(second, first)
    assert there == pytest.approx(back)
    assert ((there >= 0) & (there <= 1)).all()


def _tables(pooled: list[int], n_found: int) -> Iterator[list[int]]:
    """Yield all counts that so many rows of the pooled ones may have."""
    for some in product(*(range(min(count, n_found) + 1) for count in pooled[:-1])):
        rest = n_found - sum(some)
        if 0 <= rest <= pooled[-1]:
            yield [*some, rest]


@pytest.mark.parametrize(
    ("pooled", "n_found"),
    [([24, 1456], 20), ([11, 15, 1454], 20), ([14, 53, 913], 15), ([400, 600], 100), ([5, 5], 5)],
)
def test_small_p_values_are_no_rarer_than_they_say(pooled: list[int], n_found: int) -> None:
    chance, n_pooled = Chance(), sum(pooled)
    told: list[tuple[float, float]] = []
    for table in _tables(pooled, n_found):
        likely = math.prod(map(math.comb, pooled, table)) / math.comb(n_pooled, n_found)
        found = np.array(table)
        told.append((chance.judge(np.array(pooled) - found, found).p_value, likely))
    assert sum(likely for _, likely in told) == pytest.approx(1)
    for level, times in ((1e-2, 2), (1e-3, 2), (1e-4, 3), (1e-5, 5), (1e-6, 5)):
        assert sum(likely for p_value, likely in told if p_value <= level) <= times * level


@given(
    trained=st.lists(st.integers(0, 2_000), min_size=2, max_size=6),
    found=st.lists(st.integers(0, 200), min_size=6, max_size=6),
)
@settings(max_examples=30, deadline=None)
def test_what_chance_reaches_rises_as_its_share_falls(trained: list[int], found: list[int]) -> None:
    found = found[: len(trained)]
    assume(sum(trained) and sum(found))
    expected = Chance().judge(np.array(trained), np.array(found))
    reached = [expected.reached_by(share) for share in (0.5, 0.05, 1e-3, 1e-5)]
    assert reached == sorted(reached)
    if expected.deviation:
        for share, apart in zip((0.05, 1e-3, 1e-5), reached[1:], strict=True):
            assert expected.share_beyond(apart) == pytest.approx(share, rel=1e-6)
