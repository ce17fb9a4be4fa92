"""Axes: whatever the numbers, each has a place, and what is written beside it is right."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regression_model.reports.charts.axes import Axis, axis, percent_axis
from regression_model.reports.numbers import tick_texts

NUMBERS = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=8)


def _check(made: Axis) -> None:
    assert made.low < made.high
    assert math.isfinite(made.low)
    assert math.isfinite(made.high)
    assert len(made.ticks) == len(made.texts) <= 20
    assert list(made.ticks) == sorted(set(made.ticks))
    assert all(0 <= made.place(tick) <= 1 for tick in made.ticks)


@given(values=NUMBERS, with_zero=st.booleans(), may_be_log=st.booleans(), whole=st.booleans())
def test_every_number_has_a_place(
    *, values: list[float], with_zero: bool, may_be_log: bool, whole: bool
) -> None:
    made = axis(values, with_zero=with_zero, may_be_log=may_be_log, whole=whole)
    _check(made)
    places = [made.place(value) for value in sorted(v for v in values if math.isfinite(v))]
    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_shares_are_written_in_percent(values: list[float]) -> None:
    made = percent_axis(values)
    _check(made)
    for tick, text in zip(made.ticks, made.texts, strict=True):
        assert math.isclose(float(text.rstrip("%")), 100 * tick, abs_tol=1e-6)


@given(st.floats(-1e14, 1e14), st.floats(1e-3, 1e6))
def test_what_is_written_at_a_tick_is_its_number(low: float, width: float) -> None:
    assume(width > abs(low) * 1e-6)
    made = axis([low, low + width])
    for tick, text in zip(made.ticks, made.texts, strict=True):
        factor = 1e6 if text.endswith("M") else 1.0
        written = float(text.rstrip("M").replace(",", "")) * factor
        assert math.isclose(written, tick, rel_tol=1e-5, abs_tol=1e-6 * width)


def test_an_axis_is_logarithmic_where_numbers_are_far_apart() -> None:
    texts = axis([10.0, 2000.0], may_be_log=True).texts
    assert texts == ("10", "20", "50", "100", "200", "500", "1000", "2000")
    assert axis([1e-3, 1e9], may_be_log=True).is_log
    assert not axis([10.0, 90.0], may_be_log=True).is_log
    assert not axis([-1.0, 90.0], may_be_log=True).is_log


@pytest.mark.parametrize("value", [0.0, 7.0, -7.0, 1e300, -1e300, 5e-324])
def test_one_number_alone_is_in_the_middle(value: float) -> None:
    made = axis([value])
    assert made.place(value) == pytest.approx(0.5, abs=0.01)


def test_a_zero_that_is_wanted_is_the_end() -> None:
    assert axis([3.0, 9.0], with_zero=True).low == 0
    assert axis([-3.0, -9.0], with_zero=True).high == 0


def test_whole_numbers_are_not_cut() -> None:
    assert axis([0.0, 3.0], whole=True).texts == ("0", "1", "2", "3")


def test_ticks_beside_each_other_have_as_many_decimals() -> None:
    assert tick_texts([0.0, 0.25, 1.5]) == ["0.00", "0.25", "1.50"]
    assert tick_texts([2e6, 2.5e6]) == ["2M", "2.5M"]
    assert tick_texts([1e30]) == ["1e+30"]
