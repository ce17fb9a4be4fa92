"""What a comparison comes to: a change, the number that it calls for, and a reason for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from regression_model.processing.shown_values import short
from regression_model.reports.comparison.change import Change
from regression_model.reports.comparison.versions import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.reports.comparison.change import Reason
    from regression_model.reports.comparison.comparing import Comparison

_SHOWN = 8
"""Reasons of each weight; the others are counted."""


class Advice(NamedTuple):
    """What to call the new model.

    Attributes
    ----------
    after : str
        The old model's version, shortened.
    change : Change
    next_version : str or None
        The first number after the old model's that promises it; None where that has none.
    lines : list of str
        Reasons, the largest change first, each behind its word.
    """

    after: str
    change: Change
    next_version: str | None
    lines: list[str]

    @property
    def headline(self) -> str:
        """In a few words."""
        word = "a patch" if self.change is Change.PATCH else self.change.word
        if self.next_version is None:
            return f"this is {word}"
        return f"this is {word}: {self.next_version} or later"


def advice_on(comparison: Comparison, *, most: int = _SHOWN) -> Advice:
    """Return what a comparison comes to.

    Parameters
    ----------
    comparison : Comparison
    most : int
        How many reasons of each weight are listed.
    """
    change = comparison.change
    try:
        following = Version.of(comparison.old.version).after(change)
    except ValueError:
        following = None
    return Advice(short(comparison.old.version), change, following, list(_lines(comparison, most)))


def _lines(comparison: Comparison, most: int) -> Iterator[str]:
    if comparison.change is Change.PATCH:
        yield f"patch: {_why_patch(comparison)}"
    for change in (Change.MAJOR, Change.MINOR):
        reasons = [reason for reason in comparison.reasons if reason.change is change]
        for reason in reasons[:most]:
            yield f"{change.word}: {reason.text}"
        if len(reasons) > most:
            yield f"{change.word}: {_further(reasons[most:])}"


def _further(reasons: list[Reason]) -> str:
    return f"and {len(reasons):,} more reason{'s' if len(reasons) > 1 else ''}"


def _why_patch(comparison: Comparison) -> str:
    moves = comparison.moves
    n_rows = 0 if moves is None else len(moves.before)
    return (
        f"{n_rows:,} rows and {comparison.tried.n_cells:,} cells were tried, and all have the same "
        "answers within 1e-9"
    )
