"""What an artifact tells of itself, of whatever format: its facts, and its report if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from regression_model.processing.shown_values import short
from regression_model.reports.card.config_words import setting
from regression_model.reports.charts.plot import TRAINED, Series

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.processing.schema import Column
    from regression_model.reports.card.evaluated import Evaluated

_PARTS = {
    "predicted": "truths beside predictions, from low to high",
    "residuals": "residuals from low to high",
    "coverage": "what intervals of other levels hold",
    "importance": "the importance of the columns",
    "effects": "the effects of their values",
    "slices": "where it is worse than elsewhere",
    "learning_curve": "what more rows would be worth",
}
"""What a report has, and what it is."""
_FIRST_WITH_REPORT = 3


@dataclass(frozen=True)
class Told:
    """What an artifact tells.

    Attributes
    ----------
    facts : dict
        What ``model.json`` says.
    report : dict
        What ``report.json`` says; empty where there is none.
    columns : dict of str to Column
    evaluated : Evaluated or None
        What the model does on a file, where one is given.
    """

    facts: dict[str, Any]
    report: dict[str, Any]
    columns: dict[str, Column]
    evaluated: Evaluated | None = None

    @classmethod
    def of(cls, model: Model, evaluated: Evaluated | None = None) -> Self:
        """Read what a model's artifact tells."""
        return cls(
            facts=model.facts,
            report=model.report or {},
            columns={column.name: column for column in model.schema.columns},
            evaluated=evaluated,
        )

    @property
    def unit(self) -> str:
        """Of the target."""
        return short(self.facts["target"]["unit"])

    def predicted(self) -> dict[Series, list[dict[str, Any]]]:
        """Return truths beside predictions, of training and of the file, as far as there are."""
        of_training = self.report.get("predicted")
        return self._both(of_training, self.evaluated and self.evaluated.predicted)

    def residuals(self) -> dict[Series, dict[str, Any]]:
        """Return quantiles of residuals in the same way."""
        of_training = self.report.get("residuals", {})
        has_bins = bool(of_training.get("bins"))
        return self._both(
            of_training if has_bins else None, self.evaluated and self.evaluated.residuals
        )

    def coverage(self) -> dict[Series, list[tuple[float, float]]]:
        """Return levels and the shares that intervals hold in the same way."""
        of_training = [
            (each["level"], each["coverage"]) for each in self.report.get("coverage", ())
        ]
        return self._both(of_training, self.evaluated and self.evaluated.coverage)

    def _both(self, of_training: Any, of_file: Any) -> dict[Series, Any]:
        parts = {}
        if of_training:
            parts[TRAINED] = of_training
        if self.evaluated is not None and of_file:
            parts[Series("second", self.evaluated.name)] = of_file
        return parts

    def missing(self) -> list[str]:
        """Return what is not told, in words."""
        absent = [what for part, what in _PARTS.items() if part not in self.report]
        if "config" not in self.facts:
            absent += ["what it is made of", "what it was not to use"]
        if "intervals" not in self.facts["metrics"]:
            absent.append("whether its intervals hold")
        if "fold_losses" not in self.facts:
            absent.append("the error of each fold")
        return absent

    def why(self) -> str:
        """Say why something is not told."""
        version = self.facts["format_version"]
        if version < _FIRST_WITH_REPORT:
            return f"which is of format {version}; a model trained again keeps it"
        if setting(self.facts, str, "profile") == "none":
            return "as its config says profile: none"
        return "for want of rows or folds"
