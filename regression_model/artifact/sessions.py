"""Sessions: graphs of an artifact, inspected and opened on ONNX Runtime, each for one thread.

What comes out of a session is an answer or an `ArtifactError`, also where it is asked in a signal
handler, in a process that was forked, or while the interpreter shuts down.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

# it would keep a device id and a database of events in the user's home, and look up a host; read
# when the engine is imported
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as engine_module

from regression_model.artifact.inspection.graphs import check_graph
from regression_model.artifact.once import Once, after_fork
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regression_model.arrays import Floats


def _is_exception(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Exception)


CHUNK_ROWS = 2_048
"""How many rows are computed in one go, at the most.

Enough for the engine's call to cost nothing beside them; of eighty columns, little over a megabyte.
"""
_CHUNK_NUMBERS = 1 << 25
"""How many numbers a chunk of rows may take: 256 MB."""
ENGINE_ERRORS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    *(kind for kind in vars(engine_module).values() if _is_exception(kind)),
)
"""What the engine raises: its errors share no base class."""
_SILENT = 4
"""The highest severity there is: nothing below it is logged."""
_OFFSETS = "offsets"
"""The one input that has no rows of its own, but one row for all."""
_SHOWN = 300
"""Characters of what the engine says; it may go on for pages."""


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
        self._open = partial(open_session, graph, tuple(takes), tuple(gives))
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
        leave_behind(self._opened)
        self._opened = Once(self._open)


_left_behind: list[Any] = []


def leave_behind(what: object) -> None:
    """Keep for ever what a forked process has of the old one's engine.

    Taking it down might wait for a lock that nobody holds any more.
    """
    _left_behind.append(what)


def engine_failed(problem: Exception) -> ArtifactError:
    """Return the error for a graph that the engine cannot compute."""
    reason = str(problem)[:_SHOWN]
    return ArtifactError(f"ONNX Runtime {ort.__version__} cannot compute the artifact: {reason}")


def open_session(
    graph: bytes, takes: Sequence[tuple[str, int]], gives: Sequence[tuple[str, int]]
) -> ort.InferenceSession:
    """Build an engine session of an inspected graph.

    Parameters
    ----------
    graph : bytes
    takes, gives : sequence of (str, int)
        As of `Session`.

    Raises
    ------
    ArtifactError
        If the engine refuses the graph, or it takes or gives something else.
    """
    try:
        session = ort.InferenceSession(graph, _options(), providers=["CPUExecutionProvider"])
    except ENGINE_ERRORS as problem:
        pass_on(problem)
        reason = str(problem)[:_SHOWN]
        message = f"ONNX Runtime {ort.__version__} refuses the artifact's graph: {reason}"
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


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    # with more threads it adds the outputs of trees in another order, so another last digit
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _SILENT  # what fails is raised
    # its own format, which it would recognise as well, is not inspected
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return options


def _described(node: ort.NodeArg) -> tuple[str, object]:
    """Return name and width of a table in double precision; of anything else, what it is."""
    shape = node.shape
    is_table = node.type == "tensor(double)" and len(shape) == 2  # noqa: PLR2004
    if not is_table:
        return node.name, (node.type, shape)
    has_any_rows = not isinstance(shape[0], int) or node.name == _OFFSETS
    return node.name, shape[1] if has_any_rows else (node.type, shape)
