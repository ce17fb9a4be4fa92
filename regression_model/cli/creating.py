"""The command ``new``: a package of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regression_model.cli.app import app, check_input, say


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
        typer.Option("--engine", metavar="WHEEL", help="This package's wheel, to ship with it."),
    ] = None,
    train: Annotated[bool, typer.Option(help="Train at once.")] = True,
) -> None:
    """Write an installable project around TABLE, with a trained model in it."""
    from regression_model.project import new_project

    check_input(data, "--data")
    root = new_project(name, data, target, engine=engine, train=train)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            typer.echo(path.relative_to(root.parent).as_posix())
    first = "" if train else f"python -m {name}.train_pipeline && "
    links = "--find-links requirements/wheels "
    say(f"next: cd {root.name} && {first}pip install {links}. && {name} predict FILE")
