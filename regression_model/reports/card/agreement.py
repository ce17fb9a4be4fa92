"""Figures of how answers agree with truths: of training, and of a file beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Table
from regression_model.reports.charts.axes import Axis, axis, percent_axis
from regression_model.reports.charts.plot import Plot, Series
from regression_model.reports.numbers import amount, level, signed, value_text
from regression_model.reports.values import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Bins = list[dict[str, Any]]

_OUTER = {"nine": (0.05, 0.95), "eight": (0.1, 0.9)}
"""Pairs of quantiles, and how many of ten rows are between them."""
_INNER = (0.25, 0.75)
_MEDIAN = 0.5


def predicted_actual_figure(parts: Mapping[Series, Bins], unit: str) -> Figure:
    """Return mean truths over mean predictions, in bins of the prediction.

    Parameters
    ----------
    parts : mapping of Series to list of dict
        The bins of each series: ``rows``, ``predicted`` and ``actual``.
    unit : str
        Of the target.
    """
    predicted = [each["predicted"] for bins in parts.values() for each in bins]
    actual = [each["actual"] for bins in parts.values() for each in bins]
    # one and the same axis twice, so that equal numbers are on the diagonal
    both = axis([*predicted, *actual], may_be_log=True)
    plot = Plot(
        both,
        both,
        x_title=f"mean prediction ({unit})",
        y_title=f"mean truth ({unit})",
        height=330,
        legend=tuple(parts),
    )
    plot.straight((both.low, both.low), (both.high, both.high), "same")
    rows: list[tuple[str, ...]] = []
    for series, bins in parts.items():
        xs, ys = [each["predicted"] for each in bins], [each["actual"] for each in bins]
        plot.line(xs, ys, series)
        for each in bins:
            cells = amount(each["predicted"]), amount(each["actual"]), f"{each['rows']:,}"
            said = f"predicted {cells[0]}, true {cells[1]}, {cells[2]} rows"
            plot.dot(each["predicted"], each["actual"], series, said=said)
            rows.append((series.name, *cells))
    headers = ("", f"mean prediction ({unit})", f"mean truth ({unit})", "rows")
    return Figure(
        "predicted-actual",
        "Predicted against actual",
        "Rows in bins by their prediction; on the broken line both are the same on average. A dot "
        "above it: truths are higher than predicted.",
        plot.chart(),
        plot.height,
        Table(headers, rows),
    )


def residuals_figure(parts: Mapping[Series, dict[str, Any]], unit: str) -> Figure:
    """Return quantiles of the truth less its prediction, in bins of the prediction.

    Parameters
    ----------
    parts : mapping of Series to dict
        Of each series the ``shares`` of the quantiles, and ``bins`` with ``rows``, ``predicted``
        and ``quantiles``, of which some may be None.
    unit : str
        Of the target.
    """
    bins = [each for part in parts.values() for each in part["bins"]]
    quantiles = [value for each in bins for value in each["quantiles"] if value is not None]
    plot = Plot(
        axis([each["predicted"] for each in bins], may_be_log=True),
        axis([*quantiles, 0.0]),
        x_title=f"mean prediction ({unit})",
        y_title=f"truth less prediction ({unit})",
        legend=tuple(parts),
    )
    plot.straight((plot.x.low, 0.0), (plot.x.high, 0.0), "same")
    held = _widest_told(parts.values())
    for number, (series, part) in enumerate(parts.items()):
        _add_bands(plot, series, part, _OUTER[held], filled=number == 0)
    for series, part in parts.items():
        _add_medians(plot, series, part)
    return Figure(
        "residuals",
        "Residuals from low to high",
        "What is left of the truth, by prediction: the line is the median, half of the rows are in "
        f"the inner band and {held} of ten in the outer one, where rows are enough to tell.",
        plot.chart(),
        plot.height,
        _quantiles_table(parts, unit),
    )


def _widest_told(parts: Iterable[dict[str, Any]]) -> str:
    """Return the outer quantiles that are told; few rows have none at the very ends."""
    parts = list(parts)
    for held, (low, high) in _OUTER.items():
        if all(_between(part, low, high)[0] for part in parts):
            return held
    return "eight"


def _add_bands(
    plot: Plot, series: Series, part: dict[str, Any], outer: tuple[float, float], *, filled: bool
) -> None:
    """Add the quantiles of a series: as areas, or, over those of another, as their borders."""
    for (low, high), kind in ((outer, "band"), (_INNER, "band inner")):
        xs, lows, highs = _between(part, low, high)
        if filled:
            plot.band(xs, lows, highs, series, kind=kind)
        else:
            plot.line(xs, lows, series, kind="line thin")
            plot.line(xs, highs, series, kind="line thin")


def _add_medians(plot: Plot, series: Series, part: dict[str, Any]) -> None:
    xs, medians, _ = _between(part, _MEDIAN, _MEDIAN)
    plot.line(xs, medians, series)
    for x, median in zip(xs, medians, strict=True):
        plot.dot(x, median, series, said=f"predicted {amount(x)}: median {signed(median)}")


def _between(
    part: dict[str, Any], low: float, high: float
) -> tuple[list[float], list[float], list[float]]:
    """Return predictions and two quantiles of their residuals, where both are told."""
    xs: list[float] = []
    lows: list[float] = []
    highs: list[float] = []
    shares = part["shares"]
    if low not in shares or high not in shares:
        return xs, lows, highs
    for each in part["bins"]:
        bottom, top = (each["quantiles"][shares.index(share)] for share in (low, high))
        if bottom is not None and top is not None:
            xs.append(each["predicted"])
            lows.append(bottom)
            highs.append(top)
    return xs, lows, highs


def _quantiles_table(parts: Mapping[Series, dict[str, Any]], unit: str) -> Table:
    shares = next(iter(parts.values()))["shares"]
    rows = []
    for series, part in parts.items():
        for each in part["bins"]:
            quantiles = ["" if q is None else signed(q) for q in each["quantiles"]]
            rows.append((series.name, amount(each["predicted"]), *quantiles, f"{each['rows']:,}"))
    headers = ("", f"mean prediction ({unit})", *(level(share) for share in shares), "rows")
    return Table(headers, rows)


def coverage_figure(parts: Mapping[Series, Sequence[tuple[float, float]]]) -> Figure:
    """Return the share of truths within their intervals, by what was asked for.

    Parameters
    ----------
    parts : mapping of Series to sequence of (float, float)
        Of each series the level and the share that was held.
    """
    pairs = [pair for each in parts.values() for pair in each]
    wanted = [level for level, _ in pairs]
    x = percent_axis(wanted)
    plot = Plot(
        x,
        percent_axis([*wanted, *(held for _, held in pairs)]),
        x_title="asked for",
        y_title="truths within their interval",
        legend=tuple(parts),
    )
    plot.straight((min(wanted), min(wanted)), (max(wanted), max(wanted)), "same")
    rows = []
    for series, each in parts.items():
        plot.line([level for level, _ in each], [held for _, held in each], series)
        for asked, held in each:
            plot.dot(asked, held, series, said=f"asked for {level(asked)}, held {held:.1%}")
            rows.append((series.name, level(asked), f"{held:.1%}"))
    return Figure(
        "coverage",
        "Coverage of intervals",
        "Share of truths within their interval, by what was asked for; on the broken line both are "
        "the same. Below it intervals are too narrow, above it wider than they need to be.",
        plot.chart(),
        plot.height,
        Table(("", "asked for", "held"), rows),
    )


def learning_figure(curve: dict[str, Any], unit: str) -> Figure:
    """Return the error by how many rows there were to learn from.

    Parameters
    ----------
    curve : dict
        The ``branch``, its ``folds``, and of some ``shares`` the ``rows`` and the ``error``.
    unit : str
        Of the target.
    """
    rows, errors = curve["rows"], curve["error"]
    series = Series("first", "error")
    plot = Plot(
        axis(rows, with_zero=True, whole=True),
        axis(errors, with_zero=True),
        x_title="training rows",
        y_title=f"mean absolute error ({unit})",
        height=240,
    )
    plot.line(rows, errors, series)
    for n, error in zip(rows, errors, strict=True):
        plot.dot(n, error, series, said=f"{amount(n)} rows: {amount(error)}")
    cells = [
        (level(part), amount(n), amount(error))
        for part, n, error in zip(curve["shares"], rows, errors, strict=True)
    ]
    return Figure(
        "learning",
        "What more rows are worth",
        f"Error out of fold of one estimator ({short(curve['branch'])}) by how many rows it was "
        "fitted on. Where the line still falls at its end, more rows would help.",
        plot.chart(),
        plot.height,
        Table(("share of the rows", "rows", f"mean absolute error ({unit})"), cells),
    )


def time_figure(stretches: dict[str, Any], column: str, unit: str) -> Figure:
    """Return error and bias over time.

    Parameters
    ----------
    stretches : dict
        The ``edges`` between stretches, whether they are dates (``is_date``), and the ``rows``,
        ``error`` and ``bias`` of each.
    column : str
        That says when a row was.
    unit : str
        Of the target.
    """
    edge_text = day_text if stretches["is_date"] else value_text
    edges = [edge_text(edge) for edge in stretches["edges"]]
    places = [place + 0.5 for place in range(len(stretches["rows"]))]
    error, bias = Series("first", "mean absolute error"), Series("second", "mean error")
    x = Axis(0.0, float(len(places)), tuple(map(float, range(1, len(places)))), tuple(edges))
    plot = Plot(
        x,
        axis([*stretches["error"], *stretches["bias"], 0.0]),
        x_title=short(column),
        y_title=unit,
        legend=(error, bias),
    )
    plot.straight((x.low, 0.0), (x.high, 0.0), "same")
    for series, values in ((error, stretches["error"]), (bias, stretches["bias"])):
        plot.line(places, values, series)
        for place, value in zip(places, values, strict=True):
            plot.dot(place, value, series, said=f"{series.name}: {amount(value)}")
    spans = _spans(edges)
    rows = [
        (span, amount(stretches["error"][i]), signed(stretches["bias"][i]),
         f"{stretches['rows'][i]:,}")
        for i, span in enumerate(spans)
    ]  # fmt: skip
    headers = (short(column), f"mean absolute error ({unit})", f"mean error ({unit})", "rows")
    return Figure(
        "time",
        "Error over time",
        f"Out of fold, in stretches of {short(column)}; a mean error above zero: predictions were "
        "too high.",
        plot.chart(),
        plot.height,
        Table(headers, rows),
    )


def _spans(edges: Sequence[str]) -> list[str]:
    """Return what each stretch is called: from one edge to the next."""
    if not edges:
        return ["all"]
    middle = [f"{low} to {high}" for low, high in pairwise(edges)]
    return [f"up to {edges[0]}", *middle, f"after {edges[-1]}"]
