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
    from regression_model.predict import PredictionResult

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


def score_file(
    model: Model,
    path: Path,
    out: TextIO,
    *,
    id_column: str | None = None,
    interval: float | None = None,
) -> Summary:
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
    interval : float, optional
        Adds ``lower`` and ``upper``, between which this share of the truths lies.

    Returns
    -------
    Summary

    Raises
    ------
    DataError
        If the file is not a CSV file with columns of this model; nothing was written then.
    ValueError
        If the artifact does not allow this interval; nothing was written then.
    """
    if interval is not None:
        model.intervals.offsets(interval)
    with open_csv(path) as file:
        summary = Summary()
        check_columns(model, file, id_column, summary)
        writer = csv.writer(out, lineterminator="\n")
        ends = [] if interval is None else ["lower", "upper"]
        writer.writerow([id_column or "row", "prediction", *ends, "error"])
        for chunk in file.chunks(_CHUNK_ROWS):
            result, reasons = predict_chunk(model, chunk, summary, interval=interval)
            start, count = chunk.start, chunk.n_rows
            ids = chunk.columns[id_column] if id_column else range(start, start + count)
            answers = [result["predictions"], *(result[end] for end in ends)]  # type: ignore[literal-required]
            for i, (row_id, *numbers) in enumerate(zip(ids, *answers, strict=True)):
                shown = [""] * len(numbers) if i in reasons else numbers
                writer.writerow([row_id, *shown, "; ".join(reasons.get(i, []))])
    return summary


def check_columns(model: Model, file: CsvFile, id_column: str | None, summary: Summary) -> None:
    """Note unused and absent columns of a file; refuse one that cannot be the model's."""
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


def predict_chunk(
    model: Model, chunk: CsvChunk, summary: Summary, *, interval: float | None
) -> tuple[PredictionResult, dict[int, list[str]]]:
    """Return the answers to a chunk, and why rows have none."""
    columns = {name: cells for name, cells in chunk.columns.items() if name in model.schema.names}
    result = model.predict(columns, interval=interval, from_file=True)
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
    return result, reasons
