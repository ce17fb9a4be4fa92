"""The rows of a request, answered as `make_prediction` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.exceptions import ArtifactError
from regression_model.processing.blanks import clean_name
from regression_model.processing.report import Report
from regression_model.processing.validation import FEW_RECORDS
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult
    from regression_model.serving.counting.worker_counts import WorkerCounts
    from regression_model.serving.parameters import Wanted
    from regression_model.serving.tables import Rows


def answer_rows(
    model: Model, rows: Rows, wanted: Wanted, counts: WorkerCounts | None = None
) -> PredictionResult:
    """Return what a model answers to rows, and count them.

    Parameters
    ----------
    model : Model
    rows : Rows
    wanted : Wanted
    counts : WorkerCounts, optional
        Of this model; None where the rows are not to be counted.

    Raises
    ------
    Problem
        If they are no table, or the model has not what is wanted.
    """
    try:
        return answered(model, rows, wanted, counts)
    except ArtifactError as problem:
        raise Problem(400, "not-in-artifact", str(problem)) from problem
    except ValueError as problem:
        raise Problem(400, "bad-parameter", str(problem)) from problem
    except TypeError as problem:
        detail = str(problem).replace("input_data", "the body")
        raise Problem(400, "no-table", detail) from problem


def answered(
    model: Model, rows: Rows, wanted: Wanted, counts: WorkerCounts | None
) -> PredictionResult:
    """Do the same, and raise what `Model.answer` raises."""
    data = _without_unused(rows, model) if rows.is_file else _as_columns(rows, model)
    if wanted.is_plain and type(data) is dict and not rows.is_file:
        record = _record_answered(model, data, counts)
        if record is not None:
            return record
    report = Report()
    for row in rows.refused:
        # the model is given empty cells for it, of which nothing is to be said
        report.no_records.add(row.position)
        report.refuse(row.code, row.message, row=row.position, column=None, value=row.n_cells)
    tally = None if counts is None else counts.begin(report)
    answers = model.answer(
        data,
        report,
        interval=wanted.interval,
        explain=wanted.explain,
        from_file=rows.is_text,
        number_format=rows.number_format,
        seen=tally,
    )
    result = model.result(answers, report)
    if tally is not None:
        tally.end(answers, wanted.interval, result)
    return result


def _record_answered(
    model: Model, data: dict[str, Any], counts: WorkerCounts | None
) -> PredictionResult | None:
    """Answer a record in the shortest way; None where that cannot be."""
    if counts is None:
        return model.predict_record(data)
    seen: list[Sequence[float]] = []
    result = model.predict_record(data, seen=seen.append)
    if result is not None:
        counts.add_record(seen[0], result)
    return result


def _without_unused(rows: Rows, model: Model) -> dict[str, Any]:
    """Return columns of which those that the model has not are there by name alone."""
    known, nothing = model.schema.main_names, [None] * rows.n_rows
    return {name: rows.data[name] if name in known else nothing for name in rows.data}


def _as_columns(rows: Rows, model: Model) -> Any:
    """Return records that are all alike as columns, which are answered faster and no otherwise.

    Otherwise are answered those of a column that has come under two names, or a few.
    """
    data, names = rows.data, rows.names
    if not names or len(data) <= FEW_RECORDS:
        return data
    own, known = model.schema.names, model.schema.main_names
    if not all(name in own or (name not in known and clean_name(name) == name) for name in names):
        return data
    return dict(zip(names, zip(*map(dict.values, data), strict=True), strict=True))
