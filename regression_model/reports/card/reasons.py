"""Figures of what a model goes by: importance of columns, and effects of their values."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Paragraph, Section, Table
from regression_model.reports.charts.axes import Axis, axis, named_axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.charts.plot import TRAINED, Plot
from regression_model.reports.markup import coordinate, tag
from regression_model.reports.numbers import amount, signed
from regression_model.reports.values import TRUTHS, cell_text, day_text, level_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.processing.schema import Column
    from regression_model.reports.blocks import Block
    from regression_model.reports.card.told import Told

_MOST_COLUMNS = 12
_MOST_LISTED = 40
_MOST_EFFECTS = 10
_MOST_LEVELS = 10
_FEW_VALUES = 12
"""So few, each has a dot."""
_ABOUT_EFFECTS = (
    "Importance is measured on rows that the model had not seen. An effect is what the values of a "
    "column add to the prediction, other columns as they are (accumulated local effects); between "
    "two marks at the bottom are the rows that say so."
)
_RUG = 7.0
"""Pixels that the marks of a rug are high."""


def important_columns(told: Told) -> list[str]:
    """Return the columns, the most important first; none where that is not known."""
    columns = told.report.get("importance", {}).get("columns", {})
    return sorted(columns, key=lambda name: -columns[name]["mean"])


def reasons_section(told: Told) -> Section:
    """Return what answers depend on."""
    if not told.report.get("importance", {}).get("columns"):
        unknown = "Unknown for all rows together; `explain` says it of each row."
        return Section("reasons", "What it goes by", [Paragraph(unknown)])
    columns = told.report["importance"]["columns"]
    importance = [
        (name, columns[name]["mean"], columns[name]["deviation"])
        for name in important_columns(told)
    ]
    blocks: list[Block] = [Paragraph(_ABOUT_EFFECTS), importance_figure(importance, told.unit)]
    for number, effect in enumerate(told.report["effects"][:_MOST_EFFECTS], 1):
        column = told.columns[effect["column"]]
        n_values, n_bins = len(effect["at"]), len(effect["rows"])
        # what is told of a column of another kind cannot be drawn
        if n_bins > 0 and n_values - n_bins == (0 if _is_unordered(column) else 1):
            blocks.append(effect_figure(effect, column, number, told.unit))
    return Section("reasons", "What it goes by", blocks)


def importance_figure(importance: Sequence[tuple[str, float, float]], unit: str) -> Figure:
    """Return how much worse answers are where a column says nothing of the row.

    Parameters
    ----------
    importance : sequence of (str, float, float)
        Column, mean and standard deviation over the folds, from the most important on.
    unit : str
        Of the target.
    """
    bars, rows = [], []
    for name, mean, deviation in importance[:_MOST_LISTED]:
        said = f"{short(name)}: {amount(mean)} ± {amount(deviation)}"
        bars.append(Bar(name, mean, low=mean - deviation, high=mean + deviation, said=said))
        rows.append((short(name), amount(mean), amount(deviation)))
    bars = bars[:_MOST_COLUMNS]
    ends = [end for bar in bars for end in (bar.low, bar.high) if end is not None]
    drawn = bar_chart(
        bars,
        axis(ends, with_zero=True, n_ticks=4),
        x_title=f"rise of the mean absolute error ({unit})",
    )
    about = (
        "How much larger the error out of fold becomes when a column is shuffled; the line is one "
        "standard deviation over the folds to either side."
    )
    if len(bars) < len(importance):
        about += f" Shown are the first {len(bars)} of {len(importance):,}."
    headers = ("column", f"rise of the error ({unit})", "deviation")
    return Figure(
        "importance",
        "Importance of the columns",
        about,
        drawn.marks,
        drawn.height,
        Table(headers, rows),
    )


def effect_figure(effect: dict[str, Any], column: Column, number: int, unit: str) -> Figure:
    """Return what the values of a column add to the prediction.

    Parameters
    ----------
    effect : dict
        ``at``: encoded values or positions of levels; ``rows``: the share of rows between two
        values or at a level; ``prediction``: what each adds.
    column : Column
    number : int
        Of the figure.
    unit : str
        Of the target.
    """
    if _is_unordered(column):
        return _effect_of_levels(effect, column, number, unit)
    return _effect_of_quantity(effect, column, number, unit)


def _is_unordered(column: Column) -> bool:
    return column.has_levels and not column.has_order


def _effect_of_quantity(effect: dict[str, Any], column: Column, number: int, unit: str) -> Figure:
    at, added = effect["at"], effect["prediction"]
    texts = [cell_text(value, column) for value in at]
    plot = Plot(
        _axis_of(column, at),
        axis([*added, 0.0], n_ticks=4),
        x_title=short(column.name),
        y_title=f"adds ({unit})",
        height=220,
    )
    plot.straight((plot.x.low, 0.0), (plot.x.high, 0.0), "same")
    plot.line(at, added, TRAINED)
    for value, what, text in zip(at, added, texts, strict=True):
        if len(at) <= _FEW_VALUES:
            plot.dot(value, what, TRAINED, said=f"{text}: {signed(what)}")
    _add_rug(plot, effect, texts)
    rows = [
        (f"{texts[i]} to {texts[i + 1]}", signed(added[i]), signed(added[i + 1]),
         f"{effect['rows'][i]:.1%}")
        for i in range(len(at) - 1)
    ]  # fmt: skip
    headers = (short(column.name), f"from ({unit})", f"to ({unit})", "share of rows")
    about = f"From {signed(added[0])} at {texts[0]} to {signed(added[-1])} {unit} at {texts[-1]}."
    return Figure(
        f"effect-{number}",
        f"Effect of {short(column.name)}",
        about,
        plot.chart(),
        plot.height,
        Table(headers, rows),
    )


def _add_rug(plot: Plot, effect: dict[str, Any], texts: Sequence[str]) -> None:
    """Add a mark at each value, and between two of them the share of rows to who points there."""
    bottom = plot.bottom
    for place, (low, high) in enumerate(pairwise(effect["at"])):
        left, right = plot.across(low), plot.across(high)
        span = f"{texts[place]} to {texts[place + 1]}"
        about = tag("title", f"{span}: {effect['rows'][place]:.1%} of the rows")
        # one mark as wide as what it stands for, with its ends drawn
        outline = (
            f"M{coordinate(left)},{coordinate(bottom - _RUG)}V{coordinate(bottom)}"
            f"H{coordinate(right)}V{coordinate(bottom - _RUG)}"
        )
        plot.add(tag("g", about, tag("path", d=outline, class_="rug")))


def _axis_of(column: Column, at: Sequence[float]) -> Axis:
    """Return the axis of a column's values: of ordered levels their names, of dates days."""
    if column.has_levels:
        return named_axis([level_text(level) for level in column.levels])
    if column.kind == "boolean":
        return named_axis(TRUTHS)
    plain = axis(at, whole=column.kind == "integer")
    if column.kind == "date":
        return _axis_of_dates(plain.low, plain.high, min(at), max(at))
    return plain


