"""What a signal handler raises: told from what a caller's objects raise, or held back for a while.

A handler may raise between any two steps of the interpreter, also where the failure of an object is
caught and reported. It concerns no cell: it goes on to who set the handler.
"""

from __future__ import annotations

import inspect
import signal
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN = frozenset({str, float, int, bool, type(None)})
"""Types of which no method is a caller's: what fails there is ours or a handler's."""
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that end a command, see `regression_model.cli.stopping`."""
_HANDLER_PARAMETERS = 2
"""The number of the signal, and the frame that it interrupts."""


@contextmanager
def signals_held(*names: str) -> Iterator[None]:
    """Let signals wait while what is inside runs; processes and threads started there get none.

    Who imports a module may catch all that is raised meanwhile, and the signal would be lost.

    Parameters
    ----------
    *names : str
        Of the signals; of SIGINT, SIGTERM and SIGHUP if none is given.
    """
    if not hasattr(signal, "pthread_sigmask"):  # as on Windows
        yield
        return
    numbers = [signal.Signals[name] for name in names or _ENDING]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pass_on(problem: BaseException, *objects: object) -> None:
    """Raise a problem again that no object has caused; to be called first where one is caught.

    Parameters
    ----------
    problem : BaseException
        What was caught.
    *objects : object
        What was being read, if that is all that may have failed: of plain types nothing runs.

    Raises
    ------
    BaseException
        The problem itself, if a signal handler has raised it.
    """
    are_plain = objects and _PLAIN.issuperset(map(type, objects))
    if are_plain or _is_of_handler(problem):
        raise problem


def _is_of_handler(problem: BaseException) -> bool:
    """Tell whether a function was at work that was given what it interrupts, as handlers are.

    The interpreter calls a handler with the number of the signal and the frame that it interrupts,
    which stands before it in the traceback.
    """
    interrupted: set[FrameType] = set()
    step = problem.__traceback__
    while step is not None:
        frame = step.tb_frame
        if _may_be_handler(frame.f_code) and _is_handler(frame, interrupted):
            return True
        interrupted.add(frame)
        step = step.tb_next
    return False


def _may_be_handler(code: CodeType) -> bool:
    return code.co_argcount >= _HANDLER_PARAMETERS or bool(code.co_flags & inspect.CO_VARARGS)


def _is_handler(frame: FrameType, interrupted: set[FrameType]) -> bool:
    code, variables = frame.f_code, frame.f_locals
    n_named = code.co_argcount + code.co_kwonlyargcount
    # in `co_varnames` parameters stand first, and behind those with a name of their own ``*args``
    has_rest = bool(code.co_flags & inspect.CO_VARARGS)
    names = code.co_varnames[: n_named + has_rest]
    if not set(names).issubset(variables):  # it has deleted what it was given
        return any(code is handler for handler in _handlers())
    arguments = [variables[name] for name in names]
    rest = arguments[n_named:]
    if rest and type(rest[0]) is tuple:
        arguments += rest[0]
    # types first: a caller's object may do what it likes when it is compared
    return any(type(each) is FrameType and each in interrupted for each in arguments)


def _handlers() -> Iterator[object]:
    """Yield the code of the handlers that are set now."""
    for number in signal.valid_signals():
        yield getattr(signal.getsignal(number), "__code__", None)
