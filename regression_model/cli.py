"""The command line: ``regression-model`` and ``python -m regression_model``."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast

import typer

from regression_model._version import package_version
from regression_model.exceptions import RegressionModelError
from regression_model.predict import load_model

if TYPE_CHECKING:
    from regression_model.model import Model

app = typer.Typer(
    name="regression-model",
    help="Predict with a trained regression model.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ModelOption = Annotated[
    Path | None,
    typer.Option("--model", metavar="ARTIFACT", help="Another artifact than the packaged one."),
]


def main() -> None:
    """Run the command line; wrong content of a file ends with status 1, wrong usage with 2."""
    try:
        app()
    except RegressionModelError as problem:
        typer.echo(f"error: {problem}", err=True)
        sys.exit(1)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer's callback
    if wanted:
        typer.echo(package_version())
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Predict with a trained regression model."""


@app.command()
def predict(
    file: Annotated[Path, typer.Argument(help="A comma-separated UTF-8 file with a header.")],
    *,
    model: ModelOption = None,
    id_column: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN", help="Name rows by this column of the file."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here and not to the terminal.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an output file that exists.")
    ] = False,
) -> None:
    """Predict every row of FILE: CSV of row, prediction and error.

    A row that cannot be predicted has an empty prediction and the reason in error. A summary goes
    to stderr.
    """
    from regression_model.scoring import score_file

    if not file.exists():
        message = f"there is no file {file}"
        raise typer.BadParameter(message, param_hint="FILE")
    if output is not None and output.exists() and not force:
        message = f"{output} exists; choose another name or add --force"
        raise typer.BadParameter(message, param_hint="--output")
    with _writing(output) as out:
        summary = score_file(load_model(model), file, out, id_column=id_column)
    for line in summary.lines():
        typer.echo(line, err=True)


@contextmanager
def _writing(output: Path | None) -> Iterator[TextIO]:
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


@app.command()
def info(
    *,
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all facts as JSON.")] = False,
) -> None:
    """Show what an artifact says of itself."""
    loaded = load_model(model)
    if as_json:
        typer.echo(json.dumps(loaded.facts, indent=1, ensure_ascii=False))
        return
    _print_facts(loaded)


@app.command("self-test")
def self_test(*, model: ModelOption = None) -> None:
    """Answer an artifact's example rows again and compare with the answers that it keeps."""
    from regression_model.self_test import TOLERANCE, run_self_test

    found = run_self_test(load_model(model))
    for problem in found.problems:
        typer.echo(problem, err=True)
    if not found.n_rows:
        typer.echo("the artifact keeps no example rows (example_rows: none); nothing was compared")
    else:
        typer.echo(
            f"{found.n_rows} example rows, {found.n_numbers} numbers; largest difference "
            f"{found.largest_difference:.1e} (allowed: {TOLERANCE:g})"
        )
    if found.problems:
        raise typer.Exit(1)


def _print_facts(model: Model) -> None:
    from rich.console import Console
    from rich.table import Table

    facts: dict[str, Any] = model.facts
    console = Console()
    summary = Table.grid(padding=(0, 2))
    target = facts["target"]
    summary.add_row("model version", model.version)
    summary.add_row("artifact format", str(facts["format_version"]))
    summary.add_row("target", f"{target['column']} in {target['unit']}")
    summary.add_row("transform", target["transform"])
    for name, metrics in facts["metrics"].items():
        if isinstance(metrics, dict):
            numbers = {**metrics, **metrics.get("scaled", {})}
            said = ", ".join(f"{key} {v:g}" for key, v in numbers.items() if type(v) is float)
            summary.add_row(name.replace("_", " "), said)
    console.print(summary)
    table = Table("column", "kind", "missing", "levels or training range")
    for column in model.schema.columns:
        low, high = column.training_range or (0.0, 1.0)
        levels = ", ".join("(none)" if level is None else level for level in column.levels)
        span = levels if column.has_levels else f"{low:g} to {high:g}"
        table.add_row(column.name, column.kind, f"{column.missing_share:.1%}", span)
    console.print(table)
