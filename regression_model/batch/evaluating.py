"""Judging a model on a file of rows whose truth is known."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.intervals import LOWEST_LEVEL
from regression_model.batch.headers import check_columns
from regression_model.batch.judging import judge_chunk
from regression_model.batch.summary import Summary
from regression_model.batch.truths import (
    SHOWN_CELLS,
    AnsweredRows,
    read_truths,
    truth_kind,
    weight_column,
)
from regression_model.exceptions import DataError, ForeignTableError
from regression_model.metrics import Metrics, rounded
from regression_model.processing.absent_names import did_you_mean
from regression_model.processing.blanks import clean_name
from regression_model.processing.schema import Column, short
from regression_model.processing.table_files import open_rows
from regression_model.processing.weights import read_counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.batch.judging import Judged
    from regression_model.processing.chunks import Chunk, OpenTable

_N_PARTS = 5
_ENDS = ("lower", "upper")


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

    def to_dict(self) -> dict[str, Any]:
        """Return what is known as plain data, to six significant digits."""
        known = {key: value for key, value in asdict(self).items() if value is not None}
        n_rows = known.pop("n_rows")
        return {"n_rows": n_rows, **{key: rounded(value) for key, value in known.items()}}


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
    judged : AnsweredRows
        The rows that are judged.
    coverages : dict of float to float
        The share of truths within their interval at further levels that were asked for.
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
    judged: AnsweredRows = field(repr=False)
    coverages: dict[float, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        figures = {"level": self.level, "coverage": self.coverage, "mean_width": self.mean_width}
        return {
            "rows": self.summary.n_rows,
            "not_predicted": self.summary.n_failed,
            "without_truth": self.n_unlabelled,
            **self._weights_to_dict(),
            "metrics": self.metrics.to_dict(),
            **{key: rounded(value) for key, value in figures.items() if value is not None},
            "fifths": [part.to_dict() for part in self.fifths],
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
    model: Model,
    path: Path,
    *,
    target: str | None = None,
    interval: float = 0.9,
    further_levels: Sequence[float] = (),
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
    further_levels : sequence of float
        Coverages of which it is told, too, how many truths are within; each takes as long as the
        first. Those that the artifact has no intervals of are left out.

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
    highest = model.intervals.highest_level if "intervals" in model.facts else 0.0
    level = min(interval, highest) if highest else None
    further = [wanted for wanted in further_levels if LOWEST_LEVEL <= wanted <= highest]
    summary = Summary()
    with open_rows(path) as file:
        gathered = _Gathered(file, _truth_column(model, file, target), _weights_in(model, file))
        check_columns(model, file, summary)
        used = (gathered.truth.name, gathered.weight)
        summary.unused = [name for name in summary.unused if name not in used]
        for chunk in file.chunks():
            judged = judge_chunk(model, chunk, summary, interval=level, list_warnings=False)
            gathered.add(chunk, judged)
            for wanted in further:
                ends = judge_chunk(model, chunk, Summary(), interval=wanted, list_warnings=False)
                gathered.add_ends(wanted, ends)
    rows = gathered.rows()
    evaluation = _evaluation(rows, model, summary, level)
    coverages = {wanted: gathered.rows_at(wanted, rows).judged().coverage() for wanted in further}
    return replace(evaluation, coverages=coverages)


def _truth_column(model: Model, file: OpenTable, target: str | None) -> Column:
    name = clean_name(model.facts["target"]["column"] if target is None else target)
    if not file.has(name):
        hint = did_you_mean(name, file.header)
        kind = ForeignTableError if target is None else DataError
        raise kind(f"{file.path} has no column {short(name)!r} that holds the truth{hint}")
    return truth_kind(model.facts, name, file.number_format)


def _weights_in(model: Model, file: OpenTable) -> str | None:
    """Return the weight column of training, if the file has it."""
    name = weight_column(model.facts)
    return name if name is not None and file.has(name) else None


@dataclass
class _Gathered:
    """Truths, weights and answers of the chunks of a file, one behind the other."""

    file: OpenTable
    truth: Column
    weight: str | None
    truths: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    weights: list[Any] = field(default_factory=list)
    answers: dict[str, list[Floats]] = field(
        default_factory=lambda: {"prediction": [], "lower": [], "upper": []}
    )
    further: dict[float, tuple[list[Floats], list[Floats]]] = field(default_factory=dict)

    def add(self, chunk: Chunk, judged: Judged) -> None:
        truths, faults = read_truths(
            self.truth, chunk.cells(self.truth.name), start=chunk.start, from_file=chunk.is_text
        )
        self.truths += truths
        self.faults += faults
        if self.weight is not None:
            self.weights += chunk.cells(self.weight)
        nothing = np.full(chunk.n_rows, np.nan)
        for name, parts in self.answers.items():
            parts.append(judged.numbers.get(name, nothing))

    def add_ends(self, level: float, judged: Judged) -> None:
        """Add the ends of intervals of a further level."""
        for parts, name in zip(self.further.setdefault(level, ([], [])), _ENDS, strict=True):
            parts.append(judged.numbers[name])

    def rows_at(self, level: float, rows: AnsweredRows) -> AnsweredRows:
        """Return the rows with the ends of a further level."""
        lower, upper = map(_in_one, self.further.get(level, ([], [])))
        return replace(rows, lower=lower, upper=upper)

    def rows(self) -> AnsweredRows:
        if self.faults:
            what = f"{self.file.path}: truths that are no numbers:"
            raise DataError(what, *self.faults[:SHOWN_CELLS])
        truth, weights = np.array(self.truths), None
        if self.weight is not None:
            weights = read_counts(self.weight, self.weights, truth, self.file.number_format)
        predictions, lower, upper = map(_in_one, self.answers.values())
        return AnsweredRows(truth, predictions, lower, upper, weights)


def _in_one(parts: Sequence[Floats]) -> Floats:
    return np.concatenate([np.empty(0), *parts])  # of no chunk there are no numbers


def _evaluation(
    rows: AnsweredRows, model: Model, summary: Summary, level: float | None
) -> FileEvaluation:
    """Judge the rows that have a truth, a prediction, and a weight above zero."""
    judged = rows.judged()
    if not len(judged.truth):
        message = f"no row has both a truth and a prediction ({len(rows.truth)} rows read)"
        raise DataError(message)
    order = np.argsort(judged.predictions, kind="stable")
    fifths = np.array_split(order, min(_N_PARTS, len(order)))
    has_ends = level is not None
    return FileEvaluation(
        summary=summary,
        n_unlabelled=int((~rows.have_truth).sum()),
        weight_column=weight_column(model.facts),
        n_weightless=None if rows.weights is None else int((rows.have_truth & ~rows.count).sum()),
        metrics=judged.metrics(log=model.facts["target"]["transform"] == "log"),
        level=level,
        coverage=judged.coverage() if has_ends else None,
        mean_width=judged.average(judged.upper - judged.lower) if has_ends else None,
        fifths=[_part(judged.take(fifth), has_ends=has_ends) for fifth in fifths],
        judged=judged,
    )


def _part(rows: AnsweredRows, *, has_ends: bool) -> Part:
    errors = rows.predictions - rows.truth
    return Part(
        n_rows=len(errors),
        lowest=float(rows.predictions.min()),
        highest=float(rows.predictions.max()),
        rmse=float(np.sqrt(rows.average(np.square(errors)))),
        bias=rows.average(errors),
        coverage=rows.coverage() if has_ends else None,
    )
