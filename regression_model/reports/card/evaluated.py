"""A file of rows with their truth, as a card shows it beside training: in bins, no row of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from regression_model.artifact.agreement import (
    predicted_against_actual,
    residual_quantiles_by_prediction,
)
from regression_model.batch.evaluating import evaluate_file
from regression_model.processing.shown_values import short

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.batch.evaluating import FileEvaluation

_LEAST_ROWS = 10
"""Of a bin: as in training, unless a config says otherwise."""
_LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Evaluated:
    """What a model does on a file.

    Attributes
    ----------
    name : str
        Of the file.
    evaluation : FileEvaluation
    predicted : list of dict
    residuals : dict
        As a report has them.
    coverage : list of (float, float)
        Levels, and the share of truths that their intervals hold.
    """

    name: str
    evaluation: FileEvaluation
    predicted: list[dict[str, Any]]
    residuals: dict[str, Any]
    coverage: list[tuple[float, float]]

    @classmethod
    def of(cls, model: Model, path: Path) -> Self:
        """Predict a file and compare with the truth that stands beside.

        Raises
        ------
        DataError
            If the file has no truth, one that is no number, or no row to judge.
        """
        levels = [each["level"] for each in (model.report or {}).get("coverage", ())]
        evaluation = evaluate_file(model, path, further_levels=levels or _LEVELS)
        rows = evaluation.judged
        return cls(
            name=short(path.name),
            evaluation=evaluation,
            predicted=predicted_against_actual(rows.truth, rows.predictions, _LEAST_ROWS),
            residuals=residual_quantiles_by_prediction(rows.truth, rows.predictions, _LEAST_ROWS),
            coverage=list(evaluation.coverages.items()),
        )

    def notes(self) -> list[str]:
        """Say how many rows there were, and which did not count."""
        summary = self.evaluation.summary
        n_judged = len(self.evaluation.judged.truth)
        lines = [f"{summary.n_rows:,} rows in the file, of which {n_judged:,} are judged."]
        if summary.n_failed:
            lines.append(f"{summary.n_failed:,} rows could not be predicted.")
        if self.evaluation.n_unlabelled:
            lines.append(f"{self.evaluation.n_unlabelled:,} rows have no truth.")
        return [*lines, *(f"{line}." for line in self.evaluation.weight_lines())]
