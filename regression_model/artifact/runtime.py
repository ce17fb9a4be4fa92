"""The engine: an artifact's graph on ONNX Runtime, fast and alike for one row and a million.

A row's numbers do not depend, to the last bit, on the rows beside it. Three things make it so: each
session computes on one thread (the engine's own threads add tree outputs in another order), the
graph adds by matrix products alone, and it takes logarithms and exponentials of widths that leave
nothing over (see ``graph.LANES``). Rows are spread over threads here instead (`spreading`); the
engine releases the interpreter lock while it computes.
"""

from __future__ import annotations

import struct
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.once import after_fork
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.artifact.sessions import (
    CHUNK_ROWS,
    ENGINE_ERRORS,
    Session,
    engine_failed,
    leave_behind,
)
from regression_model.artifact.spreading import map_blocks
from regression_model.processing.interruptions import pass_on

# the engine itself, which `sessions` imports first, without its telemetry
import onnxruntime as ort  # isort: skip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats

__all__ = ["CHUNK_ROWS", "Engine"]

_OUTPUTS = ("score", "prediction")


class Engine:
    """Evaluates a graph ``x`` [N, n_columns] -> ``score``, ``prediction`` [N, 1].

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model.
    n_columns : int
        Number of columns of ``x``.
    format_version : int
        The format of the artifact that it is from.

    Attributes
    ----------
    rows_at_once : int
        How many rows fit into a chunk.

    Raises
    ------
    ArtifactError
        If the graph is refused, or its input is not `n_columns` wide.
    """

    def __init__(
        self, graph: bytes, n_columns: int, *, format_version: int = FORMAT_VERSION
    ) -> None:
        takes, gives = [("x", n_columns)], [("score", 1), ("prediction", 1)]
        self._session = Session(graph, takes, gives, format_version=format_version)
        self.rows_at_once = self._session.rows_at_once
        self._rows = _BoundRows(self._session, n_columns)
        after_fork(self)

    def reset(self) -> None:
        """Leave the bound rows to the process that was forked from."""
        leave_behind(self._rows)
        self._rows = _BoundRows(self._session, self._rows.n_columns)

    def predict_row(self, values: Sequence[float]) -> float:
        """Compute the prediction of one encoded row of n_columns values, in target units."""
        row = self._rows.row
        if row.is_busy:  # a signal handler asks while its thread is at it
            return float(self.predict(np.array([values]))[0, 0])
        try:
            row.is_busy = True
            row.pack_into(row.memory, 0, *values)
            row.run(row.binding)
            return float(row.prediction[0, 0])
        except ENGINE_ERRORS as problem:
            pass_on(problem)
            raise engine_failed(problem) from problem
        finally:
            row.is_busy = False

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
        score, prediction = map_blocks([x], self.evaluate, self.rows_at_once).T
        return score, prediction

    def evaluate(self, x: Floats) -> Floats:
        """Compute score and prediction of a few encoded rows, of shape (n_samples, 2)."""
        return np.hstack(self._session.run(_OUTPUTS, {"x": x}))

    def predict(self, x: Floats) -> Floats:
        """Compute predictions of a few encoded rows, of shape (n_samples, 1), in target units."""
        return self._session.run(_OUTPUTS[1:], {"x": x})[0]


class _BoundRow:
    """One row's input and output in memory that a session reads and writes."""

    def __init__(self, session: ort.InferenceSession, n_columns: int) -> None:
        x = np.zeros((1, n_columns))
        self.is_busy = False
        self.prediction = np.zeros((1, 1))
        self.memory = x.data.cast("B")
        self.pack_into = struct.Struct(f"{n_columns}d").pack_into
        self.run = session.run_with_iobinding
        self.binding = session.io_binding()
        self.binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(x))
        bound = ort.OrtValue.ortvalue_from_numpy(self.prediction)
        self.binding.bind_ortvalue_output("prediction", bound)


class _BoundRows(threading.local):
    """A bound row for each thread, made when the thread first asks for it."""

    row: _BoundRow

    def __init__(self, session: Session, n_columns: int) -> None:
        self.session = session
        self.n_columns = n_columns

    def __getattr__(self, name: str) -> Any:
        if name != "row":
            raise AttributeError(name)
        self.row = _BoundRow(self.session.engine, self.n_columns)
        return self.row
