"""Explanations: what each feature adds to a score, exactly.

A score is a base plus one contribution per feature. Of the linear part, a feature's contribution is
its coefficients times their columns' distance from the training mean; of the trees, its Shapley
value (see ``shapley``).
"""

from __future__ import annotations

import io
import threading
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from regression_model.artifact.runtime import open_session
from regression_model.artifact.shapley import MAX_LEAVES, MAX_WORK, TreeExplainer, work
from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_CHUNK_ROWS = 2_048


class Explainer:
    """The explanation part of a loaded artifact; its trees are read when first asked for.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model, already checked.
    arrays : mapping of str to ndarray
        ``features``, ``constant``, ``owners``, ``means`` and the trees' nodes.
    n_columns : int
        Number of encoded columns.

    Attributes
    ----------
    features : list of str
        Names, as config has them.
    """

    def __init__(self, graph: bytes, arrays: Mapping[str, Any], n_columns: int) -> None:
        self.features: list[str] = arrays["features"].tolist()
        self._arrays = arrays
        self._lock = threading.Lock()
        n_inputs = len(arrays["owners"])
        width = len(arrays["means"])
        gives = [("linear", width)] * bool(width) + [("tree_input", n_inputs)] * bool(n_inputs)
        self._outputs = [name for name, _ in gives]
        self._session = open_session(graph, [("x", n_columns)], gives)

    @cached_property
    def trees(self) -> TreeExplainer:
        """The trees' part."""
        return TreeExplainer(self._arrays, self._arrays["owners"], len(self.features))

    @property
    def base(self) -> float:
        """The mean score of the training rows, as linear part and trees saw them."""
        means: Floats = self._arrays["means"]
        return float(self._arrays["constant"] + means.sum() + self.trees.base)

    def contributions(self, x: Floats) -> Floats:
        """Return what each feature adds to `base`.

        Parameters
        ----------
        x : ndarray of shape (n_samples, n_columns)
            Encoded rows.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        with self._lock:
            trees = self.trees
        parts = [self._chunk(trees, x[a : a + _CHUNK_ROWS]) for a in range(0, len(x), _CHUNK_ROWS)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.features)))

    def linear_part(self, x: Floats) -> Floats:
        """Return what each feature adds to the linear part, of shape (n_samples, n_means)."""
        if not len(self._arrays["means"]):
            return np.zeros((len(x), 0))
        linear: Floats = self._session.run(("linear",), {"x": x})[0]
        return linear

    @property
    def work(self) -> int:
        """How many numbers the explanation of one row takes."""
        n_leaves = int((self._arrays["left"] < 0).sum())
        if n_leaves <= MAX_LEAVES:
            return self.trees.work
        return max(work(n_leaves, len(self.features)), MAX_WORK + 1)

    def _chunk(self, trees: TreeExplainer, x: Floats) -> Floats:
        outputs = dict(zip(self._outputs, self._session.run(self._outputs, {"x": x}), strict=True))
        total = np.zeros((len(x), len(self.features)))
        if "linear" in outputs:
            total += (outputs["linear"] - self._arrays["means"])[:, : total.shape[1]]
        if "tree_input" in outputs:
            total += trees.contributions(outputs["tree_input"])
        return total


def pack_arrays(arrays: Mapping[str, Any]) -> bytes:
    """Return arrays as the bytes of an ``.npz`` file; equal arrays give equal bytes."""
    file = io.BytesIO()
    np.savez(file, **{name: arrays[name] for name in sorted(arrays)})
    return file.getvalue()


_NODES = ("left", "right", "column", "threshold", "missing_left", "cover", "value")
_KINDS = {
    **dict.fromkeys(("roots", "left", "right", "column", "owners"), "i"),
    **dict.fromkeys(("threshold", "cover", "value", "means", "constant"), "f"),
    "missing_left": "b",
    "features": "U",
}


def unpack_arrays(data: bytes) -> dict[str, Any]:
    """Return the arrays of an ``.npz`` file, checked to fit together.

    Raises
    ------
    ArtifactError
        If they are not what explanations need.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        _check_arrays(arrays)
    except (ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile, zlib.error) as problem:
        message = f"the artifact is damaged: its explanation data cannot be read ({problem})"
        raise ArtifactError(message) from problem
    return arrays


def _check_arrays(arrays: dict[str, Any]) -> None:
    """Check that the arrays fit together, and that nodes form trees, so that each path ends."""
    for name, kind in _KINDS.items():
        if arrays[name].dtype.kind != kind or arrays[name].ndim != (name != "constant"):
            message = f"{name} is of another kind"
            raise ValueError(message)
    n_nodes, places = len(arrays["left"]), np.arange(len(arrays["left"]))
    if {len(arrays[name]) for name in _NODES} != {n_nodes}:
        message = "arrays of nodes of different lengths"
        raise ValueError(message)
    inner = arrays["left"] != -1
    for side in ("left", "right"):
        children = arrays[side][inner]
        if ((children <= places[inner]) | (children >= n_nodes)).any():
            message = "a node whose child does not stand behind it"
            raise ValueError(message)
    columns, owners, roots = arrays["column"][inner], arrays["owners"], arrays["roots"]
    children = np.concatenate([arrays["left"][inner], arrays["right"][inner], roots])
    if len(np.unique(children)) != len(children):
        message = "a node with more than one parent"
        raise ValueError(message)
    in_reach = ((columns >= 0) & (columns < len(owners))).all()
    named = ((owners >= 0) & (owners < len(arrays["features"]))).all()
    has_room = len(arrays["means"]) == 0 or len(arrays["means"]) >= len(arrays["features"])
    if not (in_reach and named and has_room and ((roots >= 0) & (roots < n_nodes)).all()):
        message = "positions out of reach"
        raise ValueError(message)
    numbers = np.hstack([arrays[name] for name in ("cover", "value", "means", "constant")])
    if not np.isfinite(numbers).all() or np.isnan(arrays["threshold"]).any():
        message = "numbers that are not finite"
        raise ValueError(message)
    if (arrays["cover"] <= 0).any():
        message = "a node that no row has reached"
        raise ValueError(message)
