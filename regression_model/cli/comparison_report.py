"""Two models beside each other, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.cli.terminal import show, show_table
from regression_model.processing.shown_values import short
from regression_model.reports.comparison.advice import advice_on
from regression_model.reports.comparison.declared import differences_of
from regression_model.reports.comparison.words import (
    change_of_quantile,
    figure_rows,
    mostly_by,
    opening,
    rows_compared,
)
from regression_model.reports.numbers import amount, signed

if TYPE_CHECKING:
    from regression_model.reports.comparison.comparing import Comparison

_SHOWN_COLUMNS = 20


def show_comparison(comparison: Comparison) -> None:
    """Show in what two models differ, and end with what that calls for."""
    for line in opening(comparison):
        show(line)
    if comparison.backwards:
        show(f"note: {comparison.backwards}")
    _show_columns(comparison)
    _show_quality(comparison)
    _show_moves(comparison)
    advice = advice_on(comparison)
    show(advice.headline, style="bold")
    for line in advice.lines:
        show(f"  {line}")


def _show_columns(comparison: Comparison) -> None:
    differences = differences_of(comparison.pairs)
    if not differences:
        return
    rows = [
        (short(each.column), each.what, each.before, each.after)
        for each in differences[:_SHOWN_COLUMNS]
    ]
    show_table(("column", "what", "before", "after"), rows, title="Columns")
    if len(differences) > len(rows):
        show(f"and {len(differences) - len(rows):,} more; --json lists all")


def _show_quality(comparison: Comparison) -> None:
    if comparison.quality is None:
        show(comparison.not_compared)
        return
    right = ("before", "after")
    show_table(("", *right), figure_rows(comparison), title="Errors", right=right)
    show(comparison.quality.sentence())


def _show_moves(comparison: Comparison) -> None:
    moves = comparison.moves
    if moves is None:
        return
    show(rows_compared(moves))
    if not moves.n_moved:
        return
    quantiles = moves.quantiles().items()
    headers = [change_of_quantile(share) for share, _ in quantiles]
    show_table(headers, [[signed(q) for _, q in quantiles]], title="Change", right=headers)
    rows = [
        (f"{row.row:,}", amount(row.before), amount(row.after), signed(row.after - row.before),
         mostly_by(row))
        for row in comparison.explained
    ]  # fmt: skip
    headers = ["row", "before", "after", "change"]
    show_table([*headers, "mostly by"], rows, title="Rows that move most", right=headers)
