"""Boosting of symmetric trees: an estimator like others, that learns what it should."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from regression_model.estimators.symmetric import SymmetricBoostingRegressor

Floats = npt.NDArray[np.float64]


def small(**changes: Any) -> SymmetricBoostingRegressor:
    given_settings: dict[str, Any] = {"n_estimators": 20, "max_depth": 3, "random_state": 0}
    return SymmetricBoostingRegressor(**given_settings | changes)


def known_exceptions(_: Any) -> dict[str, str]:
    drawn = "rows of weight zero take part in bins, and in the draw of rows"
    return dict.fromkeys(
        (
            "check_sample_weight_equivalence_on_dense_data",
            "check_sample_weight_equivalence_on_sparse_data",
        ),
        drawn,
    )


@parametrize_with_checks(
    [small(), small(learning_rate=0.5, subsample=1.0, random_strength=0.0)],
    expected_failed_checks=known_exceptions,
)
def test_it_is_an_estimator_as_scikit_learn_wants_them(estimator: Any, check: Any) -> None:
    check(estimator)


def test_smooth_functions_are_learned_better_than_by_asymmetric_trees() -> None:
    X, y = make_friedman1(900, noise=0.5, random_state=1)
    X_new, truth = make_friedman1(2_000, noise=0.0, random_state=2)
    ours = SymmetricBoostingRegressor(n_estimators=400, max_depth=4, random_state=0).fit(X, y)
    theirs = HistGradientBoostingRegressor(max_iter=400, early_stopping=False, random_state=0)
    errors = [
        np.sqrt(np.mean(np.square(model.predict(X_new) - truth)))
        for model in (ours, theirs.fit(X, y))
    ]
    assert errors[0] < 0.9 * errors[1]


def leaves_by_hand(model: SymmetricBoostingRegressor, X: Floats, tree: int) -> Floats:
    """Read the answers as binary digits, row by row."""
    found = []
    for row in X:
        leaf = 0
        for feature, threshold in zip(model.features_[tree], model.thresholds_[tree], strict=True):
            goes_left = np.isnan(row[feature]) or row[feature] <= threshold
            leaf = 2 * leaf + (not goes_left)
        found.append(leaf)
    return np.array(found)


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 10_000),
    max_bins=st.sampled_from([2, 5, 255]),
    depth=st.integers(1, 4),
    missing=st.sampled_from([0.0, 0.3]),
    spread=st.sampled_from([1.0, 4.0]),
)
def test_leaves_hold_shrunken_means_of_what_is_left(
    seed: int, max_bins: int, depth: int, missing: float, spread: float
) -> None:
    random = np.random.default_rng(seed)
    X = random.choice(np.round(random.normal(size=12), 2), (50, 3))
    X[random.random(X.shape) < missing] = np.nan
    y = random.normal(size=50)
    weights = random.uniform(1.0, spread, 50)
    weights /= weights.mean()
    model = small(n_estimators=4, max_depth=depth, max_bins=max_bins, learning_rate=0.3)
    model.fit(X, y, sample_weight=None if spread == 1 else weights)
    residuals = y - np.average(y, weights=weights)
    for tree in range(4):
        leaves = leaves_by_hand(model, X, tree)
        for leaf in range(1 << depth):
            inside = leaves == leaf
            cover = weights[inside].sum()
            value = 0.3 * (weights * residuals)[inside].sum() / (cover + 3.0)
            assert model.covers_[tree, leaf] == pytest.approx(cover)
            assert model.values_[tree, leaf] == pytest.approx(value, abs=1e-12)
        residuals -= model.values_[tree][leaves]
    np.testing.assert_allclose(y - residuals, model.predict(X), atol=1e-12)


def test_the_first_question_is_the_one_that_explains_most() -> None:
    random = np.random.default_rng(5)
    X = random.normal(size=(400, 4))
    y = 3.0 * (X[:, 2] > 0.5) + 0.1 * random.normal(size=400)
    model = small(n_estimators=1, subsample=1.0, random_strength=0.0).fit(X, y)
    assert model.features_[0, 0] == 2
    assert model.thresholds_[0, 0] == pytest.approx(0.5, abs=0.1)


def test_missing_values_are_a_side_of_their_own() -> None:
    random = np.random.default_rng(6)
    X = random.normal(size=(300, 2))
    X[:150, 0] = np.nan
    y = np.where(np.isnan(X[:, 0]), 5.0, 0.0)
    model = small(n_estimators=80, max_depth=1, learning_rate=0.3, random_strength=0).fit(X, y)
    answers = model.predict([[np.nan, 0.0], [X[:, 0][150:].min() - 9, 0.0], [9.0, 0.0]])
    np.testing.assert_allclose(answers, [5.0, 0.0, 0.0], atol=0.1)


def test_a_weight_of_two_is_the_row_twice() -> None:
    random = np.random.default_rng(7)
    X, y = random.normal(size=(60, 3)), random.normal(size=60)
    counts = random.integers(1, 3, 60)
    settings_ = {"subsample": 1.0, "random_strength": 0.0, "l2_regularization": 1e-9}
    weighted = small(**settings_).fit(X, y, sample_weight=counts)
    twice = small(**settings_).fit(np.repeat(X, counts, axis=0), np.repeat(y, counts))
    np.testing.assert_allclose(weighted.predict(X), twice.predict(X), atol=1e-6)


def test_features_that_say_nothing_are_no_question() -> None:
    X = np.column_stack([np.ones(30), np.full(30, np.nan)])
    model = small().fit(X, np.arange(30.0))
    np.testing.assert_allclose(model.predict(X), 14.5)
    assert np.isinf(model.thresholds_).all()


@pytest.mark.parametrize("max_bins", [2, 7, 255])
def test_thresholds_lie_between_values_and_share_the_rows_out(max_bins: int) -> None:
    random = np.random.default_rng(8)
    X = random.exponential(size=(1_000, 1))
    model = small(max_bins=max_bins, n_estimators=200, random_strength=3.0).fit(X, X[:, 0])
    used = np.unique(model.thresholds_[np.isfinite(model.thresholds_)])
    assert len(used) <= max_bins - 1
    assert not np.isin(used, X).any()
    shares = np.searchsorted(np.sort(X[:, 0]), used) / 1_000
    grid = np.arange(1, max_bins) / max_bins
    assert all(np.abs(grid - share).min() < 2e-3 for share in shares)


def test_equal_seeds_give_equal_models_and_others_do_not() -> None:
    random = np.random.default_rng(9)
    X, y = random.normal(size=(80, 3)), random.normal(size=80)
    first, second, other = (small(random_state=seed).fit(X, y).predict(X) for seed in (1, 1, 2))
    assert first.tolist() == second.tolist()
    assert first.tolist() != other.tolist()


@pytest.mark.parametrize("wrong", [{"max_bins": 256}, {"max_bins": 1}, {"max_depth": 11}])
def test_what_would_not_fit_its_arrays_is_refused(wrong: dict[str, int]) -> None:
    name = next(iter(wrong))
    with pytest.raises(ValueError, match=f"{name} must be from"):
        small(**wrong).fit(np.eye(3), np.arange(3.0))
