"""Log lines: one JSON object each, in which nothing stands that a caller has sent.

Of a failure the kind and the place are told. Its message is not: it may quote a cell.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

LOGGER = logging.getLogger("regression_model.serving")
"""Where all that a service does is said; whoever mounts the application may hear it, too."""

_FIELDS = "fields"
_OTHERS = "uvicorn.error"
"""The logger of the server below the application."""


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
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, event, extra={_FIELDS: fields})


class JsonLines(logging.Formatter):
    """One line of JSON for each record.

    Examples
    --------
    >>> record = logging.makeLogRecord({"msg": "ready", "levelname": "INFO", "created": 0.0})
    >>> record.fields = {"workers": 2}
    >>> JsonLines().format(record)
    '{"time":"1970-01-01T00:00:00.000Z","level":"info","event":"ready","workers":2}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, object] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip(),
        }
        line.update(getattr(record, _FIELDS, {}))
        if record.exc_info is not None and record.exc_info[1] is not None:
            line.update(told_of(record.exc_info[1]))
        return json.dumps(line, separators=(",", ":"), default=str)


def _time(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.removesuffix("+00:00") + "Z"


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
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    for logger, level in ((LOGGER, logging.INFO), (logging.getLogger(_OTHERS), logging.WARNING)):
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level)
    # a reader of standard error that is gone is nothing to tell each caller's request
    logging.raiseExceptions = False
