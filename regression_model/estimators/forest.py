"""What both kinds of forest have in common."""

from typing import Annotated, Any, TypeVar

from pydantic import Field

from regression_model.estimators.fitted import Trees
from regression_model.estimators.settings import Count, ImputedTreeSettings
from regression_model.estimators.trees import ImputedTreeEstimator, read_tree


class ForestSettings(ImputedTreeSettings):
    """Limits of a forest, so that its artifact stays small."""

    n_estimators: Annotated[Count, Field(description="Number of trees.")] = 100
    max_depth: Annotated[int, Field(ge=1, le=30, description="Depth of each tree.")] = 12
    max_leaf_nodes: Annotated[int, Field(ge=2, le=65536, description="Leaves of each tree.")] = 256
    min_samples_leaf: Annotated[Count, Field(description="Training rows that a leaf needs.")] = 3
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features tried at each split.")
    ] = 0.33


ForestSettingsT = TypeVar("ForestSettingsT", bound=ForestSettings)


class ForestEstimator(ImputedTreeEstimator[ForestSettingsT]):
    """Base of forests: the mean of trees that know nothing of each other."""

    def read(self, model: Any) -> Trees:
        """Return the trees."""
        trees = [read_tree(tree.tree_) for tree in model.estimators_]
        return Trees(trees, averaged=True, single=True)
