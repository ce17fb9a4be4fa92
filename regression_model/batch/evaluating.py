"""Judging a model on a file of rows whose truth is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.batch.predicting import CHUNK_ROWS, Summary, check_columns, judge_chunk
from regression_model.exceptions import DataError, ForeignTableError
from regression_model.metrics import Metrics, measure, rounded
from regression_model.processing.blanks import clean_name
from regression_model.processing.csv_files import open_csv
from regression_model.processing.dates import date_features
from regression_model.processing.hints import did_you_mean
from regression_model.processing.schema import Column, short
from regression_model.processing.weights import read_counts

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from regression_model.arrays import Floats, Indices
    from regression_model.artifact.model import Model
    from regression_model.artifact.results import Explanation

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
    weight_column : str or None
        By which rows counted in training, if by any.
    n_weightless : int or None
        Rows with a truth and of weight zero, which do not count either; None where the file has no
        such column, so that each row counts as much as any other.
    metrics : Metrics
    level, coverage, mean_width : float or None
        Of the intervals, where the artifact has any; the width in target units.
    fifths : list of Part
        Fifths of the rows, by predicted value from low to high.
    """

    summary: Summary
    n_unlabelled: int
    weight_column: str | None
    n_weightless: int | None
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
            **self._weights_to_dict(),
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

    def weight_lines(self) -> list[str]:
        """Say how rows counted, where in training some counted more than others."""
        name = self.weight_column
        if name is None:
            return []
        if self.n_weightless is None:
            absent = f"the file has no column {name}, by which rows counted in training"
            return [f"{absent}; here each row counts as much as any other"]
        lines = [f"rows count by {name}, as in training"]
        zero = f"{self.n_weightless} rows have the weight 0 and do not count"
        return [*lines, zero] if self.n_weightless else lines

    def _weights_to_dict(self) -> dict[str, Any]:
        if self.weight_column is None:
            return {}
        if self.n_weightless is None:
            return {"weighted_by": None}
        return {"weighted_by": self.weight_column, "weight_zero": self.n_weightless}


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
        If the file has no such column, a truth or a weight that is no number, or no row to judge.

    Notes
    -----
    Where rows counted by a weight column in training and the file has it, they count so here.
    """
    name = clean_name(model.facts["target"]["column"] if target is None else target)
    weight = model.facts.get("config", {}).get("weight_column")
    level = min(interval, model.intervals.highest_level) if "intervals" in model.facts else None
    summary = Summary()
    truth: list[float] = []
    weights: list[str] = []
    broken: list[str] = []
    answers: list[tuple[Any, ...]] = []
    with open_csv(path) as file:
        if name not in file.header:
            hint = did_you_mean(name, file.header)
            kind = ForeignTableError if target is None else DataError
            raise kind(f"{path} has no column {short(name)!r} that holds the truth{hint}")
        check_columns(model, file, None, summary)
        summary.unused = [unused for unused in summary.unused if unused not in (name, weight)]
        is_weighted = weight in file.header
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
            weights += chunk.columns[weight] if is_weighted else []
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
    y, table = np.array(truth), np.array(answers, dtype=np.float64).reshape(-1, 3)
    counts = read_counts(weight, weights, y, file.number_format) if is_weighted else None
    answered = _Answered(y, table, counts, level)
    return _judge(answered, model, summary)


@dataclass(frozen=True)
class _Answered:
    """Truths, predictions with interval ends of shape (n_samples, 3), and how much rows count."""

    truth: Floats
    answers: Floats
    counts: Floats | None
    level: float | None


def _judge(answered: _Answered, model: Model, summary: Summary) -> FileEvaluation:
    """Judge the rows that have a truth, a prediction, and a weight above zero."""
    truth, answers = answered.truth, answered.answers
    counts, level = answered.counts, answered.level
    known = ~np.isnan(truth)
    positive = known if counts is None else counts > 0
    counted = known & positive & ~np.isnan(answers[:, 0])
    if not counted.any():
        message = f"no row has both a truth and a prediction ({len(truth)} rows read)"
        raise DataError(message)
    y, answers = truth[counted], answers[counted]
    weights = None if counts is None else counts[counted]
    order = np.argsort(answers[:, 0], kind="stable")
    inside = (y >= answers[:, 1]) & (y <= answers[:, 2])
    has_ends = level is not None
    return FileEvaluation(
        summary=summary,
        n_unlabelled=int((~known).sum()),
        weight_column=model.facts.get("config", {}).get("weight_column"),
        n_weightless=None if counts is None else int((known & ~positive).sum()),
        metrics=measure(
            y, answers[:, 0], log=model.facts["target"]["transform"] == "log", weights=weights
        ),
        level=level,
        coverage=_average(inside, weights) if has_ends else None,
        mean_width=_average(answers[:, 2] - answers[:, 1], weights) if has_ends else None,
        fifths=[
            _part(rows, y, answers[:, 0], inside if has_ends else None, weights)
            for rows in np.array_split(order, min(_N_PARTS, len(order)))
        ],
    )


def _part(
    rows: Indices,
    y: Floats,
    predictions: Floats,
    inside: npt.NDArray[np.bool_] | None,
    weights: Floats | None,
) -> Part:
    errors = (predictions - y)[rows]
    of_part = None if weights is None else weights[rows]
    return Part(
        n_rows=len(rows),
        lowest=float(predictions[rows].min()),
        highest=float(predictions[rows].max()),
        rmse=float(np.sqrt(_average(np.square(errors), of_part))),
        bias=_average(errors, of_part),
        coverage=None if inside is None else _average(inside[rows], of_part),
    )


def _average(values: npt.NDArray[Any], weights: Floats | None) -> float:
    """Return the mean of the values that there are."""
    there = ~np.isnan(values)
    return float(np.average(values[there], weights=None if weights is None else weights[there]))


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
        ``record``: the row's cells under their columns' own names, and the keys of
        `PredictionResult` for this one row.

    Raises
    ------
    DataError
        If the file has no such row, or the row cannot be predicted.
    ValueError
        If `row` is negative.
    """
    if row < 0:
        message = f"rows are numbered from 0; there is no row {row}"
        raise ValueError(message)
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
    main_names = model.schema.main_names
    record = {main_names.get(name, name): cells[i] for name, cells in chunk.columns.items()}
    used = {name: [record[name]] for name in record if name in main_names}
    result = model.predict(used, explain=True, from_file=True, number_format=file.number_format)
    if result["errors"]:
        said = "; ".join(error["message"] for error in result["errors"])
        raise DataError(f"row {row} cannot be predicted: {said}")
    return {"record": record, **result}


