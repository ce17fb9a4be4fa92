"""Which columns matter most to a model: as training measured it, else as its answers tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from regression_model.batch.explaining import by_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.artifact.model import Model


def importances(model: Model) -> dict[str, float] | None:
    """Return how much each column matters, to be compared with other columns of the same model.

    Parameters
    ----------
    model : Model

    Returns
    -------
    dict of str to float or None
        By column: by how much the error out of fold rises where it is shuffled, in target units. Of
        an artifact that keeps no report: by how much it moves the score of example rows, on the
        model's scale; None where there are no examples or no explanations either.
    """
    measured = (model.report or {}).get("importance")
    if measured is None:
        return _importances_of_examples(model)
    columns = measured["columns"]
    return {
        name: max(0.0, columns[name]["mean"]) if name in columns else 0.0
        for name in model.schema.names
    }


def _importances_of_examples(model: Model) -> dict[str, float] | None:
    """Return by how much columns move scores; what is derived counts for each of its columns."""
    records = [example["record"] for example in model.facts.get("examples", [])]
    if not records or "numbers_per_row" not in model.facts.get("explanations", {}):
        return None
    answers = model.predict(records, explain=True)
    moved: dict[str, float] = defaultdict(float)
    for explanation in answers["explanations"]:
        if explanation is not None:
            for feature, part in by_column(explanation, model)["contributions"].items():
                moved[feature] += abs(part) / len(records)
    derived = model.facts.get("config", {}).get("derived") or {}
    totals = dict.fromkeys(model.schema.names, 0.0)
    for feature, amount in moved.items():
        for column in _columns_of(feature, derived) & totals.keys():
            totals[column] += amount
    return totals


def _columns_of(feature: str, derived: Mapping[str, Any]) -> set[str]:
    """Return the columns of which a feature is made, itself if it is none that is derived."""
    columns: set[str] = set()
    waiting = [feature]
    while waiting:
        name = waiting.pop()
        if name in derived:
            waiting += derived[name]["of"]
        else:
            columns.add(name)
    return columns
