"""Commands that make pages for people: ``card``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input, check_output
from regression_model.cli.notes import say
from regression_model.cli.options import TABLES, ArtifactArgument, ForceOption
from regression_model.cli.stopping import stopping, untouched
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
    force: ForceOption = False,
) -> None:
    """Write the card of a model: what it is for, how good, how sure, and what it goes by.

    It is one HTML file without scripts that asks the network for nothing, or Markdown for a model
    hub or a repository.
    """
    from regression_model.reports.card.files import HTML, MARKDOWN, report_files, write_files
    from regression_model.reports.card.report import card as card_of

    if output.suffix.lower() not in HTML + MARKDOWN:
        message = f"{output} should end in .html or .md, which says what is written"
        raise typer.BadParameter(message, param_hint="--output")
    check_input(data, "--data")
    inputs = [packaged_artifact() if artifact is None else artifact]
    inputs += [] if data is None else [data]
    check_output(output, "--output", force=force, inputs=inputs)
    model = load_model(artifact)
    texts = report_files(card_of(model, data), output)
    for place in texts:
        check_output(place, "--output", force=force, inputs=inputs, make_folders=True)
    with stopping(untouched(output)):
        write_files(texts, inputs=inputs)
    say(f"wrote {output}")
