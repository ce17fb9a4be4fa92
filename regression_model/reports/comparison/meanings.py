"""What a cell means to a column, told so that two columns can be asked about the same cell."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from regression_model.processing.shown_values import level_text, quoted

if TYPE_CHECKING:
    from regression_model.processing.column import Column
    from regression_model.processing.verdicts import Notice


class Outcome(StrEnum):
    """What becomes of a cell."""

    REFUSED = "refused"
    UNKNOWN = "a missing value"
    HAS_NONE = "that there is none"
    LEVEL = "a level"
    UNSEEN = "a level never seen"
    VALUE = "a value"


class Meaning(NamedTuple):
    """What a cell means.

    Attributes
    ----------
    outcome : Outcome
    value : str, float or None
        The level, or the number that it is encoded as.
    error : Notice or None
    warnings : tuple of Notice
    """

    outcome: Outcome
    value: str | float | None
    error: Notice | None
    warnings: tuple[Notice, ...]

    @property
    def is_answered(self) -> bool:
        """Whether a row with this cell gets an answer."""
        return self.error is None


def meaning_of(cell: object, column: Column) -> Meaning:
    """Return what a cell means to a column.

    Examples
    --------
    >>> from regression_model.processing.schema import Column
    >>> area = Column("area", "number", minimum=0)
    >>> meaning_of(-1, area).outcome.value, meaning_of(3, area).value
    ('refused', 3.0)
    """
    verdict = column.judge(cell, hint=False)
    outcome: Outcome = Outcome.VALUE
    value: str | float | None = None
    if verdict.error is not None:
        outcome = Outcome.REFUSED
    elif column.is_missing(cell):
        has_none = column.missing_means == "none"
        outcome = Outcome.HAS_NONE if has_none else Outcome.UNKNOWN
    elif column.has_levels:
        outcome, value = _level(verdict.value, column)
    else:
        value = verdict.value
    return Meaning(outcome, value, verdict.error, verdict.warnings)


def _level(position: float, column: Column) -> tuple[Outcome, str | None]:
    if position < 0:
        return Outcome.UNSEEN, None
    level = column.levels[int(position)]
    return (Outcome.HAS_NONE, None) if level is None else (Outcome.LEVEL, level)


def in_words(meaning: Meaning, column: Column) -> str:
    """Return a meaning as a sentence has it: ``the level 'Gd'``, ``2024-03-01``.

    Examples
    --------
    >>> from regression_model.processing.schema import Column
    >>> sold = Column("sold", "date", date_order="dmy")
    >>> in_words(meaning_of("03/04/2024", sold), sold)
    '2024-04-03'
    """
    value: Any = meaning.value
    if meaning.outcome is Outcome.LEVEL:
        return f"the level {quoted(level_text(value))}"
    if meaning.outcome is Outcome.VALUE:
        return (
            f"the number {column.of_kind.show(value)}"
            if column.is_number
            else _shown(value, column)
        )
    return meaning.outcome.value


def _shown(value: float, column: Column) -> str:
    return column.of_kind.show(value) if column.kind == "date" else str(value > 0).lower()
