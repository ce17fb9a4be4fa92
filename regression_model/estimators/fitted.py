"""What a fitted estimator hands over: plain arrays, which know nothing of graphs.

`regression_model.export` writes them as nodes; explanations and the proof at export read them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regression_model.arrays import Floats, Indices

LEAF = -1
"""What stands in place of a leaf's children."""


@dataclass(frozen=True)
class Linear:
    """A weighted sum of features.

    Attributes
    ----------
    coefficients : ndarray of shape (n_features,)
    intercept : float
    """

    coefficients: Floats
    intercept: float


@dataclass(frozen=True)
class Tree:
    """One binary tree, its nodes in arrays of shape (n_nodes,), the root first.

    Attributes
    ----------
    feature : ndarray of int
        Position of the feature that a node asks about; leaves may say anything.
    threshold : ndarray
        A row whose feature is at most the threshold goes left.
    left, right : ndarray of int
        Positions of the children, `LEAF` in leaves.
    missing_left : ndarray of bool
        Whether a row that misses the feature (NaN) goes left.
    value : ndarray
        What a leaf says; inner nodes may say anything.
    cover : ndarray
        The weight of the training rows that came by. Explanations need it above 0.
    """

    feature: Indices
    threshold: Floats
    left: Indices
    right: Indices
    missing_left: npt.NDArray[np.bool_]
    value: Floats
    cover: Floats


@dataclass(frozen=True)
class Trees:
    """An ensemble of trees, whose answer is ``base`` plus ``rate`` times what all trees say.

    Attributes
    ----------
    trees : sequence of Tree
    base : float
        What is added whatever the row.
    rate : float
        What leaf values are multiplied by.
    averaged : bool
        Whether the mean of the trees counts, and not their sum.
    single : bool
        Whether features are rounded to single precision before they are compared.
    """

    trees: Sequence[Tree]
    base: float = 0.0
    rate: float = 1.0
    averaged: bool = False
    single: bool = False
