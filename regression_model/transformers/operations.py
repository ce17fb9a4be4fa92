"""The operations by which features are derived. A new one is its line in `OPERATIONS`.

They are written in NumPy's functions alone, so that the same formula computes arrays in a pipeline
and writes the nodes of a graph (`regression_model.export.tensors`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from regression_model.processing.cells import MAX_MAGNITUDE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regression_model.arrays import ArrayOrTensor


class Operation(NamedTuple):
    """What an operation computes, and from how many columns.

    Attributes
    ----------
    compute : callable
        Takes the parents, all of the same shape. Missing in, missing out.
    least, most : int
        Of how many parents. The upper ends are far beyond what anybody writes, and keep small what
        one config can ask for.
    is_bounded : bool
        Whether results may be of any size, and are kept within what a number may be.
    """

    compute: Callable[[Sequence[ArrayOrTensor]], ArrayOrTensor]
    least: int
    most: int
    is_bounded: bool = False


def _sum(parents: Sequence[ArrayOrTensor]) -> ArrayOrTensor:
    total, *others = parents
    for other in others:
        total = np.add(total, other)
    return total


def _difference(parents: Sequence[ArrayOrTensor]) -> ArrayOrTensor:
    return np.subtract(*parents)


def _product(parents: Sequence[ArrayOrTensor]) -> ArrayOrTensor:
    product, *others = parents
    for other in others:
        product = np.multiply(product, other)
    return product


def _ratio(parents: Sequence[ArrayOrTensor]) -> ArrayOrTensor:
    dividend, divisor = parents
    ratio = np.divide(dividend, divisor)
    return np.where(np.equal(divisor, 0.0), np.nan, ratio)


def _presence(parents: Sequence[ArrayOrTensor]) -> ArrayOrTensor:
    (parent,) = parents
    return np.sign(np.maximum(parent, 0.0))  # of NaN, both are NaN


OPERATIONS: dict[str, Operation] = {
    "sum": Operation(_sum, 2, 100),
    "difference": Operation(_difference, 2, 2),
    "product": Operation(_product, 2, 10, is_bounded=True),
    "ratio": Operation(_ratio, 2, 2, is_bounded=True),
    "presence": Operation(_presence, 1, 1),
}
"""By the word in a config, in the order in which its page names them."""

if TYPE_CHECKING:
    OperationName = str
else:  # the words that there are
    OperationName = Literal[tuple(OPERATIONS)]


def bound(values: ArrayOrTensor) -> ArrayOrTensor:
    """Return values kept within ±1e30; what is missing stays missing."""
    return np.clip(values, -MAX_MAGNITUDE, MAX_MAGNITUDE)
