"""Trees of scikit-learn in the graph: equal at thresholds, right beside them and at extremes."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import GradientBoostingRegressor, VotingRegressor
from sklearn.pipeline import Pipeline

from regression_model.artifact.runtime import Engine
from regression_model.estimators.fitted import LEAF, Tree, Trees
from regression_model.estimators.symmetric_trees import read_symmetric_tree
from regression_model.estimators.trees import read_tree
from regression_model.export.pipelines import export_pipeline
from regression_model.export.trees import scaled_trees, tree_arrays
from regression_model.processing.schema import Column, Schema
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.numbers import MedianImputer
from regression_model.transformers.target import TargetRegressor, make_transformer

Floats = npt.NDArray[np.float64]
NAMES = ["a", "b", "c"]
CELLS = [0.1, 0.2, 0.3, 1 / 3, 1e-30, 1e30, -7.0, 16777217.0, 16777219.0]


def pipeline(*estimators: GradientBoostingRegressor) -> Pipeline:
    branches = [
        (
            f"trees{i}",
            Pipeline(
                [("impute", MedianImputer(NAMES, indicators=False)), ("estimator", estimator)]
            ).set_output(transform="pandas"),
        )
        for i, estimator in enumerate(estimators)
    ]
    average = VotingRegressor(branches, weights=[1.0] * len(branches))
    schema = Schema(tuple(Column(name, "number") for name in NAMES))
    model = TargetRegressor(average, transformer=make_transformer("none"))
    return Pipeline([("encode", Encoder(schema)), ("model", model)])


def training(seed: int) -> tuple[pd.DataFrame, Floats]:
    random = np.random.default_rng(seed)
    X = random.choice([*CELLS, np.nan], (60, len(NAMES)))
    return pd.DataFrame(X, columns=NAMES), random.normal(size=60)


def trees_of(fitted: Pipeline) -> list[Any]:
    branches = fitted[-1].regressor_.estimators_
    return [tree.tree_ for branch in branches for tree in branch[-1].estimators_[:, 0]]


def cells_at_thresholds(fitted: Pipeline) -> Floats:
    thresholds = np.concatenate([tree.threshold for tree in trees_of(fitted)])
    single = thresholds.astype(np.float32)
    up, down = np.float32(np.inf), np.float32(-np.inf)
    return np.concatenate(
        [
            thresholds,
            np.nextafter(thresholds, np.inf),
            np.nextafter(thresholds, -np.inf),
            single.astype(np.float64),
            np.nextafter(single, up).astype(np.float64),
            np.nextafter(single, down).astype(np.float64),
            [*CELLS, 0.0, -0.0, -1e30, np.nan],
        ]
    )


def assert_equal_everywhere(fitted: Pipeline, seed: int) -> None:
    cells = cells_at_thresholds(fitted)
    rows = np.random.default_rng(seed).choice(cells, (400, len(NAMES)))
    expected = fitted.predict(pd.DataFrame(rows, columns=NAMES))
    score, prediction = Engine(export_pipeline(fitted), len(NAMES)).run(rows)
    np.testing.assert_allclose(score, expected, rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(prediction, score)


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 10**6),
    n_trees=st.integers(1, 8),
    depth=st.integers(1, 6),
    learning_rate=st.sampled_from([1.0, 0.1, 1 / 3]),
    subsample=st.sampled_from([1.0, 0.5]),
)
def test_trees_answer_as_scikit_learns_do(
    seed: int, n_trees: int, depth: int, learning_rate: float, subsample: float
) -> None:
    estimator = GradientBoostingRegressor(
        n_estimators=n_trees,
        max_depth=depth,
        learning_rate=learning_rate,
        subsample=subsample,
        random_state=seed,
    )
    assert_equal_everywhere(pipeline(estimator).fit(*training(seed)), seed)


@pytest.mark.parametrize("min_samples_leaf", [60, 12])
def test_trees_of_one_leaf_say_the_same_of_every_row(min_samples_leaf: int) -> None:
    estimator = GradientBoostingRegressor(
        n_estimators=5,
        loss="huber",
        min_samples_leaf=min_samples_leaf,
        subsample=0.5,
        random_state=1,
    )
    fitted = pipeline(estimator).fit(*training(1))
    sizes = [tree.node_count for tree in trees_of(fitted)]
    leaves = [tree.value.ravel()[0] for tree in trees_of(fitted)]
    assert (set(sizes) == {1}) == (min_samples_leaf == 60)
    assert any(leaves)
    assert_equal_everywhere(fitted, 1)


def test_one_leaf_among_trees_with_splits_keeps_its_own_value() -> None:
    lonely = GradientBoostingRegressor(n_estimators=2, loss="huber", min_samples_leaf=60)
    grown = GradientBoostingRegressor(n_estimators=2, max_depth=3, random_state=2)
    for estimators in ((lonely, grown), (grown, lonely)):
        assert_equal_everywhere(pipeline(*estimators).fit(*training(2)), 2)


def test_leaf_values_are_read_times_a_scale() -> None:
    fitted = pipeline(GradientBoostingRegressor(n_estimators=1)).fit(*training(3))
    tree = trees_of(fitted)[0]
    (read,) = scaled_trees(Trees([read_tree(tree)]), 0.25)
    np.testing.assert_array_equal(read.value, tree.value[:, 0, 0] * 0.25)


def test_thresholds_decide_in_double_as_scikit_learn_does_in_single_precision() -> None:
    fitted = pipeline(GradientBoostingRegressor(n_estimators=20)).fit(*training(3))
    for tree in trees_of(fitted):
        inner = tree.children_left != -1
        (double,) = scaled_trees(Trees([read_tree(tree)], single=True), 1.0)
        expected, read = tree.threshold[inner], double.threshold[inner]
        single = expected.astype(np.float32)
        for step in (-2, -1, 0, 1, 2):
            for near in (expected, read, single.astype(np.float64)):
                x = near + step * np.spacing(near)
                np.testing.assert_array_equal(
                    x.astype(np.float32).astype(np.float64) <= expected, x <= read
                )


def test_nodes_in_arrays_stand_before_their_children_and_leaves_last_by_value() -> None:
    grown = GradientBoostingRegressor(n_estimators=9, max_depth=3, subsample=0.7, random_state=2)
    trees = [read_tree(tree) for tree in trees_of(pipeline(grown).fit(*training(5)))]
    arrays = tree_arrays([(tree, [0, 1, 2]) for tree in trees])
    is_leaf = arrays["left"] == LEAF
    n_inner = np.count_nonzero(~is_leaf)
    assert not is_leaf[:n_inner].any()
    assert not arrays["value"][:n_inner].any()
    assert (np.diff(arrays["value"][n_inner:]) >= 0).all()
    for side in ("left", "right"):
        assert (arrays[side][:n_inner] > np.arange(n_inner)).all()
    roots, column = arrays.pop("roots"), arrays.pop("column")
    all_nodes = Tree(feature=column, **arrays)
    for row in training(6)[0].to_numpy():
        found = [answer(all_nodes, row, root) for root in roots.tolist()]
        assert found == [answer(tree, row) for tree in trees]


def answer(tree: Tree, row: Floats, node: int = 0) -> float:
    while tree.left[node] != -1:
        cell = row[tree.feature[node]]
        goes_left = tree.missing_left[node] if np.isnan(cell) else cell <= tree.threshold[node]
        node = tree.left[node] if goes_left else tree.right[node]
    return float(tree.value[node])


def test_questions_whose_answer_is_known_are_not_asked_again() -> None:
    features, thresholds = np.array([0, 0, 0]), np.array([2.0, 1.0, 2.0])
    values, covers = np.arange(1.0, 9.0), np.ones(8)
    tree = read_symmetric_tree(features, thresholds, values, covers)
    assert np.count_nonzero(tree.left == -1) == 3
    found = {x: answer(tree, np.array([x])) for x in (0.5, 1.5, 2.5, np.nan)}
    assert list(found.values()) == [1.0, 3.0, 8.0, 1.0]
    alike = read_symmetric_tree(features, thresholds, np.ones(8), covers)
    assert (len(alike.left), alike.value[0], alike.cover[0]) == (1, 1.0, 8.0)
