"""A comparison as a report, which becomes HTML or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Listed, Paragraph, Report, Section, Table
from regression_model.reports.comparison.advice import advice_on
from regression_model.reports.comparison.declared import differences_of
from regression_model.reports.comparison.figures import (
    change_figure,
    importance_figure,
    moves_figure,
)
from regression_model.reports.comparison.words import (
    change_of_quantile,
    figure_rows,
    mostly_by,
    opening,
    rows_compared,
)
from regression_model.reports.numbers import amount, count, signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.reports.blocks import Block
    from regression_model.reports.comparison.advice import Advice
    from regression_model.reports.comparison.comparing import Comparison

_MOST_REASONS = 100
_MOST_ROWS = 200
_UNFOLDED = 30


def report_of(comparison: Comparison) -> Report:
    """Return a comparison as a report.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    Report
    """
    old, new = comparison.old, comparison.new
    advice = advice_on(comparison, most=_MOST_REASONS)
    sections = [
        Section("advice", "What it calls for", [Listed(advice.lines)]),
        *_predictions(comparison),
        *_quality(comparison),
        *_importance(comparison),
        *_inputs(comparison),
        Section("columns", "Columns", list(_columns(comparison))),
    ]
    return Report(
        title=f"Two models of {short(new.facts['target']['column'])}",
        subtitle=f"Version {short(new.version)} after {short(old.version)}",
        summary=" ".join(_summary(comparison, advice)),
        tiles=list(_tiles(comparison)),
        sections=sections,
    )


def _summary(comparison: Comparison, advice: Advice) -> Iterator[str]:
    yield f"For callers {advice.headline}."
    if comparison.backwards:
        yield f"Note: {comparison.backwards}."
    if comparison.not_compared:
        yield comparison.not_compared


def _tiles(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    yield "Change", comparison.change.word, "as a version number says it"
    pairs = comparison.pairs
    moved = f"{len(pairs.removed):,} removed, {len(pairs.added):,} added"
    yield "Columns in both", f"{len(pairs.both):,}", moved
    refused = [each for each in comparison.tried.changes if each.what == "refused"]
    tried = f"of {count(comparison.tried.n_cells, 'cell')} tried on both"
    yield "Refused now", f"{sum(each.n_cells for each in refused):,}", tried
    moves = comparison.moves
    if moves is not None:
        share = moves.n_moved / max(len(moves.before), 1)
        yield "Predictions that change", f"{share:.0%}", f"of {count(moves.n_rows, 'row')}"
    if comparison.quality is not None:
        before, after = (_mae(comparison, place) for place in (1, 2))
        unit = short(comparison.new.facts["target"]["unit"])
        yield "Mean absolute error", after, f"{unit}, out of fold, after {before}"


def _mae(comparison: Comparison, place: int) -> str:
    figures = comparison.quality.figures if comparison.quality else []
    told = [figure[place] for figure in figures if figure[0] == "mae"]
    value = told[0] if told else None
    return "unknown" if value is None else amount(float(value))


def _predictions(comparison: Comparison) -> list[Section]:
    moves = comparison.moves
    if moves is None:
        said = Paragraph(f"Not compared: {comparison.not_compared}.")
        return [Section("predictions", "How predictions move", [said])]
    blocks: list[Block] = [Paragraph(f"{rows_compared(moves)}. {_about_rows(comparison)}")]
    if moves.n_moved:
        unit = short(comparison.new.facts["target"]["unit"])
        blocks += [moves_figure(moves, unit), change_figure(moves, unit)]
        quantiles = moves.quantiles().items()
        headers = [f"change ({unit})", *(change_of_quantile(share) for share, _ in quantiles)]
        blocks.append(Table(headers, [["quantile", *(signed(q) for _, q in quantiles)]]))
        blocks.append(_most_moved(comparison))
    return [Section("predictions", "How predictions move", blocks)]


def _about_rows(comparison: Comparison) -> str:
    moves = comparison.moves
    if moves is None or not moves.source.startswith("drawn"):
        return "Rows are counted from 0."
    return (
        "Each column was drawn by itself from what the artifacts tell of their training, so that "
        "rows are stranger than real ones: give a file of real rows with --data."
    )


def _most_moved(comparison: Comparison) -> Table:
    rows = []
    for row in comparison.explained:
        numbers = amount(row.before), amount(row.after), signed(row.after - row.before)
        rows.append((f"row {row.row:,}", mostly_by(row), *numbers))
    headers = ("rows that move most", "contributions, before to after", "before", "after", "change")
    return Table(headers, rows, n_texts=2)


def _quality(comparison: Comparison) -> list[Section]:
    if comparison.quality is None:
        return []
    sentence = comparison.quality.sentence()
    blocks: list[Block] = [
        Table(("", "before", "after"), figure_rows(comparison)),
        Paragraph(f"{sentence[0].upper()}{sentence[1:]}."),
    ]
    return [Section("quality", "How good they are", blocks)]


def _importance(comparison: Comparison) -> list[Section]:
    unit = short(comparison.new.facts["target"]["unit"])
    told = [(model.report or {}).get("importance") for model in (comparison.old, comparison.new)]
    if comparison.quality is None or told[0] is None or told[1] is None:
        return []
    figure = importance_figure(told[0]["columns"], told[1]["columns"], unit)
    return [Section("reasons", "What they go by", [figure])]


def _inputs(comparison: Comparison) -> list[Section]:
    changes = sorted(comparison.tried.changes, key=lambda each: -each.change)
    if not changes:
        said = f"{comparison.tried.n_cells:,} cells were tried on both: nothing comes of any of "
        return [Section("inputs", "Inputs", [Paragraph(f"{said}them that did not come before.")])]
    rows = [
        (each.change.word, short(each.column), each.what, each.cell, each.said, f"{each.n_cells:,}")
        for each in changes[:_MOST_ROWS]
    ]
    headers = ("change", "column", "what", "for example", "so", "cells")
    said = (
        f"{comparison.tried.n_cells:,} cells were given to both models: at and around each limit, "
        "each level of either, other kinds, and each spelling of a missing value."
    )
    table = Table(headers, rows, n_texts=5, folded=_folded("The changes", len(rows)))
    return [Section("inputs", "Inputs", [Paragraph(said), *_cut(len(changes)), table])]


def _columns(comparison: Comparison) -> Iterator[Block]:
    differences = differences_of(comparison.pairs)
    for line in opening(comparison):
        yield Paragraph(f"{line[0].upper()}{line[1:]}.")
    yield from _cut(len(differences))
    if differences:
        rows = [
            (short(each.column), each.what, each.before, each.after)
            for each in differences[:_MOST_ROWS]
        ]
        folded = _folded("The differences", len(rows))
        yield Table(("column", "what", "before", "after"), rows, n_texts=4, folded=folded)


def _cut(n: int) -> list[Block]:
    if n <= _MOST_ROWS:
        return []
    return [Paragraph(f"Shown are the first {_MOST_ROWS} of {n:,}; --json lists all.")]


def _folded(name: str, n_rows: int) -> str:
    return name if n_rows > _UNFOLDED else ""
