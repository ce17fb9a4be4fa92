"""The model that a command asks, and what is said where it is the wrong one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from regression_model.exceptions import ArtifactError, ForeignTableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from regression_model.artifact.model import Model


@contextmanager
def asking(wanted: Path | None, model: Model) -> Iterator[None]:
    """Say which model was asked, where a file has not its columns and nobody has named one."""
    try:
        yield
    except ForeignTableError as problem:
        if wanted is not None:
            raise
        raise with_model(problem, model) from problem


def with_model(problem: ForeignTableError, model: Model) -> ForeignTableError:
    """Return an error that says that the packaged model was asked."""
    from regression_model.processing.shown_values import short

    target = short(model.facts["target"]["column"])
    return ForeignTableError(
        f"{problem}; without --model the packaged model was asked, which predicts {target}: "
        "name yours with --model ARTIFACT"
    )


def check_level(model: Model, interval: float) -> None:
    """Refuse a level that the artifact has not as wrong usage."""
    try:
        model.intervals.offsets(interval)
    except ArtifactError:  # a ValueError too, but the artifact's fault
        raise
    except ValueError as problem:
        raise typer.BadParameter(str(problem), param_hint="--interval") from problem
