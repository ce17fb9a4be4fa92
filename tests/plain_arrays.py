"""What the plain arrays of fitted estimators mean, node by node."""

import numpy as np
import numpy.typing as npt

from regression_model.estimators.fitted import LEAF, Linear, Tree, Trees

Floats = npt.NDArray[np.float64]


def said_by(tree: Tree, row: Floats, *, single: bool) -> float:
    node = 0
    while tree.left[node] != LEAF:
        cell = row[tree.feature[node]]
        cell = np.float64(np.float32(cell)) if single else cell
        goes_left = tree.missing_left[node] if np.isnan(cell) else cell <= tree.threshold[node]
        node = int(tree.left[node] if goes_left else tree.right[node])
    return float(tree.value[node])


def answers(state: Linear | Trees | None, rows: Floats) -> Floats:
    """Answer rows by what the plain arrays mean."""
    if isinstance(state, Linear):
        return np.asarray(rows @ state.coefficients + state.intercept)
    assert state is not None
    said = [[said_by(tree, row, single=state.single) for tree in state.trees] for row in rows]
    total = np.mean(said, axis=1) if state.averaged else np.sum(said, axis=1)
    return np.asarray(state.base + state.rate * total)
