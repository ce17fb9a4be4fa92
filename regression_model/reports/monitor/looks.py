"""Rows that were counted, and looks at whether they have shifted: what a state holds of drift.

Files of counts wait until they are looked at, all together; then no more of them is left than a
digest, by which the same file is known again. The error of a year is spent on days, so that the
more often one looks, the less each look may alarm for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regression_model.metrics import rounded
from regression_model.reports.drift.drift import DRIFT, NOTHING, TOO_FEW, WORSE

if TYPE_CHECKING:
    from regression_model.reports.drift.shifts import Shift

MOST_DRIFTED = 20
"""Of how many shifts of a look it is remembered which they are."""
VERDICTS = {NOTHING: "none", DRIFT: "drift", WORSE: "larger errors", TOO_FEW: "too few rows"}
"""Of a look, by its status."""


class CountedFile(NamedTuple):
    """A file of counts.

    Attributes
    ----------
    day : int
        On which it was first given, counted from 1970.
    n_rows : int
    packed : bytes
        Its text, compressed; empty once its rows were looked at.
    """

    day: int
    n_rows: int
    packed: bytes


@dataclass(frozen=True)
class Look:
    """What was found when rows were looked at.

    Attributes
    ----------
    day : int
        Counted from 1970.
    days : int
        Since the look before, whose share of a year's false alarms was spent.
    n_rows : int
    status : int
        As of `Drift.status`.
    n_tests, n_drifted : int
        Of how many things it was told whether they have shifted, and how many have.
    drifted : tuple of Shift
        The first `MOST_DRIFTED` of these.
    error : float or None
        The mean absolute error to expect, in target units.
    packed : bytes
        The counts of these rows, compressed; empty but for the last look.
    """

    day: int
    days: int
    n_rows: int
    status: int
    n_tests: int
    n_drifted: int
    drifted: tuple[Shift, ...]
    error: float | None
    packed: bytes = field(repr=False)

    @property
    def verdict(self) -> str:
        """One of "none", "drift", "larger errors" and "too few rows"."""
        return VERDICTS[self.status]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, without what was counted."""
        return {
            "day": date_of(self.day),
            "days": self.days,
            "n_rows": self.n_rows,
            "verdict": self.verdict,
            "n_tests": self.n_tests,
            "n_drifted": self.n_drifted,
            "drifted": [shift.to_dict() for shift in self.drifted],
            "error_to_expect": None if self.error is None else rounded(self.error),
        }


@dataclass(frozen=True)
class Looks:
    """What is remembered of rows that were counted.

    Attributes
    ----------
    until : int
        The day up to which error is spent: that of the last look, or the one before the first day.
    files : dict of str to CountedFile
        By a keyed digest of what they say.
    looks : dict of int to Look
        By day.
    """

    until: int
    files: dict[str, CountedFile] = field(default_factory=dict)
    looks: dict[int, Look] = field(default_factory=dict)

    @property
    def is_used(self) -> bool:
        """Whether rows were counted at all, within the horizon."""
        return bool(self.files or self.looks)

    @property
    def waiting(self) -> list[CountedFile]:
        """Files that were not looked at, in an order that is always the same."""
        return [file for _, file in sorted(self.files.items()) if file.packed]

    @property
    def n_waiting(self) -> int:
        """How many rows were not looked at."""
        return sum(file.n_rows for file in self.waiting)

    def to_dict(self) -> dict[str, Any]:
        """Return what is known as plain data, of looks the last one first."""
        looks = [look.to_dict() for _, look in sorted(self.looks.items(), reverse=True)]
        return {"rows_waiting": self.n_waiting, "looks": looks}

    @property
    def last(self) -> Look | None:
        """The last look that is remembered."""
        return self.looks[max(self.looks)] if self.looks else None

    def since(self, first_day: int) -> Looks:
        """Return what is left when all from before a day is forgotten."""
        files = {name: file for name, file in self.files.items() if file.day >= first_day}
        looks = {day: look for day, look in self.looks.items() if day >= first_day}
        return replace(self, files=files, looks=looks)

    def with_file(self, name: str, file: CountedFile) -> Looks:
        """Return these with a file; one that is known is not counted again."""
        return replace(self, files={name: file, **self.files})

    def with_look(self, look: Look) -> Looks:
        """Return these after all files that wait were looked at."""
        files = {name: file._replace(packed=b"") for name, file in self.files.items()}
        looks = _last_packed({**self.looks, look.day: look})
        return Looks(until=look.day, files=files, looks=looks)

    def merged(self, other: Looks) -> Looks:
        """Return what both remember: the same in whichever order, and however often."""
        files, looks = dict(self.files), dict(self.looks)
        for name, file in other.files.items():
            files[name] = _further(files.get(name, file), file)
        for day, look in other.looks.items():
            looks[day] = max(looks.get(day, look), look, key=_size)
        return Looks(max(self.until, other.until), files, _last_packed(looks))


def _further(one: CountedFile, other: CountedFile) -> CountedFile:
    """Return what is known of a file: it was looked at if either state has."""
    packed = max(one.packed, other.packed) if one.packed and other.packed else b""
    return CountedFile(min(one.day, other.day), max(one.n_rows, other.n_rows), packed)


def _size(look: Look) -> tuple[int, int, bytes]:
    return look.n_rows, look.days, look.packed


def _last_packed(looks: dict[int, Look]) -> dict[int, Look]:
    """Return looks by day, of which the last alone keeps what was counted."""
    last = max(looks, default=0)
    return {
        day: look if day == last else replace(look, packed=b"")
        for day, look in sorted(looks.items())
    }


def date_of(day: int) -> str:
    """Return the date of a day that is counted from 1970."""
    return str(np.datetime64(day, "D"))
