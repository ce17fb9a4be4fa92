"""The rows of a request, answered as `make_prediction` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.exceptions import ArtifactError
from regression_model.processing.blanks import clean_name
from regression_model.processing.report import Report
from regression_model.processing.validation import FEW_RECORDS
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult
    from regression_model.serving.parameters import Wanted
    from regression_model.serving.tables import Rows


def answer_rows(model: Model, rows: Rows, wanted: Wanted) -> PredictionResult:
    """Return what a model answers to rows.

    Raises
    ------
    Problem
        If they are no table, or the model has not what is wanted.
    """
    try:
        return _answered(model, rows, wanted)
    except ArtifactError as problem:
        raise Problem(400, "not-in-artifact", str(problem)) from problem
    except ValueError as problem:
        raise Problem(400, "bad-parameter", str(problem)) from problem
    except TypeError as problem:
        detail = str(problem).replace("input_data", "the body")
        raise Problem(400, "no-table", detail) from problem


def _answered(model: Model, rows: Rows, wanted: Wanted) -> PredictionResult:
    if not rows.is_file:
        data = _as_columns(rows, model)
        return model.predict(data, interval=wanted.interval, explain=wanted.explain)
    report = Report()
    for row in rows.refused:
        # the model is given empty cells for it, of which nothing is to be said
        report.no_records.add(row.position)
        report.refuse(row.code, row.message, row=row.position, column=None, value=row.n_cells)
    answers = model.answer(
        _without_unused(rows, model),
        report,
        interval=wanted.interval,
        explain=wanted.explain,
        from_file=rows.is_text,
        number_format=rows.number_format,
    )
    return model.result(answers, report)


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
