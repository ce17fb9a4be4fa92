"""Only trees are walked: what the engine would follow out of them is refused."""

from typing import Any

import numpy as np
import pytest

from regression_model.artifact.inspection.trees import (
    MAX_SEARCHED,
    check_searches,
    check_trees,
)
from regression_model.exceptions import ArtifactError

GOOD: dict[str, Any] = {
    "aggregate_function": 1, "n_targets": 1, "tree_roots": [0],
    "nodes_featureids": [0, 0, 0], "nodes_modes": [0, 0, 0], "nodes_splits": [0.0, 1.0, 2.0],
    "nodes_truenodeids": [0, 1, 2], "nodes_trueleafs": [1, 1, 1],
    "nodes_falsenodeids": [1, 2, 3], "nodes_falseleafs": [0, 0, 1],
    "nodes_missing_value_tracks_true": [0, 0, 0],
    "leaf_targetids": [0, 0, 0, 0], "leaf_weights": [0.0, 1.0, 2.0, 3.0],
}  # fmt: skip
"""Three questions, each behind the one before, and four leaves."""


def arrays(trees: dict[str, Any]) -> dict[str, Any]:
    doubles = {"nodes_splits", "leaf_weights"}
    kinds = {key: float if key in doubles else np.int64 for key in trees}
    return {
        key: np.array(values, kinds[key]) if isinstance(values, list) else values
        for key, values in trees.items()
    }


TREES: dict[str, tuple[str, Any, str]] = {
    "a cycle": ("nodes_falsenodeids", [0, 2, 1], "no parent, or more than one"),
    "a node that is not there": ("nodes_falsenodeids", [1, 9, 3], "that are not there"),
    "a node before the first": ("nodes_falsenodeids", [1, -1, 3], "that are not there"),
    "a leaf twice": ("nodes_truenodeids", [0, 0, 2], "no parent, or more than one"),
    "no root": ("tree_roots", [], "no parent, or more than one"),
    "another root": ("tree_roots", [1], "no parent, or more than one"),
    "a root that is not there": ("tree_roots", [7], "that are not there"),
    "a column that is not there": ("nodes_featureids", [0, 1, 0], "column that is not there"),
    "another flag": ("nodes_trueleafs", [1, 1, 2], "neither 0 nor 1"),
    "another way to compare": ("nodes_modes", [0, 3, 0], "compare in another way"),
    "another target": ("leaf_targetids", [0, 0, 1, 0], "another target"),
    "a list cut short": ("nodes_featureids", [0, 0], "lists of nodes differ"),
    "leaves cut short": ("leaf_targetids", [0], "lists of leaves differ"),
    "two targets": ("n_targets", 2, "anything but one sum"),
    "another flag of missing cells": (
        "nodes_missing_value_tracks_true",
        [0, -1, 0],
        "neither 0 nor 1",
    ),
    "a column before the first": ("nodes_featureids", [0, -1, 0], "column that is not there"),
    "no sum": ("aggregate_function", 2, "anything but one sum"),
    "a threshold that is no number": ("nodes_splits", [0.0, np.nan, 0.0], "not finite"),
    "a leaf that is no number": ("leaf_weights", [0.0, np.nan, 0.0, 0.0], "not finite"),
    "a leaf that is infinite": ("leaf_weights", [0.0, np.inf, 0.0, 0.0], "not finite"),
}


@pytest.mark.parametrize("case", TREES)
def test_nodes_that_are_no_trees_are_refused(case: str) -> None:
    name, value, said = TREES[case]
    check_trees(arrays(GOOD), 1)
    with pytest.raises(ArtifactError, match=said):
        check_trees(arrays({**GOOD, name: value}), 1)


def test_a_circle_to_which_no_root_leads_is_refused() -> None:
    # the second node and the third are each other's only parent
    circle = {"nodes_falsenodeids": [1, 2, 1], "nodes_falseleafs": [1, 0, 0]}
    leaves = {"leaf_weights": [0.0, 1.0, 2.0, 3.0], "nodes_truenodeids": [0, 2, 3]}
    with pytest.raises(ArtifactError, match="no root leads to"):
        check_trees(arrays({**GOOD, **circle, **leaves}), 1)


def test_a_question_that_all_numbers_answer_alike_is_one() -> None:
    check_trees(arrays({**GOOD, "nodes_splits": [np.inf, -np.inf, 0.0]}), 1)


def test_the_search_for_roots_has_a_bound_for_all_ensembles_together() -> None:
    check_searches([(1, MAX_SEARCHED // 2), (MAX_SEARCHED // 2, 1)])
    with pytest.raises(ArtifactError, match="trees times nodes are 5,000,000,001"):
        check_searches([(1, MAX_SEARCHED // 2), (MAX_SEARCHED // 2 + 1, 1)])
