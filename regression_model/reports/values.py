"""Encoded values of columns as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.dates import MAX_SECONDS, MIN_SECONDS, to_text
from regression_model.processing.shown_values import short
from regression_model.reports.numbers import value_text

if TYPE_CHECKING:
    from regression_model.processing.schema import Column

TRUTHS = ("false", "true")


def cell_text(value: float, column: Column) -> str:
    """Return an encoded cell: a level's name, a day, a truth value, or a number.

    Examples
    --------
    >>> from regression_model.processing.schema import Column
    >>> cell_text(86400.0, Column("sold", "date")), cell_text(1.0, Column("garden", "boolean"))
    ('1970-01-02', 'true')
    """
    if column.has_levels:
        place = int(value)
        return level_text(column.levels[place]) if 0 <= place < len(column.levels) else "?"
    if column.kind == "date":
        return day_text(value)
    if column.kind == "boolean":
        return TRUTHS[value > 0]
    return value_text(value)


def day_text(seconds: float) -> str:
    """Return a date without its time, or the first or last that there is."""
    return to_text(min(max(seconds, MIN_SECONDS), MAX_SECONDS))[: len("2026-11-26")]


def level_text(level: str | None) -> str:
    """Return a level as it is called."""
    return "(none)" if level is None else short(level)
