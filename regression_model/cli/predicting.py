"""Commands about the rows of files: ``predict``, ``evaluate``, ``explain`` and ``validate``."""

from __future__ import annotations

from contextlib import contextmanager
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
from regression_model.cli.terminal import show, show_json, show_table
from regression_model.exceptions import ArtifactError, ForeignTableError
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.batch.checking import Findings
    from regression_model.batch.evaluating import FileEvaluation

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
    escape_formulas: Annotated[
        bool,
        typer.Option(
            "--escape-formulas",
            help="Put ' before texts that a spreadsheet would run: those that begin with = + - @.",
        ),
    ] = False,
    force: ForceOption = False,
) -> None:
    """Predict every row of FILE: CSV of row, prediction and error, in UTF-8.

    A row that cannot be predicted has no prediction, and in error the reason.
    A summary goes to stderr.
    """
    from regression_model.batch.answers import output_columns
    from regression_model.batch.predicting import predict_file

    check_input(file, "FILE")
    inputs = [file, packaged_artifact() if model is None else model]
    check_output(output, "--output", force=force, inputs=inputs)
    try:
        output_columns(id_column, interval)
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--id") from problem
    loaded = load_model(model)
    if interval is not None:
        _check_level(loaded, interval)
    with _asking(model, loaded), writing(output, inputs=inputs) as out:
        summary = predict_file(
            loaded,
            file,
            out,
            id_column=id_column,
            interval=interval,
            escape_formulas=escape_formulas,
        )
    for line in summary.lines():
        say(line)


@contextmanager
def _asking(wanted: Path | None, model: Model) -> Iterator[None]:
    """Say which model was asked, where a file has not its columns and nobody has named one."""
    try:
        yield
    except ForeignTableError as problem:
        if wanted is not None:
            raise
        from regression_model.processing.words import short

        target = short(model.facts["target"]["column"])
        message = (
            f"{problem}; without --model the packaged model was asked, which predicts {target}: "
            "name yours with --model ARTIFACT"
        )
        raise ForeignTableError(message) from problem


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
    from regression_model.batch.evaluating import evaluate_file

    check_input(file, "FILE")
    loaded = load_model(model)
    if "intervals" in loaded.facts:
        _check_level(loaded, min(interval, loaded.intervals.highest_level))
    with _asking(model, loaded):
        found = evaluate_file(loaded, file, target=target, interval=interval)
    if as_json:
        show_json(found.to_dict())
        return
    _show_evaluation(found, loaded)


def _show_evaluation(found: FileEvaluation, model: Model) -> None:
    from regression_model.processing.words import short

    known = model.facts["metrics"]
    at_training = known["cross_validated_pooled"]
    figures = [
        (name, f"{value:,.6g}", f"{at_training.get(name, float('nan')):,.6g}")
        for name, value in found.metrics.to_dict().items()
    ]
    if found.level is not None and found.coverage is not None:
        trained = known["intervals"]
        before = f"{trained['scaled']['coverage']:.1%} of {trained['level']:.0%}"
        figures.append(("coverage", f"{found.coverage:.1%} of {found.level:.0%}", before))
        unit = short(model.facts["target"].get("unit", "units"))
        figures.append((f"mean width ({unit})", f"{found.mean_width:,.6g}", ""))
    show_table(("", "this file", "cross-validated at training"), figures)
    parts = []
    for part in found.fifths:
        coverage = "" if part.coverage is None else f"{part.coverage:.1%}"
        span = f"{part.lowest:,.6g} to {part.highest:,.6g}"
        figures_of_part = f"{part.n_rows:,}", f"{part.rmse:,.6g}", f"{part.bias:+,.6g}"
        parts.append((span, *figures_of_part, coverage))
    headers = "predicted", "rows", "rmse", "mean error", "coverage"
    show_table(headers, parts, title="By fifths")
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
    """Say what each feature adds to the prediction of one row of FILE, largest effect first.

    A date is one line; --json has its parts one by one.
    """
    from regression_model.batch.explaining import explain_row

    check_input(file, "FILE")
    loaded = load_model(model)
    with _asking(model, loaded):
        found = explain_row(loaded, file, row)
    if as_json:
        show_json(found)
    else:
        _show_explanation(found, loaded)


def _show_explanation(found: dict[str, Any], model: Model) -> None:
    from regression_model.batch.explaining import by_column
    from regression_model.processing.words import short

    explanation = by_column(found["explanations"][0], model)
    record, effects = found["record"], explanation.get("effect", {})
    rows = []
    for name, part in sorted(explanation["contributions"].items(), key=lambda item: -abs(item[1])):
        times = [f"{effects[name]:.4f}"] if effects else []
        value = short(record.get(name, "(derived)"))
        rows.append((short(name), value, f"{part:+.5f}", *times))
    headers = ("feature", "value", "contribution", *["times"] * bool(effects))
    show_table(headers, rows, right=("times",))
    target = model.facts["target"]
    show(
        f"base {explanation['base']:.5f}, all contributions together "
        f"{explanation['score'] - explanation['base']:+.5f}, score {explanation['score']:.5f}: "
        f"{short(target['column'])} {found['predictions'][0]:,.6g} {short(target['unit'])}"
    )


@app.command()
def validate(file: FileArgument, *, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Check every row of FILE: errors and warnings, by column.

    The exit status is 1 if a row has an error.
    """
    from regression_model.batch.checking import validate_file

    check_input(file, "FILE")
    loaded = load_model(model)
    with _asking(model, loaded):
        findings = validate_file(loaded, file)
    if as_json:
        show_json(findings.to_dict())
    else:
        _show(findings)
    if findings.errors:
        raise typer.Exit(1)


def _show(findings: Findings) -> None:
    from regression_model.processing.words import short

    groups = findings.groups()
    if groups:
        show_table(
            ("", "column", "what", "rows", "first", "for example"),
            [
                (g.severity, short(g.column or ""), g.code, f"{g.n_rows:,}", g.first, g.message)
                for g in groups
            ],
            colours={"error": "red", "warning": "yellow"},
        )
    for line in findings.summary.lines()[:1]:
        show(line.replace("predicted", "valid"))
    for line in findings.summary.notes():
        say(line)
