"""The command ``new``: a package of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import app, check_input, is_quiet, say
from regression_model.cli.stopping import stopping, untouched
from regression_model.cli.terminal import show
from regression_model.cli.training import in_short, say_unused, show_result

if TYPE_CHECKING:
    from regression_model.guessing.guesses import Guesses
    from regression_model.project.new import NewProject


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of folder, package and command.")],
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="TABLE", help="A CSV or Parquet file; by default the config's."
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="COLUMN", help="The column to predict; guess the config."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="YAML", help="Instead: a config as it was edited."),
    ] = None,
    artifact: Annotated[
        Path | None,
        typer.Option(
            "--artifact", metavar="ZIP", help="Instead: a model as it was trained on TABLE."
        ),
    ] = None,
    engine: Annotated[
        Path | None,
        typer.Option(
            "--engine",
            metavar="WHEEL",
            help="This package's wheel, to ship with it; by default the one installed from, or one "
            "built from the source, where either is here.",
        ),
    ] = None,
    train: Annotated[bool, typer.Option(help="Train at once.")] = True,
) -> None:
    """Write an installable project around TABLE, with a trained model in it.

    Give --target, --config or --artifact: what to predict, what was edited, or what was trained.
    The project appears in the current folder when it is complete, or not at all.
    """
    _check_one_way(data, target, config, artifact)
    for path, hint in (
        (data, "--data"), (config, "--config"), (artifact, "--artifact"), (engine, "--engine"),
    ):  # fmt: skip
        if path is not None:
            check_input(path, hint)
    from regression_model.project.new import new_project

    with stopping(untouched(Path(name))):
        made = new_project(
            name,
            data,
            target,
            config=config,
            artifact=artifact,
            engine=engine,
            train=train,
            quiet=is_quiet(),
            on_guesses=_say_guesses,
        )
    _show(made)


def _check_one_way(
    data: Path | None, target: str | None, config: Path | None, artifact: Path | None
) -> None:
    """Refuse none or several of the ways to say what the project is to hold, as wrong usage."""
    ways = {"--target": target, "--config": config, "--artifact": artifact}
    given = [hint for hint, value in ways.items() if value is not None]
    if len(given) != 1:
        message = f"give one of {', '.join(ways)}; given: {', '.join(given) or 'none'}"
        raise typer.BadParameter(message)
    if data is None and config is None:
        message = f"{given[0]} needs the table: --data TABLE"
        raise typer.BadParameter(message)


def _say_guesses(guesses: Guesses) -> None:
    say(in_short(guesses))
    say_unused(guesses)


def _show(made: NewProject) -> None:
    if is_quiet():
        return
    root, name = made.root, made.root.name
    if made.result is not None:
        show_result(made.result)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            show(path.relative_to(root.parent).as_posix())
    if not made.has_engine:
        say(
            "note: pip will look for evergreen-regression in a package index; where none has it, "
            "give its wheel with --engine"
        )
    first = "" if made.has_model else f"python -m {name}.train_pipeline && "
    install = "pip install -r requirements/requirements.txt ."
    say(f"next: cd {name} && {first}{install} && {name} predict FILE")
