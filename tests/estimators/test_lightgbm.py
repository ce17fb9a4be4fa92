"""LightGBM's trees as plain arrays: exact, whatever the thresholds and whatever is missing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lightgbm import LGBMRegressor
from plain_arrays import answers

from regression_model.estimators.fitted import LEAF, Trees
from regression_model.estimators.registry import read_fitted
from regression_model.exceptions import ArtifactError

Floats = npt.NDArray[np.float64]
CELLS = [0.1, 0.2, 1 / 3, 1e-30, 1e30, -7.0, 16777217.0, 16777219.0, 1e-35, -1e-36, 0.0, -0.0]


def fitted(X: Floats, y: Floats, **parameters: Any) -> Any:
    given = {"n_estimators": 5, "min_child_samples": 2, "n_jobs": 1, "verbosity": -1, **parameters}
    return LGBMRegressor(**given).fit(X, y)


def state_of(model: Any) -> Trees:
    state = read_fitted(model)
    assert isinstance(state, Trees)
    return state


def assert_exact(model: Any, seed: int, n_features: int) -> None:
    state = state_of(model)
    inner = [tree.threshold[tree.left != LEAF] for tree in state.trees]
    at = np.concatenate(inner)
    at = at[np.isfinite(at)]
    cells = np.concatenate([at, np.nextafter(at, np.inf), np.nextafter(at, -np.inf), CELLS,
                            [np.nan, 1e300, -1e300]])  # fmt: skip
    rows = np.random.default_rng(seed).choice(cells, (80, n_features))
    np.testing.assert_allclose(answers(state, rows), model.predict(rows), rtol=1e-13, atol=1e-13)


@settings(deadline=None, max_examples=20)
@given(
    seed=st.integers(0, 10**6),
    missing=st.sampled_from([0.0, 0.2, 0.9]),
    num_leaves=st.integers(2, 20),
    max_bin=st.sampled_from([2, 16, 255]),
)
def test_trees_answer_as_the_library_does_at_thresholds_and_beside(
    seed: int, missing: float, num_leaves: int, max_bin: int
) -> None:
    random = np.random.default_rng(seed)
    X = random.choice(CELLS, (90, 3))
    X[random.random(X.shape) < missing] = np.nan
    model = fitted(X, random.normal(size=90), num_leaves=num_leaves, max_bin=max_bin)
    assert_exact(model, seed, 3)


def test_a_missing_value_that_training_never_saw_is_taken_as_zero() -> None:
    X = np.linspace(-3.0, 3.0, 60).reshape(-1, 1)
    model = fitted(X, np.abs(X[:, 0]) * X[:, 0])
    missing, zero = model.predict([[np.nan], [0.0]])
    assert missing == zero != model.predict([[-3.0]])[0]
    assert_exact(model, 1, 1)


def test_a_question_that_only_missing_values_answer_has_an_infinite_threshold() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(100, 1))
    X[:40] = np.nan
    model = fitted(X, np.where(np.isnan(X[:, 0]), 5.0, 0.0), num_leaves=2, n_estimators=1)
    (tree,) = state_of(model).trees
    assert tree.threshold[0] == np.inf
    assert model.predict([[np.nan]])[0] > model.predict([[1e30]])[0]
    assert_exact(model, 2, 1)


def test_trees_of_one_leaf_are_read() -> None:
    X = np.arange(30.0).reshape(-1, 1)
    model = fitted(X, X[:, 0], min_child_samples=30)
    assert [len(tree.value) for tree in state_of(model).trees] == [1]
    np.testing.assert_allclose(answers(state_of(model), X), model.predict(X))


def test_covers_are_training_rows() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(100, 2))
    for tree in state_of(fitted(X, X[:, 0])).trees:
        assert tree.cover[0] == tree.cover[tree.left == LEAF].sum() == 100


@pytest.mark.parametrize("parameters", [{"linear_tree": True}, {"zero_as_missing": True}])
def test_what_cannot_be_exported_is_refused(parameters: dict[str, Any]) -> None:
    X = np.random.default_rng(0).normal(size=(100, 2)).round(1)
    with pytest.raises(ArtifactError, match=r"LightGBM's .* cannot be exported"):
        read_fitted(fitted(X, X[:, 0], **parameters))
