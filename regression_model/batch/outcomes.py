"""What a run has done, and what was wrong with its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from regression_model.batch.summary import Summary

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.batch.reading import Opened
    from regression_model.exceptions import DataError, MissingExtraError

_FEW = 3
"""How many different sets of columns are told, where files differ."""


@dataclass
class Outcome:
    """What a run has done so far.

    Attributes
    ----------
    summary : Summary
        Of all rows that are written, also of those that an earlier run has answered.
    n_parts, n_before : int
        Parts that are complete, and how many of them were before.
    problems : list of DataError or MissingExtraError
        What is wrong with files; the output is not whole while there are any.
    counts : ndarray of shape (size,) or None
        The same rows by the profile of training, as `RowCounter.numbers_of` has them, where wanted.
    """

    summary: Summary = field(default_factory=Summary)
    n_parts: int = 0
    n_before: int = 0
    problems: list[DataError | MissingExtraError] = field(default_factory=list)
    counts: Floats | None = None
    _unused: dict[str, None] = field(default_factory=dict)
    _absent: dict[str, None] = field(default_factory=dict)
    _columns: dict[tuple[str, ...], list[str]] = field(default_factory=dict)

    @property
    def unused(self) -> list[str]:
        """Columns that a file has too many, each once."""
        return list(self._unused)

    @property
    def absent(self) -> list[str]:
        """Columns that a file has too few, each once."""
        return list(self._absent)

    def add(self, summary: Summary, counts: Floats | None) -> None:
        """Add further rows."""
        self.summary.add(summary)
        if counts is not None:
            self.counts = counts if self.counts is None else self.counts + counts

    def opened(self, event: Opened) -> None:
        """Note which columns a file has too many and too few."""
        self._columns.setdefault(tuple(event.summary.notes()), []).append(event.source.name)
        self._unused.update(dict.fromkeys(event.summary.unused))
        self._absent.update(dict.fromkeys(event.summary.absent))

    def lines(self) -> list[str]:
        """Say what happened to rows, and which columns files have too many or too few."""
        lines = self.summary.lines()
        for notes, names in list(self._columns.items())[:_FEW]:
            of_some = len(self._columns) > 1
            more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
            lines += [f"{names[0]}{more}: {note}" if of_some else note for note in notes]
        if len(self._columns) > _FEW:
            lines.append(f"and {len(self._columns) - _FEW:,} more sets of columns that differ")
        return lines
