"""The command that holds two models against each other: ``diff``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input
from regression_model.cli.notes import say
from regression_model.cli.options import TABLES, ForceOption, JsonOption
from regression_model.cli.report_files import check_report_output, write_report
from regression_model.cli.terminal import show, show_json
from regression_model.predict import load_model

if TYPE_CHECKING:
    from regression_model.reports.comparison.comparing import Comparison
    from regression_model.reports.comparison.versions import Check

OldArgument = Annotated[Path, typer.Argument(metavar="OLD", help="The artifact in use.")]
NewArgument = Annotated[Path, typer.Argument(metavar="NEW", help="The one that is to follow.")]
RowsOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help=f"Rows to compare predictions on, with or without their truth: {TABLES}.",
    ),
]
CheckOption = Annotated[
    str | None,
    typer.Option(
        "--check",
        metavar="VERSION",
        help="End with status 1 if this number promises less change than there is.",
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Also write a page (.html), or Markdown (.md) with its pictures in a folder.",
    ),
]


@command(in_projects=False)
def diff(
    old: OldArgument,
    new: NewArgument,
    *,
    data: RowsOption = None,
    check: CheckOption = None,
    output: ReportOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what changes for callers from OLD to NEW, and whether that is major, minor or a patch.

    Inputs are compared by giving the same cells to both: at and around all limits, all levels,
    other kinds, missing. Predictions are compared on FILE, or on rows like those of training.
    """
    from regression_model.cli.comparison_report import show_comparison
    from regression_model.reports.comparison.comparing import compare
    from regression_model.reports.comparison.plain import to_dict

    inputs = [old, new] if data is None else [old, new, data]
    for path, hint in zip(inputs, ("OLD", "NEW", "--data"), strict=False):
        check_input(path, hint)
    _check_read_again(data)
    if check is not None:
        _check_number(check)
    if output is not None:
        check_report_output(output, force=force, inputs=inputs)
    comparison = compare(load_model(old), load_model(new), data)
    checked = None if check is None else _checked(comparison, check)
    if output is not None:
        from regression_model.reports.comparison.report import report_of

        write_report(report_of(comparison), output, force=force, inputs=inputs)
    if as_json:
        show_json(to_dict(comparison, checked))
    else:
        show_comparison(comparison)
        if checked is not None:
            show(checked.text)
    if output is not None:
        say(f"wrote {output}")
    if checked is not None and not checked.holds:
        raise typer.Exit(1)


def _check_read_again(data: Path | None) -> None:
    """Refuse a pipe as wrong usage: each model reads the rows for itself."""
    if data is not None and not data.is_file():
        message = f"{data} is no file; its rows are read more than once"
        raise typer.BadParameter(message, param_hint="--data")


def _check_number(number: str) -> None:
    """Refuse what is no version as wrong usage."""
    from regression_model.reports.comparison.versions import Version

    try:
        Version.of(number)
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--check") from problem


def _checked(comparison: Comparison, number: str) -> Check:
    from regression_model.reports.comparison.versions import check_version

    return check_version(number, comparison.old.version, comparison.change)
