"""A chart with two axes, on which lines, bands and dots are put one over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from regression_model.reports.charts.labels import fitting, label, text_width
from regression_model.reports.markup import Markup, coordinate, joined, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.reports.charts.axes import Axis

WIDTH = 420.0
"""Of every chart, in pixels; a page shows it somewhat larger, a telephone somewhat smaller."""
_HEIGHT = 290.0
_TOP = 14.0
_RIGHT = 16.0
_BELOW = 42.0
_LETTER = 12.0
_LEGEND = 22.0
_RADIUS = 3.5
_DOT_ROOM = 34.0
"""Pixels of a legend's dot, and of what is between two names."""


class Series(NamedTuple):
    """What a mark belongs to.

    Attributes
    ----------
    key : {"first", "second"}
        Its colour; the shape of its dots and lines goes with that.
    name : str
        What the legend says.
    """

    key: str
    name: str


TRAINED = Series("first", "out of fold at training")


class Plot:
    """A chart to which marks are added.

    Parameters
    ----------
    x, y : Axis
    x_title, y_title : str
        What the axes count.
    height : float
        In pixels.
    legend : sequence of Series
        What stands above, unless it is that of training alone.

    Attributes
    ----------
    height : float
        With the legend, in pixels.
    bottom : float
        The pixel of the horizontal axis.
    """

    def __init__(
        self,
        x: Axis,
        y: Axis,
        *,
        x_title: str,
        y_title: str,
        height: float = _HEIGHT,
        legend: Sequence[Series] = (),
    ) -> None:
        self.x, self.y = x, y
        self._titles = x_title, y_title
        self._legend = () if tuple(legend) == (TRAINED,) else tuple(legend)
        self.height = height + (_LEGEND if self._legend else 0)
        self.bottom = self.height - _BELOW
        # the title of the upright axis stands above it, where it needs no turning of the head
        self._top = _TOP + _LETTER + (_LEGEND if self._legend else 0)
        self._left = 12 + max((text_width(text) for text in y.texts), default=0.0)
        self._marks: list[Markup] = []

    def across(self, value: float) -> float:
        """Return the pixel at which a number of the horizontal axis stands."""
        return self._left + self.x.place(value) * (WIDTH - _RIGHT - self._left)

    def up(self, value: float) -> float:
        """Return the pixel at which a number of the upright axis stands."""
        return self.bottom - self.y.place(value) * (self.bottom - self._top)

    def add(self, mark: Markup) -> None:
        """Add a mark over those that are there."""
        self._marks.append(mark)

    def line(
        self, xs: Sequence[float], ys: Sequence[float], series: Series, *, kind: str = "line"
    ) -> None:
        """Add a line through points."""
        if len(xs) > 1:
            self.add(tag("path", d=self._path(xs, ys), class_=f"{kind} {series.key}"))

    def straight(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
        """Add a line of the frame, such as that of equal numbers, from one point to another."""
        xs, ys = zip(start, end, strict=True)
        self.add(tag("path", d=self._path(xs, ys), class_=kind))

    def band(
        self,
        xs: Sequence[float],
        lows: Sequence[float],
        highs: Sequence[float],
        series: Series,
        *,
        kind: str = "band",
    ) -> None:
        """Add the area between two lines."""
        if len(xs) > 1:
            there = self._path(xs, highs)
            back = self._path(xs[::-1], lows[::-1]).replace("M", "L", 1)
            self.add(tag("path", d=f"{there}{back}Z", class_=f"{kind} {series.key}"))

    def dot(self, x: float, y: float, series: Series, *, said: str | None = None) -> None:
        """Add a dot, which says more to who points at it."""
        self.add(dot(self.across(x), self.up(y), series, said=said))

    def chart(self) -> Markup:
        """Return the whole chart, without the element `svg` around it."""
        above = legend(self._legend) if self._legend else Markup("")
        return joined([self._frame(), *self._marks, above])

    def _path(self, xs: Sequence[float], ys: Sequence[float]) -> str:
        points = []
        for x, y in zip(xs, ys, strict=True):
            points.append(f"{coordinate(self.across(x))},{coordinate(self.up(y))}")
        return f"M{' '.join(points)}"

    def _frame(self) -> Markup:
        x_title, y_title = self._titles
        right = WIDTH - _RIGHT
        marks = [
            label(0, self._top - _LETTER, fitting(y_title, WIDTH), class_="note"),
            label(
                right,
                self.height - 6,
                fitting(x_title, right),
                anchor="end",
                class_="note",
            ),
        ]
        for tick, text in zip(self.y.ticks, self.y.texts, strict=True):
            height = self.up(tick)
            marks.append(tag("line", x1=self._left, x2=right, y1=height, y2=height, class_="grid"))
            marks.append(label(self._left - 6, height + 4, text, anchor="end", class_="tick"))
        marks += self._bottom_ticks()
        return joined(marks)

    def _bottom_ticks(self) -> list[Markup]:
        """Return the numbers along the horizontal axis, but for those that would touch others."""
        marks: list[Markup] = []
        free = 0.0
        for tick, text in zip(self.x.ticks, self.x.texts, strict=True):
            half = text_width(text) / 2
            middle = min(max(self.across(tick), half), WIDTH - half)
            if middle - half < free:
                continue
            free = middle + half + _LETTER / 2
            marks.append(label(middle, self.bottom + 16, text, anchor="middle", class_="tick"))
        return marks


def dot(x: float, y: float, series: Series, *, said: str | None = None) -> Markup:
    """Return a dot at a pixel: round in the first series, square in the second."""
    about = () if said is None else (tag("title", said),)
    kind = f"dot {series.key}"
    if series.key == "first":
        shape = tag("circle", cx=x, cy=y, r=_RADIUS, class_=kind)
    else:
        corner, side = _RADIUS * 0.9, _RADIUS * 1.8
        shape = tag("rect", x=x - corner, y=y - corner, width=side, height=side, class_=kind)
    return tag("g", shape, *about) if about else shape


def legend(series: Sequence[Series]) -> Markup:
    """Return the names of series behind their dots, on one line at the top."""
    widths = [_DOT_ROOM + text_width(each.name) for each in series]
    if sum(widths) > WIDTH:  # all have the same room then
        widths = [WIDTH / len(series)] * len(series)
    marks: list[Markup] = []
    left = 0.0
    for each, width in zip(series, widths, strict=True):
        marks.append(dot(left + _RADIUS, 11, each))
        marks.append(label(left + 12, 15, fitting(each.name, width - 16)))
        left += width
    return joined(marks)
