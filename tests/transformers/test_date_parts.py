"""Features from dates."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from regression_model.processing.dates import to_seconds
from regression_model.transformers.date_parts import DateParts, calendar, circles

ALL = ("year", "month", "day", "weekday", "days", "hour")


@parametrize_with_checks([DateParts()])  # type: ignore[untyped-decorator]
def test_scikit_learns_contract(estimator: Any, check: Any) -> None:
    check(estimator)


@given(st.datetimes())
def test_arithmetic_agrees_with_the_calendar(moment: datetime) -> None:
    seconds = to_seconds(moment.replace(microsecond=0))
    found = {part: value[0] for part, value in calendar(np.array([seconds])).items()}
    days = found.pop("days")
    assert found == {
        "year": moment.year,
        "month": moment.month,
        "day": moment.day,
        "weekday": moment.weekday(),
        "hour": moment.hour,
    }
    assert days == pytest.approx(float(seconds or 0) / 86400)


def test_december_is_next_to_january() -> None:
    months = np.array([1.0, 12.0, 6.0])
    points = circles([months[:, None]], [12.0])
    assert np.linalg.norm(points[0] - points[1]) < np.linalg.norm(points[0] - points[2])
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1)


def test_parts_stand_where_the_date_was_and_missing_stays_missing() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "sold": [0.0, np.nan], "b": [3.0, 4.0]})
    changed = DateParts(["sold"], {"sold": ALL}).fit_transform(frame)
    assert list(changed)[:2] == ["a", "sold_year"]
    assert list(changed)[-1] == "b"
    assert list(changed) == list(
        DateParts(["sold"], {"sold": ALL}).fit(frame).get_feature_names_out()
    )
    parts = changed.filter(like="sold_")
    assert parts.iloc[0].notna().all()
    assert parts.iloc[1].isna().all()
