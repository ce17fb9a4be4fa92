"""The command ``drift``: today's rows beside those of training, and what the difference costs.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from regression_model.cli.app import command
from regression_model.cli.many_inputs import found_inputs, tell_problems
from regression_model.cli.notes import say
from regression_model.cli.options import (
    MANY_TABLES,
    ForceOption,
    JsonOption,
    ModelOption,
    PageOption,
    TrustedKeyOption,
)
from regression_model.cli.report_files import check_report_output, write_report
from regression_model.cli.terminal import show_json
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.batch.inputs import Inputs
    from regression_model.reports.blocks import Report
    from regression_model.reports.drift.drift import Drift

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        help=f"Tables: {MANY_TABLES}. Or counts (.json), which predict --profile has written.",
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
    files: FilesArgument,
    *,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    output: PageOption = None,
    as_json: JsonOption = False,
    fail_on: FailOption = "drift",
    force: ForceOption = False,
) -> None:
    """Compare the rows of FILE with those of training: what has shifted, and what that costs.

    Several are compared as one table. The training table is not needed, nor any truth. The exit
    status is 0 if there is nothing, 3 if a shift is proven and large, 4 if larger errors are to be
    expected, 5 if rows are too few to tell.
    """
    # Arrow's own allocator keeps what was freed, tens of megabytes in each process
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    from regression_model.batch.counting_files import count_files
    from regression_model.batch.sources import paths_of
    from regression_model.cli.drift_report import show_drift
    from regression_model.reports.drift.drift import drift_of_counts

    inputs = found_inputs(files)
    read = [packaged_artifact() if model is None else model]
    read += paths_of(source.path for source in inputs.sources)
    if output is not None:
        check_report_output(output, force=force, inputs=read)
    loaded = load_model(model, trusted_key=trusted_key)
    counted, outcome = count_files(loaded, inputs)
    if counted.summary.n_rows or not outcome.problems:
        summary = replace(counted.summary, unused=outcome.unused, absent=outcome.absent)
        found = drift_of_counts(loaded, counted.counts, summary)
        if output is not None:
            report = _report(found, loaded, inputs, len(outcome.problems))
            write_report(report, output, force=force, inputs=read)
            say(f"wrote {output}")
        if as_json:
            show_json(found.to_dict())
        else:
            show_drift(found, loaded, outcome.lines())
    tell_problems(outcome.problems, None if model is not None else loaded)
    raise typer.Exit(1 if outcome.problems else found.status(fail_on))


def _report(found: Drift, model: Model, inputs: Inputs, n_unread: int) -> Report:
    """Return the page of files, of which some could not be read."""
    from regression_model.reports.drift.page import drift_report

    n_others = len(inputs.sources) - 1
    more = f" and {n_others:,} more" if n_others else ""
    unread = f", {n_unread:,} of them not read" if n_unread else ""
    return drift_report(found, model, f"{inputs.sources[0].path.name}{more}{unread}")
