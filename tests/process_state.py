"""What belongs to the whole process, as it was before something in it was run."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_loggers() -> Iterator[None]:
    """Give every logger its handlers, level and way upwards back at the end.

    A command sets up loggers for the process that it runs in; the tests that follow it in this one
    read what is logged.
    """
    before = {each: (each.handlers[:], each.propagate, each.level) for each in _loggers()}
    new: tuple[list[logging.Handler], bool, int] = ([], True, logging.NOTSET)
    try:
        yield
    finally:
        for each in _loggers():
            each.handlers, each.propagate, level = before.get(each, new)
            each.setLevel(level)


@contextmanager
def kept_environment() -> Iterator[None]:
    """Give every variable of the environment its value back at the end.

    A command sets some for libraries that it has not imported yet, and for processes that it
    begins; so would those of other tests see them.
    """
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _loggers() -> list[logging.Logger]:
    known = logging.getLogger().manager.loggerDict.values()
    return [each for each in known if isinstance(each, logging.Logger)]
