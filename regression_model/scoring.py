"""Scoring of files: CSV in, CSV with one prediction or reason per row out, chunk by chunk."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from regression_model.exceptions import DataError
from regression_model.processing.csv_files import CsvChunk, CsvFile, open_csv
from regression_model.processing.schema import Code, nearest

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.model import Model

_CHUNK_ROWS = 10_000


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
        """Say it in a few lines."""
        said = [f"{self.n_rows} rows: {self.n_rows - self.n_failed} predicted, {self.n_failed} not"]
        for what, counts in (("errors", self.errors), ("warnings", self.warnings)):
            if counts:
                each = ", ".join(f"{code} {n}" for code, n in counts.most_common())
                said.append(f"{what}: {each}")
        if self.unused:
            said.append(f"columns that the model does not use: {', '.join(self.unused)}")
        if self.absent:
            said.append(f"columns absent from the file, taken as missing: {', '.join(self.absent)}")
        return said


def score_file(model: Model, path: Path, out: TextIO, *, id_column: str | None = None) -> Summary:
    """Predict every row of a CSV file.

    Parameters
    ----------
    model : Model
        Predicts.
    path : Path
        A comma-separated UTF-8 file with a header.
    out : text file
        Receives ``row,prediction,error``, a line for each row of the file.
    id_column : str, optional
        A column of the file to put in the place of ``row``.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If the file is not a CSV file with columns of this model; nothing was written then.
    """
    with open_csv(path) as file:
        summary = Summary()
        _check_columns(model, file, id_column, summary)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([id_column or "row", "prediction", "error"])
        for chunk in file.chunks(_CHUNK_ROWS):
            writer.writerows(_score_chunk(model, chunk, id_column, summary))
    return summary


def _check_columns(model: Model, file: CsvFile, id_column: str | None, summary: Summary) -> None:
    names = model.schema.names
    known = set(names)
    summary.unused = [name for name in file.header if name not in known and name != id_column]
    absent = [name for name in names if name not in file.header]
    required = [name for name in absent if model.schema[name].required]
    if required or len(absent) == len(known):
        lacking = required or absent
        hints = [
            f"{n} (near: {', '.join(near)})"
            for n in lacking
            if (near := nearest(n, summary.unused))
        ]
        shown = ", ".join(hints or lacking[:5])
        what = "required columns" if required else "all columns"
        message = (
            f"{file.path} lacks {what} of the model: {shown}; its header is "
            f"{', '.join(file.header[:5])}{', …' if len(file.header) > 5 else ''}"  # noqa: PLR2004
        )
        raise DataError(message)
    if id_column is not None and id_column not in file.header:
        near = nearest(id_column, file.header)
        hint = f"; did you mean {near[0]}?" if near else ""
        message = f"{file.path} has no column {id_column!r} for --id{hint}"
        raise DataError(message)
    summary.absent = [_with_hint(name, summary.unused) for name in absent]


def _with_hint(name: str, others: list[str]) -> str:
    near = nearest(name, others)
    return f"{name} (is it {near[0]}?)" if near else name


def _score_chunk(
    model: Model, chunk: CsvChunk, id_column: str | None, summary: Summary
) -> list[tuple[object, object, str]]:
    columns = {name: cells for name, cells in chunk.columns.items() if name in model.schema.names}
    result = model.predict(columns, from_file=True)
    reasons: dict[int, list[str]] = defaultdict(list)
    for i, n_cells in chunk.wrong_length.items():
        reasons[i].append(f"the row has {n_cells} cells, the header {len(chunk.columns)}")
        summary.errors[Code.WRONG_CELL_COUNT.value] += 1
    for error in result["errors"] or []:
        row = error["row"]
        if row is not None and row not in chunk.wrong_length:
            reasons[row].append(error["message"])
            summary.errors[error["code"]] += 1
    for warning in result["warnings"] or []:
        summary.warnings[warning["code"]] += 1
    summary.n_rows += chunk.n_rows
    summary.n_failed += len(reasons)
    ids = chunk.columns[id_column] if id_column else range(chunk.start, chunk.start + chunk.n_rows)
    return [
        (ids[i], "", "; ".join(reasons[i])) if i in reasons else (ids[i], prediction, "")
        for i, prediction in enumerate(result["predictions"])
    ]
