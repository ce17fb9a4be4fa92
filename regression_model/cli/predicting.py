"""The command ``predict``: files in, a file or a folder of answers out.

What it does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.asked_models import check_level, with_model
from regression_model.cli.files import writing_bytes
from regression_model.cli.notes import say
from regression_model.cli.options import TABLES, ForceOption, ModelOption
from regression_model.cli.stopping import stopping
from regression_model.cli.terminal import tell, tell_error
from regression_model.exceptions import ForeignTableError, OutputError, WorkerError
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.batch.inputs import Inputs
    from regression_model.batch.layouts import Layout
    from regression_model.batch.outcomes import Outcome
    from regression_model.batch.sinks.base import Sink
    from regression_model.batch.target import Target

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
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
    inputs = _found(files)
    layout = _layout(id_column, keep or [], interval, inputs, escape_formulas=escape_formulas)
    artifact = packaged_artifact() if model is None else model
    read = [*(source.path for source in inputs.sources), artifact]
    to = None if output is None else _target(output, layout, inputs, artifact)
    if resume and to is None:
        message = "only what is written to a file or a folder can be gone on with; name it with -o"
        raise typer.BadParameter(message, param_hint="--resume")
    loaded = load_model(model)
    if interval is not None:
        check_level(loaded, interval)
    for note in inputs.notes:
        say(f"note: {note}")
    work = _Work(inputs, loaded, model, layout)
    if to is None:
        work.stream(output, read)
    else:
        work.run(to, resume=resume, force=force)


def _found(files: list[str]) -> Inputs:
    """Find the files that are meant; what means none is wrong usage."""
    from regression_model.batch.inputs import NoInputError, find_inputs

    try:
        return find_inputs(files)
    except NoInputError as problem:
        raise typer.BadParameter(str(problem), param_hint="FILE") from problem


def _layout(
    id_column: str | None,
    keep: list[str],
    interval: float | None,
    inputs: Inputs,
    *,
    escape_formulas: bool,
) -> Layout:
    """Return the columns of the answers; that two of them are called the same is wrong usage."""
    from regression_model.batch.layouts import Layout
    from regression_model.processing.blanks import clean_name

    try:
        return Layout(
            None if id_column is None else clean_name(id_column),
            tuple(map(clean_name, keep)),
            interval,
            has_source=inputs.are_many,
            escape_formulas=escape_formulas,
        )
    except ValueError as problem:
        hint = "--keep" if keep else "--id"
        raise typer.BadParameter(str(problem), param_hint=hint) from problem


def _target(output: str, layout: Layout, inputs: Inputs, artifact: Path) -> _To | None:
    """Return where answers go in parts, or None where they go into a device or a pipe."""
    from regression_model.batch.target import target_of
    from regression_model.processing.output_files import is_stream

    if is_stream(Path(output)):
        return None
    target, sink = target_of(output, layout)
    try:
        target.check_place(inputs, [artifact])
    except OutputError as problem:
        raise typer.BadParameter(str(problem), param_hint="--output") from problem
    return _To(target, sink)


@dataclass
class _To:
    target: Target
    sink: Sink


@dataclass
class _Work:
    """What is to be answered, by which model, and how the answers look."""

    inputs: Inputs
    model: Model
    wanted_model: Path | None
    layout: Layout

    @property
    def _wanted(self) -> dict[str, str]:
        wanted = dict.fromkeys(self.layout.keep, "--keep")
        if self.layout.id_column is not None:
            wanted[self.layout.id_column] = "--id"
        return wanted

    def stream(self, output: str | None, read: list[Path]) -> None:
        """Write the answers into what is open, or into a device or a pipe."""
        from regression_model.batch.chunk_scoring import ChunkScorer
        from regression_model.batch.predicting import predict_into
        from regression_model.batch.sinks.base import TextSink
        from regression_model.batch.sinks.registry import sink_for

        place = None if output is None else Path(output)
        sink = sink_for(place or Path(), self.layout)
        scorer = ChunkScorer(self.model, sink)
        with writing_bytes(place, is_text=isinstance(sink, TextSink), inputs=read) as out:
            outcome = predict_into(out, scorer, self.inputs.sources, self._wanted)
        self._tell(outcome)

    def run(self, to: _To, *, resume: bool, force: bool) -> None:
        """Write the answers in parts."""
        from regression_model.batch.chunk_scoring import ChunkScorer
        from regression_model.batch.running import Run
        from regression_model.batch.target import OccupiedOutputError

        scorer = ChunkScorer(self.model, to.sink)
        run = Run(scorer, self.inputs.sources, to.target, self._wanted, resume=resume)
        summary = None if force else run.finished()
        if summary is not None:
            say(f"{to.target} is complete already, and left as it is")
            for line in summary.lines():
                say(line)
            return
        if not force:
            try:
                to.target.check_free(resume=resume)
            except OccupiedOutputError as problem:
                raise typer.BadParameter(str(problem), param_hint="--output") from problem
        with stopping(lambda: _kept(run.outcome, to.target)):
            try:
                outcome = run.run(lambda *_: None)
            except (OutputError, WorkerError):
                tell(_kept(run.outcome, to.target))
                raise
        self._tell(outcome, to.target)

    def _tell(self, outcome: Outcome, target: Target | None = None) -> None:
        """Say what has happened; what is wrong with files makes it fail."""
        problems = [*self.inputs.problems, *outcome.problems]
        are_all = len(problems) == len(self.inputs.sources)
        if not are_all:
            for line in outcome.lines():
                say(line)
        if target is not None and problems and not are_all:
            say(_kept(outcome, target))
        for problem in problems:
            if isinstance(problem, ForeignTableError) and self.wanted_model is None:
                problem = with_model(problem, self.model)
            tell_error(problem)
        if problems:
            raise typer.Exit(1)


def _kept(outcome: Outcome, target: Target) -> str:
    """Say what is complete of a run that is not."""
    n_rows, n_parts = outcome.summary.n_rows, outcome.n_parts
    if not n_parts:
        return f"nothing was written to {target}"
    parts = "1 part" if n_parts == 1 else f"{n_parts:,} parts"
    return f"{target} is not finished: {parts} with {n_rows:,} rows so far; go on with --resume"
