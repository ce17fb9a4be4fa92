"""Options that several commands have, and what a package of one's own fills in for itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from regression_model.cli.files import check_input

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


def _trusted_key(context: typer.Context, given: Path | None) -> Path | None:
    """Return the key that is trusted; one that is not there is wrong usage."""
    key: Path | None = by_package(lambda package: package.trusted_key)(context, given)
    check_input(key, "--trusted-key")
    return key


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
TrustedKeyOption = Annotated[
    Path | None,
    typer.Option(
        "--trusted-key",
        metavar="FILE",
        callback=_trusted_key,
        help="Take no artifact but what the owner of this public key has signed (see sign).",
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
