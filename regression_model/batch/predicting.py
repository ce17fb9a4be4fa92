"""Scoring of files: CSV in, CSV with one prediction or reason per row out, chunk by chunk."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from regression_model.exceptions import DataError, ForeignTableError
from regression_model.processing.blanks import clean_name
from regression_model.processing.csv_files import CsvChunk, CsvFile, open_csv
from regression_model.processing.hints import (
    SHOWN_NAMES,
    did_you_mean,
    lacking,
    listed,
    with_near,
)
from regression_model.processing.names import under_main_names
from regression_model.processing.schema import short
from regression_model.processing.validation import Entry
from regression_model.processing.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult

CHUNK_ROWS = 10_000
"""How many rows of a file are read, and predicted, at once."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_SIGNED_NUMBER = re.compile(r"[+-]\d++(?:\.\d*+)?(?:[eE][+-]?\d++)?")


@dataclass
class Summary:
    """What happened to the rows of a file."""

    n_rows: int = 0
    n_failed: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    unused: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Say all of it in a few lines."""
        said = [f"{self.n_rows} rows: {self.n_rows - self.n_failed} predicted, {self.n_failed} not"]
        for what, counts in (("errors", self.errors), ("warnings", self.warnings)):
            if counts:
                each = ", ".join(f"{code} {n}" for code, n in counts.most_common())
                said.append(f"{what}: {each}")
        return said + self.notes()

    def notes(self) -> list[str]:
        """Say which columns the file has too many or too few."""
        said = []
        if self.unused:
            said.append(f"columns that the model does not use: {listed(self.unused)}")
        if self.absent:
            said.append(f"columns absent from the file, taken as missing: {listed(self.absent)}")
        return said


def score_file(
    model: Model,
    path: Path,
    out: TextIO,
    *,
    id_column: str | None = None,
    interval: float | None = None,
    escape_formulas: bool = False,
) -> Summary:
    """Predict every row of a CSV file.

    Parameters
    ----------
    model : Model
        Predicts.
    path : Path
        A CSV file with a header, separated and encoded in any of the ways that `open_csv` reads.
    out : text file
        Receives ``row,prediction,error``, a line for each row of the file.
    id_column : str, optional
        A column of the file to put in the place of ``row``.
    interval : float, optional
        Adds ``lower`` and ``upper``, between which this share of the truths lies.
    escape_formulas : bool
        Whether to put ``'`` before texts that a spreadsheet would run as formulas.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If the file is not a CSV file with columns of this model; nothing was written then.
    ValueError
        If the artifact does not allow this interval, or the output would have two columns of one
        name; nothing was written then.
    """
    id_column = None if id_column is None else clean_name(id_column)
    header = output_columns(id_column, interval)
    if interval is not None:
        model.intervals.offsets(interval)
    with open_csv(path) as file:
        summary = Summary()
        check_columns(model, file, id_column, summary)
        writer = _Writer(out)
        writer.writerow(list(map(_escaped, header)) if escape_formulas else header)
        for chunk in file.chunks(CHUNK_ROWS):
            result = judge_chunk(
                model, chunk, summary, interval=interval, number_format=file.number_format
            )
            lines = _lines(chunk, result, id_column)
            if escape_formulas:
                lines = (list(map(_escaped, line)) for line in lines)
            writer.writerows(lines)
    return summary


class _Writer:
    """Writes rows; one that holds a carriage return is quoted, which ``csv`` leaves out."""

    def __init__(self, out: TextIO) -> None:
        self._usual = csv.writer(out, lineterminator="\n")
        self._quoting = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)

    def writerow(self, row: Sequence[object]) -> None:
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in row)
        (self._quoting if has_return else self._usual).writerow(row)

    def writerows(self, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            self.writerow(row)


def output_columns(id_column: str | None = None, interval: float | None = None) -> list[str]:
    """Return the header of what `score_file` writes.

    Raises
    ------
    ValueError
        If a column of the file has the name of one of the answers.
    """
    ends = [] if interval is None else ["lower", "upper"]
    answers = ["prediction", *ends, "error"]
    if id_column in answers:
        message = (
            f"the answers have a column {id_column} too; rename that of the file, or number the "
            "rows by leaving --id out"
        )
        raise ValueError(message)
    return ["row" if id_column is None else id_column, *answers]


def _escaped(cell: object) -> object:
    """Return a cell that a spreadsheet takes for text; numbers are numbers to it, signed or not."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULA_STARTS):
        return cell
    return cell if _SIGNED_NUMBER.fullmatch(cell) else f"'{cell}"


