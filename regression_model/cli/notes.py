"""What a person is told beside a command's results: the library's notes, and the command's own."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from regression_model.cli.terminal import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGGER = logging.getLogger("regression_model")


class _Notes(logging.Handler):
    """Writes what the library has to say to stderr, line by line, each line once."""

    def __init__(self) -> None:
        super().__init__()
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        is_note = record.levelno <= logging.WARNING
        line = f"{'note' if is_note else record.levelname.lower()}: {record.getMessage()}"
        if line not in self._told:
            self._told.add(line)
            tell(line)


def write_notes(level: int) -> None:
    """Write the library's notes from a level on to stderr, and forget those told before."""
    _LOGGER.setLevel(level)
    for handler in list(_LOGGER.handlers):
        if isinstance(handler, _Notes):
            _LOGGER.removeHandler(handler)
    _LOGGER.addHandler(_Notes())


@contextmanager
def notes_end() -> Iterator[None]:
    """Give the library's logger back as it was: a program that ran a command may go on."""
    handlers, level = _LOGGER.handlers[:], _LOGGER.level
    try:
        yield
    finally:
        _LOGGER.handlers[:] = handlers
        _LOGGER.setLevel(level)


def is_quiet() -> bool:
    """Tell whether ``--quiet`` was given."""
    return not _LOGGER.isEnabledFor(logging.WARNING)


def say(text: str) -> None:
    """Tell a person something on stderr, unless ``--quiet`` was given."""
    if not is_quiet():
        tell(text)
