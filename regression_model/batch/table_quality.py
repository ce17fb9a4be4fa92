"""Holding a model against the table that it was trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.exceptions import DataError
from regression_model.metrics import Metrics, measure
from regression_model.processing.hints import lacking
from regression_model.processing.names import under_main_names
from regression_model.processing.schema import Column
from regression_model.processing.table_files import TableFile, open_table
from regression_model.processing.weights import read_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model

_SHOWN = 10


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
        A CSV or Parquet file with the columns of the model, its target and its weights.

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
    target, weight = facts["target"], facts.get("config", {}).get("weight_column")
    _check_columns(table.names, [*model.schema.names, target["column"], *([weight] * bool(weight))])
    truth = _numbers(table, target["column"], _target_format(facts))
    level = facts["metrics"]["intervals"]["level"] if "intervals" in facts else None
    used = {name: table.cells(name) for name in model.schema.names}
    result = model.predict(
        used, interval=level, from_file=table.is_text, number_format=table.number_format
    )
    counts = ~np.isnan(truth) * 1.0
    if weight is not None:
        counts = read_counts(weight, table.cells(weight), truth, table.number_format)
    counted = counts > 0
    predictions, lower, upper = (
        np.array(result.get(key, [None] * len(truth)), dtype=np.float64)
        for key in ("predictions", "lower", "upper")
    )
    judged = counted & ~np.isnan(predictions)
    if not judged.any():
        raise DataError(f"{path}: no row has both a target and a prediction")
    y, weights = truth[judged], None if weight is None else counts[judged]
    inside = (y >= lower[judged]) & (y <= upper[judged])
    return TableQuality(
        n_rows=int(counted.sum()),
        errors=[
            e["message"] for e in result["errors"] or [] if e["row"] is None or counted[e["row"]]
        ],
        metrics=measure(y, predictions[judged], log=target["transform"] == "log", weights=weights),
        level=level,
        coverage=None if level is None else float(np.average(inside, weights=weights)),
    )


def _check_columns(columns: Sequence[str], wanted: Sequence[str]) -> None:
    absent = [name for name in wanted if name not in columns]
    if absent:
        others = [name for name in columns if name not in wanted]
        raise DataError(lacking("the table", "columns of the model", absent, others))


def _target_format(facts: Mapping[str, Any]) -> str | None:
    found: str | None = facts.get("config", {}).get("target", {}).get("number_format")
    return found


def _numbers(table: TableFile, name: str, number_format: str | None = None) -> Floats:
    """Return a column of numbers, NaN where there is none."""
    column = Column(name, "number", number_format=number_format or table.number_format)
    verdicts = [column.judge(cell, from_file=table.is_text) for cell in table.cells(name)]
    wrong = [f"row {i}: {v.error.message}" for i, v in enumerate(verdicts) if v.error]
    if wrong:
        raise DataError("\n".join(wrong[:_SHOWN]))
    return np.array([verdict.value for verdict in verdicts], dtype=np.float64)
