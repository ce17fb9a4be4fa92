"""Shapley values of trees: those of the definition, and those of the best known package."""

import math
import warnings
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
)

from regression_model.artifact.shapley import TreeExplainer, work
from regression_model.estimators.fitted import Trees
from regression_model.estimators.hist_gradient_boosting import HistGradientBoostingEstimator
from regression_model.estimators.registry import read_fitted
from regression_model.export.trees import scaled_trees, tree_arrays

Floats = npt.NDArray[np.float64]
Node = tuple[Any, ...]
"""A leaf (value, cover), or a split (column, threshold, missing left, left, right)."""

N_COLUMNS = 4
CELLS = [-1.0, -0.5, 0.0, 0.5, 1.0, np.nan]
LEAF = 2


def value_of(node: Node, row: Floats, known: frozenset[int]) -> float:
    """Return what a tree says of a row of which only some columns are known."""
    if len(node) == LEAF:
        return float(node[0])
    column, threshold, missing_left, left, right = node
    if column in known:
        cell = row[column]
        goes_left = missing_left if np.isnan(cell) else cell <= threshold
        return value_of(left if goes_left else right, row, known)
    covers = cover_of(left), cover_of(right)
    values = value_of(left, row, known), value_of(right, row, known)
    return (values[0] * covers[0] + values[1] * covers[1]) / sum(covers)


def cover_of(node: Node) -> float:
    return float(node[1]) if len(node) == LEAF else cover_of(node[3]) + cover_of(node[4])


def by_definition(node: Node, row: Floats, n_columns: int) -> Floats:
    """Return each column's Shapley value, by enumeration of all sets of known columns."""
    found = np.zeros(n_columns)
    for column in range(n_columns):
        others = [c for c in range(n_columns) if c != column]
        for size in range(n_columns):
            weight = 1 / (n_columns * math.comb(n_columns - 1, size))
            for known in map(frozenset, combinations(others, size)):
                gain = value_of(node, row, known | {column}) - value_of(node, row, known)
                found[column] += weight * gain
    return found


def nodes_of(*roots: Node) -> dict[str, Any]:
    """Return trees as the arrays that an artifact holds."""
    flat: list[tuple[int, float, int, int, bool, float, float]] = []

    def put(node: Node) -> int:
        place = len(flat)
        if len(node) == LEAF:
            flat.append((0, 0.0, -1, -1, False, node[0], node[1]))
            return place
        column, threshold, missing_left, left, right = node
        flat.append((0, 0.0, 0, 0, False, 0.0, 0.0))
        places = put(left), put(right)
        flat[place] = (column, threshold, *places, missing_left, 0.0, cover_of(node))
        return place

    starts = [put(root) for root in roots]
    names = ("column", "threshold", "left", "right", "missing_left", "value", "cover")
    arrays = {name: np.array([f[i] for f in flat]) for i, name in enumerate(names)}
    return {**arrays, "roots": np.array(starts)}


def explainer_of(*roots: Node, n_columns: int = N_COLUMNS) -> TreeExplainer:
    return TreeExplainer(nodes_of(*roots), np.arange(n_columns), n_columns)


LEAVES = st.tuples(st.floats(-5, 5).map(lambda v: round(v, 3)), st.integers(1, 20))
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda nodes: st.tuples(
        st.integers(0, N_COLUMNS - 1),
        st.sampled_from([-0.75, -0.5, 0.0, 0.25]),
        st.booleans(),
        nodes,
        nodes,
    ),
    max_leaves=10,
)
ROWS = st.lists(st.tuples(*[st.sampled_from(CELLS)] * N_COLUMNS), min_size=1, max_size=3).map(
    lambda rows: np.array(rows, dtype=np.float64)
)


@settings(deadline=None, max_examples=60)
@given(tree=TREES, rows=ROWS)
def test_any_tree_is_explained_as_the_definition_says(tree: Node, rows: Floats) -> None:
    explainer = explainer_of(tree)
    expected = [by_definition(tree, row, N_COLUMNS) for row in rows]
    np.testing.assert_allclose(explainer.contributions(rows), expected, atol=1e-12)
    assert explainer.base == pytest.approx(value_of(tree, rows[0], frozenset()), abs=1e-12)