def by_column(explanation: Explanation, model: Model) -> Explanation:
    """Put the parts of each date together, so that every column is explained once.

    Parameters
    ----------
    explanation : dict
        Of one row, as `make_prediction` gives it.
    model : Model
        Which explained it.

    Returns
    -------
    dict
        The same, with one contribution, and one effect, for a date; what is derived from its parts
        stays by itself.
    """
    owners = _owners_of_parts(model)
    contributions: dict[str, float] = defaultdict(float)
    for name, part in explanation["contributions"].items():
        contributions[owners.get(name, name)] += part
    together: Explanation = {**explanation, "contributions": dict(contributions)}
    if "effect" in explanation:
        effects: dict[str, float] = defaultdict(lambda: 1.0)
        for name, effect in explanation["effect"].items():
            effects[owners.get(name, name)] *= effect
        together["effect"] = dict(effects)
    return together


def _owners_of_parts(model: Model) -> dict[str, str]:
    """Return the date column of each feature that is a part of one."""
    config = model.facts.get("config", {})
    settings = config.get("columns", {})
    dates = {
        column.name: settings.get(column.name, {}).get("parts", ())
        for column in model.schema.columns
        if column.kind == "date"
    }
    taken = [*model.schema.names, *config.get("derived", {}), model.facts["target"]["column"]]
    features = date_features(dates, taken)
    return {part: name for name, parts in features.items() for part in parts.values()}
