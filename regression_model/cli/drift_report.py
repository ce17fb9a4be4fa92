"""What has drifted, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.cli.notes import say
from regression_model.cli.terminal import show, show_table
from regression_model.processing.shown_values import short
from regression_model.reports.drift.words import (
    columns_of_table,
    loss_sentence,
    row_of_table,
    verdict_sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from regression_model.artifact.model import Model
    from regression_model.reports.drift.drift import Drift

_SHOWN = 12


def show_drift(found: Drift, model: Model, lines: Iterable[str]) -> None:
    """Show what has shifted, the most important first, the error to expect, and further lines."""
    proven = [shift for shift in found.shifts if shift.verdict in ("drift", "small")]
    if proven:
        rows = [row_of_table(shift) for shift in proven[:_SHOWN]]
        show_table(columns_of_table(), rows, colours={"drift": "red", "small": "yellow"})
    if len(proven) > _SHOWN:
        say(f"and {len(proven) - _SHOWN} more; --json has all of them")
    show(verdict_sentence(found))
    show(loss_sentence(found, short(model.facts["target"].get("unit", "units"))))
    for line in lines:
        say(line)
