"""What a monitor has found, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.cli.terminal import show, show_table
from regression_model.processing.shown_values import short
from regression_model.reports.monitor.words import (
    PROOF,
    broken_promises,
    columns_of_table,
    drift_lines,
    row_of_table,
    truth_lines,
)

if TYPE_CHECKING:
    from regression_model.reports.monitor.monitor import Monitor

_COLOURS = {"broken": "red", "too few rows": "yellow"}


def show_monitor(monitor: Monitor) -> None:
    """Show what was promised and what was found, and how much truth there is."""
    tests, headers = monitor.tests(), columns_of_table()
    show_table(headers, map(row_of_table, tests), right=headers[2:], colours=_COLOURS)
    show(PROOF)
    for broken in broken_promises(tests):
        show(f"broken: {broken}", style="red")
    unit = short(monitor.model.facts["target"].get("unit", "units"))
    for line in [*truth_lines(monitor), *drift_lines(monitor, monitor.drift(), unit)]:
        show(line)
