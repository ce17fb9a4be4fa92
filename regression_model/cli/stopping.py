"""What is said, and which exit status is given, when a signal ends a command."""

from __future__ import annotations

import signal
import stat
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from regression_model.cli.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_NAMES = ("SIGTERM", "SIGHUP")
"""Signals that end a process at once, unless it asks to clean up first as it does on Ctrl-C."""


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
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    taken = [number for number in numbers if signal.getsignal(number) == signal.SIG_DFL]
    for number in taken:
        signal.signal(number, _stop)
    try:
        yield
    except KeyboardInterrupt as end:
        tell("stopped" if kept is None else f"stopped; {kept()}")
        given = end.args[0] if end.args else signal.SIGINT
        raise SystemExit(128 + int(given)) from None
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def untouched(path: Path) -> Callable[[], str]:
    """Return what says whether a file or folder was written since."""
    before = _state(path)
    is_stream = before is not None and not (stat.S_ISREG(before[-1]) or stat.S_ISDIR(before[-1]))

    def said() -> str:
        if is_stream:
            return in_part(path)
        if _state(path) != before:
            return f"{path} is written, and whole"
        return (
            "nothing was written" if before is None else f"nothing was written, {path} is as it was"
        )

    return said


def in_part(place: object) -> str:
    """Say that a device, a pipe or stdout may have got the beginning of what was written."""
    return f"{place} has not got all of it"


def _state(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode


def _stop(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # sent twice, it shall not end the cleaning up
    raise KeyboardInterrupt(number)
