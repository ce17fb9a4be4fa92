"""How the lines of a CSV file make rows: every row that is there comes out, in its place.

The rules, which any faster reader has to keep to, cell by cell:

- A line ends with a line feed, a carriage return, or both. A line of nothing but blanks is passed
  over, unless blanks (tabs) are what separates its cells.
- A cell that begins with a quote is quoted: separators and line ends belong to it, two quotes are
  one, and after the closing one comes, behind blanks, a separator or the end of the line. Anywhere
  else a quote is a character like any other. A quoted cell may have any length, but not over
  10,000 lines.
- A quote that is never closed, or is closed before further text, makes a broken row. The lines
  from there up to the one where it showed are then read one by one, so that a stray quote costs
  the row that it stands in and no other.
- So are the lines of a row of several lines that looks like several rows: most of its lines have
  as many cells as the header and the whole has not; or all of them have, the whole too, and their
  numbers stand in the same columns, where there are any.
- A row with a NUL character is broken.
- A row of another number of cells than the header keeps its place, as a broken one does.

Rows without any of this, which are nearly all, are left to Python's own ``csv``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from regression_model.processing.column import MISSING_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_LINES = 10_000
"""Lines of one quoted cell: a quote that is never closed must not take in the rest of a file."""
_NUMBER = re.compile(r"\s*+[+-]?(?:\d++[.,]?\d*+|[.,]\d++)\s*+", re.ASCII)
"""A number with a point or a comma and without an exponent, blanks around it: 12, 1.5, ,5."""
_INSIDE = re.compile(r'(?:[^"]++|"")*+')
"""What stands between the quotes of a cell, where two quotes are one."""
_BLANKS = re.compile(" *+")
"""What may stand between a closing quote and the separator."""

STRAY_QUOTE = (
    'has a quote (") that is not closed, or is closed before further text; close it, or write '
    "a quote within a quoted cell twice"
)
NUL = "holds a NUL character, which no text has; the file may be damaged: write the row anew"


class _StrayQuoteError(Exception):
    """A row whose quotes do not fit; `n_lines` were read until it showed."""

    def __init__(self, n_lines: int) -> None:
        super().__init__(n_lines)
        self.n_lines = n_lines


@dataclass
class Rows:
    """Some rows of a file.

    Attributes
    ----------
    cells : list of list of str
        The rows; one that is broken has the cells that it has with quotes taken as characters.
    lines : list of int or None
        The 1-based line that each row begins with; None where each is the line after the last,
        from `first_line` on.
    first_line : int
        The line of the first row.
    broken : dict of int to str
        What is wrong with a row, by its position.
    """

    first_line: int
    cells: list[list[str]] = field(default_factory=list)
    lines: list[int] | None = None
    broken: dict[int, str] = field(default_factory=dict)

    def line(self, i: int) -> int:
        """Return the 1-based line that a row begins with."""
        return self.first_line + i if self.lines is None else self.lines[i]


class RecordReader:
    """Reads the rows of a file.

    Parameters
    ----------
    lines : iterator of str
        The lines, each with its end.
    separator : str
        What stands between cells.
    width : int
        How many cells a row has, where the header is not among the lines.
    n_read : int
        How many lines of the file come before these.

    Attributes
    ----------
    n_read : int
        How many lines of the file come before the next one.
    """

    def __init__(
        self, lines: Iterator[str], separator: str, *, width: int = 0, n_read: int = 0
    ) -> None:
        self._lines = lines
        self._separator = separator
        # a cell without quotes: all up to the next separator or the end of the line
        self._plain = re.compile(rf"[^{re.escape(separator)}\r\n]*+")
        self._width = width
        self.n_read = n_read

    def skip_line(self) -> None:
        """Pass over a line that is no row."""
        self.n_read += next(self._lines, None) is not None

    def header(self) -> list[str] | None:
        """Read the first row, whose width the others must have; None if there is none.

        Raises
        ------
        ValueError
            If its quotes do not fit; the message says in which line.
        """
        for line in self._lines:
            self.n_read += 1
            if self._is_blank(line):
                continue
            try:
                cells, n_lines = self._record([line], 0)
            except _StrayQuoteError as problem:
                message = f"line {self.n_read} {STRAY_QUOTE}"
                raise ValueError(message) from problem
            self.n_read += n_lines - 1
            self._width = len(cells)
            return cells
        return None

    def take(self, n_lines: int) -> Rows | None:
        """Read the rows of the next lines, or of some more where a row goes on; None at the end."""
        lines = list(islice(self._lines, n_lines))
        if not lines:
            return None
        return self._plain_rows(lines) or self._careful_rows(lines)

    def _is_blank(self, line: str) -> bool:
        return line.isspace() and self._separator not in line

    def _plain_rows(self, lines: list[str]) -> Rows | None:
        """Return rows of a line each, or None where it takes a closer look."""
        if "\0" in "".join(lines):
            return None
        try:
            cells = list(csv.reader(lines, delimiter=self._separator, strict=True))
        except csv.Error:
            return None
        if len(cells) != len(lines):  # some row has several lines, or not all are rows
            return None
        rows = Rows(self.n_read + 1, cells)
        if any(len(row) <= 1 for row in cells):  # only such a row can be a blank line
            kept = [i for i, line in enumerate(lines) if not self._is_blank(line)]
            rows.cells = [cells[i] for i in kept]
            rows.lines = [rows.first_line + i for i in kept]
        self.n_read += len(lines)
        return rows

    def _careful_rows(self, lines: list[str]) -> Rows:
        """Read rows one by one, and further lines where the last row goes on."""
        rows = Rows(self.n_read + 1, lines=[])
        at = 0
        while at < len(lines):
            try:
                cells, n_lines = self._record(lines, at)
            except _StrayQuoteError as problem:
                n_lines = problem.n_lines
                for i in range(at, at + n_lines):
                    self._add_line(rows, lines[i], rows.first_line + i)
            else:
                self._add(rows, cells, "".join(lines[at : at + n_lines]), rows.first_line + at)
            at += n_lines
        self.n_read += at
        return rows

    def _add_line(self, rows: Rows, line: str, number: int) -> None:
        """Add the row that a line makes by itself, broken where it has a stray quote."""
        try:
            cells = self._alone(line)
        except _StrayQuoteError:
            self._add(rows, self._split(line), line, number, STRAY_QUOTE)
        else:
            self._add(rows, cells, line, number)

    def _add(self, rows: Rows, cells: list[str], text: str, number: int, wrong: str = "") -> None:
        if self._is_blank(text):
            return
        if not wrong and "\0" in text:
            wrong = NUL
        if wrong:
            rows.broken[len(rows.cells)] = wrong
        rows.cells.append(cells)
        if rows.lines is not None:
            rows.lines.append(number)

    def _split(self, line: str) -> list[str]:
        """Return the cells of a line in which quotes are characters like any other."""
        return line.rstrip("\r\n").split(self._separator)

    def _alone(self, line: str) -> list[str]:
        """Return the cells of a line that is a row by itself."""
        if '"' not in line:
            return self._split(line)
        try:
            return next(csv.reader([line], delimiter=self._separator, strict=True))
        except csv.Error:  # also where a cell is longer than it allows
            return self._scan([line])[0]

    def _record(self, lines: list[str], at: int) -> tuple[list[str], int]:
        """Return the cells of a row and its number of lines, reading on where it goes on.

        Raises
        ------
        _StrayQuoteError
            With the number of lines that are to be read one by one.
        """
        try:
            return self._alone(lines[at]), 1
        except _StrayQuoteError:
            cells, n_lines = self._scan(self._growing(lines, at))
        if n_lines > 1 and self._looks_like_rows(cells, lines[at : at + n_lines]):
            raise _StrayQuoteError(n_lines)
        return cells, n_lines

    def _growing(self, lines: list[str], at: int) -> Iterator[str]:
        """Yield lines from one on, and read more where there are no more."""
        for i in range(at, at + _MAX_LINES):
            if i == len(lines):
                lines += islice(self._lines, 1)
            if i == len(lines):  # the file has no more of them
                return
            yield lines[i]

    def _scan(self, lines: Iterable[str]) -> tuple[list[str], int]:
        """Return the cells of the first row and its number of lines."""
        cells: list[str] = []
        pieces: list[str] = []
        is_open = False
        n_lines = 0
        for line in lines:
            n_lines += 1
            is_open, end = self._scan_line(line, cells, pieces, is_open=is_open)
            if not is_open and not line[end:].strip("\r\n"):
                return cells, n_lines
            if not is_open:
                raise _StrayQuoteError(max(n_lines - 1, 1))
            if self._width and len(cells) >= self._width:
                break  # the open quote is in a cell beyond the last: nothing more to gain
        raise _StrayQuoteError(n_lines)

    def _scan_line(
        self, line: str, cells: list[str], pieces: list[str], *, is_open: bool
    ) -> tuple[bool, int]:
        """Add the cells of a line; say whether a quoted one goes on, and where reading ended.

        A line that is no row stops before its end, at what stands behind a closing quote. `pieces`
        are the lines so far of a cell that goes on.
        """
        end = 0
        while True:
            if is_open or line.startswith('"', end):  # a quoted cell goes on, or begins
                start = end if is_open else end + 1
                end = start + _length(_INSIDE, line, start)
                pieces.append(line[start:end])
                if end == len(line):
                    return True, end
                after = end + 1 + _length(_BLANKS, line, end + 1)
                cells.append("".join(pieces).replace('""', '"') + line[end + 1 : after])
                pieces.clear()
                is_open, end = False, after
            else:
                start, end = end, end + _length(self._plain, line, end)
                cells.append(line[start:end])
            if not line.startswith(self._separator, end):
                return False, end
            end += len(self._separator)

    def _looks_like_rows(self, cells: list[str], lines: list[str]) -> bool:
        """Tell whether the lines of a row are rows themselves, held together by stray quotes."""
        rows = [self._split(line) for line in lines]
        n_alike = [len(row) for row in rows].count(self._width)
        if len(cells) != self._width:
            return 2 * n_alike > len(rows)
        return n_alike == len(rows) and _have_numbers_alike(rows)


def _length(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Return how many characters from a position on a pattern takes, which may be none."""
    match = pattern.match(text, start)
    return match.end() - start if match else 0


def _have_numbers_alike(rows: list[list[str]]) -> bool:
    """Tell whether some column holds a number in each row, and none mixes numbers and texts."""
    if len(rows[0]) <= 1:
        return False
    has_numbers = False
    for column in zip(*rows, strict=True):
        # the cells with the stray quotes themselves say nothing
        known = [cell for cell in column if '"' not in cell and cell.strip() not in MISSING_TEXTS]
        n_numbers = sum(map(_is_number, known))
        if 0 < n_numbers < len(known):  # numbers and texts in one column
            return False
        if all(_is_number(cell.strip('"')) for cell in column):
            has_numbers = True
    return has_numbers


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None
