"""How the values of a column were distributed at training, beside today."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from regression_model.reports.blocks import Figure, Table
from regression_model.reports.charts.axes import percent_axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.charts.plot import Series
from regression_model.reports.drift.shifts import trained_bins
from regression_model.reports.drift.words import column_text, size_text
from regression_model.reports.numbers import amount
from regression_model.reports.values import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.artifact.counts import RowCounts
    from regression_model.artifact.model import Model
    from regression_model.reports.drift.shifts import Shift

_TRAINING = Series("first", "training")
_TODAY = Series("second", "today")
_MOST_BARS = 15


def distribution_figure(shift: Shift, counts: RowCounts, model: Model, number: int) -> Figure:
    """Return the shares of bins or levels, of training and of today.

    Parameters
    ----------
    shift : Shift
        Of values.
    counts : RowCounts
    model : Model
    number : int
        Of the figure.
    """
    profile = model.profile or {}
    told: dict[str, Any]
    if shift.column is None:
        told, found = profile["prediction"], counts.prediction
        names = _bins(told["edges"], amount)
    else:
        told, found = profile["columns"][shift.column], counts.columns[shift.column].bins
        names = _names(told, model, shift.column)
    trained = trained_bins(told)
    before, after = (trained / trained.sum()).tolist(), (found / found.sum()).tolist()
    largest = sorted(range(len(names)), key=lambda i: -max(before[i], after[i]))[:_MOST_BARS]
    rows = [(names[i], f"{before[i]:.1%}", f"{after[i]:.1%}") for i in range(len(names))]
    bars = [
        Bar(names[i], before[i], other=after[i], said=", ".join(rows[i])) for i in sorted(largest)
    ]
    x = percent_axis([0.0, *before, *after], n_ticks=4)
    drawn = bar_chart(
        bars, x, x_title="share of the known cells", as_dots=True, series=(_TRAINING, _TODAY)
    )
    about = f"Distance from training: {size_text(shift)}."
    if len(bars) < len(names):
        about += f" Shown are the {len(bars)} most frequent of {len(names)}."
    numbers = Table(("values", _TRAINING.name, _TODAY.name), rows)
    title = f"{column_text(shift)}, then and now"
    return Figure(f"shift-{number}", title, about, drawn.marks, drawn.height, numbers)


def _names(told: dict[str, Any], model: Model, name: str) -> list[str]:
    column = next(column for column in model.schema.columns if column.name == name)
    if "levels" in told:
        return [*(cell_text(level, column) for level in told["levels"]), "(rare levels)"]
    if column.kind == "boolean":
        return [cell_text(median, column) for median in told["medians"]]
    return _bins(told["edges"], lambda edge: cell_text(edge, column))


def _bins(edges: list[float], text: Callable[[float], str]) -> list[str]:
    """Return what bins are called: a value equal to an edge is in the bin below it."""
    texts = [text(edge) for edge in edges]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    return [f"up to {texts[0]}", *between, f"above {texts[-1]}"]
