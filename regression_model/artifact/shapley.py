"""Shapley values of sums of trees, from their nodes alone.

The value of a set of known features is that of path-dependent TreeSHAP (S. Lundberg et al., "From
local explanations to global understanding with explainable AI for trees", Nature Machine
Intelligence 2, 2020): where a split asks for an unknown feature, both sides count by the share of
training rows that went there. A tree is the sum of its leaves, and a leaf's value of a set S is

    value * product over the features j of its path of (o_j if j in S else z_j),

with ``o_j`` 1 if the row keeps all of the path's conditions on j and else 0, and ``z_j`` the share
of training rows that did. The Shapley value of feature i in such a product is

    value * (o_i - z_i) * integral over t in [0, 1] of the product over j != i of
    (o_j * t + z_j * (1 - t)),

since the integral of ``t**s * (1 - t)**(d - 1 - s)`` is the weight of a set of s out of d features.
The integrand is a polynomial of degree d - 1, so Gauss-Legendre quadrature with half as many points
is exact (P. Yu et al., "Linear TreeShap", NeurIPS 2022, evaluate the same polynomial).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regression_model.artifact.contents import MAX_WORK
from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from regression_model.arrays import Floats

    Path = dict[int, "Condition"]

_LEAF = -1
"""Stands in the place of a leaf's children."""
_OF_NODES = ("left", "right", "column", "threshold", "missing_left", "cover", "value")
_CHUNK_CELLS = 1 << 19
"""Conditions of leaves that are computed in one go: 4 MB for each table of them."""
MAX_LEAVES = 200_000
"""Of all trees together: the path to each is gathered in Python, once."""


class Condition(NamedTuple):
    """What a path asks of one column: ``low < value <= high``, and the share of rows that keep it.

    ``takes_missing`` says whether a missing value keeps it.
    """

    low: float = -np.inf
    high: float = np.inf
    takes_missing: bool = True
    share: float = 1.0


class Leaf(NamedTuple):
    """A leaf's value, and what its path asks of each column."""

    path: Path
    value: float


