"""The test of fold losses, without the library that training has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from regression_model.artifact.fold_losses import common_scale, student_tail


@given(t=st.floats(-1e6, 1e6), freedom=st.integers(1, 100_000))
def test_tails_are_those_of_students_distribution(t: float, freedom: int) -> None:
    assert student_tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), rel=1e-8, abs=1e-250)


@pytest.mark.parametrize("t", [1e200, float("inf")])
def test_far_out_there_is_nothing(t: float) -> None:
    assert student_tail(t, 9) == 0.0
    assert student_tail(-t, 9) == 1.0


@pytest.mark.parametrize(
    ("before", "after", "scale"),
    [("log", "log", "score"), ("log", "none", "target"), ("yeo_johnson", "yeo_johnson", "target")],
)
def test_losses_compare_on_a_scale_that_both_have(before: str, after: str, scale: str) -> None:
    assert common_scale({"transform": before}, {"transform": after}) == scale
