"""How large a change is to those who call: patch, minor or major, and why."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Change(IntEnum):
    """What a version number promises at most, in the order of what a caller must do."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2

    @property
    def word(self) -> str:
        """As people say it."""
        return self.name.lower()


class Reason(NamedTuple):
    """Why a change is no smaller than it is.

    Attributes
    ----------
    change : Change
    about : {"target", "columns", "inputs", "answers", "predictions"}
    text : str
        A sentence without its stop.
    column : str or None
        The column that it is about, if it is about one.
    """

    change: Change
    about: str
    text: str
    column: str | None = None
