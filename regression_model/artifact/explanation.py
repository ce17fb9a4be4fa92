"""Explanations: what each feature adds to a score, exactly.

A score is a base plus one contribution per feature. Of the linear part, a feature's contribution is
its coefficients times their columns' distance from the training mean; of the trees, its Shapley
value (see ``shapley``).

A score has no bounds. Where the target has some, a prediction may be at one while its score, to
which contributions add up, lies beyond it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.contents import MAX_WORK
from regression_model.artifact.once import Once
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.artifact.sessions import Session
from regression_model.artifact.shapley import TreeExplainer
from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.arrays import Floats

_CHUNK_NUMBERS = 1 << 25
"""How many contributions are computed in one go: 256 MB of them."""


def _outputs(arrays: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return name and width of what the graph gives: a model may lack either part."""
    widths = {"linear": len(arrays["means"]), "tree_input": len(arrays["owners"])}
    return [(name, width) for name, width in widths.items() if width]


class Explainer:
    """The explanation part of a loaded artifact; its trees are read when first asked for.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model.
    arrays : mapping of str to ndarray
        ``features``, ``constant``, ``owners``, ``means`` and the trees' nodes.
    n_columns : int
        Number of encoded columns.
    format_version : int
        The format of the artifact that they are from.

    Attributes
    ----------
    features : list of str
        Names, as config has them.
    rows_at_once : int
        How many rows fit into a chunk.

    Raises
    ------
    ArtifactError
        If the graph is refused, or does not fit the arrays.
    """

    def __init__(
        self,
        graph: bytes,
        arrays: Mapping[str, Any],
        n_columns: int,
        *,
        format_version: int = FORMAT_VERSION,
    ) -> None:
        self.features: list[str] = arrays["features"].tolist()
        self._arrays = arrays
        n_features = len(self.features)
        self._trees = Once(partial(TreeExplainer, arrays, arrays["owners"], n_features))
        gives = _outputs(arrays)
        self._outputs = [name for name, _ in gives]
        self._session = Session(graph, [("x", n_columns)], gives, format_version=format_version)
        self.rows_at_once = min(self._session.rows_at_once, _CHUNK_NUMBERS // n_features)

    @property
    def trees(self) -> TreeExplainer:
        """The trees' part."""
        return self._trees()

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
        if not len(x):
            return np.zeros((0, len(self.features)))
        trees = self.trees
        starts = range(0, len(x), self.rows_at_once)
        chunks = [self._chunk(trees, x[start : start + self.rows_at_once]) for start in starts]
        return np.concatenate(chunks)

    def linear_part(self, x: Floats) -> Floats:
        """Return what each feature adds to the linear part, of shape (n_samples, n_means)."""
        if not len(self._arrays["means"]):
            return np.zeros((len(x), 0))
        chunks: list[Floats] = []
        for start in range(0, max(len(x), 1), self.rows_at_once):
            rows = x[start : start + self.rows_at_once]
            chunks += self._session.run(("linear",), {"x": rows})
        return np.concatenate(chunks)

    @property
    def work(self) -> int:
        """How many numbers the explanation of one row takes; at least so many, if too many."""
        try:
            return self.trees.work
        except ArtifactError:
            return MAX_WORK + 1

    def _chunk(self, trees: TreeExplainer, x: Floats) -> Floats:
        outputs = dict(zip(self._outputs, self._session.run(self._outputs, {"x": x}), strict=True))
        total = np.zeros((len(x), len(self.features)))
        if "linear" in outputs:
            # the graph multiplies by widths that leave nothing over: behind the features' columns
            # there are some of zeros, which no feature owns
            total += (outputs["linear"] - self._arrays["means"])[:, : total.shape[1]]
        if "tree_input" in outputs:
            total += trees.contributions(outputs["tree_input"])
        return total
