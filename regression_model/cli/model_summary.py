"""What an artifact says of itself, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.cli.terminal import show_pairs, show_table
from regression_model.processing.absent_names import listed
from regression_model.processing.shown_values import plain, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.processing.schema import Column


def show_summary(model: Model) -> None:
    """Show what a model is and how good it was at training, and its columns."""
    show_pairs([*_about(model), *_measured(model)])
    rows = [_row(column) for column in model.schema.columns]
    show_table(("column", "kind", "missing", "levels or training range"), rows)


def _about(model: Model) -> Iterator[tuple[str, str]]:
    facts: dict[str, Any] = model.facts
    target = facts["target"]
    yield "model version", model.version
    yield "artifact format", str(facts["format_version"])
    yield "target", f"{short(target['column'])} in {short(target['unit'])}{_bounds(target)}"
    yield "transform", target["transform"]
    if facts.get("config", {}).get("average") == "weighted":
        yield "estimators", _estimators(facts["config"]["estimators"])


def _bounds(target: dict[str, Any]) -> str:
    """Say between which bounds all answers are, if there are any."""
    words = {"minimum": "at least", "maximum": "at most"}
    bounds = [f"{word} {plain(target[key])}" for key, word in words.items() if key in target]
    return f", {', '.join(bounds)}" if bounds else ""


def _estimators(branches: dict[str, Any]) -> str:
    """Return names and types, each with its share of the average."""
    total = sum(branch["weight"] for branch in branches.values())
    return ", ".join(
        f"{short(name)} ({branch['type']}) {branch['weight'] / total:.2f}"
        for name, branch in branches.items()
    )


def _measured(model: Model) -> Iterator[tuple[str, str]]:
    measured: dict[str, Any] = model.facts["metrics"]
    for name, metrics in measured.items():
        if isinstance(metrics, dict) and name != "intervals":
            figures = ", ".join(f"{key} {value:g}" for key, value in metrics.items())
            yield name.replace("_", " "), figures
    if "validation" in measured:
        yield "validated", short(measured["validation"])
    if "intervals" in model.facts:
        quality = measured["intervals"]
        level, coverage = quality["level"], quality["scaled"]["coverage"]
        levels = f"levels up to {model.intervals.highest_level:.4f}"
        yield "intervals", f"level {level:g}, coverage {coverage:g}; {levels}"
        yield "explanations", model.facts["explanations"].get("reason", "yes")


def _row(column: Column) -> tuple[str, str, str, str]:
    kind: str = column.kind
    if column.number_format:
        kind += f", written like {column.number_format}"
    name = short(column.name)
    if column.aliases:
        name += f" (or {listed(column.aliases)})"
    return name, kind, f"{column.missing_share:.1%}", column.of_kind.shown_span
