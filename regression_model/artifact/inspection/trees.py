"""An ensemble of trees, checked: the engine walks it without looking.

A node that names a column, a node or a leaf that is not there may have ONNX Runtime read memory
that is not the model's; a circle, or trees deeper than its stack, may end the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regression_model.artifact.inspection.protobuf import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_DEPTH = 1_000
"""The engine builds trees recursively; it survives ten times as much."""
MAX_SEARCHED = 5_000_000_000
"""Trees times nodes: for each tree the engine goes through all nodes, so many in two seconds."""

ATTRIBUTES = {
    "aggregate_function": "i",
    "leaf_targetids": "ints",
    "leaf_weights": "t",
    "n_targets": "i",
    "nodes_falseleafs": "ints",
    "nodes_falsenodeids": "ints",
    "nodes_featureids": "ints",
    "nodes_missing_value_tracks_true": "ints",
    "nodes_modes": "t",
    "nodes_splits": "t",
    "nodes_trueleafs": "ints",
    "nodes_truenodeids": "ints",
    "tree_roots": "ints",
}
"""What the one node of trees says, and which field of the attribute says it."""
_OF_NODES = ("nodes_falseleafs", "nodes_falsenodeids", "nodes_featureids",
             "nodes_missing_value_tracks_true", "nodes_modes", "nodes_trueleafs",
             "nodes_truenodeids")  # fmt: skip
_FLAGS = ("nodes_falseleafs", "nodes_missing_value_tracks_true", "nodes_trueleafs")
_SUM = 1
"""The one way to put leaves together that exporters use."""
_NO_NODE = -1

Integers = npt.NDArray[np.int64]


def check_searches(ensembles: Iterable[tuple[int, int]]) -> None:
    """Check that all ensembles of a graph together are loaded soon.

    Parameters
    ----------
    ensembles : iterable of (int, int)
        How many trees each has, and how many nodes they have together.

    Raises
    ------
    ArtifactError
        If they are not.
    """
    searched = sum(n_trees * n_nodes for n_trees, n_nodes in ensembles)
    if searched > MAX_SEARCHED:
        raise refused(
            f"trees that take too long to load: trees times nodes are {searched:,}, "
            f"{MAX_SEARCHED:,} are allowed"
        )


def check_trees(attributes: Mapping[str, Any], width: int) -> None:
    """Check that nodes form trees over an input of `width` columns, whose sum is one number.

    Parameters
    ----------
    attributes : mapping of str to int or ndarray
        The values of `ATTRIBUTES`; those that are tensors as arrays.
    width : int
        Columns of the input.

    Raises
    ------
    ArtifactError
        If they do not.
    """
    _check_lengths(attributes)
    _check_meaning(attributes)
    _check_values(attributes, width)
    _check_shape(attributes)


def _check_lengths(attributes: Mapping[str, Any]) -> None:
    """Check that each list says something of every node, or of every leaf."""
    n_nodes, n_leaves = len(attributes["nodes_splits"]), len(attributes["leaf_weights"])
    for name in _OF_NODES:
        if len(attributes[name]) != n_nodes:
            raise refused("trees whose lists of nodes differ in length")
    if len(attributes["leaf_targetids"]) != n_leaves:
        raise refused("trees whose lists of leaves differ in length")


def _check_meaning(attributes: Mapping[str, Any]) -> None:
    """Check that leaves are added up to one number, and nodes ask ``x <= split`` (mode 0)."""
    if attributes["aggregate_function"] != _SUM or attributes["n_targets"] != 1:
        raise refused("trees that give anything but one sum")
    if attributes["nodes_modes"].any() or attributes["leaf_targetids"].any():
        raise refused("trees that compare in another way, or with another target")


def _check_values(attributes: Mapping[str, Any], width: int) -> None:
    for name in _FLAGS:
        if _outside(attributes[name], 2).any():
            raise refused("trees with a flag that is neither 0 nor 1")
    if _outside(attributes["nodes_featureids"], width).any():
        raise refused("trees that ask for a column that is not there")
    # a split may be infinite, then all numbers go one way; a leaf may not: it becomes an answer
    splits, weights = attributes["nodes_splits"], attributes["leaf_weights"]
    if np.isnan(splits).any() or not np.isfinite(weights).all():
        raise refused("trees with numbers that are not finite")


def _check_shape(attributes: Mapping[str, Any]) -> None:
    """Check that each node and each leaf has one parent, and is reached from a root."""
    n_nodes, n_leaves = len(attributes["nodes_splits"]), len(attributes["leaf_weights"])
    ids = np.concatenate([attributes["nodes_truenodeids"], attributes["nodes_falsenodeids"]])
    flags = np.concatenate([attributes["nodes_trueleafs"], attributes["nodes_falseleafs"]])
    roots = attributes["tree_roots"]
    are_leaves = flags == 1
    _check_each_once(np.concatenate([ids[~are_leaves], roots]), n_nodes, "nodes")
    _check_each_once(ids[are_leaves], n_leaves, "leaves")
    children = np.where(are_leaves, _NO_NODE, ids).reshape(2, n_nodes)
    # nodes of a circle have one parent each too, but no root leads to them
    if _count_reached(children, roots) != n_nodes:
        raise refused("nodes of trees that no root leads to")


def _count_reached(children: Integers, roots: Integers) -> int:
    """Return how many nodes are reached from the roots, level by level.

    `children`, of shape (2, n_nodes), are the nodes behind each node, `_NO_NODE` for leaves.
    """
    level, reached = roots, 0
    for _ in range(MAX_DEPTH):
        reached += len(level)
        behind = children[:, level].ravel()
        level = behind[behind != _NO_NODE]
        if not level.size:
            return reached
    raise refused(f"trees deeper than {MAX_DEPTH} questions")


def _check_each_once(ids: Integers, count: int, what: str) -> None:
    if _outside(ids, count).any():
        raise refused(f"trees that lead to {what} that are not there")
    if len(ids) != count or (np.bincount(ids, minlength=count) != 1).any():
        raise refused(f"trees whose {what} have no parent, or more than one")


def _outside(values: Integers, end: int) -> npt.NDArray[np.bool_]:
    return (values < 0) | (values >= end)
