"""What a comparison says in words, on a page as at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.metrics import share_text
from regression_model.processing.shown_values import short
from regression_model.reports.numbers import amount, count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.reports.comparison.comparing import Comparison
    from regression_model.reports.comparison.explained import ExplainedRow
    from regression_model.reports.comparison.moves import Moves

_FIGURES = {
    "rmse_log": "RMSE of log, out of fold",
    "rmse": "RMSE ({unit}), out of fold",
    "mae": "MAE ({unit}), out of fold",
    "r2": "R², out of fold",
    "hold_out_rmse": "RMSE ({unit}) of the hold-out",
    "coverage": "truths in their intervals",
    "n_rows": "rows of training",
}
_MOST_PARTS = 3


def opening(comparison: Comparison) -> Iterator[str]:
    """Yield what is compared."""
    yield f"old: {_described(comparison.old)}"
    yield f"new: {_described(comparison.new)}"
    pairs, tried = comparison.pairs, comparison.tried
    yield (
        f"{count(len(pairs.both), 'column')} in both, {len(pairs.removed):,} removed, "
        f"{len(pairs.added):,} added; {tried.n_cells:,} cells were tried on both"
    )


def _described(model: Model) -> str:
    target = model.facts["target"]
    return (
        f"version {short(model.version)}, {short(target['column'])} in {short(target['unit'])}, "
        f"{count(len(model.schema), 'column')}, format {model.facts['format_version']}"
    )


def figure_rows(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return what was measured at training and, if there are truths, on the file."""
    unit = short(comparison.new.facts["target"]["unit"])
    rows = []
    for name, *both in comparison.quality.figures if comparison.quality else ():
        cells = [_figure(name, value) for value in both]
        rows.append((_FIGURES[name].format(unit=unit), cells[0], cells[1]))
    if comparison.on_file is not None and comparison.moves is not None:
        before, after = comparison.on_file
        where = comparison.moves.source
        rows.append((f"RMSE ({unit}) {where}", amount(before.rmse), amount(after.rmse)))
        rows.append((f"MAE ({unit}) {where}", amount(before.mae), amount(after.mae)))
    return rows


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return ""
    if name == "r2":
        return share_text(value)
    if name == "coverage":
        return f"{value:.1%}"
    return f"{value:,}" if name == "n_rows" else amount(value)


def rows_compared(moves: Moves) -> str:
    """Say how many rows were compared, and how many of them move."""
    said = f"{count(moves.n_rows, 'row')} {moves.source}: "
    only = []
    if moves.n_refused:
        only.append(f"{moves.n_refused:,} are answered by the old model alone")
    if moves.n_answered:
        only.append(f"{moves.n_answered:,} by the new one alone")
    both = f"{moves.n_moved:,} of {len(moves.before):,} predictions change"
    return said + ", ".join([both, *only])


def change_of_quantile(share: float) -> str:
    """Return what a quantile of the change is called."""
    return "median" if share == 0.5 else f"{100 * share:g}%"  # noqa: PLR2004 - the half


def mostly_by(row: ExplainedRow) -> str:
    """Say which contributions differ most."""
    parts = []
    for feature, cell, before, after in row.contributions[:_MOST_PARTS]:
        both = " to ".join("none" if part is None else f"{part:+.3g}" for part in (before, after))
        value = f" ({short(cell)})" if cell else ""
        parts.append(f"{short(feature)}{value} {both}")
    return "; ".join(parts)
