"""Holding a model against the table that it was trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.batch.truths import (
    SHOWN_CELLS,
    AnsweredRows,
    read_truths,
    truth_kind,
    weight_column,
)
from regression_model.exceptions import DataError
from regression_model.processing.absent_names import lacking
from regression_model.processing.name_check import under_main_names
from regression_model.processing.table_files import open_table
from regression_model.processing.weights import read_counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult
    from regression_model.metrics import Metrics
    from regression_model.processing.schema import Column
    from regression_model.processing.table_formats.base import TableFile


@dataclass(frozen=True)
class TableQuality:
    """What a model does on a table.

    Attributes
    ----------
    n_rows : int
        Rows with a target and a weight above zero; others do not count, here as in training.
    errors : list of str
        Why such rows have no prediction.
    metrics : Metrics
        Of the rows that have one, weighted as in training.
    level, coverage : float or None
        Of the intervals that training reported, where the artifact has any.
    """

    n_rows: int
    errors: list[str]
    metrics: Metrics
    level: float | None
    coverage: float | None


def judge_on_table(model: Model, path: Path) -> TableQuality:
    """Predict a whole table and compare with its target.

    Parameters
    ----------
    model : Model
    path : Path
        A file with the columns of the model, its target and its weights.

    Returns
    -------
    TableQuality

    Raises
    ------
    DataError
        If the table cannot be read, lacks columns, or has a target or weight that is no number.
    """
    table, facts = open_table(path), model.facts
    table = replace(table, names=under_main_names(table.names, model.schema, path))
    target, weight = facts["target"], weight_column(facts)
    wanted = [*model.schema.names, target["column"]]
    _check_columns(table.names, wanted if weight is None else [*wanted, weight])
    truth = _truths(table, truth_kind(facts, target["column"], table.number_format))
    level = facts["metrics"]["intervals"]["level"] if "intervals" in facts else None
    result = model.predict(
        {name: table.cells(name) for name in model.schema.names},
        interval=level,
        from_file=table.is_text,
        number_format=table.number_format,
    )
    weights = None
    if weight is not None:
        weights = read_counts(weight, table.cells(weight), truth, table.number_format)
    rows = _beside_answers(truth, result, weights)
    judged = rows.judged()
    if not len(judged.truth):
        raise DataError(f"{path}: no row has both a target and a prediction")
    return TableQuality(
        n_rows=int(rows.count.sum()),
        errors=_errors_of_rows_that_count(result, rows),
        metrics=judged.metrics(log=target["transform"] == "log"),
        level=level,
        coverage=None if level is None else judged.coverage(),
    )


def _check_columns(columns: Sequence[str], wanted: Sequence[str]) -> None:
    absent = [name for name in wanted if name not in columns]
    if absent:
        others = [name for name in columns if name not in wanted]
        raise DataError(lacking("the table", "columns of the model", absent, others))


def _truths(table: TableFile, column: Column) -> Floats:
    truths, faults = read_truths(column, table.cells(column.name), from_file=table.is_text)
    if faults:
        raise DataError(*faults[:SHOWN_CELLS])
    return np.array(truths, dtype=np.float64)


def _beside_answers(
    truth: Floats, result: PredictionResult, weights: Floats | None
) -> AnsweredRows:
    nothing: list[float | None] = [None] * len(truth)
    return AnsweredRows(
        truth=truth,
        predictions=np.array(result["predictions"], dtype=np.float64),
        lower=np.array(result.get("lower", nothing), dtype=np.float64),
        upper=np.array(result.get("upper", nothing), dtype=np.float64),
        weights=weights,
    )


def _errors_of_rows_that_count(result: PredictionResult, rows: AnsweredRows) -> list[str]:
    count = rows.count

    def concerns(row: int | None) -> bool:
        return row is None or bool(count[row])

    return [error["message"] for error in result["errors"] or [] if concerns(error["row"])]
