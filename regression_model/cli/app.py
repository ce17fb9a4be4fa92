"""The application that the commands belong to, and what they share."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast

import typer
from typer.core import TyperGroup

from regression_model._version import package_version
from regression_model.cli.stopping import in_part, stopping, untouched
from regression_model.cli.terminal import (
    data_output,
    end_stdout,
    one_line,
    prepare_streams,
    show,
    shown_safely,
    tell,
    tell_error,
    where_nobody_reads,
)
from regression_model.exceptions import OutputError, RegressionModelError
from regression_model.processing import output_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from regression_model.model_package import ModelPackage


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


app = typer.Typer(
    name="regression-model",
    cls=Commands,
    help="From a table to a regression model, and predictions from it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _own_artifact(context: typer.Context, value: Path | None) -> Path | None:
    """Return the artifact of the package whose command this is, unless another one is named."""
    package: ModelPackage | None = context.obj
    return value if value is not None or package is None else package.artifact()


ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="ARTIFACT",
        callback=_own_artifact,
        help="Another artifact than the packaged one.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace an output that exists.")]


# click's class of all wrong usage, wherever typer has click from
_WrongUsage = cast("type[typer.BadParameter]", typer.BadParameter.__bases__[0])


def main() -> None:
    """Run the command line; wrong content of a file ends with status 1, wrong usage with 2."""
    run(sys.argv[1:])


def run(
    arguments: list[str], *, commands: typer.Typer = app, package: ModelPackage | None = None
) -> None:
    """Run a command, with a package's own model where a model is needed and none is named."""
    prepare_streams()
    name = None if package is None else package.name
    try:
        status = commands(arguments, prog_name=name, obj=package, standalone_mode=False)
    except _WrongUsage as problem:
        problem.message = one_line(problem.message)
        problem.show()
        sys.exit(problem.exit_code)
    except RegressionModelError as problem:
        tell_error(problem)
        sys.exit(1)
    except OSError as problem:
        where = "" if problem.filename is None else f"{problem.filename}: "
        tell(f"error: {where}{problem.strerror or problem}")
        end_stdout()
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


class _Notes(logging.Handler):
    """Writes what the library has to say to stderr, line by line, each line once."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        is_news = record.levelno <= logging.WARNING
        line = f"{'note' if is_news else record.levelname.lower()}: {record.getMessage()}"
        if line not in self._said:
            self._said.add(line)
            tell(line)


def _log_to_stderr(level: int) -> None:
    logger = logging.getLogger("regression_model")
    logger.setLevel(level)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _Notes)]:
        logger.removeHandler(handler)
    logger.addHandler(_Notes())


def _show_version(context: typer.Context, wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        show(package_version() if context.obj is None else context.obj.version)
        raise typer.Exit


@app.callback()
def options(
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
    """From a table to a regression model, and predictions from it.

    Exit status: 0, 1 for wrong content of a file, 2 for wrong usage.
    """
    if quiet and verbose:
        message = "--quiet and --verbose exclude each other"
        raise typer.BadParameter(message)
    _log_to_stderr(logging.ERROR if quiet else logging.DEBUG if verbose else logging.WARNING)


def is_quiet() -> bool:
    """Tell whether ``--quiet`` was given."""
    return not logging.getLogger("regression_model").isEnabledFor(logging.WARNING)


def say(text: str) -> None:
    """Tell a person something on stderr, unless ``--quiet`` was given."""
    if not is_quiet():
        tell(text)


def check_input(path: Path, hint: str) -> None:
    """Refuse a file that is not there as wrong usage."""
    if not path.exists():
        message = f"there is no file {path}"
        raise typer.BadParameter(message, param_hint=hint)


def check_output(
    path: Path | None,
    hint: str,
    *,
    force: bool,
    inputs: Iterable[Path] = (),
    make_folders: bool = False,
) -> None:
    """Refuse what cannot be written to, or to replace a file unasked, as wrong usage."""
    if path is None:
        return
    try:
        output_files.check_output(path, inputs=inputs, make_folders=make_folders)
    except OutputError as problem:
        raise typer.BadParameter(str(problem), param_hint=hint) from problem
    if output_files.replaces(path) and not force:
        message = f"{path} exists; choose another name or add --force"
        raise typer.BadParameter(message, param_hint=hint)


@contextmanager
def writing(output: Path | None, *, inputs: Iterable[Path] = ()) -> Iterator[TextIO]:
    """Open the output: stdout, or a file that takes its place when it is complete."""
    if output is None:
        output_files.check_stdout(inputs=inputs)
        with stopping(lambda: in_part("stdout")), data_output() as out:
            yield out
    else:
        kept = untouched(output)
        with stopping(kept), output_files.output_text(output, inputs=inputs) as out:
            yield shown_safely(out)
