"""What trees have in common: the preparation of features, and scikit-learn's arrays."""

from typing import Any, TypeVar

import numpy as np

from regression_model.estimators.estimator import Estimator, Features, Step
from regression_model.estimators.fitted import Tree
from regression_model.estimators.settings import ImputedTreeSettings, TreeSettings

TreeSettingsT = TypeVar("TreeSettingsT", bound=TreeSettings)
ImputedTreeSettingsT = TypeVar("ImputedTreeSettingsT", bound=ImputedTreeSettings)


class TreeEstimator(Estimator[TreeSettingsT]):
    """Base of trees that take missing values."""

    shared = TreeSettings

    def steps(self, settings: TreeSettingsT, features: Features, seed: int) -> list[Step]:
        """Turn levels into 0/1 columns, their mean target or both with how common they are."""
        # scikit-learn and pandas are loaded when a pipeline is built, not with the config
        from regression_model.estimators.preparation import level_steps

        return level_steps(settings, features, seed)


class ImputedTreeEstimator(TreeEstimator[ImputedTreeSettingsT]):
    """Base of trees that take no missing values."""

    shared = ImputedTreeSettings

    def steps(self, settings: ImputedTreeSettingsT, features: Features, seed: int) -> list[Step]:
        """Prepare levels, then put medians in place of missing numbers."""
        from regression_model.estimators.preparation import imputed_steps  # as above

        return [*super().steps(settings, features, seed), *imputed_steps(settings, features)]


def read_tree(tree: Any) -> Tree:
    """Return scikit-learn's ``tree_`` structure, which compares in single precision."""
    return Tree(
        feature=tree.feature,
        threshold=tree.threshold,
        left=tree.children_left,
        right=tree.children_right,
        missing_left=np.asarray(tree.missing_go_to_left, dtype=bool),
        value=tree.value[:, 0, 0],
        cover=tree.weighted_n_node_samples,
    )
