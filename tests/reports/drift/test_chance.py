"""Chance: p-values that are right where nothing has shifted, and small where something has."""

import math

import numpy as np
import pytest

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


def test_divergence_is_bounded_and_alike_both_ways() -> None:
    random = np.random.default_rng(1)
    first, second = random.dirichlet(np.ones(5), 50), random.dirichlet(np.ones(5), 50)
    there, back = divergence(first, second), divergence(second, first)
    assert there == pytest.approx(back)
    assert ((there >= 0) & (there <= 1)).all()
