"""Commands that score files: ``predict`` and ``validate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from regression_model.predict import load_model

if TYPE_CHECKING:
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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here and not to the terminal.")
    ] = None,
    force: ForceOption = False,
) -> None:
    """Predict every row of FILE: CSV of row, prediction and error.

    A row that cannot be predicted has an empty prediction and the reason in error. A summary goes
    to stderr.
    """
    from regression_model.scoring import score_file

    check_input(file, "FILE")
    check_output(output, "--output", force=force)
    with writing(output) as out:
        summary = score_file(load_model(model), file, out, id_column=id_column)
    for line in summary.lines():
        say(line)


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
