"""Log lines: one JSON object each, in which nothing stands that a caller has sent.

Of a failure the kind and the place are told. Its message is not: it may quote a cell.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from contextlib import suppress
from typing import TextIO

from pydantic_core import to_json

LOGGER = logging.getLogger("regression_model.serving")
"""Where all that a service does is said; whoever mounts the application may hear it, too."""

_FIELDS = "fields"
_LEVELS = {level: name.lower() for name, level in logging.getLevelNamesMapping().items()}
_OTHERS = ("uvicorn.error", "asyncio")
"""The loggers of what is below the application: the server, and the event loop."""


def log(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Say what has happened.

    Parameters
    ----------
    event : str
        What, in a word or two.
    level : int
        Of `logging`.
    **fields : object
        What is to be known of it, in plain types.
    """
    if not LOGGER.isEnabledFor(level):
        return
    for handler in LOGGER.handlers:
        if isinstance(handler, JsonLines):
            # a record of `logging` would cost more than all else that a request's line takes
            handler.write(event, level, time.time(), fields)
            return
    LOGGER.log(level, event, extra={_FIELDS: fields})


class JsonLines(logging.Handler):
    r"""Writes a line of JSON for each record.

    Parameters
    ----------
    stream : text file

    Examples
    --------
    >>> import io
    >>> stream = io.StringIO()
    >>> JsonLines(stream).write("ready", logging.INFO, 0.0, {"workers": 2})
    >>> stream.getvalue()
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"ready","workers":2}\n'
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._second, self._moment = -1, ""

    def emit(self, record: logging.LogRecord) -> None:
        """Write what a record of `logging` says."""
        fields: dict[str, object] = {}
        if record.exc_info is not None and record.exc_info[1] is not None:
            fields = told_of(record.exc_info[1])
        # what stands in further lines shows objects, and with them cells
        event = record.getMessage().strip().partition("\n")[0]
        self.write(event, record.levelno, record.created, fields)

    def write(self, event: str, level: int, seconds: float, fields: dict[str, object]) -> None:
        """Write a line; where nobody reads it, that is no reason to fail."""
        line = {
            "time": self._time(seconds),
            "level": _LEVELS.get(level, level),
            "event": event,
            **fields,
        }
        with suppress(OSError, ValueError):
            self._stream.write(to_json(line, fallback=str).decode() + "\n")
            self._stream.flush()

    def _time(self, seconds: float) -> str:
        """Return a moment as it is written; most lines come in the same second as the last one."""
        second = int(seconds)
        if second != self._second:
            self._moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
            self._second = second
        return f"{self._moment}.{int((seconds - second) * 1000):03d}Z"


def told_of(problem: BaseException) -> dict[str, object]:
    """Return the kind of a failure and where it arose, the innermost call last."""
    frames = traceback.extract_tb(problem.__traceback__)
    return {
        "failure": type(problem).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def write_logs(stream: TextIO | None = None) -> None:
    """Write what the service and its server say, from now on, as lines of JSON.

    Parameters
    ----------
    stream : text file, optional
        By default standard error.
    """
    handler = JsonLines(stream or sys.stderr)
    loggers = [(LOGGER, logging.INFO)]
    loggers += [(logging.getLogger(name), logging.WARNING) for name in _OTHERS]
    for logger, level in loggers:
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
