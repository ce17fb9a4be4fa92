"""Leaf values are whole multiples of a power of two, of which a sum notices nothing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from plain_arrays import answers
from sklearn.ensemble import GradientBoostingRegressor

from regression_model.estimators.estimator import Features
from regression_model.estimators.fitted import LEAF, Trees
from regression_model.estimators.registry import ESTIMATOR_SETTINGS, ESTIMATORS, read_fitted
from regression_model.estimators.rounding import rounded
from regression_model.metrics import spread

Floats = npt.NDArray[np.float64]
KINDS: dict[str, dict[str, Any]] = {
    "gradient_boosting": {"learning_rate": 0.085},
    "lightgbm": {"min_child_samples": 2},
    "catboost": {"depth": 4},
}


def table() -> tuple[Floats, Floats]:
    random = np.random.default_rng(1)
    X = random.normal(size=(300, 3))
    return X, 12 + 0.4 * X[:, 0] + 0.1 * X[:, 1] ** 2 + 0.1 * random.normal(size=300)


def fitted(kind: str, X: Floats, y: Floats) -> Any:
    known = ESTIMATOR_SETTINGS[kind].model_validate({"type": kind, **KINDS[kind]})
    return ESTIMATORS[kind].build(known, Features([], []), seed=3).fit(X, y)


def unrounded(kind: str, X: Floats, y: Floats) -> Any:
    known = ESTIMATOR_SETTINGS[kind].model_validate({"type": kind, **KINDS[kind]})
    model = ESTIMATORS[kind].build(known, Features([], []), seed=3)
    if kind == "gradient_boosting":
        return GradientBoostingRegressor(**model.get_params()).fit(X, y)
    return model.set_params(round_leaves=None).fit(X, y)


def leaves_of(model: Any) -> Floats:
    state = read_fitted(model)
    assert isinstance(state, Trees)
    return np.concatenate([tree.value[tree.left == LEAF] for tree in state.trees])


@pytest.mark.parametrize("kind", KINDS)
def test_leaves_have_few_digits_and_predictions_stay(kind: str) -> None:
    X, y = table()
    model, plain = fitted(kind, X, y), unrounded(kind, X, y)
    np.testing.assert_array_equal(leaves_of(model) * 2**18 % 1, 0)
    assert (leaves_of(plain) * 2**18 % 1 != 0).any()
    np.testing.assert_allclose(model.predict(X), plain.predict(X), atol=1e-3 * spread(y))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_answers_as_the_rounded_model(kind: str) -> None:
    X, y = table()
    model = fitted(kind, X, y)
    state = read_fitted(model)
    assert isinstance(state, Trees)
    np.testing.assert_allclose(answers(state, X), model.predict(X), rtol=1e-13)


@pytest.mark.parametrize("size", [1e-320, 1e-290, 1.0, 1e300])
def test_values_of_any_size_keep_their_order(size: float) -> None:
    values = np.sort(np.random.default_rng(2).normal(size=1000)) * size
    found = rounded(values, values)
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()
    if size >= 1e-290:
        np.testing.assert_allclose(found, values, atol=size * 1e-4)
