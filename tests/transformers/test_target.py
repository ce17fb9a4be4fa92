"""The target's scale: transforms, what they refuse, and estimates of the median and the mean."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LinearRegression

from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.exceptions import DataError
from regression_model.train_pipeline import split_target
from regression_model.transformers.target import (
    LOWEST_TARGET,
    N_QUANTILES,
    TargetRegressor,
    Transform,
    from_scores,
    make_transformer,
    residual_quantiles,
    smear,
    square_positive,
    to_scores,
)

Floats = npt.NDArray[np.float64]
TRANSFORMS: list[Transform] = ["none", "log", "log1p", "sqrt", "yeo_johnson"]
FORMULAS: dict[str, Callable[[Floats], Floats]] = {
    "none": lambda y: y,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@settings(deadline=None, max_examples=30)
@given(found=st.lists(st.floats(0.01, 1e6), min_size=3, max_size=20, unique=True))
def test_scores_lead_back_to_their_targets(transform: Transform, found: list[float]) -> None:
    known = np.linspace(1.0, 9.0, 20)
    transformer = make_transformer(transform).fit(known.reshape(-1, 1))
    y = np.clip(np.array(found), 0.5, 20.0) if transform == "yeo_johnson" else np.array(found)
    scores = to_scores(transformer, y)
    np.testing.assert_allclose(from_scores(transformer, scores), y, rtol=1e-7)
    if transform in FORMULAS:
        np.testing.assert_array_equal(scores, FORMULAS[transform](y))
    grid = from_scores(transformer, scores.reshape(1, -1))
    assert grid.shape == (1, len(y))


def test_a_transform_that_is_open_is_none_yet() -> None:
    with pytest.raises(ValueError, match="auto is chosen in training"):
        make_transformer("auto")


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_an_inverse_never_falls(transform: Transform) -> None:
    transformer = make_transformer(transform).fit(np.linspace(0.5, 9.0, 20).reshape(-1, 1))
    answers = from_scores(transformer, np.linspace(-3, 3, 500))
    assert (np.diff(answers) >= 0).all()
    assert answers[-1] > answers[0]


def test_a_score_that_no_target_has_is_no_number_and_no_warning() -> None:
    transformer = make_transformer("yeo_johnson").fit(np.linspace(0.5, 9.0, 20).reshape(-1, 1))
    transformer.lambdas_ = np.array([-2.0])
    answers = from_scores(transformer, np.array([-1e9, 0.0, 1e9]))
    assert np.isnan(answers).tolist() == [False, True, True]


def test_squares_of_negative_scores_are_nothing() -> None:
    assert square_positive(np.array([-2.0, -0.0, 1.5])).tolist() == [0.0, 0.0, 2.25]


def test_without_residuals_the_inverse_is_plain() -> None:
    transformer = make_transformer("log").fit(np.ones((2, 1)))
    scores = np.array([0.0, 1.0])
    np.testing.assert_array_equal(smear(transformer, scores, None), np.exp(scores))


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_with_residuals_the_inverse_is_averaged(transform: Transform) -> None:
    transformer = make_transformer(transform).fit(np.linspace(1.0, 9.0, 20).reshape(-1, 1))
    scores, residuals = np.array([0.7, 1.1, 1.6]), np.array([-0.3, 0.0, 0.4, 0.5])
    expected = [np.mean(from_scores(transformer, score + residuals)) for score in scores]
    np.testing.assert_allclose(smear(transformer, scores, residuals), expected, rtol=1e-13)


def test_quantiles_stand_for_residuals() -> None:
    residuals = np.random.default_rng(1).normal(size=2000)
    kept = residual_quantiles(residuals)
    assert len(kept) == N_QUANTILES
    assert (np.diff(kept) > 0).all()
    assert kept.mean() == pytest.approx(residuals.mean(), abs=0.01)
    assert np.exp(0.3 * kept).mean() == pytest.approx(np.exp(0.3 * residuals).mean(), rel=0.003)
    few = np.array([3.0, -1.0, 2.0])
    assert len(residual_quantiles(few)) == 3


def lognormal(n_samples: int) -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(12)
    x = random.uniform(-1.0, 1.0, n_samples)
    return pd.DataFrame({"x": x}), np.exp(1.0 + x + 0.8 * random.normal(size=n_samples))


def test_the_mean_is_unbiased_where_the_plain_inverse_is_far_too_low() -> None:
    X, y = lognormal(4000)
    seen, unseen = slice(None, 2000), slice(2000, None)
    plain = TargetRegressor(LinearRegression(), transformer=make_transformer("log"))
    plain.fit(X[seen], y[seen])
    residuals = to_scores(plain.transformer_, y[seen]) - plain.predict_score(X[seen])
    corrected = clone(plain).set_params(smearing=residual_quantiles(residuals))
    corrected.fit(X[seen], y[seen])
    truth = np.exp(1.0 + X["x"][unseen] + 0.8**2 / 2).mean()
    assert plain.predict(X[unseen]).mean() / truth - 1 < -0.2
    assert abs(corrected.predict(X[unseen]).mean() / truth - 1) < 0.04
    share_below = np.mean(y[unseen] < plain.predict(X[unseen]))
    assert 0.46 < share_below < 0.54


def test_the_regressor_works_on_scores_and_answers_in_target_units() -> None:
    X, y = lognormal(200)
    model = TargetRegressor(LinearRegression(), transformer=make_transformer("log")).fit(X, y)
    expected = LinearRegression().fit(X, np.log(y)).predict(X)
    np.testing.assert_allclose(model.predict_score(X), expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(model.predict(X), np.exp(expected), rtol=1e-10)


REFUSED: list[Any] = [
    ("log", 0.0, "needs values above 0"),
    ("log", -2.0, "needs values above 0"),
    ("log1p", -1.0, "needs values above -1"),
    ("log1p", -7.0, "needs values above -1"),
    ("sqrt", -0.5, "needs values from 0"),
]
TAKEN: list[Any] = [("log", 1e-9), ("log1p", -0.99), ("log1p", 0.0), ("sqrt", 0.0)]
TAKEN += [("none", -5.0), ("yeo_johnson", -5.0), ("yeo_johnson", 0.0)]


def table(cell: float) -> pd.DataFrame:
    return pd.DataFrame({"area": np.arange(12.0), "price": [*np.arange(1.0, 12.0), cell]})


def config(transform: str) -> Config:
    given_settings = {
        "target": {"column": "price", "transform": transform},
        "columns": {"area": "number"},
        "evaluation": {"folds": 2},
        "estimators": {"linear": {"type": "ridge"}},
    }
    return Config(AppConfig(training_data_file="-"), ModelConfig.model_validate(given_settings))


@pytest.mark.parametrize(("transform", "cell", "said"), REFUSED)
def test_a_target_out_of_reach_is_refused_in_words(transform: str, cell: float, said: str) -> None:
    assert transform in LOWEST_TARGET
    with pytest.raises(DataError) as refusal:
        split_target(table(cell), config(transform))
    assert f"the target price is {cell:g} in row 11 (1 rows like it)" in str(refusal.value)
    assert f"the transform {transform} {said}: mend the rows" in str(refusal.value)
    assert "none or yeo_johnson" in str(refusal.value)


@pytest.mark.parametrize(("transform", "cell"), TAKEN)
def test_a_target_within_reach_is_taken(transform: Transform, cell: float) -> None:
    _, y = split_target(table(cell), config(transform))
    assert y[-1] == cell
    transformer = make_transformer(transform).fit(y.reshape(-1, 1))
    assert np.isfinite(to_scores(transformer, y)).all()
