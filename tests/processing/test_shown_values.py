"""Values as messages show them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.shown_values import (
    kind_of,
    level_text,
    name_of,
    quoted,
    short,
    shown,
)


@given(st.text(max_size=300))
def test_a_short_text_is_whole_and_a_long_one_is_its_beginning(text: str) -> None:
    found = short(text)
    assert found == text if len(text) <= 100 else found == text[:99] + "…"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 3, 1, 14, 30),
        datetime(2024, 3, 1, 14, 30, tzinfo=UTC),
        pd.Timestamp("2024-03-01 15:30", tz="Europe/Berlin"),
        np.datetime64("2024-03-01T14:30:00.000000000"),
    ],
)
def test_a_moment_is_shown_alike_whatever_holds_it(moment: object) -> None:
    assert shown(moment) == "2024-03-01T14:30:00"
    assert kind_of(moment) == kind_of(date(2024, 3, 1)) == "date"


@pytest.mark.parametrize(
    "span", [timedelta(seconds=90), np.timedelta64(90, "s"), pd.Timedelta("90s")]
)
def test_a_span_of_time_is_shown_alike_whatever_holds_it(span: object) -> None:
    assert (shown(span), kind_of(span)) == ("90 seconds", "duration")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (np.datetime64("20000-01-01"), "after the year 9999"),
        (np.datetime64("-0044-03-15"), "before the year 1"),
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ([], "[]"),
        (list(range(9)), "[0, 1, 2, 3, 4, 5, …]"),
        ([[[[1]]]], "[[[[…]]]]"),
        ({"a": [1]}, "{'a': [1]}"),
        (frozenset({1}), "frozenset({1})"),
        ([10**5000], "[an integer of 16610 bits]"),
        (-0.0, 0.0),
    ],
)
def test_other_things_are_shown_in_outline(cell: object, text: str) -> None:
    assert repr(shown(cell)) == repr(text)


@pytest.mark.parametrize(("cell", "text"), [(2.0, "2"), (2, "2"), (True, "True"), ("2", "'2'")])
def test_numbers_are_quoted_as_a_person_writes_them(cell: object, text: str) -> None:
    assert quoted(cell) == text


@pytest.mark.parametrize("cell", [2**64 + 1, 10**20, 1e20, np.longdouble(2) ** 60 + 1])
def test_large_whole_numbers_are_levels_to_their_last_digit(cell: Any) -> None:
    assert level_text(cell) == str(int(cell))


class Odd:
    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("key", "name"),
    [("a", "a"), (1, "1"), (None, "None"), (("a", "b"), "('a', 'b')"),
     (Odd(), "a Odd whose str fails with ValueError")],
)  # fmt: skip
def test_a_key_names_a_column_whatever_it_is(key: object, name: str) -> None:
    assert name_of(key) == name
