"""A profile counts what each column had, and tells of no single rows."""

import numpy as np
import pytest

from regression_model.processing.schema import Column, Schema
from regression_model.training.facts import profiles
from regression_model.training.facts.profiles import profile_of

SCHEMA = Schema((Column("size", "number"), Column("place", "category", levels=tuple("abcdef"))))


def profile(size: list[float], place: list[float], least_rows: int = 10) -> dict[str, object]:
    x = np.column_stack([size, place])
    columns: dict[str, object] = profile_of(SCHEMA, x, {}, least_rows)["columns"]
    return columns


def test_levels_are_counted_by_position_and_rare_ones_together() -> None:
    place = [0.0] * 40 + [2.0] * 30 + [5.0] * 12 + [1.0] * 7 + [3.0] * 5 + [np.nan] * 6
    told = profile([1.0] * 100, place)["place"]
    assert told == {"missing": 6, "levels": [0, 2, 5], "counts": [40, 30, 12], "rare": 12}


def test_rare_levels_that_are_too_few_are_told_as_enough() -> None:
    told = profile([1.0] * 100, [0.0] * 97 + [1.0] * 3)["place"]
    assert told == {"missing": 0, "levels": [0], "counts": [90], "rare": 10}


def test_of_many_levels_the_most_frequent_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profiles, "_MOST_LEVELS", 2)
    told = profile([1.0] * 100, [0.0] * 20 + [1.0] * 50 + [4.0] * 30)["place"]
    assert told == {"missing": 0, "levels": [1, 4], "counts": [50, 30], "rare": 20}


def test_nothing_is_told_of_a_column_that_is_hardly_known() -> None:
    told = profile([np.nan] * 91 + [1.0] * 9, [np.nan] * 95 + [1.0] * 5)
    assert told == {}


def test_numbers_are_counted_between_quantiles() -> None:
    size = [float(i) for i in range(100)]
    told = profile(size, [0.0] * 100)["size"]
    assert told == {
        "missing": 0,
        "edges": [9.0, 19.0, 29.0, 39.0, 49.0, 59.0, 69.0, 79.0, 89.0],
        "counts": [10] * 10,
        "medians": [4.5, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 74.5, 84.5, 94.5],
        "mean": 49.5,
        "deviation": 28.87,
    }
