"""The command ``new``: a package of one's own.

What it does is imported when it runs: ``--help`` loads no NumPy and no scikit-learn.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import command
from regression_model.cli.files import check_input
from regression_model.cli.notes import is_quiet, say
from regression_model.cli.options import TABLES, EffortOption
from regression_model.cli.stopping import stopping, untouched
from regression_model.cli.terminal import progress_bar, show
from regression_model.cli.training import show_result
from regression_model.processing.interruptions import signals_held

if TYPE_CHECKING:
    from regression_model.guessing.guesses import Guesses
    from regression_model.project.new import NewProject

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Of folder, package and command.")
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="TABLE", help=f"A table, by default the config's: {TABLES}."),
]
TargetOption = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The column to predict; guess the config."),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="YAML", help="Instead: a config as it was edited."),
]
ArtifactOption = Annotated[
    Path | None,
    typer.Option("--artifact", metavar="ZIP", help="Instead: a model as it was trained on TABLE."),
]
EngineOption = Annotated[
    Path | None,
    typer.Option(
        "--engine",
        metavar="WHEEL",
        help="This package's wheel, to ship with it; by default the one installed from, or one "
        "built from the source, where either is here.",
    ),
]
TrainOption = Annotated[bool, typer.Option(help="Train at once.")]


@command(in_projects=False)
def new(
    name: NameArgument,
    *,
    data: DataOption = None,
    target: TargetOption = None,
    config: ConfigOption = None,
    artifact: ArtifactOption = None,
    effort: EffortOption = "standard",
    engine: EngineOption = None,
    train: TrainOption = True,
) -> None:
    """Write an installable project around TABLE, with a trained model in it.

    Give --target, --config or --artifact: what to predict, what was edited, or what was trained.
    The project appears in the current folder when it is complete, or not at all.
    """
    _check_one_way(data, target, config, artifact)
    if effort != "standard" and target is None:
        message = "--effort is for --target: a config and a model have their estimators"
        raise typer.BadParameter(message)
    check_input(data, "--data")
    check_input(config, "--config")
    check_input(artifact, "--artifact")
    check_input(engine, "--engine")
    with signals_held():
        from regression_model.project.new import new_project

    with stopping(untouched(Path(name))):
        made = new_project(
            name,
            data,
            target,
            config=config,
            artifact=artifact,
            effort=effort,
            engine=engine,
            train=train,
            progress=partial(progress_bar, hidden=is_quiet()),
            on_guesses=_say_guesses,
        )
    if not is_quiet():
        _show(made)


def _check_one_way(
    data: Path | None, target: str | None, config: Path | None, artifact: Path | None
) -> None:
    """Refuse none or several of the ways to say what the project is to hold, as wrong usage."""
    ways = {"--target": target, "--config": config, "--artifact": artifact}
    given = [option for option, value in ways.items() if value is not None]
    if len(given) != 1:
        message = f"give one of {', '.join(ways)}; given: {', '.join(given) or 'none'}"
        raise typer.BadParameter(message)
    if data is None and config is None:
        message = f"{given[0]} needs the table: --data TABLE"
        raise typer.BadParameter(message)


def _say_guesses(guesses: Guesses) -> None:
    from regression_model.cli.guesses_report import in_short, say_columns

    say(in_short(guesses))
    say_columns(guesses)


def _show(made: NewProject) -> None:
    """Show what training gave and which files there are, and say what to do next."""
    if made.result is not None:
        show_result(made.result)
    for path in sorted(made.root.rglob("*")):
        if path.is_file():
            show(path.relative_to(made.root.parent).as_posix())
    if not made.has_engine:
        say(
            "note: pip will look for evergreen-regression in a package index; where none has it, "
            "give its wheel with --engine"
        )
    name = made.root.name
    steps = [
        f"cd {name}",
        "pip install -r requirements/requirements.txt .",
        f"{name} predict FILE",
    ]
    if not made.has_model:
        steps.insert(1, f"python -m {name}.train_pipeline")
    say(f"next: {' && '.join(steps)}")
