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
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

CHUNK_ROWS = 2_048
_ERRORS_ONLY = 3
_OUTPUTS = ("score", "prediction")
_OFFSETS = "offsets"
"""The one input that has no rows of its own, but one row for all."""
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
        self._session = open_session(graph, [("x", n_columns)], [("score", 1), ("prediction", 1)])
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
        score, prediction = map_blocks([x], self.evaluate).T
        return score, prediction

    def evaluate(self, x: Floats) -> Floats:
        """Compute score and prediction of a few encoded rows, of shape (n_samples, 2)."""
        return np.hstack(self._session.run(_OUTPUTS, {"x": x}))

    def predict(self, x: Floats) -> Floats:
        """Compute predictions of a few encoded rows, of shape (n_samples, 1), in target units."""
        prediction: Floats = self._session.run(_OUTPUTS[1:], {"x": x})[0]
        return prediction


def map_blocks(blocks: Iterable[Floats], compute: Callable[[Floats], Floats]) -> Floats:
    """Compute something of blocks of rows, on threads, while the next blocks are prepared.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (n_rows_of_block, n_columns)
        Encoded rows.
    compute : callable
        From up to CHUNK_ROWS contiguous rows to an array of as many rows.

    Returns
    -------
    ndarray of shape (n_samples, width of what was computed)
    """
    chunks = (b[a : a + CHUNK_ROWS] for b in blocks for a in range(0, max(len(b), 1), CHUNK_ROWS))
    head = list(islice(chunks, 2))
    if len(head) < 2:  # noqa: PLR2004 - one chunk is not worth a thread
        return compute(np.ascontiguousarray(head[0]))
    done: list[Floats] = []
    waiting: deque[Future[Floats]] = deque()
    with ThreadPoolExecutor(_n_threads()) as pool:
        for chunk in chain(head, chunks):
            waiting.append(pool.submit(_on_contiguous, compute, chunk))
            if len(waiting) > _MAX_WAITING:
                done.append(waiting.popleft().result())
        done += [future.result() for future in waiting]
    return np.concatenate(done)


def _on_contiguous(compute: Callable[[Floats], Floats], x: Floats) -> Floats:
    return compute(np.ascontiguousarray(x))


def open_session(
    graph: bytes, takes: Sequence[tuple[str, int]], gives: Sequence[tuple[str, int]]
) -> ort.InferenceSession:
    """Build an engine session that computes on one thread.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model, already checked.
    takes, gives : sequence of (str, int)
        Name and width of its inputs and outputs, all tables in double precision.

    Raises
    ------
    ArtifactError
        If ONNX Runtime refuses the graph, or it takes or gives something else.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    try:
        session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as problem:  # the engine's errors share no base class
        message = f"ONNX Runtime {ort.__version__} refuses the artifact's graph: {problem}"
        raise ArtifactError(message) from problem
    taken = [_described(node) for node in session.get_inputs()]
    given = [_described(node) for node in session.get_outputs()]
    if (taken, given) != (list(takes), list(gives)):
        message = (
            f"the artifact is damaged: its graph takes {taken} and gives {given}; expected "
            f"{list(takes)} and {list(gives)}, all in double precision"
        )
        raise ArtifactError(message)
    return session


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
    """Return name and width of a table in double precision."""
    shape = node.shape
    is_table = node.type == "tensor(double)" and len(shape) == 2  # noqa: PLR2004
    is_free = is_table and (not isinstance(shape[0], int) or node.name == _OFFSETS)
    return node.name, shape[1] if is_free else (node.type, shape)


def _n_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
