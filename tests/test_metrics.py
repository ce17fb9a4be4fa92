"""Metrics are those of scikit-learn, without it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from regression_model.metrics import measure, rounded, share_text

positive = st.floats(0.1, 1e6)


@given(rows=st.lists(st.tuples(positive, positive), min_size=2, max_size=20))
def test_metrics_are_those_of_scikit_learn(rows: list[tuple[float, float]]) -> None:
    y, predictions = np.array(rows).T
    found = measure(y, predictions, log=True)
    assert found.rmse == pytest.approx(root_mean_squared_error(y, predictions))
    assert found.mae == pytest.approx(mean_absolute_error(y, predictions))
    logs = root_mean_squared_error(np.log(y), np.log(predictions))
    assert found.rmse_log == pytest.approx(logs, abs=1e-12)
    if np.ptp(y) > 0:
        assert found.r2 == pytest.approx(r2_score(y, predictions))
    else:
        assert found.r2 is None


def test_what_cannot_be_said_is_left_out() -> None:
    alike = np.full(3, 699051.5109240834)
    assert measure(alike, np.ones(3), log=False).r2 is None
    alone = measure(np.array([1.0]), np.array([2.0]), log=False)
    assert alone.to_dict() == {"rmse": 1.0, "mae": 1.0}
    assert measure(np.array([0.0, 1.0]), np.array([1.0, 1.0]), log=True).rmse_log is None


def test_six_digits_are_kept() -> None:
    assert rounded([1234567.89, 0.00012345678]) == [1234570.0, 0.000123457]


@pytest.mark.parametrize("size", [10.0**i for i in range(-320, 309, 7)])
def test_a_share_of_any_size_is_a_short_text(size: float) -> None:
    for share in (size, -size):
        assert len(share_text(share)) <= 10
        assert float(share_text(share)) == pytest.approx(share, rel=0.005, abs=5e-5)
