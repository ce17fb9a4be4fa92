"""What is said, and which exit status is given, when a signal ends a command."""

from __future__ import annotations

import signal
import stat
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from regression_model.cli.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NAMES = ("SIGTERM", "SIGHUP")
"""Signals that end a process at once, unless it asks to clean up first as it does on Ctrl-C."""

_BY_SIGNAL = 128
"""What a shell adds to a signal's number to make an exit status of it."""


@contextmanager
def stopping(kept: Callable[[], str] | None = None) -> Iterator[None]:
    """Clean up and say what was kept when Ctrl-C, SIGTERM or SIGHUP ends what is inside.

    Parameters
    ----------
    kept : callable, optional
        Says it, as `untouched` does.

    Raises
    ------
    SystemExit
        With 128 and the signal's number, as a shell expects.
    """
    taken = _take_signals()
    try:
        yield
    except KeyboardInterrupt as end:
        tell("stopped" if kept is None else f"stopped; {kept()}")
        number = end.args[0] if end.args else signal.SIGINT
        raise SystemExit(_BY_SIGNAL + int(number)) from None
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _take_signals() -> list[int]:
    """Let signals that would end the process raise; return those that nobody else has taken."""
    if threading.current_thread() is not threading.main_thread():
        return []  # Python lets the main thread alone take signals
    taken = []
    for name in _NAMES:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _stop)
            taken.append(number)
    return taken


def untouched(path: Path) -> Callable[[], str]:
    """Return what says whether a file or folder was written since."""
    before = _state(path)

    def what_was_kept() -> str:
        if before is not None and _is_stream(before.st_mode):
            return in_part(path)
        if _state(path) != before:
            return f"{path} is written, and whole"
        if before is None:
            return "nothing was written"
        return f"nothing was written, {path} is as it was"

    return what_was_kept


def in_part(place: object) -> str:
    """Say that a device, a pipe or stdout may have got the beginning of what was written."""
    return f"{place} has not got all of it"


class _State(NamedTuple):
    """What differs once a file or folder was replaced or written to."""

    st_ino: int
    st_mtime_ns: int
    st_size: int
    st_mode: int


def _state(path: Path) -> _State | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return _State(status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode)


def _is_stream(mode: int) -> bool:
    """Tell whether it is a device or a pipe, of which nobody can say what it was before."""
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _stop(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # sent twice, it shall not end the cleaning up
    raise KeyboardInterrupt(number)
