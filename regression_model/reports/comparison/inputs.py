"""Inputs that were answered and are now refused, or are read otherwise: found by trying both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regression_model.processing.report import Report
from regression_model.processing.shown_values import quoted, short
from regression_model.processing.validation import Validator
from regression_model.processing.verdicts import Code
from regression_model.reports.comparison.change import Change, Reason
from regression_model.reports.comparison.meanings import (
    Meaning,
    Outcome,
    in_words,
    meaning_of,
)
from regression_model.reports.comparison.trials import Cell, cells_to_try, usual_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.artifact.model import Model
    from regression_model.processing.column import Column
    from regression_model.reports.comparison.pairs import Pairs

_MOST_LEVELS = 1_000
"""Of a column, if there are few columns."""
_LEVELS_OF_ALL = 20_000
_LEAST_LEVELS = 20
_OF_NAMES = frozenset({Code.MISSING_COLUMN, Code.NAMED_TWICE, Code.NO_KNOWN_COLUMN})
"""What is said of a record for its names, whatever its cells are."""


@dataclass(frozen=True)
class InputChange:
    """Cells of a column that another thing comes of than before.

    Attributes
    ----------
    column : str
        Its new name.
    what : {"refused", "answered", "read", "warned", "silent"}
        What is new: they are refused, answered, read in another way, warned of, or not any more.
    change : Change
    cell : str
        One of them, as a message quotes it.
    n_cells : int
        How many of those tried.
    said : str
        What came before, and what comes now.
    """

    column: str
    what: str
    change: Change
    cell: str
    n_cells: int
    said: str

    def reason(self) -> Reason:
        """Return the change as a reason for a number."""
        more = self.n_cells - 1
        further = f" (and {more:,} more of the cells tried)" if more else ""
        return Reason(self.change, "inputs", f"{self.said}{further}", self.column)

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {
            "column": self.column,
            "what": self.what,
            "change": self.change.word,
            "cell": self.cell,
            "cells": self.n_cells,
            "said": self.said,
        }


@dataclass(frozen=True)
class Tried:
    """What came of trying.

    Attributes
    ----------
    changes : list of InputChange
    n_cells : int
        How many cells were tried.
    answered : dict of str to list
        Of each old column the cells that both models answer.
    """

    changes: list[InputChange]
    n_cells: int
    answered: dict[str, list[Cell]]


def try_columns(pairs: Pairs) -> Tried:
    """Give the same cells to both columns of each pair."""
    most_levels = min(_MOST_LEVELS, max(_LEAST_LEVELS, _LEVELS_OF_ALL // max(len(pairs.both), 1)))
    changes: list[InputChange] = []
    answered: dict[str, list[Cell]] = {}
    n_cells = 0
    for before, after in pairs.both:
        cells = cells_to_try((before, after), most_levels)
        n_cells += len(cells)
        asked = [(cell, meaning_of(cell, before), meaning_of(cell, after)) for cell in cells]
        changes += _changes(before, after, asked)
        answered[before.name] = [
            cell for cell, was, now in asked if was.is_answered and now.is_answered
        ]
    return Tried(changes, n_cells, answered)


def _changes(
    before: Column, after: Column, asked: Sequence[tuple[Cell, Meaning, Meaning]]
) -> Iterator[InputChange]:
    """Yield the changes of a column, one for all cells that fare alike."""
    found: dict[tuple[Any, ...], InputChange] = {}
    for cell, was, now in asked:
        what, change = _difference(was, now)
        if not what:
            continue
        key = _key(what, was, now)
        if key in found:
            found[key] = replace(found[key], n_cells=found[key].n_cells + 1)
            continue
        said = _said(what, cell, (was, before), (now, after))
        found[key] = InputChange(after.name, what, change, quoted(cell), 1, said)
    yield from found.values()


def _key(what: str, was: Meaning, now: Meaning) -> tuple[Any, ...]:
    """Return what cells have in common that are told together."""
    if what == "refused" and now.error is not None:
        return what, now.error.code
    if what == "answered" and was.error is not None:
        return what, was.error.code
    return what, was.outcome, now.outcome, frozenset(code for code, _ in now.warnings)


def _difference(was: Meaning, now: Meaning) -> tuple[str, Change]:
    """Return what is new, empty if nothing is, and how large a change that is to callers."""
    if not was.is_answered or not now.is_answered:
        if was.is_answered:
            return "refused", Change.MAJOR
        return ("answered", Change.MINOR) if now.is_answered else ("", Change.PATCH)
    if (was.outcome, was.value) != (now.outcome, now.value):
        # a date or a number that is another one now: whoever sends it must write it otherwise
        are_values = was.outcome is now.outcome is Outcome.VALUE
        return "read", Change.MAJOR if are_values else Change.MINOR
    codes_before = {code for code, _ in was.warnings}
    codes_now = {code for code, _ in now.warnings}
    if codes_now - codes_before:
        return "warned", Change.MINOR
    return ("silent", Change.MINOR) if codes_before - codes_now else ("", Change.PATCH)


def _said(
    what: str, cell: Cell, before: tuple[Meaning, Column], after: tuple[Meaning, Column]
) -> str:
    was, now = before[0], after[0]
    name = short(after[1].name)
    if what == "refused" and now.error is not None:
        return f"refused now, answered before: {now.error.message}"
    if what == "answered" and was.error is not None:
        return f"answered now, refused before: {was.error.message}"
    if what == "read":
        return f"{name}: {quoted(cell)} was {in_words(*before)} and is {in_words(*after)}"
    if what == "warned":
        return f"warned of now: {now.warnings[-1].message}"
    return f"warned of no more: {was.warnings[-1].message}"


def try_records(old: Model, new: Model, pairs: Pairs) -> Iterator[Reason]:
    """Give a whole record of each model to the other; yield what is refused for its names."""
    cells: dict[str, Cell] = {}
    for before, after in pairs.both:
        cells[before.name] = usual_cell((after, before))
    was_sent = {column.name: cells.get(column.name) for column in old.schema.columns}
    for column in pairs.removed:
        was_sent[column.name] = usual_cell((column,))
    for message, name in _refusals_of_names(was_sent, old, new):
        yield Reason(Change.MAJOR, "inputs", f"refused now, answered before: {message}", name)
    is_sent = {after.name: cells[before.name] for before, after in pairs.both}
    for column in pairs.added:
        is_sent[column.name] = usual_cell((column,))
    for message, name in _refusals_of_names(is_sent, new, old):
        yield Reason(Change.MINOR, "inputs", f"answered now, refused before: {message}", name)


def _refusals_of_names(
    record: dict[str, Cell], own: Model, other: Model
) -> Iterator[tuple[str, str | None]]:
    """Yield what one model says of the names of a record about which the other says nothing."""
    if _errors_of_names(record, own):
        return
    yield from _errors_of_names(record, other)


def _errors_of_names(record: dict[str, Cell], model: Model) -> list[tuple[str, str | None]]:
    report = Report()
    for _ in Validator(model.schema).blocks(record, report):
        pass  # the rows are of no interest, only what is said of them
    errors = [error for error in report.sorted_errors() if error["code"] in _OF_NAMES]
    return [(error["message"], error["column"]) for error in errors]
