"""Windows of time."""

import math

import pytest

from regression_model.serving.counting.windows import Windows, windows_of

_DAY = 86_400.0


def test_a_window_begins_where_the_one_before_it_ends() -> None:
    moments = [13.9 * _DAY, 14 * _DAY - 0.001, 14 * _DAY]
    running = [Windows(7, now=iter([moment]).__next__).running for moment in moments]
    assert running == [1, 1, 2]
    assert Windows(7).start_of(2) == "1970-01-15T00:00:00Z"


def test_a_window_may_be_shorter_than_a_day() -> None:
    windows = Windows(0.5, now=lambda: 1.75 * _DAY)
    assert windows.start_of(windows.running) == "1970-01-02T12:00:00Z"


def test_no_days_are_no_windows() -> None:
    assert windows_of(0) is None
    assert windows_of(1) == Windows(1)


@pytest.mark.parametrize("days", [-1, 366, math.inf, math.nan])
def test_what_is_no_number_of_days_is_refused(days: float) -> None:
    with pytest.raises(ValueError, match=f"drift_days is {days}; expected 0, for none, to 365"):
        windows_of(days)
