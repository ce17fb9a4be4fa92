"""Dates: what is read as one, and what becomes of it."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regression_model.processing.dates import part_names, to_datetime, to_seconds, to_text

EPOCH = datetime(1970, 1, 1)
NOON = (datetime(2024, 3, 1, 14, 30) - EPOCH).total_seconds()
MIDNIGHT = (datetime(2024, 3, 1) - EPOCH).total_seconds()


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-01", "2024/3/1", "2024.03.01", " 2024-03-01 ", "2024-03", "20240301", 20240301,
        20240301.0, "20240301.0", "1 Mar 2024", "1. March 2024", "March 1, 2024", "Mar 1 2024",
        "Mar 2024", "1-Mar-24", "march 1st, 2024", date(2024, 3, 1), datetime(2024, 3, 1),
        np.datetime64("2024-03-01"), np.datetime64("2024-03-01T00:00:00.000000000"),
        pd.Timestamp("2024-03-01"), "2024-03-01T00:00:00Z", "2024-03-01 12:00 AM",
        "Friday, 1 March 2024", "Fri, 01 Mar 2024 00:00:00 GMT", "03/2024", "3-2024",
    ],
)  # fmt: skip
def test_the_same_day_in_many_spellings(cell: object) -> None:
    assert to_seconds(cell) == MIDNIGHT


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-01T14:30", "2024-03-01 14:30:00", "2024-03-01 2:30 PM", "2024-03-01T14:30:00.000",
        "2024-03-01T14:30Z", "2024-03-01T16:30+02:00", "2024-03-01T09:30-0500", "20240301 14:30",
        datetime(2024, 3, 1, 14, 30), datetime(2024, 3, 1, 14, 30, tzinfo=UTC),
        datetime(2024, 3, 1, 16, 30, tzinfo=timezone(timedelta(hours=2))),
        pd.Timestamp("2024-03-01 15:30", tz="Europe/Berlin"), "1 Mar 2024 14:30",
        "2024-03-01 14:30:00+00", "2024-03-01 14:30:00 UTC", "2024-03-01 15:30 +01",
        "20240301T1430", "20240301T143000Z",
    ],
)  # fmt: skip
def test_the_same_moment_in_many_spellings(cell: object) -> None:
    assert to_seconds(cell) == NOON


@pytest.mark.parametrize(
    "cell",
    [
        "", "today", "2024", "14:30", "2024-13-01", "2024-02-30", "2023-02-29", "0000-01-01",
        "2024-03-01T25:00", "2024-03-01 13:00 PM", "2024-03-01x", "12", 20241301, 1709251200,
        0.5, True, "03/04/2024", "\u0662\u0660\u0662\u0664-03-01", [2024], "Maybe 2024",
        "2024-W05", "1.2024", "13/2024", "2024-03-01 143000", "20240301.5",
        np.datetime64("20000-01-01"),
        np.datetime64(2**62, "s"), np.datetime64(-(2**60), "D"),
        pd.Timestamp(np.datetime64("12000", "s")),
        "0001-01-01T00:00+05:00",
    ],
)  # fmt: skip
def test_no_date(cell: object) -> None:
    assert to_seconds(cell) is None


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/2024", "dmy", date(2024, 4, 3)),
        ("03/04/2024", "mdy", date(2024, 3, 4)),
        ("3.4.24", "dmy", date(2024, 4, 3)),
        ("12-31-99", "mdy", date(1999, 12, 31)),
        ("31/12/68", "dmy", date(2068, 12, 31)),
        ("2024-04-03", "mdy", date(2024, 4, 3)),
    ],
)
def test_the_order_of_day_and_month_is_declared(text: str, order: Any, day: date) -> None:
    assert to_seconds(text, order) == to_seconds(day)


@given(st.datetimes())
@example(datetime.max)
@example(datetime.min)
def test_every_date_is_read_from_its_own_text(moment: datetime) -> None:
    seconds = to_seconds(moment)
    assert seconds is not None
    assert seconds == to_seconds(moment.isoformat()) == to_seconds(moment.isoformat(" ") + "Z")
    assert seconds == to_seconds(np.datetime64(moment)) == to_seconds(pd.Timestamp(moment))
    whole = moment.replace(microsecond=0)
    at_second = to_seconds(whole)
    assert at_second is not None
    assert to_datetime(at_second) == whole
    assert to_seconds(to_text(at_second)) == at_second


def test_the_last_microsecond_has_a_text() -> None:
    assert to_text(to_seconds(datetime.max) or 0) == "9999-12-31T23:59:59"


def test_parts_that_run_in_circles_have_sine_and_cosine() -> None:
    assert part_names("d", ("year", "hour")) == ["d_year", "d_hour", "d_hour_sin", "d_hour_cos"]
