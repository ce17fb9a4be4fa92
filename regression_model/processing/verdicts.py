"""What is said about cells, rows and columns: codes, and sentences."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple


class Code(StrEnum):
    """What an entry of ``errors`` or ``warnings`` is about."""

    NOT_A_NUMBER = "not_a_number"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_BOOLEAN = "not_a_boolean"
    NOT_A_DATE = "not_a_date"
    NOT_TEXT = "not_text"
    NOT_A_SCALAR = "not_a_scalar"
    NOT_A_RECORD = "not_a_record"
    UNREADABLE = "unreadable"
    INFINITE = "infinite"
    TOO_LARGE = "too_large"
    OUT_OF_LIMITS = "out_of_limits"
    UNKNOWN_LEVEL = "unknown_level"
    MISSING_REQUIRED = "missing_required"
    MISSING_COLUMN = "missing_column"
    DUPLICATE_COLUMN = "duplicate_column"
    NAMED_TWICE = "named_twice"
    NO_KNOWN_COLUMN = "no_known_column"
    WRONG_CELL_COUNT = "wrong_cell_count"
    BROKEN_ROW = "broken_row"
    NOT_FINITE_PREDICTION = "not_finite_prediction"
    UNSEEN_LEVEL = "unseen_level"
    OUT_OF_TRAINING_RANGE = "out_of_training_range"
    UNUSED_COLUMN = "unused_column"
    TEXT_AS_NUMBER = "text_as_number"
    FURTHER_ERRORS = "further_errors"
    FURTHER_WARNINGS = "further_warnings"


class Notice(NamedTuple):
    """One thing to say about a cell: a code and a sentence."""

    code: Code
    message: str


class Verdict(NamedTuple):
    """The meaning of a cell: its encoded value, and what is to be said about it."""

    value: float
    error: Notice | None = None
    warnings: tuple[Notice, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say."""
        return self.error is None and not self.warnings


def refuse(code: Code, message: str) -> Verdict:
    """Return the verdict on a cell that has an error."""
    return Verdict(math.nan, Notice(code, message))
