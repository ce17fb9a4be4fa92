"""The command ``predict``: files in, a file or a folder of answers out.

What it does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.asked_models import asking, check_level
from regression_model.cli.files import check_output, writing_bytes
from regression_model.cli.notes import say
from regression_model.cli.options import TABLES, ForceOption, ModelOption
from regression_model.cli.stopping import stopping
from regression_model.cli.terminal import tell_error
from regression_model.exceptions import DataError, OutputError, WorkerError
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.artifact.model import Model
    from regression_model.batch.chunk_scoring import ChunkScorer
    from regression_model.batch.inputs import Inputs
    from regression_model.batch.layouts import Layout
    from regression_model.batch.outcomes import Outcome
    from regression_model.batch.running import Run
    from regression_model.batch.summary import Summary
    from regression_model.batch.target import Target

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help=f"Tables: {TABLES}. Also folders of them, patterns in quotes, - for standard input.",
    ),
]
IdOption = Annotated[
    str | None,
    typer.Option("--id", metavar="COLUMN", help="Name rows by this column of the file."),
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="COLUMN", help="Copy this column, too; may be repeated."),
]
IntervalOption = Annotated[
    float | None,
    typer.Option("--interval", metavar="LEVEL", help="Add lower and upper, e.g. of 0.9."),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="OUT",
        help="Write a file, or a folder where it ends in /, of the kind that its name says; "
        "without it, CSV goes to the terminal.",
    ),
]
FormulasOption = Annotated[
    bool,
    typer.Option(
        "--escape-formulas",
        help="Put ' before texts that a spreadsheet would run: those that begin with = + - @.",
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option("--resume", help="Go on with a run into OUT: do only what is missing there."),
]


@command(in_projects=True)
def predict(
    files: FilesArgument,
    *,
    model: ModelOption = None,
    id_column: IdOption = None,
    keep: KeepOption = None,
    interval: IntervalOption = None,
    output: OutputOption = None,
    escape_formulas: FormulasOption = False,
    resume: ResumeOption = False,
    force: ForceOption = False,
) -> None:
    """Predict every row of FILE: its prediction, or the reason why there is none.

    OUT is written in parts, so that a run that was broken off goes on with --resume. A summary goes
    to stderr.
    """
    inputs = _inputs(files)
    layout = _layout(id_column, keep or [], interval, inputs, escape_formulas=escape_formulas)
    artifact = packaged_artifact() if model is None else model
    read = [*(source.path for source in inputs.sources), artifact]
    loaded = load_model(model)
    if interval is not None:
        check_level(loaded, interval)
    wanted = {name: "--keep" for name in layout.keep}
