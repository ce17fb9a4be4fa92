"""Columns that add up to the target, and those that only come near."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.guessing import sums
from regression_model.guessing.sums import find_sums


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    signs=st.lists(st.sampled_from([1, -1]), min_size=2, max_size=3),
    digits=st.integers(-9, 9),
    n_others=st.integers(0, 4),
    missing=st.sampled_from([0.0, 0.1]),
)
def test_parts_of_the_target_are_found_in_any_order_unit_and_sign(
    seed: int, signs: list[int], digits: int, n_others: int, missing: float
) -> None:
    random = np.random.default_rng(seed)
    unit = 10.0**digits
    columns = random.gamma(2.0, 300.0, (len(signs) + n_others, 60)).round(seed % 3) * unit
    names = random.permutation([f"c{i}" for i in range(len(columns))]).tolist()
    y = np.array(signs, dtype=float) @ columns[: len(signs)]
    columns[random.random(columns.shape) < missing] = np.nan
    table = {names[i]: columns[i] for i in random.permutation(len(columns))}
    (found,) = find_sums(y, table)
    assert dict(found) == dict(zip(names, signs, strict=False))


def test_a_total_of_rounded_parts_is_found() -> None:
    random = np.random.default_rng(3)
    net, tax = random.uniform(100, 900, (2, 50))
    assert list(find_sums(np.round(net + tax, 2), {"net": net.round(2), "tax": tax.round(2)}))


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), noise=st.sampled_from([0.02, 0.1, 1.0]))
def test_what_comes_near_is_no_sum(seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    columns = random.normal(size=(6, 50))
    y = columns[0] + columns[1] + noise * random.normal(size=50)
    assert list(find_sums(y, {str(i): column for i, column in enumerate(columns)})) == []


def test_small_counts_do_not_add_up_by_chance() -> None:
    random = np.random.default_rng(4)
    columns = {str(i): random.integers(0, 3, 40).astype(float) for i in range(30)}
    assert list(find_sums(random.integers(0, 4, 40).astype(float), columns)) == []


def test_columns_and_targets_that_are_mostly_zero_cost_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(7)
    columns = random.poisson(3, (40, 500)) * (random.random((40, 500)) < 0.01)
    y = random.poisson(3, 500) * (random.random(500) < 0.03)
    judged = 0
    adds_up = sums._adds_up  # noqa: SLF001 - counted, not replaced

    def counted(*given: Any) -> bool:
        nonlocal judged
        judged += 1
        return adds_up(*given)

    monkeypatch.setattr(sums, "_adds_up", counted)
    found = find_sums(y.astype(float), {str(i): c.astype(float) for i, c in enumerate(columns)})
    assert list(found) == []
    assert judged < 100


def test_every_way_to_add_up_is_found_and_a_column_is_in_one() -> None:
    random = np.random.default_rng(5)
    y, a, b = random.normal(size=(3, 40))
    found = list(find_sums(y, {"a": a, "rest": y - a, "b": b, "other": y + b, "useless": 2 * y}))
    assert [{name for name, _ in parts} for parts in found] == [{"a", "rest"}, {"b", "other"}]


def test_many_columns_cost_little() -> None:
    random = np.random.default_rng(6)
    columns = random.normal(size=(400, 50))
    y = columns[3] - columns[397]
    (found,) = find_sums(y, {str(i): column for i, column in enumerate(columns)})
    assert found == (("3", 1), ("397", -1))


@pytest.mark.parametrize("n_rows", [0, 5])
def test_few_rows_prove_nothing(n_rows: int) -> None:
    column = np.arange(float(n_rows))
    assert list(find_sums(2 * column, {"a": column, "b": column})) == []
