"""Fitted trees as one ``TreeEnsemble`` node in float64."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

from regression_model.estimators.fitted import LEAF, Tree, Trees
from regression_model.export.graph import ML
from regression_model.export.tensors import Tensor, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats

_LESS_OR_EQUAL = 0  # BRANCH_LEQ and SUM, as the operator numbers them
_SUM = 1


@dataclass
class _Arrays:
    """The node's attributes under construction."""

    roots: list[int] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    splits: list[float] = field(default_factory=list)
    true_ids: list[int] = field(default_factory=list)
    true_leafs: list[int] = field(default_factory=list)
    false_ids: list[int] = field(default_factory=list)
    false_leafs: list[int] = field(default_factory=list)
    missing_true: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, tree: Tree, features: Sequence[int]) -> None:
        """Append a tree; `features` are the input columns that its features stand in."""
        inner = np.flatnonzero(tree.left != LEAF)
        if not inner.size:
            inner, tree = np.array([0]), _stump(tree)
        leaves = np.flatnonzero(tree.left == LEAF)
        place = np.empty(len(tree.left), dtype=np.int64)
        place[inner] = len(self.features) + np.arange(inner.size)
        place[leaves] = len(self.weights) + np.arange(leaves.size)
        is_leaf = tree.left == LEAF
        self.roots.append(len(self.features))
        self.features += [features[f] for f in tree.feature[inner]]
        self.splits += tree.threshold[inner].tolist()
        self.true_ids += place[tree.left[inner]].tolist()
        self.true_leafs += is_leaf[tree.left[inner]].astype(int).tolist()
        self.false_ids += place[tree.right[inner]].tolist()
        self.false_leafs += is_leaf[tree.right[inner]].astype(int).tolist()
        self.missing_true += tree.missing_left[inner].astype(int).tolist()
        self.weights += tree.value[leaves].tolist()


def _stump(tree: Tree) -> Tree:
    """Turn a tree that is one leaf into a split of which both sides say the same."""
    value = tree.value[0]
    return Tree(
        feature=np.array([0, 0, 0]),
        threshold=np.zeros(3),
        left=np.array([1, LEAF, LEAF]),
        right=np.array([2, LEAF, LEAF]),
        missing_left=np.ones(3, dtype=bool),
        value=np.array([value, value, value]),
        cover=np.array([2.0, 1.0, 1.0]),
    )


def scaled_trees(ensemble: Trees, scale: float) -> list[Tree]:
    """Return trees that compare in double precision and together say `scale` times as much.

    What the ensemble starts from is left out. Where it rounds features to single precision before
    it compares, that is taken into the thresholds, so that the answers are the same.
    """
    n_added = len(ensemble.trees) if ensemble.averaged else 1
    factor = scale * ensemble.rate / n_added
    trees = []
    for tree in ensemble.trees:
        threshold = _before_rounding(tree.threshold) if ensemble.single else tree.threshold
        trees.append(replace(tree, threshold=threshold, value=tree.value * factor))
    return trees


def _before_rounding(thresholds: Floats) -> Floats:
    """Return the largest doubles whose single-precision roundings are not above the thresholds."""
    below = thresholds.astype(np.float32)
    with np.errstate(over="ignore"):  # the lowest of all numbers is a threshold too
        lower = np.nextafter(below, np.float32(-np.inf))
    below = np.where(below > thresholds, lower, below)
    above = np.nextafter(below, np.float32(np.inf))
    middle = (below.astype(np.float64) + above.astype(np.float64)) / 2
    return np.where(middle.astype(np.float32) == below, middle, np.nextafter(middle, -np.inf))


