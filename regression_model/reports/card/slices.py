"""The figure of where a model is worse: rows with something in common, of one or two columns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Paragraph, Section, Table
from regression_model.reports.charts.axes import axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.numbers import amount
from regression_model.reports.values import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regression_model.processing.schema import Column
    from regression_model.reports.blocks import Block
    from regression_model.reports.card.told import Told

_MOST = 8
_MOST_SAID = 3
_MUCH_WORSE = 1.5
"""Times the error of all rows, above which a slice is a limit of the model."""
_TITLES = {"of_one": "Worst by one column", "of_two": "Worst by two columns"}
_SCALES = {
    "none": "{unit}", "log": "log of {unit}", "log1p": "log of 1 + {unit}",
    "sqrt": "root of {unit}", "yeo_johnson": "transformed {unit}",
}  # fmt: skip
"""What the error of a slice counts, by the target's transform."""


def slices_section(told: Told) -> Section:
    """Return where the model is worse than elsewhere."""
    title = "Where it is worse"
    if "slices" not in told.report:
        return Section("slices", title, [Paragraph("Unknown.")])
    return Section("slices", title, _blocks(told))


def worst_sentences(told: Told) -> list[str]:
    """Say of the worst slices, of which chance is not the reason, how much worse they are."""
    slices = told.report.get("slices", {"error": 0.0, "of_one": []})
    said = []
    for each in slices["of_one"]:
        if each["is_worse"] and each["shrunk"] > _MUCH_WORSE * slices["error"] > 0:
            times = each["shrunk"] / slices["error"]
            name = _name(each["of"], told.columns)
            said.append(f"Where {name}, its error is {times:.1f} times that of all rows.")
    return said[:_MOST_SAID]


def _blocks(told: Told) -> list[Block]:
    slices, transform = told.report["slices"], told.facts["target"]["transform"]
    scale = _SCALES[transform].format(unit=told.unit)
    found = [*slices["of_one"], *slices["of_two"]]
    sure = [each for each in found if each["is_worse"]]
    looked_at = f"{slices['looked_at']:,} slices of at least 30 rows were looked at"
    if not found:
        return [Paragraph(f"{looked_at}; in none of them is the error larger than elsewhere.")]
    if sure:
        said = (
            f"{looked_at}. In {len(sure)} of the worst the error is larger than chance would make "
            "it in so many; the others may be chance."
        )
    else:
        said = f"{looked_at}. None is worse than chance would make the worst of so many."
    blocks: list[Block] = [Paragraph(said)]
    for key, title in _TITLES.items():
        if slices[key]:
            shown = _Shown(key, title, slices["error"], told.columns, scale, transform == "log")
            blocks.append(shown.figure(slices[key]))
    return blocks


@dataclass(frozen=True)
class _Shown:
    """A figure of slices: its key in a report, its title, and what its numbers are."""

    key: str
    title: str
    error: float
    columns: Mapping[str, Column]
    scale: str
    is_log: bool

    def figure(self, found: Sequence[dict[str, Any]]) -> Figure:
        bars, rows = [], []
        for each in found:
            name = _name(each["of"], self.columns)
            error, shrunk = amount(each["error"]), amount(each["shrunk"])
            said = f"{name}: {shrunk}, {each['rows']:,} rows"
            bars.append(Bar(name, each["shrunk"], said=said, is_faint=not each["is_worse"]))
            rows.append((name, f"{each['rows']:,}", error, shrunk, f"{each['p_value']:.2g}"))
        bars = bars[:_MOST]
        drawn = bar_chart(
            bars,
            axis([self.error, *(bar.value for bar in bars)], with_zero=True),
            x_title=f"mean absolute error ({self.scale})",
            reference=self.error,
            names_above=True,
        )
        about = (
            "Error out of fold, drawn towards that of all rows (the broken line) as far as the rows"
            " are few; pale bars may be chance."
        )
        if self.is_log:
            about += " An error of 0.1 on the logarithm is one of about 10%."
        headers = ("rows where", "rows", "error", "drawn to the mean", "p, corrected")
        numbers = Table(headers, rows)
        name = self.key.replace("_", "-")
        return Figure(f"slices-{name}", self.title, about, drawn.marks, drawn.height, numbers)


def _name(parts: Sequence[dict[str, Any]], columns: Mapping[str, Column]) -> str:
    return " and ".join(_part(part, columns[part["column"]]) for part in parts)


def _part(part: dict[str, Any], column: Column) -> str:
    """Return what rows of a slice have in common, such as ``LotArea above 9,000``."""
    name = short(part["column"])
    if part.get("missing"):
        return f"{name} is missing"
    if "level" in part:
        return f"{name} is {cell_text(part['level'], column)}"
    if column.kind == "boolean":
        return f"{name} is {'false' if 'up_to' in part else 'true'}"
    ends = {key: _value(part[key], column) for key in ("above", "up_to") if key in part}
    if len(ends) == len(("above", "up_to")):
        return f"{name} {ends['above']} to {ends['up_to']}"
    return f"{name} above {ends['above']}" if "above" in ends else f"{name} up to {ends['up_to']}"


def _value(value: float, column: Column) -> str:
    if column.kind == "integer":
        value = math.floor(value)  # an edge between two of them is the lower one to a reader
    return cell_text(value, column)
