"""Loggers as they were, after something in this process has set them up."""

from __future__ import annotations

import logging
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


def _loggers() -> list[logging.Logger]:
    known = logging.getLogger().manager.loggerDict.values()
    return [each for each in known if isinstance(each, logging.Logger)]
