"""The rows of a request, answered as `make_prediction` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.exceptions import ArtifactError
from regression_model.processing.report import make_entry
from regression_model.serving.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult
    from regression_model.processing.chunks import RefusedRow
    from regression_model.processing.validation import Entry
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
        result = model.predict(
            rows.data,
            interval=wanted.interval,
            explain=wanted.explain,
            from_file=rows.is_text,
            number_format=rows.number_format,
        )
    except ArtifactError as problem:
        raise Problem(400, "not-in-artifact", str(problem)) from problem
    except ValueError as problem:
        raise Problem(400, "bad-parameter", str(problem)) from problem
    except TypeError as problem:
        detail = str(problem).replace("input_data", "the body")
        raise Problem(400, "no-table", detail) from problem
    if rows.refused:
        _refuse(result, rows.refused)
    return result


def _refuse(result: PredictionResult, refused: Sequence[RefusedRow]) -> None:
    """Refuse rows whose cells cannot be told apart; the model was given empty cells for them."""
    rows = {row.position for row in refused}
    errors = [entry for entry in result["errors"] or [] if entry["row"] not in rows]
    errors += [
        make_entry(row.code, row.message, row.position, None, row.n_cells) for row in refused
    ]
    result["errors"] = sorted(errors, key=_place)
    warnings = [entry for entry in result["warnings"] or [] if entry["row"] not in rows]
    result["warnings"] = warnings or None
    columns: list[list[Any]] = [result["predictions"]]
    if "lower" in result:
        columns += [result["lower"], result["upper"]]
    if "explanations" in result:
        columns.append(result["explanations"])
    for cells in columns:
        for position in rows:
            cells[position] = None


def _place(entry: Entry) -> int:
    return -1 if entry["row"] is None else entry["row"]
