"""What a model that was just trained is to callers of the one before, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regression_model.cli.notes import is_quiet
from regression_model.cli.terminal import show
from regression_model.exceptions import ArtifactError, DataError
from regression_model.predict import load_model
from regression_model.processing.interruptions import signals_held

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model
    from regression_model.reports.comparison.advice import Advice

_SHOWN_REASONS = 3
"""Of each weight."""


def load_before(place: Path) -> Model | None:
    """Load the model that a new one is to follow: once it is replaced, nobody can compare."""
    with signals_held():
        from regression_model.training.in_place import model_before

    path = model_before(place)
    try:
        return None if path is None else load_model(path)
    except ArtifactError:  # training itself says what is wrong with it
        return None


def advise(before: Model | None, place: Path) -> Advice | None:
    """Return what the model at a place is to callers of the one before, if there was one."""
    from regression_model.reports.comparison.advice import advice_on
    from regression_model.reports.comparison.comparing import compare

    if before is None or not place.is_file():  # of a device or a pipe nothing is read again
        return None
    try:
        return advice_on(compare(before, load_model(place)), most=_SHOWN_REASONS)
    except DataError:  # a model of other things, which replaced the one before by force
        return None


def advice_to_dict(advice: Advice | None) -> dict[str, Any]:
    """Return what ``--json`` adds, which is nothing where there is nothing to compare with."""
    if advice is None:
        return {}
    known = {
        "after": advice.after,
        "change": advice.change.word,
        "next_version": advice.next_version,
        "reasons": advice.lines,
    }
    return {"advice": known}


def show_advice(advice: Advice | None) -> None:
    """Show what it calls for, unless ``--quiet`` was given."""
    if advice is None or is_quiet():
        return
    show(f"to callers of version {advice.after} {advice.headline}")
    for line in advice.lines:
        show(f"  {line}")
