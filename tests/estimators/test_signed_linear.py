"""Linear models with signs: the wrong ones are left out, and the rest is fitted again."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import ElasticNet, HuberRegressor, Lasso, LinearRegression, Ridge
from sklearn.utils.estimator_checks import parametrize_with_checks

from regression_model.estimators.signed_linear import SignedLinearRegressor

Floats = npt.NDArray[np.float64]
NAMES = ["area", "age", "rooms", "noise"]


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [
        SignedLinearRegressor(Ridge()),
        SignedLinearRegressor(Ridge(), {0: 1, 1: -1}),
        SignedLinearRegressor(Lasso(alpha=0.01), {0: -1}),
    ]
)
def test_it_is_an_estimator_as_scikit_learn_wants_them(estimator: Any, check: Any) -> None:
    check(estimator)


def table(seed: int = 3, n_samples: int = 80) -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(seed)
    area = random.normal(size=n_samples)
    columns = {
        "area": area,
        "age": random.normal(size=n_samples),
        "rooms": area + 0.3 * random.normal(size=n_samples),
        "noise": random.normal(size=n_samples),
    }
    frame = pd.DataFrame(columns)
    y = 5.0 + 3.0 * frame["area"] - 2.0 * frame["age"] - 1.0 * frame["rooms"]
    return frame, np.asarray(y + 0.1 * random.normal(size=n_samples), dtype=np.float64)


LINEAR = [Ridge(1.0), Lasso(0.01), ElasticNet(0.01), HuberRegressor(alpha=0.1), LinearRegression()]


@pytest.mark.parametrize("estimator", LINEAR, ids=lambda e: type(e).__name__)
def test_without_wrong_signs_it_is_the_estimator_itself(estimator: Any) -> None:
    X, y = table()
    plain = clone(estimator).fit(X, y)
    for signs in (None, {}, {"area": 1, "age": -1, "rooms": -1}):
        signed = SignedLinearRegressor(estimator, signs).fit(X, y)
        np.testing.assert_allclose(signed.coef_, np.ravel(plain.coef_), rtol=1e-12)
        np.testing.assert_allclose(signed.predict(X), plain.predict(X), rtol=1e-10)


@pytest.mark.parametrize("estimator", LINEAR, ids=lambda e: type(e).__name__)
def test_terms_of_the_wrong_sign_are_left_out_and_the_rest_is_fitted_again(estimator: Any) -> None:
    X, y = table()
    signed = SignedLinearRegressor(estimator, {"rooms": 1}).fit(X, y)
    kept = ["area", "age", "noise"]
    again = clone(estimator).fit(X[kept].to_numpy(), y)
    assert signed.coef_[2] == 0.0
    np.testing.assert_allclose(signed.coef_[[0, 1, 3]], np.ravel(again.coef_), rtol=1e-10)
    assert signed.intercept_ == pytest.approx(float(np.ravel(again.intercept_)[0]))
    np.testing.assert_allclose(signed.predict(X), again.predict(X[kept].to_numpy()), rtol=1e-10)


def test_a_term_that_turns_wrong_when_others_are_left_out_goes_too() -> None:
    random = np.random.default_rng(0)
    a = random.normal(size=400)
    b = a + 0.1 * random.normal(size=400)
    X, y = pd.DataFrame({"a": a, "b": b}), -1.0 * a + 0.5 * b
    assert Ridge(1e-6).fit(X, y).coef_[1] > 0
    signed = SignedLinearRegressor(Ridge(1e-6), {"a": 1, "b": 1}).fit(X, y)
    np.testing.assert_array_equal(signed.coef_, [0.0, 0.0])
    assert signed.intercept_ == pytest.approx(y.mean())


def test_without_any_term_the_mean_is_left() -> None:
    X, y = table()
    signed = SignedLinearRegressor(Ridge(), {"area": -1}).fit(X[["area"]], y)
    np.testing.assert_array_equal(signed.coef_, [0.0])
    np.testing.assert_allclose(signed.predict(X[["area"]]), y.mean())


SIGNS = st.fixed_dictionaries({}, optional={n: st.sampled_from([-1, 1]) for n in NAMES})


@settings(deadline=None, max_examples=40)
@given(signs=SIGNS, seed=st.integers(0, 10**6), alpha=st.sampled_from([1e-3, 1.0, 100.0]))
def test_signs_hold_whatever_is_asked(signs: dict[str, int], seed: int, alpha: float) -> None:
    X, y = table(seed, 25)
    signed = SignedLinearRegressor(Ridge(alpha), signs).fit(X, y)
    for name, coefficient in zip(NAMES, signed.coef_, strict=True):
        assert coefficient * signs.get(name, 0) >= 0


def test_neither_estimator_nor_table_is_changed() -> None:
    X, y = table()
    before, estimator = X.copy(deep=True), Ridge()
    SignedLinearRegressor(estimator, {"rooms": 1}).fit(X, y)
    assert not hasattr(estimator, "coef_")
    pd.testing.assert_frame_equal(X, before)
