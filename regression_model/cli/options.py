"""Options that several commands have, and what a package of one's own fills in for itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

TABLES = "CSV, JSON Lines (.jsonl), Parquet or Arrow, by its name; text also as .gz or .zst"
"""What every command takes for a table."""
MANY_TABLES = f"{TABLES}. Also folders of them, patterns in quotes, - for standard input"
"""What commands take that read any number of tables."""

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.project.folder import PackageFolder


def by_package(default: Callable[[PackageFolder], Any]) -> Callable[[typer.Context, Any], Any]:
    """Return a callback for an option whose default is the package's own, in its own commands.

    Parameters
    ----------
    default : callable
        Gets the package; it is called where the option is not given.
    """

    def given_or_own(context: typer.Context, value: Any) -> Any:
        package: PackageFolder | None = context.obj
        if value is None and package is not None:
            return default(package)
        return value

    return given_or_own


ModelOption = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="ARTIFACT",
        callback=by_package(lambda package: package.artifact()),
        help="Another artifact than the packaged one.",
    ),
]
ArtifactArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="ARTIFACT",
        callback=by_package(lambda package: package.artifact()),
        help="The packaged one by default.",
    ),
]
PageOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PAGE",
        help="Also write it as a page (.html), or as Markdown (.md) with its pictures in a folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
EffortOption = Annotated[
    Literal["quick", "standard", "best"],
    typer.Option(
        "--effort",
        help="What estimators and folds are for: a first look in a few seconds, daily use, or the "
        "last half percent of accuracy in several times as long.",
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace an output that exists.")]
