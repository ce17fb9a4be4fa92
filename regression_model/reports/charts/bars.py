"""A chart of named things, one under the other, each with a bar or a dot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_model.reports.charts.labels import fitting, label, text_width
from regression_model.reports.charts.plot import TRAINED, WIDTH, Series, dot, legend
from regression_model.reports.markup import Markup, joined, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.reports.charts.axes import Axis

_ROW = 21.0
_BAR = 11.0
_BELOW = 42.0
_RIGHT = 16.0
_NAME_ROOM = 160.0
_NAME = 14.0
_LEFT = 15.0
_LEGEND = 24.0


@dataclass(frozen=True)
class Bar:
    """A thing and its number.

    Attributes
    ----------
    name : str
    value : float
    low, high : float or None
        Between which it is, as far as is known.
    other : float or None
        Its number in the second series.
    said : str
        What it says to who points at it.
    is_faint : bool
        Whether it counts for less.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    other: float | None = None
    said: str = ""
    is_faint: bool = False


@dataclass(frozen=True)
class BarChart:
    """The chart, and how high it is."""

    marks: Markup
    height: float


def bar_chart(
    bars: Sequence[Bar],
    x: Axis,
    *,
    x_title: str,
    reference: float | None = None,
    as_dots: bool = False,
    series: Sequence[Series] = (TRAINED,),
    names_above: bool = False,
) -> BarChart:
    """Draw bars, or dots where zero means nothing.

    Parameters
    ----------
    bars : sequence of Bar
        From top to bottom.
    x : Axis
    x_title : str
        What it counts.
    reference : float, optional
        A number to compare all with, which gets a line.
    as_dots : bool
    series : sequence of Series
        One or two.
    names_above : bool
        Whether each name stands above its bar and not before it, as long ones do.
    """
    top = _LEGEND if len(series) > 1 else 4.0
    widest = max((text_width(bar.name) for bar in bars), default=0.0)
    left = _LEFT if names_above else min(widest, _NAME_ROOM) + 12
    rows = _Rows(x, left, top, series, as_dots=as_dots, each=_ROW + (_NAME if names_above else 0.0))
    marks = [rows.frame(len(bars), x_title)]
    if reference is not None:
        marks.append(rows.upright(reference, len(bars), "same"))
    for position, bar in enumerate(bars):
        marks.append(rows.row(position, bar))
    if len(series) > 1:
        marks.append(legend(series))
    return BarChart(joined(marks), top + rows.each * len(bars) + _BELOW)


@dataclass(frozen=True)
class _Rows:
    x: Axis
    left: float
    top: float
    series: Sequence[Series]
    as_dots: bool
    each: float

    def across(self, value: float) -> float:
        return self.left + self.x.place(value) * (WIDTH - _RIGHT - self.left)

    def middle(self, position: int) -> float:
        return self.top + self.each * (position + 1) - _ROW / 2

    def upright(self, value: float, n_rows: int, kind: str) -> Markup:
        place = self.across(value)
        bottom = self.top + self.each * n_rows
        return tag("line", x1=place, x2=place, y1=self.top, y2=bottom, class_=kind)

    def frame(self, n_rows: int, x_title: str) -> Markup:
        bottom = self.top + self.each * n_rows
        marks = [self.upright(tick, n_rows, "grid") for tick in self.x.ticks]
        free = 0.0
        for tick, text in zip(self.x.ticks, self.x.texts, strict=True):
            place, half = self.across(tick), text_width(text) / 2
            if place - half >= free and place + half <= WIDTH:
                marks.append(label(place, bottom + 16, text, anchor="middle", class_="tick"))
                free = place + half + 6
        right = WIDTH - _RIGHT
        title = fitting(x_title, right)
        marks.append(label(right, bottom + 36, title, anchor="end", class_="note"))
        return joined(marks)

    def row(self, position: int, bar: Bar) -> Markup:
        middle = self.middle(position)
        marks = [tag("title", bar.said or bar.name), self._name(bar.name, middle)]
        marks.append(self._mark(middle, bar))
        if bar.low is not None and bar.high is not None:
            low, high = self.across(bar.low), self.across(bar.high)
            marks.append(tag("line", x1=low, x2=high, y1=middle, y2=middle, class_="whisker"))
        if bar.other is not None and len(self.series) > 1:
            marks.append(dot(self.across(bar.other), middle, self.series[1]))
        return tag("g", *marks)

    def _name(self, name: str, middle: float) -> Markup:
        if self.each > _ROW:
            shown = fitting(name, WIDTH - self.left)
            return label(self.left, middle - _BAR / 2 - 5, shown, class_="over")
        return label(self.left - 8, middle + 4, fitting(name, self.left - 10), anchor="end")

    def _mark(self, middle: float, bar: Bar) -> Markup:
        series = self.series[0]
        if self.as_dots:
            return dot(self.across(bar.value), middle, series)
        start, end = sorted((self.across(0.0), self.across(bar.value)))
        return tag(
            "rect",
            x=start,
            y=middle - _BAR / 2,
            width=max(end - start, 0.5),
            height=_BAR,
            class_=f"{series.key} faint" if bar.is_faint else series.key,
        )
