"""The command ``monitor``: whether a model keeps its promises, as truths come in late.

What a command does is imported when it runs: ``--help`` loads no NumPy.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from regression_model.cli.app import command
from regression_model.cli.asked_models import check_level
from regression_model.cli.files import check_input, check_output
from regression_model.cli.notes import say
from regression_model.cli.options import (
    ForceOption,
    JsonOption,
    ModelOption,
    PageOption,
    TrustedKeyOption,
)
from regression_model.cli.report_files import check_report_output, write_report
from regression_model.cli.stopping import stopping, untouched
from regression_model.cli.terminal import show_json
from regression_model.predict import load_model, packaged_artifact

if TYPE_CHECKING:
    from regression_model.artifact.model import Model
    from regression_model.reports.monitor.monitor import Monitor

StateOption = Annotated[
    Path,
    typer.Option("--state", metavar="STATE", help="What is remembered; begun where it is not."),
]
PredictionsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--predictions",
        metavar="FILE",
        help="What predict --id --interval has written today; may be repeated.",
    ),
]
TruthOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--truth", metavar="FILE", help="Truths that have come, beside ids; may be repeated."
    ),
]
CountsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--profile",
        metavar="COUNTS",
        help="What predict --profile has counted, to be looked at for drift; may be repeated.",
    ),
]
MergeOption = Annotated[
    list[Path] | None,
    typer.Option("--merge", metavar="STATE", help="Another state to take over; may be repeated."),
]
IdOption = Annotated[
    str | None, typer.Option("--id", metavar="COLUMN", help="The column by which rows are known.")
]
TargetOption = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The truth; the model's target by default."),
]
LikeOption = Annotated[
    Path | None,
    typer.Option("--like", metavar="STATE", help="Begin a shard that --merge takes into STATE."),
]
IntervalOption = Annotated[
    float | None,
    typer.Option(
        "--interval",
        metavar="LEVEL",
        help="Coverage that intervals were asked for, of a new state; 0.9 by default.",
    ),
]
HorizonOption = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        metavar="DAYS",
        min=1,
        max=36_500,
        help="How long a new state waits for truth; 90 by default.",
    ),
]
TodayOption = Annotated[
    datetime | None,
    typer.Option(
        "--today", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="In place of the clock's (UTC)."
    ),
]
PrometheusOption = Annotated[
    Path | None,
    typer.Option(
        "--prometheus",
        metavar="FILE.prom",
        help="Also write metrics, for a textfile collector; they replace those of the run before.",
    ),
]
FailOption = Annotated[
    Literal["none", "drift", "loss"],
    typer.Option(
        "--fail-on",
        help="What the exit status tells: nothing; drift, coverage, bias or a larger error; the "
        "latter alone.",
    ),
]
_1970 = date(1970, 1, 1)
_METRICS = ".prom"


@command(in_projects=True)
def monitor(
    *,
    state: StateOption,
    predictions: PredictionsOption = None,
    truth: TruthOption = None,
    profile: CountsOption = None,
    id_column: IdOption = None,
    merge: MergeOption = None,
    like: LikeOption = None,
    model: ModelOption = None,
    trusted_key: TrustedKeyOption = None,
    target: TargetOption = None,
    interval: IntervalOption = None,
    horizon: HorizonOption = None,
    today: TodayOption = None,
    output: PageOption = None,
    prometheus: PrometheusOption = None,
    as_json: JsonOption = False,
    fail_on: FailOption = "drift",
    force: ForceOption = False,
) -> None:
    """Tell from truths that come late whether coverage, error and bias are what training promised.

    Before any truth, rows that predict --profile has counted tell whether they have shifted. The
    exit status is 0 if nothing is proven, 3 if there is drift, coverage has fallen or predictions
    are off to one side, 4 if the error is proven larger, 5 if truths are too few to tell.
    """
    from regression_model.cli.monitor_report import show_monitor
    from regression_model.reports.monitor.state_file import locked, write_state

    tables = [*(predictions or []), *(truth or [])]
    others = [*(profile or []), *(merge or []), *([] if like is None else [like])]
    _check_inputs(tables, others, id_column)
    inputs = [packaged_artifact() if model is None else model, state, *tables, *others]
    _check_outputs(output, prometheus, force=force, inputs=inputs)
    loaded, day = load_model(model, trusted_key=trusted_key), _day(today)
    with stopping(untouched(state)), locked(state):
        monitored = _opened(state, loaded, like, day, interval=interval, horizon=horizon)
        _merge(monitored, merge or [])
        _read(monitored, predictions or [], truth or [], id_column or "", target)
        _count(monitored, profile or [])
        is_new = not state.exists()
        write_state(state, monitored.state)
    if is_new:
        say(f"a new state, {state}")
    if prometheus is not None:
        _write_metrics(monitored, prometheus, inputs=inputs)
    if output is not None:
        _write_page(monitored, state.name, output, force=force, inputs=inputs)
    if as_json:
        show_json(monitored.to_dict())
    else:
        show_monitor(monitored)
    raise typer.Exit(monitored.status(fail_on))


def _check_inputs(tables: list[Path], others: list[Path], id_column: str | None) -> None:
    """Refuse files that are not there, and tables whose rows cannot be known, as wrong usage."""
    if tables and id_column is None:
        message = "files of predictions and truths need --id, by which rows are known"
        raise typer.BadParameter(message, param_hint="--id")
    for path in [*tables, *others]:
        check_input(path, "FILE")


def _check_outputs(
    page: Path | None, metrics: Path | None, *, force: bool, inputs: list[Path]
) -> None:
    """Refuse places that cannot be written to, or may not be, before a state is."""
    if page is not None:
        check_report_output(page, force=force, inputs=inputs)
    if metrics is not None and metrics.suffix != _METRICS:
        # another file is perhaps somebody's table, and would be replaced unasked
        message = f"{metrics} should end in {_METRICS}: a textfile collector reads nothing else"
        raise typer.BadParameter(message, param_hint="--prometheus")
    check_output(metrics, "--prometheus", force=True, inputs=inputs)


def _day(today: datetime | None) -> int:
    now = datetime.now(UTC) if today is None else today
    return (now.date() - _1970).days


def _opened(
    state: Path,
    model: Model,
    like: Path | None,
    day: int,
    *,
    interval: float | None,
    horizon: int | None,
) -> Monitor:
    """Return the state of today, or one that is begun today."""
    from regression_model.reports.monitor.monitor import Monitor
    from regression_model.reports.monitor.state_file import read_state

    if state.exists():
        if like is not None:
            message = f"{state} is there; --like begins a new one"
            raise typer.BadParameter(message, param_hint="--like")
        monitored = Monitor(model, read_state(state))
        _check_settings(state, monitored, interval, horizon)
        n_waiting = monitored.counts()["waiting"]
        monitored.at(day)
        n_given_up = n_waiting - monitored.counts()["waiting"]
        if n_given_up:
            say(f"{n_given_up} predictions are too old now for a truth: it never came in time")
        return monitored
    if like is not None:
        monitored = Monitor.like(model, like, day=day)
        _check_settings(like, monitored, interval, horizon)
        return monitored
    level = 0.9 if interval is None else interval
    if "intervals" in model.facts or interval is not None:
        check_level(model, level)
    return Monitor.begin(model, day=day, level=level, horizon=90 if horizon is None else horizon)


def _check_settings(
    path: Path, monitored: Monitor, interval: float | None, horizon: int | None
) -> None:
    """Refuse settings of a new state that are not those of the one that is there."""
    asked = {"--interval": interval, "--horizon": horizon}
    kept = {"--interval": monitored.state.level, "--horizon": monitored.state.horizon}
    for option, value in asked.items():
        if value is not None and value != kept[option]:
            message = (
                f"{path} was begun with {kept[option]:g}, got {value:g}: leave it out, or begin "
                "another state"
            )
            raise typer.BadParameter(message, param_hint=option)


def _merge(monitored: Monitor, paths: list[Path]) -> None:
    """Take over other states, and say so."""
    from regression_model.reports.monitor.state_file import read_state

    for path in paths:
        monitored.merge(read_state(path))
        say(f"{path}: merged")


def _read(
    monitored: Monitor, predictions: list[Path], truths: list[Path], name: str, target: str | None
) -> None:
    """Remember predictions, join truths, and say what came of each file."""
    for path in predictions:
        joined, n_without = monitored.predictions_from(path, name)
        rest = f", {n_without} without prediction" if n_without else ""
        say(f"{path}: {joined.new} new predictions, {joined.known} known{rest}")
        if joined.without_interval and monitored.promise.level is not None:
            say(
                f"{path}: {joined.without_interval} of them without interval, so that coverage is "
                f"not told of them: predict with --interval {monitored.promise.level:g}"
            )
    for path in truths:
        joined, n_without = monitored.truths_from(path, name, target)
        rest = f", {n_without} rows without truth" if n_without else ""
        say(f"{path}: {joined.new} new truths, {joined.known} known{rest}")
        if joined.unknown:
            horizon = monitored.state.horizon
            say(
                f"{path}: {joined.unknown} truths refused: of rows never predicted, or more than "
                f"{horizon} days ago"
            )


def _count(monitored: Monitor, paths: list[Path]) -> None:
    """Add counted rows, say what came of each file, and look whether they have shifted."""
    for path in paths:
        n_rows = monitored.counts_from(path)
        say(f"{path}: {n_rows} new rows counted" if n_rows else f"{path}: nothing new")
    monitored.look()


def _write_metrics(monitored: Monitor, path: Path, *, inputs: list[Path]) -> None:
    from regression_model.processing.output_files import output_text
    from regression_model.reports.monitor.prometheus import prometheus_text

    with output_text(path, inputs=inputs) as file:
        file.write(prometheus_text(monitored))


def _write_page(
    monitored: Monitor, name: str, path: Path, *, force: bool, inputs: list[Path]
) -> None:
    from regression_model.reports.monitor.page import monitor_report

    write_report(monitor_report(monitored, name), path, force=force, inputs=inputs)
    say(f"wrote {path}")
