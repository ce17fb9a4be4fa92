"""Why rows move: contributions of both models, and what else than predictions may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.batch.explaining import by_column
from regression_model.metrics import rounded
from regression_model.processing.shown_values import plain, shown
from regression_model.reports.comparison.answers import explains, has_level
from regression_model.reports.comparison.change import Change, Reason
from regression_model.reports.comparison.moves import have_moved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.reports.comparison.drawn import Rows
    from regression_model.reports.comparison.moves import MovedRow

_MOST_FEATURES = 5
_COMPARED_ROWS = 20
_LEVEL = 0.9
_DERIVED = "derived"
"""What stands for the cell of a feature that is made from others."""


@dataclass(frozen=True)
class ExplainedRow:
    """A row that moves, and why.

    Attributes
    ----------
    row : int
    before, after : float
        What the old and the new model predict.
    contributions : list of (str, cell, float or None, float or None)
        Features whose contributions differ most: what the row holds there, and what it adds in
        the old and in the new model; None where a model has no such feature.
    """

    row: int
    before: float
    after: float
    contributions: list[tuple[str, str, float | None, float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data, to six significant digits."""
        contributions = []
        for feature, cell, before, after in self.contributions:
            both = [None if value is None else rounded(value) for value in (before, after)]
            contributions.append(
                {"feature": feature, "value": cell, "before": both[0], "after": both[1]}
            )
        return {
            "row": self.row,
            "before": rounded(self.before),
            "after": rounded(self.after),
            "contributions": contributions,
        }


def explained_row(old: Model, new: Model, row: MovedRow) -> ExplainedRow:
    """Return why a row moves; without contributions where either model gives none."""
    before, after = (_contributions(model, row) for model in (old, new))
    parts: list[tuple[str, str, float | None, float | None]] = []
    if before and after:
        cells = _under_own_names(row, old, new)
        for name in dict.fromkeys((*after, *before)):
            cell = _told(cells[name]) if name in cells else _DERIVED
            parts.append((name, cell, before.get(name), after.get(name)))
    parts.sort(key=lambda part: -abs((part[3] or 0.0) - (part[2] or 0.0)))
    return ExplainedRow(row.row, row.before, row.after, parts[:_MOST_FEATURES])


def _told(cell: Any) -> str:
    value = shown(cell)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return plain(value) if isinstance(value, float) else str(value)


def _contributions(model: Model, row: MovedRow) -> dict[str, float]:
    if not explains(model):
        return {}
    known = model.schema.main_names
    cells = {name: [cell] for name, cell in row.cells.items() if name in known}
    answers = model.predict(
        cells, explain=True, from_file=row.is_text, number_format=row.number_format
    )
    explanation = answers["explanations"][0]
    return {} if explanation is None else by_column(explanation, model)["contributions"]


def _under_own_names(row: MovedRow, old: Model, new: Model) -> dict[str, Any]:
    """Return a row's cells under the names that either model explains them by."""
    cells: dict[str, Any] = {}
    for name, cell in row.cells.items():
        for model in (old, new):
            cells[model.schema.main_names.get(name, name)] = cell
    return cells


def reasons_of_other_numbers(old: Model, new: Model, rows: Rows) -> Iterator[Reason]:
    """Yield which numbers besides predictions change, where predictions stay as they are."""
    answers = [_answers(model, rows) for model in (old, new)]
    for keys, what in ((("lower", "upper"), "intervals"), (("explanations",), "contributions")):
        before, after = (np.array(_numbers(each, keys)) for each in answers)
        if len(before) != len(after) or bool(np.any(have_moved(before, after))):
            yield Reason(Change.MINOR, "answers", f"{what} change, while predictions stay")


def _answers(model: Model, rows: Rows) -> dict[str, Any]:
    known = model.schema.main_names
    few = {name: cells[:_COMPARED_ROWS] for name, cells in rows.items() if name in known}
    level = _LEVEL if has_level(model, _LEVEL) else None
    answers: Any = model.predict(few, interval=level, explain=explains(model))
    return dict(answers)


def _numbers(answers: dict[str, Any], keys: tuple[str, ...]) -> list[float]:
    """Return numbers one behind the other, of explanations by the names of features."""
    numbers: list[float] = []
    for key in keys:
        for number in answers.get(key, ()):
            if isinstance(number, dict):
                parts = number["contributions"]
                numbers += [parts[name] for name in sorted(parts)]
            elif number is not None:
                numbers.append(number)
    return numbers
