"""Commands about the rows of files: ``predict``, ``evaluate``, ``explain`` and ``validate``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input, check_output, writing
from regression_model.cli.notes import say
from regression_model.cli.options import TABLES, ForceOption, JsonOption, ModelOption
from regression_model.cli.terminal import show_json
from regression_model.exceptions import ArtifactError, ForeignTableError
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=f"A table: {TABLES}.")]
IdOption = Annotated[
    str | None,
    typer.Option("--id", metavar="COLUMN", help="Name rows by this column of the file."),
]
IntervalOption = Annotated[
    float | None,
    typer.Option("--interval", metavar="LEVEL", help="Add lower and upper, e.g. of 0.9."),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write here and not to the terminal.")
]
FormulasOption = Annotated[
    bool,
    typer.Option(
        "--escape-formulas",
        help="Put ' before texts that a spreadsheet would run: those that begin with = + - @.",
    ),
]
TruthOption = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The truth; the model's target by default."),
]
JudgedOption = Annotated[
    float, typer.Option("--interval", metavar="LEVEL", help="Coverage of judged intervals.")
]
RowOption = Annotated[int, typer.Option("--row", min=0, help="The row's position, counted from 0.")]


@command(in_projects=True)
def predict(
    file: FileArgument,
    *,
    model: ModelOption = None,
    id_column: IdOption = None,
    interval: IntervalOption = None,
    output: OutputOption = None,
    escape_formulas: FormulasOption = False,
    force: ForceOption = False,
) -> None:
    """Predict every row of FILE: CSV of row, prediction and error, in UTF-8.

    A row that cannot be predicted has no prediction, and in error the reason.
    A summary goes to stderr.
    """
    from regression_model.batch.predicting import predict_file

    check_input(file, "FILE")
    inputs = [file, packaged_artifact() if model is None else model]
    check_output(output, "--output", force=force, inputs=inputs)
    _check_id(id_column, interval)
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
        from regression_model.processing.shown_values import short

        target = short(model.facts["target"]["column"])
        message = (
            f"{problem}; without --model the packaged model was asked, which predicts {target}: "
            "name yours with --model ARTIFACT"
        )
        raise ForeignTableError(message) from problem


def _check_id(id_column: str | None, interval: float | None) -> None:
    """Refuse a column that is called like one of the output as wrong usage."""
    from regression_model.batch.answers import output_columns

    try:
        output_columns(id_column, interval)
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--id") from problem


def _check_level(model: Model, interval: float) -> None:
    """Refuse a level that the artifact has not as wrong usage."""
    try:
        model.intervals.offsets(interval)
    except ArtifactError:  # a ValueError too, but the artifact's fault
        raise
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--interval") from problem


@command(in_projects=True)
def evaluate(
    file: FileArgument,
    *,
    model: ModelOption = None,
    target: TruthOption = None,
    interval: JudgedOption = 0.9,
    as_json: JsonOption = False,
) -> None:
    """Compare predictions with the truth in FILE, beside the figures at training."""
    from regression_model.batch.evaluating import evaluate_file
    from regression_model.cli.file_reports import show_evaluation

    check_input(file, "FILE")
    loaded = load_model(model)
    if "intervals" in loaded.facts:
        _check_level(loaded, min(interval, loaded.intervals.highest_level))
    with _asking(model, loaded):
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
    as_json: JsonOption = False,
) -> None:
    """Say what each feature adds to the prediction of one row of FILE, largest effect first.

    A date is one line; --json has its parts one by one.
    """
    from regression_model.batch.explaining import explain_row
    from regression_model.cli.file_reports import show_explanation

    check_input(file, "FILE")
    loaded = load_model(model)
    with _asking(model, loaded):
        explained = explain_row(loaded, file, row)
    if as_json:
        show_json(explained)
    else:
        show_explanation(explained, loaded)


@command(in_projects=True)
def validate(file: FileArgument, *, model: ModelOption = None, as_json: JsonOption = False) -> None:
    """Check every row of FILE: errors and warnings, by column.

    The exit status is 1 if a row has an error.
    """
    from regression_model.batch.checking import validate_file
    from regression_model.cli.file_reports import show_findings

    check_input(file, "FILE")
    loaded = load_model(model)
    with _asking(model, loaded):
        findings = validate_file(loaded, file)
    if as_json:
        show_json(findings.to_dict())
    else:
        show_findings(findings)
    if findings.errors:
        raise typer.Exit(1)
