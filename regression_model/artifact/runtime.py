"""The engine: an artifact's graph on ONNX Runtime, fast and alike for one row and a million.

A row's numbers do not depend, to the last bit, on the rows beside it. Three things make it so: each
session computes on one thread (the engine's own threads add tree outputs in another order), the
graph adds by matrix products alone, and it takes logarithms and exponentials of widths that leave
nothing over (see ``graph.LANES``). Rows are spread over threads here instead; the engine releases
the interpreter lock while it computes.

What comes out of it is an answer or an `ArtifactError`, also where it is asked in a signal handler,
in a process that was forked, or while the interpreter shuts down.
"""

from __future__ import annotations

import os
import struct
import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import numpy as np

# it would keep a device id and a database of events in the user's home, and look up a host
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as engine_module

from regression_model.artifact.inspection.graphs import check_graph
from regression_model.artifact.once import Once, after_fork
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from regression_model.arrays import Floats


def _is_exception(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)


CHUNK_ROWS = 2_048
_CHUNK_NUMBERS = 1 << 25
"""How many numbers a chunk of rows may take: 256 MB."""
ENGINE_ERRORS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    *(kind for kind in vars(engine_module).values() if _is_exception(kind)),
)
"""They share no base class."""
_SILENT = 4
_OUTPUTS = ("score", "prediction")
_OFFSETS = "offsets"
"""The one input that has no rows of its own, but one row for all."""
_MAX_WAITING = 32
_SHOWN = 300


class Session:
    """A graph, inspected, and an engine session for it that computes on one thread.

    A process that was forked opens a session of its own: another thread may have held a lock of
    the old one, and nobody would release it.

    Parameters
    ----------
    graph : bytes
        A serialised ONNX model.
    takes, gives : sequence of (str, int)
        Name and width of its inputs and outputs, all tables in double precision.
    format_version : int
        The format of the artifact that it is from.

    Attributes
    ----------
    rows_at_once : int
        How many rows fit into a chunk.

    Raises
    ------
    ArtifactError
        If the graph holds what no exporter writes, or takes or gives something else.
    """

    def __init__(
        self,
        graph: bytes,
        takes: Sequence[tuple[str, int]],
        gives: Sequence[tuple[str, int]],
        *,
        format_version: int = FORMAT_VERSION,
    ) -> None:
        numbers = check_graph(graph, format_version=format_version)
        self.rows_at_once = max(1, min(CHUNK_ROWS, _CHUNK_NUMBERS // max(numbers, 1)))
        self._open = partial(_open_session, graph, tuple(takes), tuple(gives))
        self._opened = Once(self._open)
        self._opened()
        after_fork(self)

    @property
    def engine(self) -> ort.InferenceSession:
        """The engine's session."""
        return self._opened()

    def run(self, outputs: Sequence[str], given: Mapping[str, Floats]) -> list[Floats]:
        """Compute outputs of some rows.

        Raises
        ------
        ArtifactError
            If the engine fails.
        """
        engine = self._opened()
        try:
            computed: list[Floats] = engine.run(outputs, given)
        except ENGINE_ERRORS as problem:
            pass_on(problem)
            raise engine_failed(problem) from problem
        return computed

    def reset(self) -> None:
        """Leave the session to the process that was forked from."""
        _left_behind.append(self._opened)
        self._opened = Once(self._open)


_left_behind: list[Any] = []
"""Taking them down might wait for a lock that nobody holds any more."""


def engine_failed(problem: Exception) -> ArtifactError:
    """Return the error for a graph that the engine cannot compute."""
    said = str(problem)[:_SHOWN]
    return ArtifactError(f"ONNX Runtime {ort.__version__} cannot compute the artifact: {said}")


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
        _left_behind.append(self._rows)
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


def map_blocks(
    blocks: Iterable[Floats], compute: Callable[[Floats], Floats], rows_at_once: int = CHUNK_ROWS
) -> Floats:
    """Compute something of blocks of rows, on threads, while the next blocks are prepared.

    Parameters
    ----------
    blocks : iterable of ndarray of shape (n_rows_of_block, n_columns)
        Encoded rows.
    compute : callable
        From up to `rows_at_once` contiguous rows to an array of as many rows.
    rows_at_once : int
        How many rows are computed in one go.

    Returns
    -------
    ndarray of shape (n_samples, width of what was computed)
    """
    step = rows_at_once
    chunks = (b[a : a + step] for b in blocks for a in range(0, max(len(b), 1), step))
    head = list(islice(chunks, 2))
    if len(head) < 2:  # noqa: PLR2004 - one chunk is not worth a thread
        return compute(np.ascontiguousarray(head[0]))
    done: list[Floats] = []
    waiting: deque[Future[Floats]] = deque()
    with ThreadPoolExecutor(_n_threads()) as pool:
        for chunk in chain(head, chunks):
            waiting.append(_submit(pool, compute, chunk))
            if len(waiting) > _MAX_WAITING:
                done.append(waiting.popleft().result())
        done += [future.result() for future in waiting]
    return np.concatenate(done)


def _on_contiguous(compute: Callable[[Floats], Floats], x: Floats) -> Floats:
    return compute(np.ascontiguousarray(x))


def _submit(
    pool: ThreadPoolExecutor, compute: Callable[[Floats], Floats], x: Floats
) -> Future[Floats]:
    """Have a thread compute; while the interpreter shuts down there are none, so do it here."""
    try:
        return pool.submit(_on_contiguous, compute, x)
    except RuntimeError as problem:
        pass_on(problem)
        done: Future[Floats] = Future()
        done.set_result(_on_contiguous(compute, x))
        return done


def _open_session(
    graph: bytes, takes: Sequence[tuple[str, int]], gives: Sequence[tuple[str, int]]
) -> ort.InferenceSession:
    """Build an engine session of an inspected graph."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _SILENT  # what fails is raised
    # its own format, which it would recognise as well, is not inspected
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except ENGINE_ERRORS as problem:
        pass_on(problem)
        said = str(problem)[:_SHOWN]
        message = f"ONNX Runtime {ort.__version__} refuses the artifact's graph: {said}"
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


def _described(node: ort.NodeArg) -> tuple[str, object]:
    """Return name and width of a table in double precision."""
    shape = node.shape
    is_table = node.type == "tensor(double)" and len(shape) == 2  # noqa: PLR2004
    is_free = is_table and (not isinstance(shape[0], int) or node.name == _OFFSETS)
    return node.name, shape[1] if is_free else (node.type, shape)


def _n_threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
