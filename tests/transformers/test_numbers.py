"""What transformers of numbers learn, and do to a frame."""

import math

import numpy as np
import pandas as pd
import pytest

from regression_model.transformers.numbers import (
    HingeAppender,
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)

nan = math.nan


def gaps() -> pd.DataFrame:
    return pd.DataFrame({"a": [1.0, nan, 3.0, 8.0], "b": [4.0, 3.0, 2.0, 1.0]})


def test_missing_numbers_get_the_training_median_and_an_indicator() -> None:
    imputer = MedianImputer().fit(gaps())
    filled = imputer.transform(pd.DataFrame({"a": [nan, 5.0], "b": [nan, 6.0]}))
    assert filled.to_dict("list") == {"a": [3.0, 5.0], "b": [2.5, 6.0], "a_missing": [1.0, 0.0]}
    assert imputer.get_feature_names_out().tolist() == ["a", "b", "a_missing"]


def test_indicators_can_be_left_out() -> None:
    filled = MedianImputer(["a"], indicators=False).fit_transform(gaps())
    assert filled.to_dict("list") == {"a": [1.0, 3.0, 3.0, 8.0], "b": [4.0, 3.0, 2.0, 1.0]}


def test_a_column_without_any_value_is_filled_with_zero() -> None:
    empty = pd.DataFrame({"a": [nan, nan]})
    assert MedianImputer(["a"]).fit_transform(empty)["a"].tolist() == [0.0, 0.0]


def test_an_indicator_does_not_take_the_name_of_a_column() -> None:
    frame = gaps().rename(columns={"b": "a_missing"})
    try:
        columns = MedianImputer(["a"]).fit_transform(frame).columns
    except ValueError as problem:
        assert "a_missing" in str(problem)  # noqa: PT017 - either way out is a good one
    else:
        assert columns.is_unique


@pytest.mark.parametrize("quantile", [0.9, 0.500001, -0.1, float("nan")])
def test_a_clipper_whose_ends_would_cross_is_refused(quantile: float) -> None:
    with pytest.raises(ValueError, match=r"quantile should be 0 to 0\.5, got"):
        QuantileClipper(quantile=quantile).fit([[1.0], [2.0]])


def test_numbers_are_clipped_at_the_quantiles_of_training() -> None:
    training = pd.DataFrame({"area": np.arange(101.0), "empty": nan})
    clipper = QuantileClipper(quantile=0.1).fit(training)
    new = pd.DataFrame({"area": [-5.0, 10.0, 50.0, 91.0, 1e30, nan], "empty": [-1e30, *[1.0] * 5]})
    clipped = clipper.transform(new)
    np.testing.assert_allclose(clipped["area"], [10.0, 10.0, 50.0, 90.0, 90.0, nan], rtol=1e-12)
    assert clipped["empty"].tolist() == new["empty"].tolist()


def test_missing_values_do_not_shift_the_quantiles() -> None:
    training = pd.DataFrame({"area": [nan, 1.0, 2.0, 3.0, nan]})
    clipped = (
        QuantileClipper(quantile=0.0)
        .fit(training)
        .transform(pd.DataFrame({"area": [0.0, 2.5, 9.0]}))
    )
    assert clipped["area"].tolist() == [1.0, 2.5, 3.0]


@pytest.mark.parametrize(
    ("values", "is_logged"),
    [
        pytest.param([0.0, 0.0, 0.0, 0.0, 100.0], True, id="skewed"),
        pytest.param([0.0, nan, 0.0, 0.0, 0.0, 100.0], True, id="skewed, with a gap"),
        pytest.param([1.0, 2.0, 3.0, 4.0, 5.0], False, id="symmetric"),
        pytest.param([100.0, 100.0, 100.0, 100.0, 0.0], False, id="skewed to the left"),
        pytest.param([-1.0, 0.0, 0.0, 0.0, 100.0], False, id="once negative"),
        pytest.param([7.0, 7.0, 7.0], False, id="constant"),
        pytest.param([nan, nan], False, id="without any value"),
    ],
)
def test_only_skewed_columns_that_are_never_negative_are_logged(
    values: list[float], *, is_logged: bool
) -> None:
    training = pd.DataFrame({"area": values})
    changed = SkewedLogTransformer(["area"]).fit_transform(training)["area"]
    expected = [math.log(1 + v) for v in values] if is_logged else values
    np.testing.assert_allclose(changed, expected, rtol=1e-12)


def test_a_negative_number_met_after_training_counts_as_zero() -> None:
    training = pd.DataFrame({"area": [0.0, 0.0, 0.0, 0.0, 100.0]})
    new = pd.DataFrame({"area": [-0.5, -3.0, -1e30, nan]})
    logged = SkewedLogTransformer(["area"]).fit(training).transform(new)
    np.testing.assert_array_equal(logged["area"], [0.0, 0.0, 0.0, nan])


def test_hinges_say_how_far_a_number_is_above_quantiles_of_training() -> None:
    training = pd.DataFrame({"area": [nan, *range(101)], "rooms": [1.0] * 102})
    appender = HingeAppender(n_knots=3).fit(training)
    bent = appender.transform(pd.DataFrame({"area": [0.0, 60.0, 200.0, nan], "rooms": 9.0}))
    expected = {
        "area_above_1": [0.0, 35.0, 175.0, nan],
        "area_above_2": [0.0, 10.0, 150.0, nan],
        "area_above_3": [0.0, 0.0, 125.0, nan],
    }
    assert bent.columns.tolist() == ["area", "rooms", *expected]
    for name, values in expected.items():
        np.testing.assert_array_equal(bent[name], values)


@pytest.mark.parametrize(
    ("values", "n_hinges"),
    [
        pytest.param([0.0, 1.0] * 9, 0, id="two values: nothing lies between them"),
        pytest.param([0.0, 1.0, 2.0] * 9, 1, id="three values"),
        pytest.param([7.0] * 9, 0, id="one value"),
        pytest.param([nan] * 9, 0, id="none"),
    ],
)
def test_a_line_bends_only_between_the_ends_of_training(values: list[float], n_hinges: int) -> None:
    bent = HingeAppender().fit_transform(pd.DataFrame({"x": values}))
    assert bent.shape[1] == 1 + n_hinges


def test_a_hinge_does_not_take_the_name_of_a_column() -> None:
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0], "x_above_1": [5.0, 6.0, 7.0]})
    bent = HingeAppender(["x"], 1).fit_transform(frame)
    assert bent["x_above_1"].tolist() == [5.0, 6.0, 7.0]
    assert bent.iloc[:, 2].tolist() == [0.0, 0.0, 1.0]
