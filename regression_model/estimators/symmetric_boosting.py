"""``symmetric_boosting``: boosted trees that ask the same question all over a level."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from regression_model.arrays import Floats, Indices
from regression_model.estimators.estimator import Features
from regression_model.estimators.fitted import LEAF, Tree, Trees
from regression_model.estimators.settings import Count, NonNegative, Positive, TreeSettings
from regression_model.estimators.trees import TreeEstimator

_SMALLEST_COVER = 1e-3
"""Of a leaf that no training row reached: explanations divide by covers."""


class SymmetricBoostingSettings(TreeSettings):
    """Boosted trees that ask the same question all over a level: good at smooth functions."""

    type: Literal["symmetric_boosting"]
    n_estimators: Annotated[Count, Field(description="Number of trees.")] = 1000
    learning_rate: Annotated[Positive, Field(description="Shrinkage of each tree.")] = 0.06
    max_depth: Annotated[int, Field(ge=1, le=10, description="Questions of each tree.")] = 6
    l2_regularization: Annotated[Positive, Field(description="Penalty on leaf values.")] = 3.0
    max_bins: Annotated[int, Field(ge=2, le=255, description="Bins of each feature.")] = 128
    subsample: Annotated[
        float, Field(gt=0, le=1, description="Share of rows that choose a tree's questions.")
    ] = 0.8
    max_features: Annotated[
        float, Field(gt=0, le=1, description="Share of features that a tree may ask about.")
    ] = 1.0
    random_strength: Annotated[
        NonNegative, Field(description="Chance in the choice of a question, against overfitting.")
    ] = 1.0


class SymmetricBoostingEstimator(TreeEstimator[SymmetricBoostingSettings]):
    """`SymmetricBoostingRegressor`, our own."""

    name = "symmetric_boosting"
    cost = 20.0
    settings = SymmetricBoostingSettings
    classes = frozenset({"regression_model.SymmetricBoostingRegressor"})

    def build(self, settings: SymmetricBoostingSettings, _: Features, seed: int) -> Any:
        """Return an unfitted `SymmetricBoostingRegressor`."""
        # imports scikit-learn, which is loaded when a pipeline is built, not with the config
        from regression_model.estimators.symmetric import SymmetricBoostingRegressor

        return SymmetricBoostingRegressor(**self.parameters(settings), random_state=seed)

    def read(self, model: Any) -> Trees:
        """Return the trees, which compare in double precision, and the mean target below them."""
        parts = zip(model.features_, model.thresholds_, model.values_, model.covers_, strict=True)
        return Trees([read_symmetric_tree(*tree) for tree in parts], base=model.base_)


def read_symmetric_tree(
    features: Indices, thresholds: Floats, values: Floats, covers: Floats
) -> Tree:
    """Write a symmetric tree as a binary one, without the nodes that say nothing.

    Left out are questions whose answer the path knows, and those of which both sides say the same.

    Parameters
    ----------
    features, thresholds : ndarray of shape (depth,)
        The question of each level. A row that misses the feature goes left.
    values, covers : ndarray of shape (2 ** depth,)
        Of each leaf, by the answers read as binary digits, left being 0.
    """
    nodes = _Nodes(features, thresholds, values, covers)
    nodes.add(0, slice(0, len(values)), {})
    return nodes.tree()


class _Node(NamedTuple):
    feature: int
    threshold: float
    left: int
    right: int
    value: float
    cover: float


@dataclass
class _Nodes:
    """The nodes of a symmetric tree under construction, each parent before its children."""

    features: Indices
    thresholds: Floats
    values: Floats
    covers: Floats
    nodes: list[_Node] = field(default_factory=list)

    def add(self, level: int, leaves: slice, bounds: dict[int, tuple[float, float]]) -> int:
        """Add the part of the tree below a node, and return the node's position.

        `leaves` are those below it; `bounds` are what its path knows of features: above the first,
        at most the second.
        """
        first = float(self.values[leaves.start])
        if level == len(self.features) or (self.values[leaves] == first).all():
            return self._append_leaf(first, leaves)
        feature, threshold = int(self.features[level]), float(self.thresholds[level])
        low, high = bounds.get(feature, (-np.inf, np.inf))
        middle = (leaves.start + leaves.stop) // 2
        left, right = slice(leaves.start, middle), slice(middle, leaves.stop)
        if high <= threshold:
            return self.add(level + 1, left, bounds)
        if low >= threshold:
            return self.add(level + 1, right, bounds)
        place = len(self.nodes)
        self.nodes.append(_Node(feature, threshold, LEAF, LEAF, 0.0, 0.0))  # children to come
        to_left = self.add(level + 1, left, bounds | {feature: (low, threshold)})
        to_right = self.add(level + 1, right, bounds | {feature: (threshold, high)})
        cover = self.nodes[to_left].cover + self.nodes[to_right].cover
        self.nodes[place] = _Node(feature, threshold, to_left, to_right, 0.0, cover)
        return place

    def _append_leaf(self, value: float, leaves: slice) -> int:
        cover = max(float(self.covers[leaves].sum()), _SMALLEST_COVER)
        self.nodes.append(_Node(0, 0.0, LEAF, LEAF, value, cover))
        return len(self.nodes) - 1

    def tree(self) -> Tree:
        """Return the nodes in arrays."""
        feature, threshold, left, right, value, cover = map(np.array, zip(*self.nodes, strict=True))
        missing_left = np.ones(len(self.nodes), dtype=bool)
        return Tree(feature, threshold, left, right, missing_left, value, cover)
