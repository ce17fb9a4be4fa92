"""Sections of the page on drift: the last look, and those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.reports.blocks import Figure, Paragraph, Section, Table
from regression_model.reports.charts.axes import Axis, axis
from regression_model.reports.charts.plot import Plot, Series
from regression_model.reports.drift.page import SIZES, shifts_section
from regression_model.reports.drift.spending import ALARMS_A_YEAR, level_of_days
from regression_model.reports.drift.words import column_text
from regression_model.reports.monitor.looks import date_of
from regression_model.reports.monitor.words import drift_lines
from regression_model.reports.numbers import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.artifact.model import Model
    from regression_model.reports.blocks import Block
    from regression_model.reports.drift.drift import Drift
    from regression_model.reports.monitor.looks import Look
    from regression_model.reports.monitor.monitor import Monitor

_NAMED = 5
_EXPECTED = Series("first", "to expect")


def drift_sections(monitor: Monitor, unit: str) -> list[Section]:
    """Return what looks have told, nothing where no rows were counted."""
    looks = monitor.state.looks
    if not looks.is_used:
        return []
    found = monitor.drift()
    lines = drift_lines(monitor, found, unit)
    blocks: list[Block] = [Paragraph(f"{line[0].upper()}{line[1:]}") for line in lines]
    in_order = [look for _, look in sorted(looks.looks.items())]
    if found is not None:
        blocks += _errors_figure(in_order, found, unit)
        blocks.append(_table(in_order[::-1], unit))
    sections = [Section("drift", "Whether rows have shifted", blocks)]
    if found is not None and looks.last is not None:
        sections.append(_shifts(found, looks.last, monitor.model))
    return sections


def _shifts(found: Drift, look: Look, model: Model) -> Section:
    share = level_of_days(look.days)
    about = (
        f"The last look spent {share:.2g} of the {ALARMS_A_YEAR:g} false alarms that a year may "
        "have; proven means that chance alone does this in fewer such looks without drift, all "
        f"tests together. {SIZES}"
    )
    return shifts_section(found, model, about)


def _table(looks: Sequence[Look], unit: str) -> Table:
    rows = [
        (
            look.verdict,
            date_of(look.day),
            _names(look),
            f"{look.days}",
            f"{look.n_rows:,}",
            "" if look.error is None else amount(look.error),
        )
        for look in looks
    ]
    headers = ("verdict", "looked on", "drifted", "days", "rows", f"error to expect ({unit})")
    return Table(headers, rows, n_texts=3)


def _names(look: Look) -> str:
    """Return which columns have drifted, the first of them."""
    names = list(dict.fromkeys(column_text(shift) for shift in look.drifted))
    more = len(names) - _NAMED if look.n_drifted == len(look.drifted) else 1
    return ", ".join(names[:_NAMED]) + (" and more" if more > 0 else "")


def _errors_figure(looks: Sequence[Look], found: Drift, unit: str) -> list[Figure]:
    """Return the error to expect look by look, beside that of training."""
    known = [(look, look.error) for look in looks if look.error is not None]
    if not known or found.loss is None:
        return []
    trained, errors = found.loss.trained, [error for _, error in known]
    days = [float(look.day) for look, _ in known]
    x = Axis(days[0] - 1, days[-1] + 1, tuple(days), tuple(date_of(look.day) for look, _ in known))
    plot = Plot(
        x, axis([*errors, trained], with_zero=True), x_title="look", y_title=unit, height=220
    )
    plot.straight((x.low, trained), (x.high, trained), "same")
    plot.line(days, errors, _EXPECTED)
    rows = []
    for look, error in known:
        plot.dot(look.day, error, _EXPECTED, said=f"{date_of(look.day)}: {amount(error)}")
        rows.append((date_of(look.day), amount(error), f"{look.n_rows:,}"))
    about = (
        "Mean absolute error that rows of such difficulty are to be expected to have, before any "
        f"truth; the broken line is what training measured, {amount(trained)}."
    )
    numbers = Table(("looked on", f"error to expect ({unit})", "rows"), rows)
    title = "Error to expect, look by look"
    return [Figure("expected", title, about, plot.chart(), plot.height, numbers)]
