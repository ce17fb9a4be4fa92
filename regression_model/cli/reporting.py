"""Commands that make pages for people: ``card``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input
from regression_model.cli.notes import say
from regression_model.cli.options import TABLES, ArtifactArgument, ForceOption, TrustedKeyOption
from regression_model.cli.report_files import check_report_output, write_report
from regression_model.predict import load_model, packaged_artifact

CardOption = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where to write: a page (.html), or Markdown (.md) with its pictures in a folder.",
    ),
]
TruthsOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help=f"Rows with their truth, to be shown beside those of training: {TABLES}.",
    ),
]


@command(in_projects=True)
def card(
    artifact: ArtifactArgument = None,
    *,
    output: CardOption,
    data: TruthsOption = None,
    trusted_key: TrustedKeyOption = None,
    force: ForceOption = False,
) -> None:
    """Write the card of a model: what it is for, how good, how sure, and what it goes by.

    It is one HTML file without scripts that asks the network for nothing, or Markdown for a model
    hub or a repository.
    """
    from regression_model.reports.card.report import card as card_of

    check_input(data, "--data")
    inputs = [packaged_artifact() if artifact is None else artifact]
    inputs += [] if data is None else [data]
    check_report_output(output, force=force, inputs=inputs)
    report = card_of(load_model(artifact, trusted_key=trusted_key), data)
    write_report(report, output, force=force, inputs=inputs)
    say(f"wrote {output}")
