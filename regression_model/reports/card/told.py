"""What an artifact tells of itself, of whatever format: its facts, and its report if it has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from regression_model.processing.shown_values import short

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.processing.schema import Column

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
    """

    facts: dict[str, Any]
    report: dict[str, Any]
    columns: dict[str, Column]

    @classmethod
    def of(cls, model: Model) -> Self:
        """Read what a model's artifact tells."""
        return cls(
            facts=model.facts,
            report=getattr(model, "report", None) or {},
            columns={column.name: column for column in model.schema.columns},
        )

    @property
    def unit(self) -> str:
        """Of the target."""
        return short(self.facts["target"]["unit"])

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
        if self.facts.get("config", {}).get("profile") == "none":
            return "as its config says profile: none"
        return "as there were too few rows or no need"
