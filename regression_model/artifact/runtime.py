"""The engine: an artifact's graph on ONNX Runtime, fast and alike for one row and a million.

A row's numbers do not depend, to the last bit, on the rows beside it. Three things make it so: each
session computes on one thread (the engine's own threads add tree outputs in another order), the
graph adds by matrix products alone, and it takes logarithms and exponentials of widths that leave
nothing over (see ``graph.LANES``). Rows are spread over threads here instead; the engine releases
the interpreter lock while it computes.
"""

from __future__ import annotations

import os
import struct
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from regression_model.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CHUNK_ROWS = 2_048
_ERRORS_ONLY = 3
_OUTPUTS = ("score", "prediction")
_MAX_WAITING = 32


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
                f"the artifact is damaged: its graph takes {takes} and gives {gives}; expected x "
                f"with {n_columns} columns, score and prediction, all in double precision"
            )
            raise ArtifactError(message)
        self._rows = _BoundRow(self._session, n_columns)

    def predict_row(self, values: Sequence[float]) -> float:
        """Compute the prediction of one encoded row of n_columns values, in target units."""
        row = self._rows
        row.pack_into(row.memory, 0, *values)
        self._session.run_with_iobinding(row.binding)
        return float(row.prediction[0, 0])

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
        starts = range(0, max(len(x), 1), CHUNK_ROWS)
        parts = [self._session.run(_OUTPUTS, {"x": x[a : a + CHUNK_ROWS]}) for a in starts]
        score, prediction = (np.concatenate(part)[:, 0] for part in zip(*parts, strict=True))
        return score, prediction

    def predict_blocks(self, blocks: Iterable[Floats]) -> Floats:
        """Compute predictions of blocks, on threads, while the next blocks are prepared.

        Parameters
        ----------
        blocks : iterable of ndarray of shape (n_rows_of_block, n_columns)
            Encoded rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            In target units.
        """
        chunks = (b[a : a + CHUNK_ROWS] for b in blocks for a in range(0, len(b), CHUNK_ROWS))
        head = list(islice(chunks, 2))
        if len(head) < 2:  # noqa: PLR2004 - one chunk is not worth a thread
            return self._predict_chunk(head[0]) if head else np.empty(0)
        done: list[Floats] = []
        waiting: deque[Future[Floats]] = deque()
        with ThreadPoolExecutor(_n_threads()) as pool:
            for chunk in chain(head, chunks):
                waiting.append(pool.submit(self._predict_chunk, chunk))
                if len(waiting) > _MAX_WAITING:
                    done.append(waiting.popleft().result())
            done += [future.result() for future in waiting]
        return np.concatenate(done)

    def _predict_chunk(self, x: Floats) -> Floats:
        x = np.ascontiguousarray(x)
        prediction: Floats = self._session.run(_OUTPUTS[1:], {"x": x})[0]
        return prediction[:, 0]


class _BoundRow(threading.local):
    """One row's input and output in memory that a session reads and writes, for each thread."""

    def __init__(self, session: ort.InferenceSession, n_columns: int) -> None:
        x = np.zeros((1, n_columns))
        self.prediction = np.zeros((1, 1))
        self.memory = x.data.cast("B")
        self.pack_into = struct.Struct(f"{n_columns}d").pack_into
        self.binding = session.io_binding()
        self.binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(x))
        bound = ort.OrtValue.ortvalue_from_numpy(self.prediction)
        self.binding.bind_ortvalue_output("prediction", bound)


def _described(node: ort.NodeArg) -> tuple[str, object]:
    """Return name and width of a tensor of any number of rows in double precision."""
    is_table = node.type == "tensor(double)" and len(node.shape) == 2  # noqa: PLR2004
    if is_table and not isinstance(node.shape[0], int):
        return node.name, node.shape[1]
    return node.name, (node.type, node.shape)


def _n_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
