"""Commands about the rows of a file: ``evaluate``, ``explain`` and ``validate``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.asked_models import asking, check_level
from regression_model.cli.files import check_input
from regression_model.cli.options import TABLES, JsonOption, ModelOption, TrustedKeyOption
from regression_model.cli.terminal import show_json
from regression_model.predict import load_model

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=f"A table: {TABLES}.")]
TruthOption = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The truth; the model's target by default."),
]
JudgedOption = Annotated[
    float, typer.Option("--interval", metavar="LEVEL", help="Coverage of judged intervals.")
]
RowOption = Annotated[int, typer.Option("--row", min=0, help="The row's position, counted from 0.")]


@command(in_projects=True)
def evaluate(
    file: FileArgument,
    *,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    target: TruthOption = None,
    interval: JudgedOption = 0.9,
    as_json: JsonOption = False,
) -> None:
    """Compare predictions with the truth in FILE, beside the figures at training."""
    from regression_model.batch.evaluating import evaluate_file
    from regression_model.cli.file_reports import show_evaluation

    check_input(file, "FILE")
    loaded = load_model(model, trusted_key=trusted_key)
    if "intervals" in loaded.facts:
        check_level(loaded, min(interval, loaded.intervals.highest_level))
    with asking(model, loaded):
        evaluation = evaluate_file(loaded, file, target=target, interval=interval)
    if as_json:
        show_json(evaluation.to_dict())
    else:
        show_evaluation(evaluation, loaded)


@command(in_projects=True)
def explain(
    file: FileArgument,
    *,
    row: RowOption,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what each feature adds to the prediction of one row of FILE, largest effect first.

    A date is one line; --json has its parts one by one.
    """
    from regression_model.batch.explaining import explain_row
    from regression_model.cli.file_reports import show_explanation

    check_input(file, "FILE")
    loaded = load_model(model, trusted_key=trusted_key)
    with asking(model, loaded):
        explained = explain_row(loaded, file, row)
    if as_json:
        show_json(explained)
    else:
        show_explanation(explained, loaded)


@command(in_projects=True)
def validate(
    file: FileArgument,
    *,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check every row of FILE: errors and warnings, by column.

    The exit status is 1 if a row has an error.
    """
    from regression_model.batch.checking import validate_file
    from regression_model.cli.file_reports import show_findings

    check_input(file, "FILE")
    loaded = load_model(model, trusted_key=trusted_key)
    with asking(model, loaded):
        findings = validate_file(loaded, file)
    if as_json:
        show_json(findings.to_dict())
    else:
        show_findings(findings)
    if findings.errors:
        raise typer.Exit(1)
