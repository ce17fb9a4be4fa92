"""Figures of two models: how predictions move, and what either goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.agreement import (
    predicted_against_actual,
    residual_quantiles_by_prediction,
)
from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Table
from regression_model.reports.charts.axes import axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.charts.plot import Plot, Series
from regression_model.reports.numbers import amount, count, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.reports.comparison.moves import Moves

_LEAST_ROWS = 1
"""Rows of a file or drawn ones are the reader's own: bins of them hide none."""
_MOST_COLUMNS = 20
_OLD, _NEW = Series("first", "before"), Series("second", "after")
_MOVED = Series("first", "change")
_BANDS = (((0.05, 0.95), "band"), ((0.25, 0.75), "band inner"))
_MEDIAN = 0.5


def moves_figure(moves: Moves, unit: str) -> Figure:
    """Return mean new over mean old predictions, in bins of the old one."""
    bins = predicted_against_actual(moves.after, moves.before, _LEAST_ROWS)
    xs, ys = [each["predicted"] for each in bins], [each["actual"] for each in bins]
    both = axis([*xs, *ys], may_be_log=True)
    plot = Plot(
        both,
        both,
        x_title=f"prediction before ({unit})",
        y_title=f"mean prediction after ({unit})",
        height=330,
    )
    plot.straight((both.low, both.low), (both.high, both.high), "same")
    plot.line(xs, ys, _MOVED)
    rows = []
    for each in bins:
        cells = amount(each["predicted"]), amount(each["actual"]), f"{each['rows']:,}"
        said = f"{cells[0]} before, {cells[1]} after, {count(each['rows'], 'row')}"
        plot.dot(each["predicted"], each["actual"], _MOVED, said=said)
        rows.append(cells)
    headers = (f"before ({unit})", f"after ({unit})", "rows")
    return Figure(
        "after-before",
        "Predictions after and before",
        "Rows in bins by what the old model predicts. A dot above the broken line: the new model "
        "predicts more there on average.",
        plot.chart(),
        plot.height,
        Table(headers, rows, n_texts=0),
    )


def change_figure(moves: Moves, unit: str) -> Figure:
    """Return quantiles of the change, in bins of the old prediction."""
    told = residual_quantiles_by_prediction(moves.after, moves.before, _LEAST_ROWS)
    quantiles = [q for each in told["bins"] for q in each["quantiles"] if q is not None]
    plot = Plot(
        axis([each["predicted"] for each in told["bins"]], may_be_log=True),
        axis([*quantiles, 0.0]),
        x_title=f"prediction before ({unit})",
        y_title=f"after less before ({unit})",
        height=330,
    )
    plot.straight((plot.x.low, 0.0), (plot.x.high, 0.0), "same")
    for (low, high), kind in _BANDS:
        xs, lows, highs = _between(told, low, high)
        plot.band(xs, lows, highs, _MOVED, kind=kind)
    xs, medians, _ = _between(told, _MEDIAN, _MEDIAN)
    plot.line(xs, medians, _MOVED)
    for x, median in zip(xs, medians, strict=True):
        plot.dot(x, median, _MOVED, said=f"{amount(x)} before: median {signed(median)}")
    headers = (f"before ({unit})", *(f"{100 * share:g}%" for share in told["shares"]), "rows")
    return Figure(
        "change",
        "How far predictions move",
        "The line is the median change, half of the rows are in the inner band and nine of ten in "
        "the outer one, where rows are enough to tell.",
        plot.chart(),
        plot.height,
        Table(headers, [_quantile_row(each) for each in told["bins"]], n_texts=0),
    )


def _between(
    told: dict[str, Any], low: float, high: float
) -> tuple[list[float], list[float], list[float]]:
    """Return predictions and two quantiles of the change, where both are told."""
    places = [told["shares"].index(share) for share in (low, high)]
    xs: list[float] = []
    ends: tuple[list[float], list[float]] = ([], [])
    for each in told["bins"]:
        both = [each["quantiles"][place] for place in places]
        if None not in both:
            xs.append(each["predicted"])
            for end, value in zip(ends, both, strict=True):
                end.append(value)
    return xs, *ends


def _quantile_row(told: dict[str, Any]) -> tuple[str, ...]:
    quantiles = ["" if q is None else signed(q) for q in told["quantiles"]]
    return amount(told["predicted"]), *quantiles, f"{told['rows']:,}"


def importance_figure(
    before: Mapping[str, dict[str, float]], after: Mapping[str, dict[str, float]], unit: str
) -> Figure:
    """Return the importance of columns in both models, those that count most in either first.

    Parameters
    ----------
    before, after : mapping of str to dict
        ``mean`` and ``deviation`` of each column.
    unit : str
        Of the target.
    """
    means = {
        name: (before.get(name, {}).get("mean", 0.0), after.get(name, {}).get("mean", 0.0))
        for name in dict.fromkeys((*after, *before))
    }
    largest = sorted(means, key=lambda name: -max(means[name]))[:_MOST_COLUMNS]
    bars, rows = [], []
    for name in largest:
        was, now = means[name]
        said = f"{short(name)}: {amount(was)} before, {amount(now)} after"
        bars.append(Bar(short(name), was, other=now, said=said))
        rows.append((short(name), amount(was), amount(now)))
    drawn = bar_chart(
        bars,
        axis(
            np.array([means[name] for name in largest]).ravel().tolist(), with_zero=True, n_ticks=4
        ),
        x_title=f"rise of the mean absolute error ({unit})",
        series=(_OLD, _NEW),
    )
    about = "How much larger the error out of fold becomes when a column is shuffled, in either."
    if len(largest) < len(means):
        about += f" Shown are the first {len(largest)} of {len(means):,}."
    numbers = Table(("column", f"before ({unit})", f"after ({unit})"), rows)
    return Figure(
        "importance", "Importance of the columns", about, drawn.marks, drawn.height, numbers
    )
