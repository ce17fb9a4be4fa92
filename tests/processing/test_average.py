"""Weights learned from out-of-fold predictions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from regression_model.processing.average import LearnedAverage, convex_weights


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 10_000), n_estimators=st.integers(1, 4))
def test_no_other_average_comes_closer(seed: int, n_estimators: int) -> None:
    random = np.random.default_rng(seed)
    y = random.normal(size=40) * 100
    predictions = y[:, None] + random.normal(size=(40, n_estimators)) * random.uniform(
        1, 50, n_estimators
    )
    weights = convex_weights(predictions, y)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert (weights >= 0).all()

    def loss(w: np.typing.NDArray[np.float64]) -> float:
        return float(np.mean(np.square(predictions @ w - y)))

    best = minimize(
        loss,
        np.full(n_estimators, 1 / n_estimators),
        bounds=[(0, 1)] * n_estimators,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
    )
    small_weights_cost = 0.05 * loss(np.full(n_estimators, 1 / n_estimators))
    assert loss(weights) <= best.fun * (1 + 1e-6) + small_weights_cost


def test_a_useless_branch_gets_no_weight() -> None:
    random = np.random.default_rng(3)
    X = pd.DataFrame({"a": random.normal(size=200), "b": random.normal(size=200)})
    y = 3 * X["a"].to_numpy() - X["b"].to_numpy()
    branches = [("none", DummyRegressor()), ("line", LinearRegression())]
    fitted = LearnedAverage(branches).fit(X, y)
    assert fitted.weights_.tolist() == [0.0, 1.0]
    np.testing.assert_allclose(fitted.predict(X), y, atol=1e-9)


def test_weights_are_learned_from_rows_that_a_branch_has_not_seen() -> None:
    random = np.random.default_rng(4)
    X = pd.DataFrame({"a": random.normal(size=300)})
    y = X["a"].to_numpy() + random.normal(size=300)
    overfitted = ("tree", DecisionTreeRegressor(random_state=0))  # perfect on rows that it has seen
    fitted = LearnedAverage([overfitted, ("line", LinearRegression())]).fit(X, y)
    assert fitted.weights_[0] < 0.2


def test_a_clone_learns_the_same() -> None:
    random = np.random.default_rng(5)
    X = pd.DataFrame({"a": random.normal(size=60)})
    y = np.abs(X["a"].to_numpy())
    average = LearnedAverage(
        [
            ("tree", DecisionTreeRegressor(max_depth=2, random_state=0)),
            ("line", LinearRegression()),
        ],
        random_state=1,
    )
    first, second = clone(average).fit(X, y), clone(average).fit(X, y)
    assert first.weights_.tolist() == second.weights_.tolist()
    assert not hasattr(average, "weights_")
    alone = LearnedAverage([("line", LinearRegression())]).fit(X, y)
    assert alone.weights_.tolist() == [1.0]