def _axis_of_dates(low: float, high: float, first: float, last: float) -> Axis:
    ticks = (first, (first + last) / 2, last)
    return Axis(low, high, ticks, tuple(map(day_text, ticks)))


def _effect_of_levels(effect: dict[str, Any], column: Column, number: int, unit: str) -> Figure:
    added, shares = effect["prediction"], effect["rows"]
    names = [cell_text(place, column) for place in effect["at"]]
    frequent = sorted(range(len(names)), key=lambda i: -shares[i])[:_MOST_LEVELS]
    bars = [
        Bar(names[i], added[i], said=f"{names[i]}: {signed(added[i])}, {shares[i]:.1%} of the rows")
        for i in sorted(frequent)
    ]
    drawn = bar_chart(
        bars,
        axis([0.0, *added], n_ticks=4),
        x_title=f"adds ({unit})",
        reference=0.0,
        as_dots=True,
    )
    least, most = (pick(range(len(added)), key=added.__getitem__) for pick in (min, max))
    about = (
        f"From {signed(added[least])} at {names[least]} to {signed(added[most])} {unit} at "
        f"{names[most]}."
    )
    if len(bars) < len(names):
        about += f" Shown are the {len(bars)} most frequent of {len(names)} levels."
    rows = [(names[i], signed(added[i]), f"{shares[i]:.1%}") for i in range(len(names))]
    headers = (short(column.name), f"adds ({unit})", "share of rows")
    return Figure(
        f"effect-{number}",
        f"Effect of {short(column.name)}",
        about,
        drawn.marks,
        drawn.height,
        Table(headers, rows),
    )
