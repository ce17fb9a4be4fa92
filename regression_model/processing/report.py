"""What was found in an input: entries, as callers get them, and no more of them than are read.

A row that fails has one error at least and `MAX_ROW_ERRORS` at most, or one alone where rows before
have `MAX_ERRORS` between them; a further one says how many are not listed. Of the warnings of one
code in one column `MAX_WARNINGS` are listed, and one entry says how many there are besides.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from regression_model.processing.sentences import say
from regression_model.processing.shown_values import level_text, short, shown
from regression_model.processing.verdicts import Code, Notice, Verdict

if TYPE_CHECKING:
    from regression_model.processing.column import Column

MAX_ROW_ERRORS = 20
"""How many errors of one row are listed."""
MAX_ERRORS = 100_000
"""How many errors of all rows are listed before one of each further row has to do."""
MAX_WARNINGS = 1_000
"""How many warnings of one code in one column are listed."""
MAX_HINTS = 100
"""For how many different unknown levels of an input the nearest known ones are looked for."""


class Entry(TypedDict):
    """One error or warning, as callers get it."""

    row: int | None
    column: str | None
    code: str
    value: str | int | float | bool | None
    message: str


def make_entry(
    code: Code, message: str, row: int | None, column: str | None, value: object = None
) -> Entry:
    """Return an entry of which `value` is shown shortened."""
    return Entry(row=row, column=column, code=code.value, value=shown(value), message=message)


@dataclass
class Report:
    """What was found so far: entries, and the rows that get no prediction.

    Parameters
    ----------
    listed_warnings : float
        How many warnings of one code in one column are listed: none for who counts them only, and
        all (infinity) for who lists those of a file chunk by chunk.

    Attributes
    ----------
    errors, warnings : list of dict
        The entries, in the order in which they were found.
    failed : set of int
        Rows with an error of their own.
    no_records : set of int
        Those of them that are no records at all: of their cells, all absent, nothing is said.
    all_failed : bool
        Whether an error concerns all rows.
    absent : frozenset of str
        Columns that the input has not, all of whose cells are taken as missing.
    """

    listed_warnings: float = MAX_WARNINGS
    errors: list[Entry] = field(default_factory=list)
    warnings: list[Entry] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    no_records: set[int] = field(default_factory=set)
    all_failed: bool = False
    absent: frozenset[str] = frozenset()
    _errors_of_row: Counter[int] = field(default_factory=Counter)
    _further_errors: Counter[int] = field(default_factory=Counter)
    _n_warnings: Counter[tuple[str, str]] = field(default_factory=Counter)
    _hints: dict[tuple[str, str], str] = field(default_factory=dict)

    def sorted_errors(self) -> list[Entry]:
        """Return errors of the whole input, then by row; within a row in the order found."""
        entries = list(self.errors)
        for row, count in self._further_errors.items():
            message = say("further_errors", count=f"{count:,}")
            entries.append(make_entry(Code.FURTHER_ERRORS, message, row, None, count))
        return sorted(entries, key=_row_or_first)

    def sorted_warnings(self) -> list[Entry]:
        """Return warnings of the whole input, then by row; within a row in the order found."""
        further = self._further_warnings()
        if not further:
            return self.warnings
        n_whole = sum(entry["row"] is None for entry in self.warnings)
        return [*self.warnings[:n_whole], *further, *self.warnings[n_whole:]]

    def warning_counts(self) -> Counter[str]:
        """Return how many warnings of each code there are, listed or not."""
        counts = Counter(entry["code"] for entry in self.warnings if entry["row"] is None)
        for (_, code), count in self._n_warnings.items():
            counts[code] += count
        return counts

    def _further_warnings(self) -> list[Entry]:
        """Return how many warnings of each code and column are not listed."""
        entries: list[Entry] = []
        for (column, code), count in self._n_warnings.items():
            if count > self.listed_warnings:
                rest = count - int(self.listed_warnings)
                values = {"count": f"{rest:,}", "code": code, "name": short(column)}
                message = say("further_warnings", **values)
                entries.append(make_entry(Code.FURTHER_WARNINGS, message, None, column, rest))
        return entries

    def refuse(
        self, code: Code, message: str, *, row: int | None, column: str | None, value: object = None
    ) -> None:
        """Add an error of one row, or of all rows where `row` is None."""
        if row is None:
            self.all_failed = True
        else:
            self.failed.add(row)
            self._errors_of_row[row] += 1
            most = MAX_ROW_ERRORS if len(self.errors) < MAX_ERRORS else 1
            if self._errors_of_row[row] > most:
                self._further_errors[row] += 1
                return
        self.errors.append(make_entry(code, message, row, column, value))

    def add(self, row: int, column: Column, cell: object, verdict: Verdict) -> None:
        """Add what a verdict without hint says about a cell of a row that is a record at all."""
        if row in self.no_records:
            return
        if verdict.error is not None:
            message = self._with_hint(column, cell, verdict.error)
            self.refuse(verdict.error.code, message, row=row, column=column.name, value=cell)
        for notice in verdict.warnings:
            key = column.name, notice.code.value
            self._n_warnings[key] += 1
            if self._n_warnings[key] <= self.listed_warnings:
                message = self._with_hint(column, cell, notice)
                self.warnings.append(make_entry(notice.code, message, row, column.name, cell))

    def _with_hint(self, column: Column, cell: object, notice: Notice) -> str:
        """Say which known levels are like an unknown one: once for each, and not for all."""
        if notice.code not in (Code.UNKNOWN_LEVEL, Code.UNSEEN_LEVEL):
            return notice.message
        level = column.name, level_text(cell)
        if level not in self._hints and len(self._hints) < MAX_HINTS:
            self._hints[level] = column.hint_for(cell, notice.code)
        return notice.message + self._hints.get(level, "")


def _row_or_first(entry: Entry) -> int:
    """Return where an entry stands: what concerns the whole input before all rows."""
    return -1 if entry["row"] is None else entry["row"]
