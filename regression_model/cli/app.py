"""The application that the commands belong to, and what they share."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, cast

import typer

from regression_model._version import package_version
from regression_model.exceptions import RegressionModelError

if TYPE_CHECKING:
    from regression_model.model_package import ModelPackage

app = typer.Typer(
    name="regression-model",
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


def main() -> None:
    """Run the command line; wrong content of a file ends with status 1, wrong usage with 2."""
    run(sys.argv[1:])


def run(
    arguments: list[str], *, commands: typer.Typer = app, package: ModelPackage | None = None
) -> None:
    """Run a command, with a package's own model where a model is needed and none is named."""
    try:
        commands(arguments, prog_name=None if package is None else package.name, obj=package)
    except RegressionModelError as problem:
        typer.echo(f"error: {problem}", err=True)
        sys.exit(1)


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
            typer.echo(line, err=True)


def _log_to_stderr(level: int) -> None:
    logger = logging.getLogger("regression_model")
    logger.setLevel(level)
    for handler in [handler for handler in logger.handlers if isinstance(handler, _Notes)]:
        logger.removeHandler(handler)
    logger.addHandler(_Notes())


def _show_version(context: typer.Context, wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        typer.echo(package_version() if context.obj is None else context.obj.version)
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
        typer.echo(text, err=True)


def check_input(path: Path, hint: str) -> None:
    """Refuse a file that is not there as wrong usage."""
    if not path.exists():
        message = f"there is no file {path}"
        raise typer.BadParameter(message, param_hint=hint)


def check_output(path: Path | None, hint: str, *, force: bool) -> None:
    """Refuse to replace a file unasked, as wrong usage."""
    if path is not None and path.exists() and not force:
        message = f"{path} exists; choose another name or add --force"
        raise typer.BadParameter(message, param_hint=hint)


@contextmanager
def writing(output: Path | None) -> Iterator[TextIO]:
    """Open the output: stdout, or a file beside the wanted one that takes its place at the end."""
    if output is None:
        yield sys.stdout
        return
    aside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=output.parent, suffix=".part", delete=False
        ) as out:
            aside = Path(out.name)
            yield cast(TextIO, out)
        aside.chmod(0o644)
        aside.replace(output)
    except OSError as problem:
        message = f"cannot write {output}: {problem.strerror or problem}"
        raise RegressionModelError(message) from problem
    finally:
        if aside is not None:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
