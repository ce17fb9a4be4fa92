"""Charts of what was found week by week, each beside what was promised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.reports.blocks import Figure, Table
from regression_model.reports.charts.axes import Axis, axis, percent_axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.charts.plot import Plot, Series
from regression_model.reports.monitor.looks import date_of
from regression_model.reports.numbers import amount, count, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from regression_model.reports.monitor.evidence import Sums
    from regression_model.reports.monitor.promise import Promise

MOST_WEEKS = 104
"""A chart shows no more than the last ones."""
_SCATTER = 2.0
"""Within so many standard errors of its promise is about nineteen in twenty weeks' figure."""
_MOST_BARS = 12
_FOUND = Series("first", "found")


@dataclass(frozen=True)
class _Weekly:
    """One figure by week, and what was promised of it.

    Attributes
    ----------
    name, title, what : str
        Of the chart, and of its upright axis.
    promised : float
    spread : float
        The standard deviation of a single row.
    found : callable
        Of the sums of a week: its figure, and of how many rows it is.
    text : callable
        Writes the figure.
    in_percent : bool
    """

    name: str
    title: str
    what: str
    promised: float
    spread: float
    found: Callable[[Sums], tuple[float, int]]
    text: Callable[[float], str]
    in_percent: bool = False


def weekly_figures(weeks: Mapping[int, Sums], promise: Promise, unit: str) -> list[Figure]:
    """Return coverage, mean absolute error and mean error by week of prediction.

    Parameters
    ----------
    weeks : mapping of int to Sums
        Of rows with truth, by week, counted from 1970.
    promise : Promise
    unit : str
        Of the target.
    """
    shown = dict(sorted(weeks.items())[-MOST_WEEKS:])
    figures = (_figure(each, shown) for each in _weekly(promise, unit))
    return [figure for figure in figures if figure is not None]


def _weekly(promise: Promise, unit: str) -> list[_Weekly]:
    held = _Weekly(
        "coverage",
        "Truths within their interval",
        "share of truths",
        promised=promise.level or 0.0,
        spread=math.sqrt((promise.level or 0.0) * (1 - (promise.level or 0.0))),
        found=lambda sums: (1 - sums.misses / max(sums.n_judged, 1), sums.n_judged),
        text=lambda share: f"{share:.1%}",
        in_percent=True,
    )
    error = _Weekly(
        "error",
        "Mean absolute error",
        unit,
        promised=promise.mae,
        spread=promise.spread_of_mae,
        found=lambda sums: (sums.absolute / max(sums.n, 1), sums.n),
        text=amount,
    )
    bias = _Weekly(
        "bias",
        "Mean of truth less prediction",
        unit,
        promised=promise.bias,
        spread=promise.rmse,
        found=lambda sums: (sums.error / max(sums.n, 1), sums.n),
        text=signed,
    )
    return [error, bias] if promise.level is None else [held, error, bias]


def _figure(weekly: _Weekly, weeks: Mapping[int, Sums]) -> Figure | None:
    found = {week: weekly.found(sums) for week, sums in weeks.items()}
    found = {week: (value, n) for week, (value, n) in found.items() if n}
    if not found:
        return None
    lows, highs = _expected(weekly, [n for _, n in found.values()])
    values = [value for value, _ in found.values()]
    y_axis = percent_axis if weekly.in_percent else axis
    plot = Plot(
        _axis_of_weeks(list(found)),
        y_axis([*values, *lows, *highs, weekly.promised]),
        x_title="week of the prediction",
        y_title=weekly.what,
        height=250,
    )
    _draw(plot, weekly, found, lows, highs)
    rows = [(date_of(7 * week), weekly.text(value), f"{n:,}") for week, (value, n) in found.items()]
    about = (
        f"By week of the prediction; the broken line is what training promised, "
        f"{weekly.text(weekly.promised)}, and about nineteen in twenty weeks of so few truths "
        "would be within the band around it."
    )
    numbers = Table(("week from", weekly.title.lower(), "truths"), rows)
    return Figure(weekly.name, weekly.title, about, plot.chart(), plot.height, numbers)


def _expected(weekly: _Weekly, ns: Sequence[int]) -> tuple[list[float], list[float]]:
    """Return between which ends a figure of so many rows mostly is where its promise is kept."""
    reaches = [_SCATTER * weekly.spread / math.sqrt(n) for n in ns]
    lows = [weekly.promised - reach for reach in reaches]
    highs = [weekly.promised + reach for reach in reaches]
    if weekly.in_percent:
        lows, highs = [max(low, 0.0) for low in lows], [min(high, 1.0) for high in highs]
    return lows, highs


def _draw(
    plot: Plot,
    weekly: _Weekly,
    found: Mapping[int, tuple[float, int]],
    lows: Sequence[float],
    highs: Sequence[float],
) -> None:
    places = [float(week) for week in found]
    # an area needs two places, so it goes on to both ends
    edges = [plot.x.low, *places, plot.x.high]
    plot.band(edges, [lows[0], *lows, lows[-1]], [highs[0], *highs, highs[-1]], _FOUND)
    ends = (plot.x.low, weekly.promised), (plot.x.high, weekly.promised)
    plot.straight(*ends, "same")
    plot.line(places, [value for value, _ in found.values()], _FOUND)
    for week, (value, n) in found.items():
        said = f"week from {date_of(7 * week)}: {weekly.text(value)}, {count(n, 'truth')}"
        plot.dot(week, value, _FOUND, said=said)


def _axis_of_weeks(weeks: Sequence[int]) -> Axis:
    """Return an axis of weeks, each with its first day; a chart leaves out those that touch."""
    first, last = min(weeks), max(weeks)
    # of weeks that lie centuries apart, not each one in between is a mark
    every = range(first, last + 1, max((last - first) // MOST_WEEKS, 1))
    texts = [date_of(7 * week) for week in every]
    return Axis(first - 0.5, last + 0.5, tuple(map(float, every)), tuple(texts))


def lateness_figure(days: Sequence[int]) -> Figure:
    """Return how late truths were.

    Parameters
    ----------
    days : sequence of int
        Between prediction and truth, of one truth at least.
    """
    width = max(-(-(max(days) + 1) // _MOST_BARS), 1)
    counts = np.bincount(np.asarray(days, dtype=np.int64) // width).tolist()
    bars, rows = [], []
    for place, n in enumerate(counts):
        first, last = place * width, place * width + width - 1
        name = f"{first}" if width == 1 else f"{first} to {last}"
        bars.append(Bar(name, float(n), said=f"{name} days: {count(n, 'truth')}"))
        rows.append((name, f"{n:,}"))
    x = axis([0.0, *map(float, counts)], with_zero=True, n_ticks=4, whole=True)
    drawn = bar_chart(bars, x, x_title="truths")
    return Figure(
        "late",
        "How late truth is",
        "Days between a prediction and its truth, of rows that are still waited for.",
        drawn.marks,
        drawn.height,
        Table(("days", "truths"), rows),
    )
