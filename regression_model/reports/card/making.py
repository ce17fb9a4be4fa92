"""What a model is made of, and where it comes from."""

from __future__ import annotations

from typing import Any

from regression_model.processing.shown_values import short
from regression_model.reports.blocks import Figure, Pairs, Paragraph, Section, Table
from regression_model.reports.card.config_words import setting
from regression_model.reports.charts.axes import percent_axis
from regression_model.reports.charts.bars import Bar, bar_chart
from regression_model.reports.numbers import count

Facts = dict[str, Any]

_MOST_BRANCHES = 30


def making_section(facts: Facts) -> Section:
    """Return the estimators and their shares of the average."""
    branches: dict[str, dict[str, Any]] = facts.get("config", {}).get("estimators", {})
    if not branches:
        unknown = Paragraph("Unknown: artifacts of format 1 do not keep it.")
        return Section("making", "What it is made of", [unknown])
    derived = setting(facts, dict, "derived")
    said = f"The model is the weighted average of {count(len(branches), 'estimator')}."
    if derived:
        said += f" Before them, {count(len(derived), 'feature')} are made from the columns."
    return Section("making", "What it is made of", [Paragraph(said), _weights(branches)])


def _weights(branches: dict[str, dict[str, Any]]) -> Figure:
    total = sum(branch["weight"] for branch in branches.values())
    weights = {name: branch["weight"] / total for name, branch in branches.items()}
    largest = sorted(weights, key=lambda name: -weights[name])[:_MOST_BRANCHES]
    bars, rows = [], []
    for name in largest:
        kind = str(branches[name]["type"]).replace("_", " ")
        bars.append(Bar(name, weights[name], said=f"{short(name)} ({kind}): {weights[name]:.1%}"))
        rows.append((short(name), short(kind), f"{weights[name]:.1%}"))
    drawn = bar_chart(bars, percent_axis([0.0, *weights.values()]), x_title="share of the average")
    about = "Share of each estimator in the weighted average that is answered."
    if len(largest) < len(branches):
        about += f" Shown are the largest {len(largest)}."
    numbers = Table(("estimator", "type", "share"), rows, n_texts=2)
    return Figure("weights", "Weights of the estimators", about, drawn.marks, drawn.height, numbers)


def provenance_section(facts: Facts) -> Section:
    """Return what made the artifact, by versions and digests."""
    provenance = facts.get("provenance", {})
    libraries = provenance.get("libraries", {})
    pairs = [
        ("Model version", short(facts["model_version"])),
        ("Artifact format", str(facts["format_version"])),
        ("Made by", _made_by(facts)),
        ("Python", provenance.get("python")),
        ("SHA-256 of the config", provenance.get("config_sha256")),
        ("SHA-256 of the data", provenance.get("data_sha256")),
        ("SHA-256 of the folds", provenance.get("folds_sha256")),
        ("SHA-256 of the graph", facts["members"].get("model.onnx", {}).get("sha256")),
    ]
    blocks: list[Pairs | Table] = [Pairs(pairs)]
    if libraries:
        rows = [(short(name), short(version)) for name, version in libraries.items()]
        blocks.append(Table(("library", "version"), rows, n_texts=2))
    return Section("provenance", "Where it comes from", blocks)


def _made_by(facts: Facts) -> str | None:
    version = facts.get("package_version")
    return None if version is None else f"evergreen-regression {version}"
