"""The parts of dates in a graph: the nodes of `date_parts.calendar`, for all columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.export.graph import Frame, Graph, Vector
from regression_model.processing.dates import MAX_SECONDS, MIN_SECONDS, PERIODS
from regression_model.transformers.date_parts import DAY, GRID, DateParts

if TYPE_CHECKING:
    from collections.abc import Callable


def date_parts(graph: Graph, frame: Frame, step: DateParts) -> Frame:
    """Return the frame in which dates are replaced by their parts."""
    names = step.variables_
    tensors = _calendar(graph, graph.tensor([frame[name] for name in names]))
    parts: Frame = {}
    for i, name in enumerate(names):
        parts |= {
            step.features_[name][part]: Vector(tensors[part], i) for part in step.parts_[name]
        }
    circled = [part for part in PERIODS if any(part in step.parts_[name] for name in names)]
    if circled:
        parts |= _circles(graph, step, tensors, circled)
    return {**{name: s for name, s in frame.items() if name not in names}, **parts}


def _circles(graph: Graph, step: DateParts, tensors: dict[str, str], circled: list[str]) -> Frame:
    """Take all sines at once; a cosine is the sine a quarter of the circle on."""
    width = len(step.variables_)
    angles = [
        graph.elementwise("Mul", tensors[part], graph.constant(2 * np.pi / PERIODS[part]))
        for part in circled
    ]
    ahead = [graph.elementwise("Add", angle, graph.constant(np.pi / 2)) for angle in angles]
    sines = graph.unary("Sin", graph.concatenate([*angles, *ahead]))
    grid = graph.constant(GRID)
    shifted = graph.elementwise("Add", graph.elementwise("Mul", sines, grid), graph.constant(0.5))
    sines = graph.elementwise("Div", graph.elementwise("Floor", shifted), grid)
    frame: Frame = {}
    for i, name in enumerate(step.variables_):
        for k, part in enumerate(circled):
            if part in step.parts_[name]:
                sine, cosine = (step.features_[name][f"{part}_{end}"] for end in ("sin", "cos"))
                frame[sine] = Vector(sines, k * width + i)
                frame[cosine] = Vector(sines, (len(circled) + k) * width + i)
    return frame


def _calendar(graph: Graph, seconds: str) -> dict[str, str]:
    def with_number(operator: str) -> Callable[[str, float], str]:
        return lambda tensor, number: graph.elementwise(operator, tensor, graph.constant(number))

    plus, times, over = map(with_number, ("Add", "Mul", "Div"))

    def floor(tensor: str) -> str:
        return graph.elementwise("Floor", tensor)

    def both(operator: str, tensor: str, other: str) -> str:
        return graph.elementwise(operator, tensor, other)

    limits = graph.constant(MIN_SECONDS), graph.constant(MAX_SECONDS)
    seconds = graph.elementwise("Clip", seconds, *limits)
    days = floor(over(seconds, DAY))
    shifted = plus(days, 719_468.0)
    era = floor(over(shifted, 146_097.0))
    of_era = both("Sub", shifted, times(era, 146_097.0))
    leap = both("Sub", floor(over(of_era, 1460.0)), floor(over(of_era, 36_524.0)))
    leap = both("Add", leap, floor(over(of_era, 146_096.0)))
    years = floor(over(both("Sub", of_era, leap), 365.0))
    before = both("Add", times(years, 365.0), floor(over(years, 4.0)))
    of_year = both("Sub", of_era, both("Sub", before, floor(over(years, 100.0))))
    march_month = floor(over(plus(times(of_year, 5.0), 2.0), 153.0))
    next_year = floor(over(march_month, 10.0))
    before = floor(over(plus(times(march_month, 153.0), 2.0), 5.0))
    monday = plus(days, 3.0)
    return {
        "year": both("Add", both("Add", years, times(era, 400.0)), next_year),
        "month": both("Sub", plus(march_month, 3.0), times(next_year, 12.0)),
        "day": plus(both("Sub", of_year, before), 1.0),
        "weekday": both("Sub", monday, times(floor(over(monday, 7.0)), 7.0)),
        "days": over(seconds, DAY),
        "hour": floor(over(both("Sub", seconds, times(days, DAY)), 3600.0)),
    }
