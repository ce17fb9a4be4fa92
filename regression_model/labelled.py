"""Judging a model on a file of rows whose truth is known."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.exceptions import DataError
from regression_model.metrics import Metrics, measure, rounded
from regression_model.processing.blanks import clean_name
from regression_model.processing.csv_files import open_csv
from regression_model.processing.schema import Column, nearest
from regression_model.scoring import CHUNK_ROWS, Summary, check_columns, judge_chunk

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from regression_model.model import Model

    Floats = npt.NDArray[np.float64]

_N_PARTS = 5
_SHOWN_CELLS = 10


@dataclass(frozen=True)
class Part:
    """Rows of like predictions.

    Attributes
    ----------
    n_rows : int
    lowest, highest : float
        Predictions, in target units.
    rmse : float
        In target units.
    bias : float
        Mean prediction less mean truth, in target units.
    coverage : float or None
        Share of truths within their interval.
    """

    n_rows: int
    lowest: float
    highest: float
    rmse: float
    bias: float
    coverage: float | None


@dataclass(frozen=True)
class FileEvaluation:
    """What a model did on rows whose truth is known.

    Attributes
    ----------
    summary : Summary
        What happened to the rows of the file.
    n_unlabelled : int
        Rows without a truth, which do not count.
    metrics : Metrics
    level, coverage, mean_width : float or None
        Of the intervals, where the artifact has any; the width in target units.
    fifths : list of Part
        Fifths of the rows, by predicted value from low to high.
    """

    summary: Summary
    n_unlabelled: int
    metrics: Metrics
    level: float | None
    coverage: float | None
    mean_width: float | None
    fifths: list[Part]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        known = {"level": self.level, "coverage": self.coverage, "mean_width": self.mean_width}
        return {
            "rows": self.summary.n_rows,
            "not_predicted": self.summary.n_failed,
            "without_truth": self.n_unlabelled,
            "metrics": self.metrics.to_dict(),
            **{key: rounded(value) for key, value in known.items() if value is not None},
            "fifths": [
                {
                    k: v if k == "n_rows" else rounded(v)
                    for k, v in asdict(p).items()
                    if v is not None
                }
                for p in self.fifths
            ],
        }


def evaluate_file(
    model: Model, path: Path, *, target: str | None = None, interval: float = 0.9
) -> FileEvaluation:
    """Predict the rows of a CSV file and compare with the truth that stands beside them.

    Parameters
    ----------
    model : Model
    path : Path
        A CSV file with the columns of the model and the target.
    target : str, optional
        The column of the truth; the model's target by default.
    interval : float
        Coverage of the intervals that are judged, if the artifact has any; the highest that it
        allows, if that is lower.

    Returns
    -------
    FileEvaluation

    Raises
    ------
    DataError
        If the file has no such column, a truth that is no number, or no row to judge.
    """
    name = model.facts["target"]["column"] if target is None else clean_name(target)
    level = min(interval, model.intervals.highest_level) if "intervals" in model.facts else None
    summary = Summary()
    truth: list[float] = []
    broken: list[str] = []
    answers: list[tuple[Any, ...]] = []
    with open_csv(path) as file:
        if name not in file.header:
            near = nearest(name, file.header)
            hint = f"; is it {near[0]}?" if near else ""
            raise DataError(f"{path} has no column {name!r} that holds the truth{hint}")
        check_columns(model, file, None, summary)
        summary.unused = [unused for unused in summary.unused if unused != name]
        declared = model.facts.get("config", {}).get("target", {}).get("number_format")
        column = Column(name, "number", number_format=declared or file.number_format)
        for chunk in file.chunks(CHUNK_ROWS):
            verdicts = [column.judge(cell, from_file=True) for cell in chunk.columns[name]]
            broken += [
                f"row {chunk.start + i}: {v.error.message}"
                for i, v in enumerate(verdicts)
                if v.error
            ]
            truth += [verdict.value for verdict in verdicts]
            result = judge_chunk(
                model, chunk, summary, interval=level, number_format=file.number_format
            )
            missing = [None] * chunk.n_rows
            answers += zip(
                result["predictions"],
                result.get("lower", missing),
                result.get("upper", missing),
                strict=True,
            )
    if broken:
        raise DataError("\n".join([f"{path}: truths that are no numbers:", *broken[:_SHOWN_CELLS]]))
    table = np.array(answers, dtype=np.float64).reshape(-1, 3)
    return _judge(np.array(truth), table, level, model, summary)


def _judge(
    truth: Floats, answers: Floats, level: float | None, model: Model, summary: Summary
) -> FileEvaluation:
    """Judge predictions and interval ends of shape (n_samples, 3); NaN where there is none."""
    counted = ~np.isnan(truth) & ~np.isnan(answers[:, 0])
    n_unlabelled = int(np.isnan(truth).sum())
    if not counted.any():
        message = f"no row has both a truth and a prediction ({len(truth)} rows read)"
        raise DataError(message)
    y, predictions, lower, upper = truth[counted], *answers[counted].T
    inside = (y >= lower) & (y <= upper)
    order = np.argsort(predictions, kind="stable")
    fifths = [
        Part(
            n_rows=len(rows),
            lowest=float(predictions[rows].min()),
            highest=float(predictions[rows].max()),
            rmse=float(np.sqrt(np.mean(np.square(predictions[rows] - y[rows])))),
            bias=float((predictions[rows] - y[rows]).mean()),
            coverage=None if level is None else float(inside[rows].mean()),
        )
        for rows in np.array_split(order, min(_N_PARTS, len(order)))
    ]
    log = model.facts["target"]["transform"] == "log"
    return FileEvaluation(
        summary=summary,
        n_unlabelled=n_unlabelled,
        metrics=measure(y, predictions, log=log),
        level=level,
        coverage=None if level is None else float(inside.mean()),
        mean_width=None if level is None else float(np.nanmean(upper - lower)),
        fifths=fifths,
    )


def explain_row(model: Model, path: Path, row: int) -> dict[str, Any]:
    """Predict one row of a CSV file and explain it.

    Parameters
    ----------
    model : Model
    path : Path
        A CSV file with the columns of the model.
    row : int
        0-based position of the row in the file.

    Returns
    -------
    dict
        ``record``: the row's cells, and the keys of `PredictionResult` for this one row.

    Raises
    ------
    DataError
        If the file has no such row, or the row cannot be predicted.
    """
    summary, start = Summary(), 0
    with open_csv(path) as file:
        check_columns(model, file, None, summary)
        for chunk in file.chunks(CHUNK_ROWS):
            if row < start + chunk.n_rows:
                break
            start += chunk.n_rows
        else:
            raise DataError(f"{path} has {start} rows, numbered from 0; there is no row {row}")
    i = row - start
    refused = next((refused for refused in chunk.refused if refused.position == i), None)
    if refused is not None:
        raise DataError(f"row {row} cannot be predicted: {refused.message}")
    record = {name: cells[i] for name, cells in chunk.columns.items()}
    used = {name: [record[name]] for name in record if name in model.schema.names}
    result = model.predict(used, explain=True, from_file=True, number_format=file.number_format)
    if result["errors"]:
        said = "; ".join(error["message"] for error in result["errors"])
        raise DataError(f"row {row} cannot be predicted: {said}")
    return {"record": record, **result}
