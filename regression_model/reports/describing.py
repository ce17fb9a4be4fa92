"""What a model says of itself to who fills in a form, and to the programs behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.reports.example import example_record
from regression_model.reports.importance import importances

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.artifact.model import Model
    from regression_model.processing.column import Column


def described_model(model: Model) -> dict[str, Any]:
    """Return what a model is, what it eats, and how good it was at training.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict
        ``version``, ``target``, ``unit``, ``transform`` (of the target), ``metrics``;
        ``highest_interval``, None where it has none; ``explanations``, whether it has any;
        ``columns`` in the order of the schema, each with its ``importance`` (see `importances`),
        None where it is not known; and ``example``, a record that the model answers.
    """
    target = model.facts["target"]
    important: Mapping[str, float] = importances(model) or {}
    return {
        "version": model.version,
        "target": target["column"],
        "unit": target.get("unit"),
        "transform": target["transform"],
        "metrics": model.facts["metrics"],
        "highest_interval": _highest_interval(model),
        "explanations": "numbers_per_row" in model.facts.get("explanations", {}),
        "columns": [
            {**_column(column), "importance": important.get(column.name)}
            for column in model.schema.columns
        ],
        "example": example_record(model),
    }


def _highest_interval(model: Model) -> float | None:
    has_some = "ranks" in model.facts.get("intervals", {})
    return model.intervals.highest_level if has_some else None


def _column(column: Column) -> dict[str, Any]:
    """Return what people and programs need to know to fill in a cell."""
    return {
        "name": column.name,
        "kind": column.kind,
        "required": column.required,
        "missing_means": column.missing_means,
        "levels": [level for level in column.levels if level is not None],
        "closed": column.closed,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "training_range": _training_range(column),
        "missing_share": column.missing_share,
        "aliases": list(column.aliases),
    }


def _training_range(column: Column) -> list[Any] | None:
    """Return the smallest and the largest cell of training, as callers write them."""
    if column.training_range is None:
        return None
    return [column.of_kind.decode(value) for value in column.training_range]
