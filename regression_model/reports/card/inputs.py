"""What a model predicts from, and what it was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.processing.absent_names import listed
from regression_model.processing.schema import Schema
from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Pairs, Paragraph, Section, Table
from regression_model.reports.card.config_words import named_columns, setting
from regression_model.reports.numbers import count
from regression_model.reports.values import TRUTHS, level_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.processing.schema import Column

Facts = dict[str, Any]

_SHOWN_COLUMNS = 120
"""So many rows keep a page of 20,000 columns as small as others."""
_SHOWN_LEVELS = 6
_UNFOLDED = 30


def inputs_section(facts: Facts, important: Sequence[str] = ()) -> Section:
    """Return a table of the columns.

    Parameters
    ----------
    facts : dict
    important : sequence of str
        Columns that come first where not all can be shown.
    """
    columns = Schema.from_dict(facts["columns"]).columns
    shown = _chosen(columns, important)
    said = f"{count(len(columns), 'column')}. A column that is not required may be absent."
    if len(shown) < len(columns):
        which = "the most important" if important else "the first"
        said += f" Shown are {which} {len(shown)}; `regression-model info` lists all of them."
    rows = [_row(column) for column in shown]
    headers = ("column", "kind", "levels, or range in training", "missing")
    folded = "The columns" if len(rows) > _UNFOLDED else ""
    table = Table(headers, rows, n_texts=3, folded=folded)
    return Section("inputs", "What it predicts from", [Paragraph(said), table])


def _chosen(columns: Sequence[Column], important: Sequence[str]) -> list[Column]:
    """Return the columns to be shown, in the model's order."""
    rank = {name: position for position, name in enumerate(important)}
    by_rank = sorted(columns, key=lambda column: rank.get(column.name, len(rank)))
    kept = {column.name for column in by_rank[:_SHOWN_COLUMNS]}
    return [column for column in columns if column.name in kept]


def _row(column: Column) -> tuple[str, str, str, str]:
    kind = f"{column.kind}, required" if column.required else str(column.kind)
    name = short(column.name)
    if column.aliases:
        name += f" (or {listed(column.aliases[:1])})"
    return name, kind, _span(column), f"{column.missing_share:.1%}"


def _span(column: Column) -> str:
    """Return what training has seen of a column."""
    if column.has_levels:
        levels = [level_text(level) for level in column.levels[:_SHOWN_LEVELS]]
        more = len(column.levels) - _SHOWN_LEVELS
        said = short(", ".join(levels))
        return f"{said} and {more:,} more" if more > 0 else said
    if column.kind == "boolean":
        return ", ".join(TRUTHS)
    return column.of_kind.shown_span if column.training_range else "unknown"


def data_section(facts: Facts) -> Section:
    """Return what is known of the training table."""
    metrics = facts["metrics"]
    n_rows = metrics.get("n_rows")
    left_out = named_columns(facts, "left_out")
    pairs = [
        ("Rows", None if n_rows is None else f"{n_rows:,}"),
        ("Rows count", _weights(facts)),
        ("Left out on purpose", _left_out(left_out)),
    ]
    return Section("data", "What it was trained on", [Pairs(pairs)])


def _weights(facts: Facts) -> str | None:
    if "config" not in facts:
        return None
    name = setting(facts, str, "weight_column")
    return "one as much as any other" if name is None else f"by {short(name)}"


def _left_out(names: Sequence[str] | None) -> str | None:
    if names is None:
        return None
    return listed(names) if names else "nothing"
