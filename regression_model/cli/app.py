"""The application that the commands belong to: how they are registered, run and ended."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, cast

import typer
from typer.core import TyperGroup
from typer.main import get_command

from regression_model._version import package_version
from regression_model.cli.notes import notes_end, write_notes
from regression_model.cli.stopping import stopping
from regression_model.cli.terminal import (
    end_stdout,
    prepare_streams,
    show,
    tell,
    tell_error,
    where_nobody_reads,
)
from regression_model.exceptions import OutputError, RegressionModelError
from regression_model.processing.visible_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.project.folder import PackageFolder

FunctionT = TypeVar("FunctionT", bound="Callable[..., None]")

_WRONG_CONTENT = 1
_STATUSES = "Exit status: 0, 1 for wrong content of a file, 2 for wrong usage."

# click's class of all wrong usage, wherever typer has click from
_WrongUsage = cast("type[typer.BadParameter]", typer.BadParameter.__bases__[0])


class Commands(TyperGroup):
    """Commands that clean up and say so when a signal ends them."""

    def invoke(self, context: Any) -> Any:
        """Run the command that was asked for."""
        with stopping():
            return super().invoke(context)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line; the library would end it without a word where a pipe is closed."""
        try:
            with where_nobody_reads():
                return super().main(*args, **kwargs)
        except SystemExit as end:
            if isinstance(end.__context__, OutputError):
                raise end.__context__ from None
            raise


def _show_version(context: typer.Context, wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if not wanted:
        return
    package: PackageFolder | None = context.obj
    show(package_version() if package is None else package.version)
    raise typer.Exit


def _common_options(
    *,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Take what stands before the command's name."""
    if quiet and verbose:
        message = "--quiet and --verbose exclude each other"
        raise typer.BadParameter(message)
    if quiet:
        write_notes(logging.ERROR)
    elif verbose:
        write_notes(logging.DEBUG)
    else:
        write_notes(logging.WARNING)


def new_application(name: str, about: str) -> typer.Typer:
    """Return a command line that has no commands yet.

    Parameters
    ----------
    name : str
        What a person types.
    about : str
        Stands above the list of its commands.
    """
    application = typer.Typer(
        name=name,
        cls=Commands,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    application.callback(help=f"{about}\n\n{_STATUSES}")(_common_options)
    return application


app = new_application(
    "regression-model", "From a table to a regression model, and predictions from it."
)

_commands_of_projects: list[tuple[str | None, Callable[..., None]]] = []


def command(name: str | None = None, *, in_projects: bool) -> Callable[[FunctionT], FunctionT]:
    """Register a command.

    Parameters
    ----------
    name : str, optional
        What a person types; the function's name by default.
    in_projects : bool
        Whether a package of one's own has the command too, about its own model.
    """

    def register(function: FunctionT) -> FunctionT:
        app.command(name)(function)
        if in_projects:
            _commands_of_projects.append((name, function))
        return function

    return register


def add_commands_of_projects(application: typer.Typer) -> None:
    """Register the commands that a package of one's own has."""
    for name, function in _commands_of_projects:
        application.command(name)(function)


def main() -> None:
    """Run the command line; wrong content of a file ends with status 1, wrong usage with 2."""
    run(sys.argv[1:])


def run(
    arguments: list[str], *, commands: typer.Typer = app, package: PackageFolder | None = None
) -> NoReturn:
    """Run a command and end the process with its status; see `run_command`."""
    program = None if package is None else package.name
    sys.exit(run_command(arguments, program, commands=commands, package=package))


def run_command(
    arguments: list[str],
    program: str | None = None,
    *,
    commands: typer.Typer = app,
    package: PackageFolder | None = None,
) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : list of str
        What stands behind the program's name.
    program : str, optional
        How messages call it; as it was called by default.
    commands : Typer
        To choose from.
    package : PackageFolder, optional
        Whose model answers, or is trained, where nothing else is named.

    Returns
    -------
    int
        The exit status: 0, 1 for wrong content of a file, 2 for wrong usage.
    """
    prepare_streams()
    # called itself, the application would change what the whole process does with exceptions
    called = get_command(commands)
    try:
        with notes_end():
            status = called(arguments, prog_name=program, obj=package, standalone_mode=False)
    except _WrongUsage as problem:
        problem.message = one_line(problem.message)
        problem.show()
        return problem.exit_code
    except RegressionModelError as problem:
        tell_error(problem)
        return _WRONG_CONTENT
    except OSError as problem:
        where = "" if problem.filename is None else f"{problem.filename}: "
        tell(f"error: {where}{problem.strerror or problem}")
        end_stdout()
        return _WRONG_CONTENT
    return status if isinstance(status, int) else 0
