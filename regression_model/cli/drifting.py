"""The command ``drift``: today's rows beside those of training, and what the difference costs.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from regression_model.cli.app import command
from regression_model.cli.asked_models import asking
from regression_model.cli.files import check_input
from regression_model.cli.notes import say
from regression_model.cli.options import (
    TABLES,
    ForceOption,
    JsonOption,
    ModelOption,
    TrustedKeyOption,
)
from regression_model.cli.report_files import check_report_output, write_report
from regression_model.cli.terminal import show_json
from regression_model.predict import load_model, packaged_artifact

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=f"A table: {TABLES}.")]
PageOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PAGE",
        help="Also write it as a page (.html), or as Markdown (.md) with its pictures in a folder.",
    ),
]
FailOption = Annotated[
    Literal["none", "drift", "loss"],
    typer.Option(
        "--fail-on",
        help="What the exit status tells: nothing; drift, or that errors will be larger; the "
        "latter alone.",
    ),
]


@command(in_projects=True)
def drift(
    file: FileArgument,
    *,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    output: PageOption = None,
    as_json: JsonOption = False,
    fail_on: FailOption = "drift",
    force: ForceOption = False,
) -> None:
    """Compare the rows of FILE with those of training: what has shifted, and what that costs.

    The training table is not needed, nor any truth. The exit status is 0 if there is nothing, 3 if
    a shift is proven and large, 4 if larger errors are to be expected, 5 if rows are too few to
    tell.
    """
    from regression_model.cli.drift_report import show_drift
    from regression_model.reports.drift.drift import drift_of_file

    check_input(file, "FILE")
    inputs = [packaged_artifact() if model is None else model, file]
    if output is not None:
        check_report_output(output, force=force, inputs=inputs)
    loaded = load_model(model, trusted_key=trusted_key)
    with asking(model, loaded):
        found = drift_of_file(loaded, file)
    if output is not None:
        from regression_model.reports.drift.page import drift_report

        report = drift_report(found, loaded, file.name)
        write_report(report, output, force=force, inputs=inputs)
        say(f"wrote {output}")
    if as_json:
        show_json(found.to_dict())
    else:
        show_drift(found, loaded)
    raise typer.Exit(found.status(fail_on))
