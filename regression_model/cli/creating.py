"""The command ``new``: a package of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regression_model.cli.app import app, check_input, say
from regression_model.cli.terminal import show
from regression_model.cli.training import in_short, say_unused, show_result

if TYPE_CHECKING:
    from regression_model.config.guesses import Guesses
    from regression_model.project import NewProject


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of folder, package and command.")],
    *,
    data: Annotated[Path, typer.Option("--data", metavar="TABLE", help="A CSV or Parquet file.")],
    target: Annotated[
        str, typer.Option("--target", metavar="COLUMN", help="The column to predict.")
    ],
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

    It appears in the current folder when it is complete, or not at all.
    """
    check_input(data, "--data")
    if engine is not None:
        check_input(engine, "--engine")
    from regression_model.project import new_project

    made = new_project(name, data, target, engine=engine, train=train, on_guesses=_say_guesses)
    _show(made)


def _say_guesses(guesses: Guesses) -> None:
    say(in_short(guesses))
    say_unused(guesses)


def _show(made: NewProject) -> None:
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
    first = f"python -m {name}.train_pipeline && " if made.result is None else ""
    say(f"next: cd {name} && {first}pip install . && {name} predict FILE")
