"""Answers written as CSV: a line for each row, which a spreadsheet reads as it was meant."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, TextIO

from regression_model.batch.answer_columns import number_columns, number_names, reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.artifact.results import PredictionResult
    from regression_model.processing.chunks import Chunk

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the beginning of a formula, also behind a tab or an end of line."""
_SIGNED_NUMBER = re.compile(r"[+-]\d++(?:\.\d*+)?(?:[eE][+-]?\d++)?")
"""Accepts ``-5``, ``+1.5`` and ``-2.5e-08``, which no spreadsheet runs.

Nothing that was taken is given back (``++``, ``*+``), so that a long text costs one pass.
"""


def output_columns(id_column: str | None = None, interval: float | None = None) -> list[str]:
    """Return the header of what `predict_file` writes.

    Raises
    ------
    ValueError
        If a column of the file has the name of one of the answers.
    """
    answers = [*number_names(interval), "error"]
    if id_column in answers:
        message = (
            f"the answers have a column {id_column} too; rename that of the file, or number the "
            "rows by leaving --id out"
        )
        raise ValueError(message)
    return ["row" if id_column is None else id_column, *answers]


class AnswerWriter:
    """Writes a header, then the answers to each chunk.

    Parameters
    ----------
    out : text file
        Receives them; its ends of line are written as given.
    id_column : str or None
        The column of the file that names its rows; they are numbered if there is none.
    escape_formulas : bool
        Whether to put ``'`` before texts that a spreadsheet would run as formulas.
    """

    def __init__(self, out: TextIO, id_column: str | None, *, escape_formulas: bool) -> None:
        self._lines = CsvLines(out, escape_formulas=escape_formulas)
        self._id_column = id_column

    def write_header(self, names: Sequence[str]) -> None:
        """Write the header."""
        self._lines.write(names)

    def write(self, chunk: Chunk, result: PredictionResult) -> None:
        """Write the answers to the rows of a chunk."""
        for line in _lines(chunk, result, self._id_column):
            self._lines.write(line)


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
    if not isinstance(cell, str) or not cell.startswith(_FORMULA_STARTS):
        return cell
    return cell if _SIGNED_NUMBER.fullmatch(cell) else f"'{cell}"


def _lines(chunk: Chunk, result: PredictionResult, id_column: str | None) -> Iterator[list[object]]:
    """Yield name, prediction, ends of the interval if there are any, and reason of each row."""
    why = reasons(result, chunk.start)
    rows = range(chunk.start, chunk.start + chunk.n_rows)
    names = chunk.identifiers(id_column) if id_column else rows
    for row, name, *numbers in zip(rows, names, *number_columns(result).values(), strict=True):
        cells = ["" if number is None else number for number in numbers]
        yield [name, *cells, why[row].message if row in why else ""]