class TreeExplainer:
    """Shapley values of a sum of trees.

    Parameters
    ----------
    nodes : mapping of str to ndarray
        ``roots``, ``left``, ``right``, ``column``, ``threshold``, ``missing_left``, ``cover`` and
        ``value``, the nodes of all trees, parents before their children.
    owners : ndarray of shape (n_columns,)
        The feature that each column of the trees' input belongs to.
    n_features : int
        Number of features.

    Attributes
    ----------
    base : float
        The sum's mean over the training rows, as the trees saw them.
    work : int
        Numbers that one row costs.

    Raises
    ------
    ArtifactError
        If they are more than MAX_WORK, or the leaves more than MAX_LEAVES.
    """

    def __init__(self, nodes: Mapping[str, Any], owners: Any, n_features: int) -> None:
        by_depth: dict[int, list[Leaf]] = {}
        for leaf in _all_leaves(nodes):
            by_depth.setdefault(len(leaf.path), []).append(leaf)
        # a leaf that asks nothing is part of the base alone
        self.base = sum(leaf.value for leaf in by_depth.pop(0, []))
        self._groups = [
            _LeavesOfOneDepth(by_depth[depth], depth, np.asarray(owners))
            for depth in sorted(by_depth)
        ]
        self.base += sum(group.base for group in self._groups)
        self.work = sum(group.work for group in self._groups)
        self._n_features = n_features

    def contributions(self, x: Floats) -> Floats:
        """Return Shapley values.

        Parameters
        ----------
        x : ndarray of shape (n_samples, n_columns)
            The trees' input.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            With `base` they add up to the trees' sum.
        """
        out = np.zeros((len(x), self._n_features))
        for group in self._groups:
            rows = max(1, _CHUNK_CELLS // group.n_conditions)
            for start in range(0, len(x), rows):
                chunk = slice(start, start + rows)
                out[chunk, group.features] += group.contributions(x[chunk])
        return out


class _LeavesOfOneDepth:
    """Leaves whose paths ask about equally many columns, so that none is filled up.

    Tables have a row for each condition and a column for each leaf: NumPy works along the leaves,
    of which there are many, and not along the few conditions of one.
    """

    def __init__(self, leaves: list[Leaf], depth: int, owners: Any) -> None:
        shape = (depth, len(leaves))
        self.n_conditions = depth * len(leaves)
        self.work = work(len(leaves), depth)
        self._keep_conditions([leaf.path for leaf in leaves], shape)
        values = np.array([leaf.value for leaf in leaves])
        self.base = float((values * self._share.prod(axis=0)).sum())
        # points and weights are those of -1 to 1; the integral is from 0 to 1
        points, weights = np.polynomial.legendre.leggauss(_n_points(depth))
        self._points = (points + 1) / 2
        self._weights = np.multiply.outer(weights / 2, values)
        # conditions, sorted by feature, are added up from start to start
        owner = owners[self._column.ravel()]
        self._order = np.argsort(owner, kind="stable")
        self.features, self._starts = np.unique(owner[self._order], return_index=True)

    def _keep_conditions(self, paths: list[Path], shape: tuple[int, int]) -> None:
        self._column = np.empty(shape, dtype=np.intp)
        self._low, self._high, self._share = (np.empty(shape) for _ in range(3))
        self._takes_missing = np.empty(shape, dtype=bool)
        for i, path in enumerate(paths):
            for k, (column, condition) in enumerate(path.items()):
                self._column[k, i] = column
                self._low[k, i], self._high[k, i] = condition.low, condition.high
                self._takes_missing[k, i] = condition.takes_missing
                self._share[k, i] = condition.share

    def contributions(self, x: Floats) -> Floats:
        """Return Shapley values of a few rows, of shape (n_rows, len(features))."""
        cells = x[:, self._column]  # (n_rows, depth, n_leaves)
        kept = (cells > self._low) & (cells <= self._high)
        kept |= np.isnan(cells) & self._takes_missing
        total = np.zeros(cells.shape)
        for point, weights in zip(self._points, self._weights, strict=True):
            factors = np.where(kept, point, 0.0) + self._share * (1 - point)
            total += (factors.prod(axis=1) * weights)[:, None] / factors
        total *= kept - self._share
        by_owner = total.reshape(len(x), -1)[:, self._order]
        return np.add.reduceat(by_owner, self._starts, axis=1)


def work(n_leaves: int, depth: int) -> int:
    """Return how many numbers the explanation of one row takes."""
    return n_leaves * depth * _n_points(depth)


def _n_points(depth: int) -> int:
    """Return how many points integrate a polynomial of degree depth - 1 exactly."""
    return (depth + 1) // 2


def _all_leaves(nodes: Mapping[str, Any]) -> list[Leaf]:
    """Return every leaf of all trees, unless explaining them would take too long."""
    n_leaves = int((nodes["left"] == _LEAF).sum())
    if n_leaves > MAX_LEAVES:
        raise ArtifactError(f"explanations of {n_leaves} leaves, {MAX_LEAVES} are allowed")
    leaves: list[Leaf] = []
    numbers = 0
    plain = {name: nodes[name].tolist() for name in _OF_NODES}  # read one by one, much faster
    for root in nodes["roots"].tolist():
        for leaf in _leaves(plain, root):
            numbers += work(1, len(leaf.path))
            if numbers > MAX_WORK:
                message = f"explanations that take more than {MAX_WORK:,} numbers for a row"
                raise ArtifactError(message)
            leaves.append(leaf)
    return leaves


def _leaves(nodes: Mapping[str, list[Any]], root: int) -> Iterator[Leaf]:
    """Yield every leaf of a tree."""
    waiting: list[tuple[int, Path]] = [(root, {})]
    while waiting:
        node, path = waiting.pop()
        if nodes["left"][node] == _LEAF:
            yield Leaf(path, nodes["value"][node])
            continue
        column = nodes["column"][node]
        before = path.get(column, Condition())
        for is_left in (True, False):
            child = nodes["left" if is_left else "right"][node]
            condition = _narrowed(before, nodes, node, child, is_left=is_left)
            waiting.append((child, {**path, column: condition}))


def _narrowed(
    before: Condition, nodes: Mapping[str, list[Any]], node: int, child: int, *, is_left: bool
) -> Condition:
    """Return a column's condition on a path that goes on to one child of a node."""
    threshold = nodes["threshold"][node]
    return Condition(
        low=before.low if is_left else max(before.low, threshold),
        high=min(before.high, threshold) if is_left else before.high,
        takes_missing=before.takes_missing and nodes["missing_left"][node] == is_left,
        share=before.share * (nodes["cover"][child] / nodes["cover"][node]),
    )
