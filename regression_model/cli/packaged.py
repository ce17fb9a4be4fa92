"""The command line of a package of one's own: what can be done with the model that it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.cli.app import add_commands_of_projects, new_application, run, run_command

if TYPE_CHECKING:
    from regression_model.project.folder import PackageFolder


def run_packaged(package: PackageFolder, arguments: list[str]) -> None:
    """Run a command of a package; wrong content of a file ends with status 1, wrong usage with 2.

    Parameters
    ----------
    package : PackageFolder
        Whose model answers where no other one is named.
    arguments : list of str
        What stands behind the command's name.
    """
    commands = new_application(
        package.name,
        f"Predictions from the model {package.name} {package.version}.\n\n"
        "It is trained in the project's folder: tox -e train",
    )
    add_commands_of_projects(commands)
    run(arguments, commands=commands, package=package)


def train_packaged(package: PackageFolder, arguments: list[str]) -> int:
    """Train a package's model and return the exit status.

    Parameters
    ----------
    package : PackageFolder
        Whose config, table, version and artifact it is where no others are named.
    arguments : list of str
        Options of ``regression-model train``.
    """
    return run_command(["train", *arguments], "regression-model", package=package)
