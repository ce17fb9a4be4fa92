"""The files of a report that a command writes: checked before any work, and written whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from regression_model.cli.files import check_output
from regression_model.cli.stopping import stopping, untouched

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.reports.blocks import Report

_HINT = "--output"


def check_report_output(output: Path, *, force: bool, inputs: list[Path]) -> None:
    """Refuse what is no name of a report, and what `check_output` refuses, as wrong usage."""
    from regression_model.reports.files import HTML, MARKDOWN

    if output.suffix.lower() not in HTML + MARKDOWN:
        message = f"{output} should end in .html or .md, which says what is written"
        raise typer.BadParameter(message, param_hint=_HINT)
    check_output(output, _HINT, force=force, inputs=inputs)


def write_report(report: Report, output: Path, *, force: bool, inputs: list[Path]) -> None:
    """Write a report, once all of its files may be written."""
    from regression_model.reports.files import report_files, write_files

    texts = report_files(report, output)
    for place in texts:
        check_output(place, _HINT, force=force, inputs=inputs, make_folders=True)
    with stopping(untouched(output)):
        write_files(texts, inputs=inputs)
