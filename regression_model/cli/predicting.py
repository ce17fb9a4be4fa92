"""The command ``predict``: files in, a file or a folder of answers out.

What it does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.asked_models import check_level
from regression_model.cli.files import check_output, writing_bytes
from regression_model.cli.many_inputs import found_inputs, tell_problems
from regression_model.cli.notes import is_quiet, say
from regression_model.cli.options import MANY_TABLES, ForceOption, ModelOption, TrustedKeyOption
from regression_model.cli.profile_output import ProfileOutput, check_profile
from regression_model.cli.stopping import stopping
from regression_model.cli.terminal import bar_of_words, tell
from regression_model.exceptions import OutputError, WorkerError
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.artifact.model import Model
    from regression_model.batch.chunk_scoring import ChunkScorer
    from regression_model.batch.inputs import Inputs
    from regression_model.batch.layouts import Layout
    from regression_model.batch.outcomes import Outcome
    from regression_model.batch.progress import Pace
    from regression_model.batch.sinks.base import Sink
    from regression_model.batch.summary import Summary
    from regression_model.batch.target import Target

FilesArgument = Annotated[list[str], typer.Argument(metavar="FILE", help=f"Tables: {MANY_TABLES}.")]
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
RejectsOption = Annotated[
    Path | None,
    typer.Option(
        "--rejects",
        metavar="FILE",
        help="Write a line for each error: source, row, column, code, value and message.",
    ),
]
ShareOption = Annotated[
    float | None,
    typer.Option(
        "--max-error-share",
        metavar="SHARE",
        min=0,
        max=1,
        help="End with status 1, after all is written, where a larger share of rows has failed.",
    ),
]
ResumeOption = Annotated[
    bool,
    typer.Option("--resume", help="Go on with a run into OUT: do only what is missing there."),
]
ProfileOption = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="COUNTS.json",
        help="Count the rows as well, into a file that drift and monitor take in place of them.",
    ),
]
_STDOUT = ("-", "/dev/stdout", "/dev/fd/1")
"""Names of stdout, of which the first is one to commands alone."""


@command(in_projects=True)
def predict(
    files: FilesArgument,
    *,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    id_column: IdOption = None,
    keep: KeepOption = None,
    interval: IntervalOption = None,
    output: OutputOption = None,
    rejects: RejectsOption = None,
    profile: ProfileOption = None,
    max_error_share: ShareOption = None,
    escape_formulas: FormulasOption = False,
    resume: ResumeOption = False,
    force: ForceOption = False,
) -> None:
    """Predict every row of FILE: its prediction, or the reason why there is none.

    OUT is written in parts, so that a run that was broken off goes on with --resume.
    A summary goes to stderr.
    """
    # Arrow's own allocator keeps what was freed, tens of megabytes in each process
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    output, rejects = _without_dashes(output, rejects)
    inputs = found_inputs(files)
    layout = _layout(id_column, keep or [], interval, inputs, escape_formulas=escape_formulas)
    artifact = packaged_artifact() if model is None else model
    places = _Places(output, rejects, profile, inputs, artifact)
    target = places.target(layout)
    if resume and target is None:
        message = "only what is written into a file or a folder can be gone on with; name it by -o"
        raise typer.BadParameter(message, param_hint="--resume")
    places.check_profile()
    loaded = load_model(model, trusted_key=trusted_key)
    if interval is not None:
        check_level(loaded, interval)
    counted = None if profile is None else ProfileOutput(profile, places.read, loaded)
    work = _Work(places, loaded, layout, counted, is_named=model is not None)
    if target is None:
        outcome = work.stream(force=force)
    else:
        outcome = work.run(target, resume=resume, force=force)
    work.tell(outcome, target)
    _judge(outcome.summary, max_error_share)


def _without_dashes(output: str | None, rejects: Path | None) -> tuple[str | None, Path | None]:
    """Return what is written to, where ``-`` is stdout; that both are is wrong usage."""
    if rejects is not None and str(rejects) in _STDOUT:
        if output is None or output in _STDOUT:
            message = "answers go to stdout, too; name a file for one of them"
            raise typer.BadParameter(message, param_hint="--rejects")
        rejects = Path(_STDOUT[1])
    return None if output == _STDOUT[0] else output, rejects


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


@dataclass
class _Places:
    """What is read and written."""

    output: str | None
    rejects: Path | None
    profile: Path | None
    inputs: Inputs
    artifact: Path

    @property
    def read(self) -> list[Path]:
        """All that is read and on this machine."""
        from regression_model.batch.sources import paths_of

        return [*paths_of(source.path for source in self.inputs.sources), self.artifact]

    def target(self, layout: Layout) -> Target | None:
        """Return where parts are written, or None where answers go into what is open.

        A place that cannot be written to is wrong usage.
        """
        from regression_model.batch.target import target_of
        from regression_model.processing.output_files import is_stream
        from regression_model.processing.remote_files import is_remote

        if self.output is None:
            return None
        if not is_remote(self.output) and is_stream(Path(self.output)):
            return None
        try:
            target = target_of(self.output, layout, self.rejects)
            target.check_place(self.inputs, [self.artifact])
        except OutputError as problem:
            raise typer.BadParameter(str(problem), param_hint="--output") from problem
        return target

    def check_profile(self) -> None:
        """Refuse a file of counts that cannot be written as wrong usage."""
        if self.profile is not None:
            outputs = [_place(str(it)) for it in (self.output, self.rejects) if it is not None]
            check_profile(self.profile, inputs=self.read, outputs=outputs)

    def check_rejects(self, *, force: bool) -> None:
        """Refuse a file of rejects that cannot be written, or may not be, as wrong usage."""
        from regression_model.batch.local_places import LocalFile
        from regression_model.batch.target import check_outside

        if self.rejects is None:
            return
        check_output(self.rejects, "--rejects", force=force, inputs=self.read)
        try:
            check_outside(LocalFile(self.rejects), self.inputs)
        except OutputError as problem:
            raise typer.BadParameter(str(problem), param_hint="--rejects") from problem


@dataclass
class _Work:
    """What is answered, by which model, and how the answers look."""

    places: _Places
    model: Model
    layout: Layout
    profile: ProfileOutput | None
    is_named: bool

    def _scorer(self, sink: Sink) -> ChunkScorer:
        from regression_model.batch.chunk_scoring import ChunkScorer
        from regression_model.batch.rejects import Rejects

        path, escape = self.places.rejects, self.layout.escape_formulas
        try:
            rejects = None if path is None else Rejects(path, escape_formulas=escape)
        except OutputError as problem:
            raise typer.BadParameter(str(problem), param_hint="--rejects") from problem
        counting = None if self.profile is None else self.profile.counting
        return ChunkScorer(self.model, sink, rejects, counting)

    @property
    def _wanted(self) -> dict[str, str]:
        wanted = dict.fromkeys(self.layout.keep, "--keep")
        if self.layout.id_column is not None:
            wanted[self.layout.id_column] = "--id"
        return wanted

    def stream(self, *, force: bool) -> Outcome:
        """Write the answers into what is open: stdout, a device or a pipe."""
        from regression_model.batch.predicting import predict_into
        from regression_model.batch.sinks.base import TextSink
        from regression_model.batch.sinks.registry import sink_for
        from regression_model.processing.output_files import output_file

        places = self.places
        output = None if places.output is None else Path(places.output)
        places.check_rejects(force=force)
        if self.profile is not None:
            self.profile.check_free(force=force)
        sink = sink_for(output or Path(), self.layout)
        with ExitStack() as opened:
            is_text = isinstance(sink, TextSink)
            out = opened.enter_context(writing_bytes(output, is_text=is_text, inputs=places.read))
            rejects = None
            if places.rejects is not None:
                rejects = opened.enter_context(output_file(places.rejects, inputs=places.read))
            scorer = self._scorer(sink)
            outcome = predict_into(out, scorer, places.inputs, self._wanted, rejects=rejects)
        if self.profile is not None:
            self.profile.write(outcome)
        return outcome

    def run(self, target: Target, *, resume: bool, force: bool) -> Outcome:
        """Write the answers in parts, or leave them as they are where all are there."""
        from regression_model.batch.progress import Pace
        from regression_model.batch.running import Run
        from regression_model.batch.target import OccupiedOutputError

        scorer, inputs = self._scorer(target.sink), self.places.inputs
        run = Run(scorer, inputs, target, self._wanted, resume=resume)
        before = None if force else run.finished()
        if before is not None:
            if self.profile is not None:
                self.profile.complete(before)
            say(f"{target} is complete already, and left as it is")
            return before
        if not force:
            try:
                target.check_free(resume=resume)
            except OccupiedOutputError as problem:
                raise typer.BadParameter(str(problem), param_hint="--output") from problem
        if self.profile is not None:
            self.profile.check_free(resume=resume, force=force)
        pace = Pace()
        with stopping(lambda: _so_far(run.outcome, target)):
            try:
                with bar_of_words(hidden=is_quiet()) as told:
                    run.run(partial(_tell_pace, pace, told))
            except (OutputError, WorkerError):
                tell(_so_far(run.outcome, target))
                raise
        speed = pace.summary()
        if speed is not None:
            say(speed)
        if self.profile is not None:
            self.profile.write(run.outcome)
        return run.outcome

    def tell(self, outcome: Outcome, target: Target | None) -> None:
        """Say what has happened; what is wrong with files makes the command fail."""
        problems = outcome.problems
        if outcome.summary.n_rows or not problems:
            for line in outcome.lines():
                say(line)
        tell_problems(problems, None if self.is_named else self.model)
        if problems and target is not None and outcome.n_parts:
            tell(f"{_so_far(outcome, target)}, after what is wrong is mended or left out")
        if problems:
            raise typer.Exit(1)


def _place(output: str) -> str:
    """Return where a file is, without links, that a path or a URL names."""
    from regression_model.batch.sources import place_of
    from regression_model.processing.remote_files import is_remote, remote_file

    return place_of(remote_file(output) if is_remote(output) else Path(output))


def _tell_pace(
    pace: Pace, told: Callable[[float, str], None], n_rows: int, n_bytes: int, of_bytes: int
) -> None:
    pace.tell(n_rows, n_bytes, of_bytes)
    told(pace.share, pace.words())


def _so_far(outcome: Outcome, target: Target) -> str:
    """Say what is complete of a run that is not."""
    if not outcome.n_parts:
        return f"nothing was written to {target}"
    parts = "1 part" if outcome.n_parts == 1 else f"{outcome.n_parts:,} parts"
    n_rows = outcome.summary.n_rows
    return f"{target} is not finished: {parts} with {n_rows:,} rows so far; --resume goes on"


def _judge(summary: Summary, max_share: float | None) -> None:
    """Fail where a larger share of rows has no prediction than is allowed."""
    if max_share is None or summary.n_failed <= max_share * summary.n_rows:
        return
    tell(
        f"error: {summary.n_failed:,} of {summary.n_rows:,} rows have no prediction, more than the "
        f"share of {max_share:g} that --max-error-share allows"
    )
    raise typer.Exit(1)
