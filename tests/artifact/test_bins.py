"""Bins have enough rows, whatever the values, and what is told of them adds up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.artifact.bins import (
    equal_parts,
    quantile_edges,
    to_a_thousandth,
    told_counts,
)
from regression_model.artifact.profile import bin_counts

LEAST = 10

VALUES = st.lists(
    st.one_of(
        st.floats(-1e30, 1e30),
        st.sampled_from([0.0, 1.0, 2.0, -0.0, 1e-300]),
        st.integers(-5, 5).map(float),
    ),
    min_size=1,
    max_size=200,
)


@given(VALUES)
def test_every_bin_has_enough_rows_or_is_told_to(values: list[float]) -> None:
    x = np.array(values)
    edges = quantile_edges(x, 10, LEAST)
    counts = bin_counts(x, edges)
    assert edges == sorted(set(edges))
    assert len(edges) < 10
    assert sum(counts) == len(x)
    if len(edges) > 1:
        assert min(counts) >= LEAST
    assert 0 not in counts
    told = told_counts(counts, LEAST)
    if len(x) < LEAST:
        assert told is None
        return
    assert told is not None
    assert sum(told) == len(x)
    assert min(told) >= LEAST


@pytest.mark.parametrize(
    ("values", "edges", "counts"),
    [
        ([0.0] * 93 + [1.0] * 7, [0.0], [93, 7]),
        ([0.0] * 7 + [1.0] * 93, [0.5], [7, 93]),
        ([3.0] * 50, [], [50]),
        ([float(i) for i in range(12)], [], [12]),
    ],
)
def test_a_value_that_many_rows_have_is_a_bin_of_its_own(
    values: list[float], edges: list[float], counts: list[int]
) -> None:
    found = quantile_edges(np.array(values), 10, LEAST)
    assert found == edges
    assert bin_counts(np.array(values), found) == counts


def test_quantiles_of_many_values_are_the_edges() -> None:
    values = np.arange(1000.0)
    assert quantile_edges(values, 10, LEAST) == [99.0 + 100 * i for i in range(9)]


def test_edges_have_no_more_digits_than_their_scatter_tells() -> None:
    values = np.random.default_rng(0).normal(50_000, 10_000, 500)
    edges = quantile_edges(values, 10, LEAST)
    assert all(edge == round(edge, -1) for edge in edges)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([100, 3], [93, 10]),
        ([100, 0], [100, 0]),
        ([12, 9], [11, 10]),
        ([10, 9], None),
        ([9], None),
        ([40, 3, 2, 0, 10], [25, 10, 10, 0, 10]),
    ],
)
def test_small_counts_are_told_as_the_least_that_is_told(
    counts: list[int], told: list[int] | None
) -> None:
    assert told_counts(counts, LEAST) == told


def test_equal_parts_have_enough_rows() -> None:
    parts = equal_parts(np.arange(95), 20, LEAST)
    assert [len(part) for part in parts] == [11, 11, 11, 11, 11, 10, 10, 10, 10]
    assert [len(part) for part in equal_parts(np.arange(5), 20, LEAST)] == [5]


@pytest.mark.parametrize("value", [1e-300, -3.25e30, 0.0, 123456.789])
def test_rounding_goes_with_the_scatter_at_any_magnitude(value: float) -> None:
    values = value + np.array([-1.0, 1.0]) * abs(value)
    assert to_a_thousandth(np.array([value]), of=values)[0] == pytest.approx(value, rel=1e-2)
