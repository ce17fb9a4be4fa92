"""Commands that show what there is: ``info``, ``self-test``, ``schema``, ``config-schema``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from regression_model.cli.app import JsonOption, ModelOption, app
from regression_model.cli.terminal import show, show_json, show_pairs, show_table, tell
from regression_model.predict import load_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model


@app.command()
def info(*, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Show what an artifact says of itself."""
    loaded = load_model(model)
    if as_json:
        show_json(loaded.facts)
    else:
        _print_facts(loaded)


@app.command("self-test")
def self_test(*, model: ModelOption = None) -> None:
    """Answer an artifact's example rows again and compare with the answers that it keeps."""
    from regression_model.artifact.self_test import TOLERANCE, run_self_test

    found = run_self_test(load_model(model))
    for problem in found.problems:
        tell(problem)
    if not found.n_rows:
        show("the artifact keeps no example rows (example_rows: none); nothing was compared")
    else:
        show(
            f"{found.n_rows} example rows, {found.n_numbers} numbers; largest difference "
            f"{found.largest_difference:.1e} (allowed: {TOLERANCE:g})"
        )
    if found.problems:
        raise typer.Exit(1)


@app.command()
def schema(*, model: ModelOption = None) -> None:
    """Print the JSON Schema of one record that the model takes."""
    show_json(load_model(model).schema.record_model.model_json_schema())


@app.command()
def config_schema() -> None:
    """Print the JSON Schema of the config, for editors that complete and check YAML."""
    from regression_model.config.json_schema import config_json_schema

    show_json(config_json_schema())


def _print_facts(model: Model) -> None:
    from regression_model.processing.words import short

    show_pairs(_summary(model))
    rows = []
    for column in model.schema.columns:
        written = f", written like {column.number_format}" if column.number_format else ""
        kind = f"{column.kind}{written}"
        rows.append(
            (short(column.name), kind, f"{column.missing_share:.1%}", column.of_kind.shown_span)
        )
    show_table(("column", "kind", "missing", "levels or training range"), rows)


def _summary(model: Model) -> Iterator[tuple[str, str]]:
    from regression_model.processing.words import short

    facts: dict[str, Any] = model.facts
    target = facts["target"]
    yield "model version", model.version
    yield "artifact format", str(facts["format_version"])
    yield "target", f"{short(target['column'])} in {short(target['unit'])}"
    yield "transform", target["transform"]
    if facts.get("config", {}).get("average") == "weighted":
        yield "estimators", _estimators(facts["config"]["estimators"])
    for name, metrics in facts["metrics"].items():
        if isinstance(metrics, dict) and name != "intervals":
            said = ", ".join(f"{key} {value:g}" for key, value in metrics.items())
            yield name.replace("_", " "), said
    if "validation" in facts["metrics"]:
        yield "validated", short(facts["metrics"]["validation"])
    if "intervals" in facts:
        quality = facts["metrics"]["intervals"]
        said = f"level {quality['level']:g}, coverage {quality['scaled']['coverage']:g}"
        yield "intervals", f"{said}; levels up to {model.intervals.highest_level:.4f}"
        yield "explanations", facts["explanations"].get("reason", "yes")


def _estimators(branches: dict[str, Any]) -> str:
    """Return names and types, each with its share of the average."""
    from regression_model.processing.words import short

    total = sum(branch["weight"] for branch in branches.values())
    return ", ".join(
        f"{short(name)} ({branch['type']}) {branch['weight'] / total:.2f}"
        for name, branch in branches.items()
    )
