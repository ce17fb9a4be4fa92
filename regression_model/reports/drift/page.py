"""Drift as a report: what has shifted, what it costs, and the distributions of what has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Listed, Pairs, Paragraph, Report, Section, Table
from regression_model.reports.charts.axes import axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.drift.distributions import distribution_figure
from regression_model.reports.drift.shifts import LARGE_DISTANCE, LEVEL
from regression_model.reports.drift.words import (
    column_text,
    columns_of_table,
    loss_sentence,
    p_text,
    row_of_table,
    size_text,
    verdict_sentence,
)
from regression_model.reports.numbers import amount, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.artifact.model import Model
    from regression_model.reports.blocks import Block
    from regression_model.reports.drift.drift import Drift
    from regression_model.reports.drift.shifts import Shift

_MOST_BARS = 15
_MOST_FIGURES = 8
_MOST_LISTED = 200
SIZES = (
    "A shift of values is a Jensen-Shannon distance, 0 to "
    f"1, less what chance makes of it; from {LARGE_DISTANCE} on it is large. Beside it stands how "
    "far numbers have moved, in standard deviations of training: that far at least, where many are "
    "outside of training's range."
)
"""What is told of the size of shifts."""


def drift_report(found: Drift, model: Model, name: str, level: float = LEVEL) -> Report:
    """Return what was found as a report.

    Parameters
    ----------
    found : Drift
    model : Model
        Whose training it is.
    name : str
        Of the file.
    level : float
        At which it was found.

    Returns
    -------
    Report
    """
    facts = model.facts
    unit = short(facts["target"].get("unit", "units"))
    sections = [
        shifts_section(found, model, _about(level)),
        Section("loss", "What it costs", [Paragraph(loss_sentence(found, unit))]),
        Section("rows", "The rows", [_rows(found), *_columns_of_file(found)]),
        Section("all", "All that was looked at", list(_listed(found.shifts))),
    ]
    return Report(
        title=f"Drift of {short(name)}",
        subtitle=f"Model of {short(facts['target']['column'])}, version "
        f"{short(facts['model_version'])}",
        summary=verdict_sentence(found),
        tiles=list(_tiles(found, unit)),
        sections=sections,
    )


def _about(level: float) -> str:
    """Say what proven means at a level."""
    return (
        f"Proven means that chance alone would do this in fewer than {_one_of(level)} reports "
        f"without drift, all tests of a report together. {SIZES}"
    )


def _one_of(level: float) -> str:
    """Return a level as people say it.

    Examples
    --------
    >>> _one_of(0.05), _one_of(0.05 * 7 / 365)
    ('one of twenty', 'one of 1,043')
    """
    n = round(1 / level)
    return "one of twenty" if n == 20 else f"one of {n:,}"  # noqa: PLR2004 - that is the word


def _tiles(found: Drift, unit: str) -> Iterator[tuple[str, str, str]]:
    yield "Rows", f"{found.n_rows:,}", f"{found.n_failed:,} of them with errors"
    yield "Drifted", str(len(found.drifted)), f"of {len(found.shifts)} things looked at"
    if found.loss is not None:
        yield "Error to expect", amount(found.loss.error), f"{unit}, mean absolute"
        yield "Error at training", amount(found.loss.trained), f"{unit}, out of fold"
        yield "Beyond training", f"{found.loss.beyond:.1%}", "of the rows"


def shifts_section(found: Drift, model: Model, about: str) -> Section:
    """Return what is proven to have shifted, then and now; `about` says what proven means."""
    proven = [shift for shift in found.shifts if shift.verdict in ("drift", "small")]
    blocks: list[Block] = [Paragraph(about)]
    values = [shift for shift in proven if shift.what == "values"]
    if values:
        blocks.append(_sizes_figure(values[:_MOST_BARS]))
    if proven:
        blocks += _listed(proven)
    drawn = [shift for shift in values if shift.verdict == "drift"][:_MOST_FIGURES]
    for number, shift in enumerate(drawn, 1):
        blocks.append(distribution_figure(shift, found.counts, model, number))
    return Section("shifts", "What has shifted", blocks)


def _sizes_figure(shifts: Sequence[Shift]) -> Figure:
    bars, rows = [], []
    for shift in shifts:
        said = f"{column_text(shift)}: {size_text(shift)}, p {p_text(shift.p_value)}"
        bars.append(
            Bar(column_text(shift), shift.size, said=said, is_faint=shift.verdict != "drift")
        )
        rows.append((column_text(shift), size_text(shift), p_text(shift.p_value)))
    x = axis([0.0, LARGE_DISTANCE, *(shift.size for shift in shifts)], with_zero=True, n_ticks=4)
    drawn = bar_chart(bars, x, x_title="distance from training", reference=LARGE_DISTANCE)
    about = "The most important first; the broken line is from where a shift counts as large."
    numbers = Table(("column", "distance", "p"), rows)
    return Figure(
        "sizes", "How far columns have shifted", about, drawn.marks, drawn.height, numbers
    )


def _listed(shifts: Sequence[Shift]) -> Iterator[Block]:
    """Yield a table of shifts, and how many are not in it."""
    rows = [row_of_table(shift) for shift in shifts[:_MOST_LISTED]]
    yield Table(columns_of_table(), rows, n_texts=3)
    if len(shifts) > _MOST_LISTED:
        yield Paragraph(f"And {len(shifts) - _MOST_LISTED:,} more; JSON has all of them.")


def _rows(found: Drift) -> Pairs:
    told = found.summary.to_dict()
    pairs: list[tuple[str, str | None]] = [
        ("Rows", f"{found.n_rows:,}"),
        ("Without a prediction", f"{found.n_failed:,}"),
        ("Beyond what training has seen", count(found.counts.n_beyond, "row")),
    ]
    for what in ("errors", "warnings"):
        for code, n in sorted(told[what].items()):
            pairs.append((f"{what.capitalize()}: {code}", f"{n:,}"))
    return Pairs(pairs)


def _columns_of_file(found: Drift) -> list[Block]:
    if not found.summary.absent:
        return []
    said = Paragraph("Columns that a file has not, all of whose cells were taken as missing:")
    return [said, Listed([short(name) for name in found.summary.absent])]
