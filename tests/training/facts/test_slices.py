"""A slice that is called worse is worse, and one that is worse by chance is not."""

import numpy as np
import pytest

from regression_model.processing.schema import Column, Schema
from regression_model.training.facts.slices import LEAST_ROWS, worst_slices

SCHEMA = Schema(
    (
        Column("size", "number"),
        Column("age", "number"),
        Column("place", "category", levels=tuple("abcdef")),
        Column("sort", "category", levels=tuple("uvw")),
    )
)
ALL = range(4)


def rows(seed: int, n_rows: int = 900) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    numbers = random.normal(size=(n_rows, 2))
    levels = np.column_stack([random.integers(0, 6, n_rows), random.integers(0, 3, n_rows)])
    return np.column_stack([numbers, levels.astype(float)]), random.standard_t(3, n_rows)


def test_rows_of_larger_errors_are_found_and_come_first() -> None:
    x, residuals = rows(0)
    residuals[x[:, 2] == 4] *= 3
    found = worst_slices(SCHEMA, x, residuals, ALL, least_rows=10)
    first = found["of_one"][0]
    assert first["of"] == [{"column": "place", "level": 4}]
    assert first["is_worse"]
    assert found["error"] < first["shrunk"] < first["error"]


def test_errors_that_two_columns_make_together_are_found_as_such() -> None:
    x, residuals = rows(1, 3000)
    x[:, 0] = np.where(x[:, 0] > 0, 1.0, 0.0)
    residuals[(x[:, 0] > 0) & (x[:, 3] == 1)] *= 4
    first = worst_slices(SCHEMA, x, residuals, ALL, least_rows=10)["of_two"][0]
    assert first["is_worse"]
    assert first["of"] == [{"column": "size", "above": 0.0}, {"column": "sort", "level": 1}]


def test_missing_cells_are_a_slice() -> None:
    x, residuals = rows(2)
    x[::5, 1] = np.nan
    residuals[::5] *= 4
    first = worst_slices(SCHEMA, x, residuals, ALL, least_rows=10)["of_one"][0]
    assert first["of"] == [{"column": "age", "missing": True}]
    assert first["is_worse"]


def called_worse(n_tables: int, groups: int | None = None) -> int:
    count = 0
    for seed in range(n_tables):
        x, residuals = rows(1000 + seed, 600)
        of_groups = None
        if groups is not None:
            random = np.random.default_rng(seed)
            of_groups = random.integers(0, groups, len(x))
            residuals *= np.exp(random.normal(size=groups))[of_groups]
            x[:, 2] = random.integers(0, 6, groups)[of_groups]
        told = worst_slices(SCHEMA, x, residuals, ALL, least_rows=10, groups=of_groups)
        count += any(each["is_worse"] for each in (*told["of_one"], *told["of_two"]))
    return count


@pytest.mark.parametrize("groups", [None, 40])
def test_hardly_any_table_without_worse_rows_has_a_worse_slice(groups: int | None) -> None:
    # one in twenty is allowed; of 60 that many more come once in a thousand times
    assert called_worse(60, groups) <= 8


def test_no_slice_is_told_of_fewer_rows_than_are_enough() -> None:
    x, residuals = rows(3)
    x[:25, 2] = 5
    x[25:, 2] = np.minimum(x[25:, 2], 4)
    residuals[:25] *= 50
    told = worst_slices(SCHEMA, x, residuals, ALL, least_rows=10)
    slices = [*told["of_one"], *told["of_two"]]
    assert min(each["rows"] for each in slices) >= LEAST_ROWS
    assert {"column": "place", "level": 5} not in [part for each in slices for part in each["of"]]


@pytest.mark.parametrize("n_rows", [1, 20, 61])
def test_few_rows_and_equal_errors_have_no_worse_slices(n_rows: int) -> None:
    x, _ = rows(4, n_rows)
    told = worst_slices(SCHEMA, x, np.ones(n_rows), ALL, least_rows=10)
    assert told["of_one"] == told["of_two"] == []
