"""Commands about the rows of files: ``predict``, ``evaluate``, ``explain`` and ``validate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regression_model.cli.app import (
    ForceOption,
    JsonOption,
    ModelOption,
    app,
    check_input,
    check_output,
    say,
    writing,
)
from regression_model.exceptions import ArtifactError
from regression_model.predict import load_model

if TYPE_CHECKING:
    from regression_model.labelled import FileEvaluation
    from regression_model.model import Model
    from regression_model.validating import Findings

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file.")]


@app.command()
def predict(
    file: FileArgument,
    *,
    model: ModelOption = None,
    id_column: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN", help="Name rows by this column of the file."),
    ] = None,
    interval: Annotated[
        float | None,
        typer.Option("--interval", metavar="LEVEL", help="Add lower and upper, e.g. of 0.9."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here and not to the terminal.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Predict every row of FILE: CSV of row, prediction and error.

    A row that cannot be predicted has no prediction, and in error the reason.
    A summary goes to stderr.
    """
    from regression_model.scoring import score_file

    check_input(file, "FILE")
    check_output(output, "--output", force=force)
    loaded = load_model(model)
    if interval is not None:
        _check_level(loaded, interval)
    with writing(output) as out:
        summary = score_file(loaded, file, out, id_column=id_column, interval=interval)
    for line in summary.lines():
        say(line)


def _check_level(model: Model, interval: float) -> None:
    try:
        model.intervals.offsets(interval)
    except ArtifactError:
        raise
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--interval") from problem


@app.command()
def evaluate(
    file: FileArgument,
    *,
    model: ModelOption = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--target", metavar="COLUMN", help="The truth; the model's target by default."
        ),
    ] = None,
    interval: Annotated[
        float, typer.Option("--interval", metavar="LEVEL", help="Coverage of judged intervals.")
    ] = 0.9,
    as_json: JsonOption = False,
) -> None:
    """Compare predictions with the truth in FILE, beside the figures at training."""
    from regression_model.labelled import evaluate_file

    check_input(file, "FILE")
    loaded = load_model(model)
    if "intervals" in loaded.facts:
        _check_level(loaded, min(interval, loaded.intervals.highest_level))
    found = evaluate_file(loaded, file, target=target, interval=interval)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=1, ensure_ascii=False))
        return
    _show_evaluation(found, loaded)


def _show_evaluation(found: FileEvaluation, model: Model) -> None:
    from rich.console import Console
    from rich.table import Table

    console, known = Console(highlight=False), model.facts["metrics"]
    at_training = known["cross_validated_pooled"]
    figures = Table("", "this file", "cross-validated at training")
    for name, value in found.metrics.to_dict().items():
        figures.add_row(name, f"{value:,.6g}", f"{at_training.get(name, float('nan')):,.6g}")
    if found.level is not None and found.coverage is not None:
        trained = known["intervals"]
        before = f"{trained['scaled']['coverage']:.1%} of {trained['level']:.0%}"
        figures.add_row("coverage", f"{found.coverage:.1%} of {found.level:.0%}", before)
        unit = model.facts["target"].get("unit", "units")
        figures.add_row(f"mean width ({unit})", f"{found.mean_width:,.6g}", "")
    console.print(figures)
    parts = Table("predicted", "rows", "rmse", "mean error", "coverage", title="By fifths")
    for part in found.fifths:
        coverage = "" if part.coverage is None else f"{part.coverage:.1%}"
        span = f"{part.lowest:,.6g} to {part.highest:,.6g}"
        parts.add_row(span, f"{part.n_rows:,}", f"{part.rmse:,.6g}", f"{part.bias:+,.6g}", coverage)
    console.print(parts)
    for line in found.weight_lines():
        say(line)
    if found.n_unlabelled:
        say(f"{found.n_unlabelled} rows have no truth and do not count")
    for line in found.summary.lines():
        say(line)


@app.command()
def explain(
    file: FileArgument,
    *,
    row: Annotated[int, typer.Option("--row", min=0, help="The row's position, counted from 0.")],
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each feature adds to the prediction of one row of FILE, largest effect first."""
    from regression_model.labelled import explain_row

    check_input(file, "FILE")
    loaded = load_model(model)
    found = explain_row(loaded, file, row)
    if as_json:
        typer.echo(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        _show_explanation(found, loaded)


def _show_explanation(found: dict[str, Any], model: Model) -> None:
    from rich.console import Console
    from rich.table import Table

    explanation, record = found["explanations"][0], found["record"]
    effects = explanation.get("effect", {})
    table = Table("feature", "value", "contribution")
    if effects:
        table.add_column("times", justify="right")
    parts = explanation["contributions"].items()
    for name, part in sorted(parts, key=lambda item: -abs(item[1])):
        shown = [f"{effects[name]:.4f}"] if effects else []
        table.add_row(name, record.get(name, "(derived)"), f"{part:+.5f}", *shown)
    console = Console(highlight=False)
    console.print(table)
    target = model.facts["target"]
    console.print(
        f"base {explanation['base']:.5f}, all contributions together "
        f"{explanation['score'] - explanation['base']:+.5f}, score {explanation['score']:.5f}: "
        f"{target['column']} {found['predictions'][0]:,.6g} {target['unit']}"
    )


@app.command()
def validate(file: FileArgument, *, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Check every row of FILE: errors and warnings, by column.

    The exit status is 1 if a row has an error.
    """
    from regression_model.validating import validate_file

    check_input(file, "FILE")
    findings = validate_file(load_model(model), file)
    if as_json:
        typer.echo(json.dumps(findings.to_dict(), indent=1, ensure_ascii=False))
    else:
        _show(findings)
    if findings.errors:
        raise typer.Exit(1)


def _show(findings: Findings) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    groups = findings.groups()
    if groups:
        table = Table("", "column", "what", "rows", "first", "for example")
        for group in groups:
            style = "red" if group.severity == "error" else "yellow"
            cells = (
                group.column or "",
                group.code,
                f"{group.n_rows:,}",
                group.first,
                group.message,
            )
            table.add_row(Text(group.severity, style), *map(Text, cells))
        console.print(table)
    for line in findings.summary.lines()[:1]:
        console.print(line.replace("predicted", "valid"), highlight=False)
    for line in findings.summary.notes():
        say(line)
