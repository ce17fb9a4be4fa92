"""Lines of CSV, each of which is one row to a spreadsheet."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the beginning of a formula, also behind a tab or an end of line."""
_SIGNED_NUMBER = re.compile(r"[+-]\d++(?:\.\d*+)?(?:[eE][+-]?\d++)?")
"""Accepts ``-5``, ``+1.5`` and ``-2.5e-08``, which no spreadsheet runs.

Nothing that was taken is given back (``++``, ``*+``), so that a long text costs one pass.
"""


class CsvLines:
    """Writes lines of CSV, each of which is one row to whoever reads them.

    Parameters
    ----------
    out : text file
        Receives them; its ends of line are written as given.
    escape_formulas : bool
        Whether to put ``'`` before texts that a spreadsheet would run as formulas.
    """

    def __init__(self, out: TextIO, *, escape_formulas: bool) -> None:
        self._usual = csv.writer(out, lineterminator="\n")
        self._quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        self._escape_formulas = escape_formulas

    def write(self, line: Sequence[object]) -> None:
        """Write a line of cells."""
        if self._escape_formulas:
            line = [_escaped(cell) for cell in line]
        # a reader takes a bare carriage return for an end of line, and ``csv`` does not quote it
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in line)
        (self._quoting if has_return else self._usual).writerow(line)


def _escaped(cell: object) -> object:
    """Return a cell that a spreadsheet takes for text; numbers are numbers to it, signed or not."""
    if not isinstance(cell, str) or not cell.startswith(FORMULA_STARTS):
        return cell
    return cell if _SIGNED_NUMBER.fullmatch(cell) else f"'{cell}"
