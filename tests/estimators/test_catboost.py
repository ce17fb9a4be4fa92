"""CatBoost's trees as plain arrays: exact, in single precision, with missing values lowest."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from catboost import CatBoostRegressor
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_arrays import answers

from regression_model.estimators.fitted import LEAF, Trees
from regression_model.estimators.registry import read_fitted
from regression_model.exceptions import ArtifactError

Floats = npt.NDArray[np.float64]
CELLS = [0.1, 0.2, 1 / 3, 1e-30, 1e30, -7.0, 16777217.0, 16777219.0, 0.0, -0.0]


def fitted(X: Floats, y: Floats, **parameters: Any) -> Any:
    given = {
        "iterations": 5, "depth": 3, "thread_count": 1, "allow_writing_files": False,
        "logging_level": "Silent", **parameters,
    }  # fmt: skip
    return CatBoostRegressor(**given).fit(X, y)


def state_of(model: Any) -> Trees:
    state = read_fitted(model)
    assert isinstance(state, Trees)
    return state


@settings(deadline=None, max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    missing=st.sampled_from([0.0, 0.2, 0.9]),
    depth=st.integers(1, 7),
    border_count=st.sampled_from([1, 8, 254]),
)
def test_trees_answer_as_the_library_does_at_borders_and_beside(
    seed: int, missing: float, depth: int, border_count: int
) -> None:
    random = np.random.default_rng(seed)
    X = random.choice(CELLS, (90, 3))
    X[random.random(X.shape) < missing] = np.nan
    model = fitted(X, 9.0 + random.normal(size=90), depth=depth, border_count=border_count)
    at = np.array([b for borders in model.get_borders().values() for b in borders])
    at = at[np.abs(at) <= 1e30]  # the lowest single-precision number parts missing values from all
    single = at.astype(np.float32)
    up, down = np.float32(np.inf), np.float32(-np.inf)
    cells = np.concatenate(
        [at, np.nextafter(at, np.inf), np.nextafter(at, -np.inf), np.nextafter(single, up),
         np.nextafter(single, down), CELLS, [np.nan, 1e38, -1e38]]
    )  # fmt: skip
    rows = random.choice(cells, (80, 3))
    np.testing.assert_allclose(
        answers(state_of(model), rows), model.predict(rows), rtol=1e-13, atol=1e-13
    )


def test_a_missing_value_is_below_all_others() -> None:
    for some_missing in (False, True):
        X = np.linspace(-3.0, 3.0, 60)[:, None].copy()
        X[:5] = np.nan if some_missing else X[:5]
        model = fitted(X, np.nan_to_num(X[:, 0], nan=-9.0))
        missing, lowest = answers(state_of(model), np.array([[np.nan], [-1e30]]))
        assert (missing == lowest) == (not some_missing)
        assert missing == pytest.approx(model.predict([[np.nan]])[0])


def test_scale_and_bias_are_taken() -> None:
    X = np.linspace(-3.0, 3.0, 60).reshape(-1, 1)
    model = fitted(X, 100.0 + X[:, 0])
    model.set_scale_and_bias(2.5, -3.0)
    state = state_of(model)
    assert (state.rate, state.base) == (2.5, -3.0)
    np.testing.assert_allclose(answers(state, X), model.predict(X))


def test_covers_are_the_weights_of_training_rows() -> None:
    X = np.random.default_rng(0).normal(size=(100, 2))
    for tree in state_of(fitted(X, X[:, 0])).trees:
        assert tree.cover[0] == pytest.approx(100, abs=0.1)
        assert (tree.cover[tree.left == LEAF] > 0).all()


@pytest.mark.parametrize("parameters", [{"nan_mode": "Max"}, {"grow_policy": "Depthwise"}])
def test_what_cannot_be_exported_is_refused(parameters: dict[str, Any]) -> None:
    X = np.random.default_rng(0).normal(size=(100, 2))
    X[:20, 0] = np.nan
    model = fitted(X, np.nan_to_num(X[:, 0]), **parameters)
    with pytest.raises(ArtifactError, match="symmetric and nan_mode is Min"):
        read_fitted(model)