def tree_ensemble(tensor: Tensor, trees: Sequence[tuple[Tree, Sequence[int]]]) -> Tensor:
    """Return the sum [N, 1] of trees over the columns of a tensor.

    Parameters
    ----------
    tensor : Tensor
        Shape [N, k].
    trees : sequence of (Tree, sequence of int)
        What to add up, each with the columns of `tensor` that its features stand in.
    """
    arrays = _Arrays()
    for tree, features in trees:
        arrays.add(tree, features)
    return write(
        "TreeEnsemble",
        tensor,
        width=1,
        domain=ML,
        aggregate_function=_SUM,
        n_targets=1,
        tree_roots=arrays.roots,
        nodes_featureids=arrays.features,
        nodes_modes=helper.make_tensor(
            "modes",
            TensorProto.UINT8,
            [len(arrays.features)],
            [_LESS_OR_EQUAL] * len(arrays.features),
        ),
        nodes_splits=_doubles("splits", arrays.splits),
        nodes_truenodeids=arrays.true_ids,
        nodes_trueleafs=arrays.true_leafs,
        nodes_falsenodeids=arrays.false_ids,
        nodes_falseleafs=arrays.false_leafs,
        nodes_missing_value_tracks_true=arrays.missing_true,
        leaf_targetids=[0] * len(arrays.weights),
        leaf_weights=_doubles("weights", arrays.weights),
    )


def tree_arrays(trees: Sequence[tuple[Tree, Sequence[int]]]) -> dict[str, Any]:
    """Return all nodes of all trees as plain arrays, parents before their children.

    Parameters
    ----------
    trees : sequence of (Tree, sequence of int)
        Each with the columns of the trees' input that its features stand in.

    Returns
    -------
    dict of str to ndarray
        ``roots``: position of each tree's first node; ``left`` and ``right``: positions of the
        children, -1 in leaves; ``column``, ``threshold``, ``missing_left``, ``cover``, ``value``.
    """
    return _leaves_last(_one_behind_the_other(trees))


def _one_behind_the_other(trees: Sequence[tuple[Tree, Sequence[int]]]) -> dict[str, Any]:
    counts = [len(tree.left) for tree, _ in trees]
    roots = np.cumsum([0, *counts])[:-1] if trees else np.zeros(0)

    def joined(parts: list[Any], kind: Any) -> Any:
        return np.concatenate([*parts, np.zeros(0)]).astype(kind)

    def children(side: str) -> list[Any]:
        sides = [(getattr(tree, side), root) for (tree, _), root in zip(trees, roots, strict=True)]
        return [np.where(side == LEAF, LEAF, side + root) for side, root in sides]

    return {
        "roots": np.asarray(roots, dtype=np.int32),
        "left": joined(children("left"), np.int32),
        "right": joined(children("right"), np.int32),
        "column": joined(
            [np.asarray(used)[np.maximum(tree.feature, 0)] for tree, used in trees], np.int32
        ),
        "threshold": joined([tree.threshold for tree, _ in trees], np.float64),
        "missing_left": joined([tree.missing_left for tree, _ in trees], np.bool_),
        "cover": joined([tree.cover for tree, _ in trees], np.float64),
        "value": joined([np.where(tree.left == LEAF, tree.value, 0) for tree, _ in trees], float),
    }


def _leaves_last(nodes: dict[str, Any]) -> dict[str, Any]:
    """Return the same nodes with all leaves last, by value: so files get a fifth smaller."""
    is_leaf = nodes["left"] == LEAF
    order = np.lexsort((np.where(is_leaf, nodes["cover"], 0), nodes["value"], is_leaf))
    place = np.argsort(order).astype(np.int32)
    moved = {name: values[order] for name, values in nodes.items() if name != "roots"}
    for side in ("left", "right"):
        moved[side] = np.where(moved[side] == LEAF, np.int32(LEAF), place[moved[side]])
    return {"roots": place[nodes["roots"]], **moved}


def _doubles(name: str, values: list[float]) -> Any:
    data = np.array(values, dtype="<f8").tobytes()
    return helper.make_tensor(name, TensorProto.DOUBLE, [len(values)], data, raw=True)