@settings(deadline=None, max_examples=30)
@given(trees=st.lists(TREES, min_size=1, max_size=4), rows=ROWS)
def test_a_sum_of_trees_has_the_sum_of_their_values(trees: list[Node], rows: Floats) -> None:
    together = explainer_of(*trees)
    alone = [explainer_of(tree) for tree in trees]
    parts = sum(explainer.contributions(rows) for explainer in alone)
    np.testing.assert_allclose(together.contributions(rows), parts, atol=1e-12)
    everything = frozenset(range(N_COLUMNS))
    for row, found in zip(rows, together.contributions(rows), strict=True):
        answer = sum(value_of(tree, row, everything) for tree in trees)
        assert together.base + found.sum() == pytest.approx(answer, abs=1e-11)


@settings(deadline=None, max_examples=30)
@given(tree=TREES, rows=ROWS, owners=st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_columns_of_one_feature_are_added_up(tree: Node, rows: Floats, owners: list[int]) -> None:
    found = TreeExplainer(nodes_of(tree), np.array(owners), 3).contributions(rows)
    by_column = explainer_of(tree).contributions(rows)
    expected = np.zeros((len(rows), 3))
    for column, owner in enumerate(owners):
        expected[:, owner] += by_column[:, column]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_one_split_is_explained_as_by_hand() -> None:
    tree = (1, 0.5, True, (10.0, 3), (2.0, 1))
    explainer = explainer_of(tree)
    assert explainer.base == 8.0
    rows = np.array([[9.0, 0.5, 9.0, 9.0], [0.0, 0.6, 0.0, 0.0], [0.0, np.nan, 0.0, 0.0]])
    found = explainer.contributions(rows)
    np.testing.assert_allclose(found[:, 1], [2.0, -6.0, 2.0], atol=1e-14)
    assert not found[:, [0, 2, 3]].any()


def test_a_column_that_a_path_asks_twice_counts_once() -> None:
    inner = (0, 0.0, False, (1.0, 2), (5.0, 3))
    tree = (0, 0.5, False, (1, 0.0, True, inner, (7.0, 4)), (-3.0, 6))
    for row in ([-1.0, -1.0], [0.2, -1.0], [0.2, 1.0], [0.9, 0.0], [np.nan, np.nan]):
        x = np.array([row])
        expected = by_definition(tree, x[0], 2)
        np.testing.assert_allclose(
            explainer_of(tree, n_columns=2).contributions(x)[0], expected, atol=1e-13
        )


def test_a_path_that_no_row_can_take_adds_nothing_but_its_share() -> None:
    impossible = (0, 1.0, True, (100.0, 5), (1.0, 5))
    tree = (0, 2.0, True, (0.0, 10), impossible)
    x = np.array([[3.0], [1.5]])
    expected = [by_definition(tree, row, 1) for row in x]
    np.testing.assert_allclose(explainer_of(tree, n_columns=1).contributions(x), expected)


@pytest.mark.parametrize("missing_left", [True, False])
def test_a_missing_value_goes_where_its_split_says(missing_left: bool) -> None:  # noqa: FBT001
    tree = (0, 0.0, missing_left, (1.0, 1), (0, 1.0, not missing_left, (2.0, 1), (3.0, 2)))
    explainer = explainer_of(tree, n_columns=1)
    (missing,) = explainer.base + explainer.contributions(np.array([[np.nan]]))[0]
    assert missing == pytest.approx(1.0 if missing_left else 2.0)


def test_trees_of_one_leaf_are_all_base() -> None:
    explainer = explainer_of((2.5, 7), (-1.0, 3))
    assert explainer.base == 1.5
    np.testing.assert_array_equal(explainer.contributions(np.zeros((2, 4))), np.zeros((2, 4)))


def test_a_leaf_alone_among_grown_trees_moves_the_base_alone() -> None:
    grown = (1, 0.5, True, (10.0, 3), (2.0, 1))
    with_leaf, without = explainer_of((2.5, 7), grown), explainer_of(grown)
    x = np.array([[0.0, 1.0, 0.0, 0.0]])
    assert with_leaf.base == without.base + 2.5
    np.testing.assert_array_equal(with_leaf.contributions(x), without.contributions(x))


def test_no_trees_and_no_rows_have_no_contributions() -> None:
    nothing = TreeExplainer(tree_arrays([]), np.zeros(0, int), 3)
    assert nothing.base == 0.0
    np.testing.assert_array_equal(nothing.contributions(np.zeros((2, 0))), np.zeros((2, 3)))
    some = explainer_of((1, 0.5, True, (10.0, 3), (2.0, 1)))
    assert some.contributions(np.zeros((0, 4))).shape == (0, 4)


def test_many_rows_are_explained_as_each_alone() -> None:
    random = np.random.default_rng(5)
    X, y = random.normal(size=(200, 4)), random.normal(size=200)
    explainer, _ = fitted_explainer(RandomForestRegressor(30, random_state=1).fit(X, y))
    rows = np.tile(X, (3, 1))
    together = explainer.contributions(rows)
    alone = np.vstack([explainer.contributions(row[None, :]) for row in X[:40]])
    np.testing.assert_array_equal(together[:40], alone)
    np.testing.assert_array_equal(together[:200], together[400:])


def test_work_grows_with_leaves_and_depth() -> None:
    assert [work(10, 1), work(10, 2), work(10, 3), work(20, 3)] == [10, 20, 60, 120]
    tree = (0, 0.0, True, (1.0, 1), (1, 1.0, True, (2.0, 1), (3.0, 2)))
    assert explainer_of(tree).work == work(1, 1) + work(2, 2)


def fitted_explainer(model: Any) -> tuple[TreeExplainer, float]:
    """Return the explainer of a fitted ensemble, and what the ensemble adds to its trees."""
    if isinstance(model, HistGradientBoostingRegressor):  # ours derives from it
        ensemble = HistGradientBoostingEstimator().read(model)
    else:
        found = read_fitted(model)
        assert isinstance(found, Trees)
        ensemble = found
    columns = np.arange(model.n_features_in_)
    arrays = tree_arrays([(tree, columns.tolist()) for tree in scaled_trees(ensemble, 1.0)])
    return TreeExplainer(arrays, columns, len(columns)), ensemble.base


MODELS: dict[str, Any] = {
    "gradient boosting": GradientBoostingRegressor(n_estimators=25, max_depth=4, subsample=0.7),
    "histogram boosting": HistGradientBoostingRegressor(max_iter=20, min_samples_leaf=5),
    "random forest": RandomForestRegressor(10, max_depth=7),
    "extra trees": ExtraTreesRegressor(10, max_depth=7),
}
WITH_MISSING = ("histogram boosting", "random forest", "extra trees")
MISSING_IN = "histogram boosting"


def fitted(name: str, *, missing: bool) -> tuple[Any, Floats]:
    random = np.random.default_rng(7)
    X = random.normal(size=(200, 6))
    y = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + 0.1 * random.normal(size=200)
    if missing:
        X[random.random(X.shape) < 0.15] = np.nan
    model = MODELS[name].set_params(random_state=3).fit(X, y)
    rows = np.vstack([X[:60], random.normal(scale=3.0, size=(20, 6))])
    return model, rows.astype(np.float32).astype(np.float64)


@pytest.mark.parametrize(
    ("name", "missing"),
    [*((name, False) for name in MODELS), *((name, True) for name in WITH_MISSING)],
)
def test_contributions_add_up_to_the_prediction(name: str, missing: bool) -> None:  # noqa: FBT001
    model, rows = fitted(name, missing=missing)
    explainer, constant = fitted_explainer(model)
    sums = constant + explainer.base + explainer.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(sums, model.predict(rows), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "missing"), [*((n, False) for n in MODELS), (MISSING_IN, True)])
def test_values_are_those_of_the_shap_package(name: str, missing: bool) -> None:  # noqa: FBT001
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shap = pytest.importorskip("shap", exc_type=ImportError)
        model, rows = fitted(name, missing=missing)
        theirs = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
        expected = theirs.shap_values(rows, check_additivity=False)
        expected_base = float(np.ravel(theirs.expected_value)[0])
    explainer, constant = fitted_explainer(model)
    np.testing.assert_allclose(explainer.contributions(rows), expected, atol=1e-6)
    assert explainer.base + constant == pytest.approx(expected_base, abs=1e-6)
