"""Commands that hand a model to those who have no Python: ``export-html``.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_output
from regression_model.cli.notes import say
from regression_model.cli.options import ArtifactArgument, ForceOption, TrustedKeyOption
from regression_model.cli.stopping import stopping, untouched
from regression_model.predict import packaged_artifact

_ENDINGS = (".html", ".htm")

PageOption = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write: a page (.html)."),
]


@command(in_projects=True)
def export_html(
    artifact: ArtifactArgument = None,
    *,
    output: PageOption,
    trusted_key: TrustedKeyOption = None,
    force: ForceOption = False,
) -> None:
    """Write a page that predicts by itself: it opens from a disk and asks the network for nothing.

    The model is in it, with a form, tables, intervals and contributions; cells mean what they mean
    everywhere else. When it is opened, it answers the model's conformance vectors, and predicts
    only if all are answered alike.
    """
    from regression_model.artifact.format import read_artifact_bytes
    from regression_model.artifact.trust import trusted_bytes
    from regression_model.processing.output_files import output_file
    from regression_model.reports.offline.page import offline_page
    from regression_model.serving.naming import PACKAGED, name_of_artifact

    if output.suffix.lower() not in _ENDINGS:
        message = f"{output} should end in .html, as it is a page"
        raise typer.BadParameter(message, param_hint="--output")
    path = packaged_artifact() if artifact is None else artifact
    check_output(output, "--output", force=force, inputs=[path], make_folders=True)
    name = PACKAGED if artifact is None else name_of_artifact(path)
    data = trusted_bytes(path, trusted_key)
    text = offline_page(read_artifact_bytes(data, str(path)), name)
    with (
        stopping(untouched(output)),
        output_file(output, inputs=[path], make_folders=True) as file,
    ):
        file.write(text.encode())
    say(f"wrote {output}")
