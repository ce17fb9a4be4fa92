"""What was found in a file, for a person at a terminal: its truth, its reasons, its faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.batch.explaining import by_column
from regression_model.cli.notes import say
from regression_model.cli.terminal import show, show_table
from regression_model.processing.shown_values import short, shown

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.batch.checking import Findings
    from regression_model.batch.evaluating import FileEvaluation


def show_evaluation(evaluation: FileEvaluation, model: Model) -> None:
    """Show how far predictions are from the truth, beside what training found."""
    figures = [*_metrics_beside_training(evaluation, model), *_intervals(evaluation, model)]
    show_table(("", "this file", "cross-validated at training"), figures)
    _show_fifths(evaluation)
    for line in evaluation.weight_lines():
        say(line)
    if evaluation.n_unlabelled:
        say(f"{evaluation.n_unlabelled} rows have no truth and do not count")
    for line in evaluation.summary.lines():
        say(line)


def _metrics_beside_training(
    evaluation: FileEvaluation, model: Model
) -> list[tuple[str, str, str]]:
    at_training = model.facts["metrics"]["cross_validated_pooled"]
    figures = []
    for name, value in evaluation.metrics.to_dict().items():
        before = at_training.get(name, float("nan"))
        figures.append((name, f"{value:,.6g}", f"{before:,.6g}"))
    return figures


def _intervals(evaluation: FileEvaluation, model: Model) -> list[tuple[str, str, str]]:
    if evaluation.level is None or evaluation.coverage is None:
        return []
    at_training = model.facts["metrics"]["intervals"]
    coverage = f"{evaluation.coverage:.1%} of {evaluation.level:.0%}"
    before = f"{at_training['scaled']['coverage']:.1%} of {at_training['level']:.0%}"
    unit = short(model.facts["target"].get("unit", "units"))
    return [
        ("coverage", coverage, before),
        (f"mean width ({unit})", f"{evaluation.mean_width:,.6g}", ""),
    ]


def _show_fifths(evaluation: FileEvaluation) -> None:
    rows = []
    for part in evaluation.fifths:
        span = f"{part.lowest:,.6g} to {part.highest:,.6g}"
        coverage = "" if part.coverage is None else f"{part.coverage:.1%}"
        n_rows, rmse, bias = f"{part.n_rows:,}", f"{part.rmse:,.6g}", f"{part.bias:+,.6g}"
        rows.append((span, n_rows, rmse, bias, coverage))
    show_table(("predicted", "rows", "rmse", "mean error", "coverage"), rows, title="By fifths")


def show_explanation(explained: dict[str, Any], model: Model) -> None:
    """Show what each column adds to a row's score, largest effect first."""
    explanation = by_column(explained["explanations"][0], model)
    record, effects = explained["record"], explanation.get("effect", {})
    rows = []
    for name, contribution in _largest_first(explanation["contributions"]):
        value = shown(record.get(name, "(derived)"))
        cells = [short(name), "" if value is None else str(value), f"{contribution:+.5f}"]
        if effects:
            cells.append(f"{effects[name]:.4f}")
        rows.append(cells)
    headers = ["feature", "value", "contribution"]
    if effects:
        headers.append("times")
    show_table(headers, rows, right=("times",))
    base, score = explanation["base"], explanation["score"]
    target = model.facts["target"]
    show(
        f"base {base:.5f}, all contributions together {score - base:+.5f}, score {score:.5f}: "
        f"{short(target['column'])} {explained['predictions'][0]:,.6g} {short(target['unit'])}"
    )


def _largest_first(contributions: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(contributions.items(), key=lambda item: -abs(item[1]))


def show_findings(findings: Findings) -> None:
    """Show errors and warnings by column, and how many rows are valid."""
    rows = [
        (group.severity, short(group.column or ""), group.code, f"{group.n_rows:,}",
         group.first, group.message)
        for group in findings.groups()
    ]  # fmt: skip
    if rows:
        headers = ("", "column", "what", "rows", "first", "for example")
        show_table(headers, rows, colours={"error": "red", "warning": "yellow"})
    for line in findings.summary.lines()[:1]:
        show(line.replace("predicted", "valid"))
    for line in findings.summary.notes():
        say(line)
