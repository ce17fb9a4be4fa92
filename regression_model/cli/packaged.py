"""The command line of a package of one's own: what can be done with the model that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from regression_model.cli.app import Commands, options, run
from regression_model.cli.predicting import evaluate, explain, predict, validate
from regression_model.cli.showing import info, schema, self_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.model_package import ModelPackage

_COMMANDS: dict[str, Callable[..., None]] = {
    "predict": predict,
    "evaluate": evaluate,
    "explain": explain,
    "validate": validate,
    "info": info,
    "self-test": self_test,
    "schema": schema,
}


def run_packaged(package: ModelPackage, arguments: list[str]) -> None:
    """Run a command of a package; wrong content of a file ends with status 1, wrong usage with 2.

    Parameters
    ----------
    package : ModelPackage
        Whose model answers where no other one is named.
    arguments : list of str
        What stands behind the command's name.
    """
    commands = typer.Typer(
        name=package.name,
        cls=Commands,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    about = (
        f"Predictions from the model {package.name} {package.version}.\n\n"
        "It is trained in the project's folder: tox -e train\n\n"
        "Exit status: 0, 1 for wrong content of a file, 2 for wrong usage."
    )
    commands.callback(help=about)(options)
    for name, command in _COMMANDS.items():
        commands.command(name)(command)
    run(arguments, commands=commands, package=package)
