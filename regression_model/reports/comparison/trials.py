"""Cells by which two columns are tried: at and around all that either of them declares.

Nothing of what columns declare is compared as text: the same cells are given to both, and what
comes of them is compared. So it does not matter in which words a limit or a level is declared.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from regression_model.processing.any_cells import ANY_CELLS
from regression_model.processing.number_formats import parse_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regression_model.processing.column import Column

Cell = str | float | bool | None

_MOST_SPELLINGS = 100
_PADDED = 3
_AMBIGUOUS = ("1.234", "1,234")
"""Numbers that formats read in different ways."""
_DAY = 86_400.0


def cells_to_try(columns: tuple[Column, Column], most_levels: int) -> list[Cell]:
    """Return different cells, those first that are at the bounds of what is declared.

    Parameters
    ----------
    columns : (Column, Column)
    most_levels : int
        So many levels of each are tried, those first that the other has not.

    Examples
    --------
    >>> from regression_model.processing.schema import Column
    >>> area = Column("area", "integer", minimum=3)
    >>> cells_to_try((area, area), most_levels=10)[:3]
    [3, 2, 4]
    """
    cells: list[Cell] = []
    for column, other in (columns, columns[::-1]):
        cells += _at_limits(column)
        cells += _levels(column, other, most_levels)
        cells += _spellings(column)
    cells += ANY_CELLS
    for column in columns:  # last, as they make the worst examples
        cells += _next_to_limits(column)
    # 1, 1.0 and True are one key without their types
    return list({(type(cell), cell): cell for cell in cells}.values())


def _at_limits(column: Column) -> Iterator[Cell]:
    """Yield cells at, within and beyond each end."""
    if column.is_number:
        for end in _ends(column):
            yield from _around(end, whole=column.kind == "integer")
        if column.number_format is not None:
            yield parse_format(column.number_format).example
            yield from _AMBIGUOUS
    elif column.of_kind.has_parts:
        for end in column.silent_range:
            yield from _days(end, column)


def _ends(column: Column) -> list[float]:
    """Return what a number is held against: declared limits, and what training has seen."""
    seen = column.training_range or ()
    return [end for end in (column.minimum, column.maximum, *seen) if end is not None]


def _next_to_limits(column: Column) -> Iterator[float]:
    """Yield the numbers next to each end, of all that there are."""
    for end in _ends(column) if column.is_number else ():
        yield from (math.nextafter(end, -math.inf), math.nextafter(end, math.inf))


def _around(end: float, *, whole: bool) -> Iterator[float]:
    if whole:
        nearest = math.ceil(end)
        yield from (nearest, nearest - 1, nearest + 1)
        return
    yield from (end, end - 1, end + 1)


def _days(end: float, column: Column) -> Iterator[str]:
    for seconds in (end, end - _DAY, end + _DAY):
        if column.of_kind.can_range(seconds, seconds):
            yield column.of_kind.show(seconds)


def _levels(column: Column, other: Column, most: int) -> Iterator[str]:
    """Yield levels, and some in other writing."""
    named = [level for level in column.levels if level is not None]
    known = set(other.levels)
    chosen = sorted(named, key=lambda level: level in known)[:most]
    yield from chosen
    for level in chosen[:_PADDED]:
        yield from (f" {level}\t", level.swapcase())


def _spellings(column: Column) -> Iterator[str]:
    """Yield texts that stand for a missing value, and one of them with blanks around."""
    yield from column.missing_values[:_MOST_SPELLINGS]
    yield from (f" {text} " for text in column.missing_values[-1:])


def usual_cell(columns: Iterable[Column]) -> Cell:
    """Return a cell that no column refuses and of which none has anything to say, if there is one.

    Examples
    --------
    >>> from regression_model.processing.schema import Column
    >>> usual_cell([Column("n", "integer", minimum=3, maximum=3)])
    3
    """
    columns = list(columns)
    cells = [cell for column in columns for cell in column.of_kind.example_cells()]
    for cell in cells:
        if all(column.judge(cell, hint=False).silent for column in columns):
            return cell
    for cell in cells:
        if all(column.judge(cell, hint=False).error is None for column in columns):
            return cell
    return cells[0] if cells else None
