"""The engine: an artifact's graph on ONNX Runtime, fast and alike for one row and a million.

A row's numbers do not depend, to the last bit, on the rows beside it. Three things make it so: each
session computes on one thread (the engine's own threads add tree outputs in another order),
batches have an even number of rows (vectorised ``exp`` and ``log`` treat a row left over
differently), and the graph adds by matrix products alone. Rows are spread over threads here
instead; the engine releases the interpreter lock while it computes.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CHUNK_ROWS = 2_048
_ERRORS_ONLY = 3


class Engine:
    """Evaluates a graph ``x`` [N, n_columns] -> ``score``, ``prediction`` [N, 1].

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model, already checked.
    n_columns : int
        Number of columns of ``x``.

    Raises
    ------
    ArtifactError
        If ONNX Runtime refuses the graph, or its input is not `n_columns` wide.
    """

    def __init__(self, graph: bytes, n_columns: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        try:
            self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as problem:  # the engine's errors share no base class
            message = f"ONNX Runtime {ort.__version__} refuses the artifact's graph: {problem}"
            raise ArtifactError(message) from problem
        takes = [_described(node) for node in self._session.get_inputs()]
        gives = [_described(node) for node in self._session.get_outputs()]
        expected = [("x", n_columns)], [("score", 1), ("prediction", 1)]
        if (takes, gives) != expected:
            message = (
                f"the artifact is damaged: its graph takes {takes} and gives {gives}, "
                f"expected {expected[0]} and {expected[1]} in double precision"
            )
            raise ArtifactError(message)

    def run(self, x: Floats) -> tuple[Floats, Floats]:
        """Compute scores and predictions.

        Parameters
        ----------
        x : ndarray of shape (n_samples, n_columns)
            Encoded rows.

        Returns
        -------
        score, prediction : ndarray of shape (n_samples,)
            On the model's own scale, and in target units.
        """
        n_rows = len(x)
        if n_rows <= CHUNK_ROWS:
            return self._run_chunk(x)
        starts = range(0, n_rows, CHUNK_ROWS)
        with ThreadPoolExecutor(_n_threads()) as pool:
            parts = list(pool.map(lambda a: self._run_chunk(x[a : a + CHUNK_ROWS]), starts))
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _run_chunk(self, x: Floats) -> tuple[Floats, Floats]:
        n_rows = len(x)
        if n_rows % 2:
            x = np.concatenate([x, x[-1:]])
        score, prediction = self._session.run(("score", "prediction"), {"x": x})
        return score[:n_rows, 0], prediction[:n_rows, 0]


def _described(node: ort.NodeArg) -> tuple[str, object]:
    """Return name and width of a tensor of any number of rows in double precision."""
    is_table = node.type == "tensor(double)" and len(node.shape) == 2  # noqa: PLR2004
    if is_table and not isinstance(node.shape[0], int):
        return node.name, node.shape[1]
    return node.name, (node.type, node.shape)


def _n_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