def check_columns(model: Model, file: CsvFile, id_column: str | None, summary: Summary) -> None:
    """Compare a file's header with the model's columns.

    Parameters
    ----------
    model : Model
        Knows its columns.
    file : CsvFile
        Has a header.
    id_column : str or None
        A further column that is wanted.
    summary : Summary
        Is told which columns are unused and which are absent.

    Raises
    ------
    DataError
        If required columns, all columns or the further column are absent, or if a column stands
        under two of its names.
    """
    schema = model.schema
    given = set(under_main_names(file.header, schema, file.path))
    known = schema.main_names
    summary.unused = [name for name in file.header if name not in known and name != id_column]
    absent = [name for name in schema.names if name not in given]
    required = [c.name for c in schema.columns if c.required and c.name not in given]
    if required or len(absent) == len(schema):
        what = "required columns of the model" if required else "all columns of the model"
        message = lacking(str(file.path), what, required or absent, summary.unused)
        raise ForeignTableError(message)
    if id_column is not None and id_column not in file.header:
        hint = did_you_mean(id_column, file.header)
        message = f"{file.path} has no column {short(id_column)!r} for --id{hint}"
        raise DataError(message)
    words = Words(summary.unused)
    summary.absent = [with_near(name, words) for name in absent[:SHOWN_NAMES]]
    summary.absent += absent[SHOWN_NAMES:]


def judge_chunk(
    model: Model,
    chunk: CsvChunk,
    summary: Summary,
    *,
    interval: float | None = None,
    number_format: str | None = None,
) -> PredictionResult:
    """Predict some rows of a file and count what happened to them.

    Parameters
    ----------
    model : Model
        Predicts.
    chunk : CsvChunk
        The rows.
    summary : Summary
        Is added to.
    interval : float, optional
        Wanted coverage of intervals.
    number_format : str, optional
        How the file's numbers are written.

    Returns
    -------
    PredictionResult
        As of `make_prediction`, with ``row`` counted through the file.
    """
    columns = {
        name: cells for name, cells in chunk.columns.items() if name in model.schema.main_names
    }
    result = model.predict(columns, interval=interval, from_file=True, number_format=number_format)
    predictions = result["predictions"]
    refused = {row.position for row in chunk.refused}
    errors = [e for e in result["errors"] or [] if e["row"] not in refused]
    for row in chunk.refused:
        errors.append(Entry(row=row.position, column=None, code=row.code.value,
                            value=row.n_cells, message=row.message))  # fmt: skip
        for answers in (predictions, result.get("lower"), result.get("upper")):
            if answers is not None:
                answers[row.position] = None
    warnings = [w for w in result["warnings"] or [] if w["row"] not in refused]
    for entry in (*errors, *warnings):
        if entry["row"] is not None:
            entry["row"] += chunk.start
    summary.errors.update(error["code"] for error in errors)
    summary.warnings.update(warning["code"] for warning in warnings)
    summary.n_rows += chunk.n_rows
    summary.n_failed += predictions.count(None)
    result["errors"] = sorted(errors, key=lambda e: -1 if e["row"] is None else e["row"]) or None
    result["warnings"] = warnings or None
    return result


def _lines(
    chunk: CsvChunk, result: PredictionResult, id_column: str | None
) -> Iterator[list[object]]:
    """Yield name, prediction, ends of the interval if there are any, and reason of each row."""
    reasons: dict[int | None, list[str]] = defaultdict(list)
    for error in result["errors"] or []:
        reasons[error["row"]].append(error["message"])
    rows = range(chunk.start, chunk.start + chunk.n_rows)
    ids = chunk.identifiers(id_column) if id_column else rows
    answers = [result["predictions"]]
    if "lower" in result:
        answers += [result["lower"], result["upper"]]
    for row, name, *numbers in zip(rows, ids, *answers, strict=True):
        shown = ["" if number is None else number for number in numbers]
        yield [name, *shown, "; ".join(reasons.get(row, []))]
