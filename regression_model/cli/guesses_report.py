"""What was guessed from a table, for a person at a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from regression_model.cli.notes import say
from regression_model.processing.shown_values import short

if TYPE_CHECKING:
    from regression_model.guessing.guesses import Guesses

_SHOWN_COLUMNS = 10


def in_short(guesses: Guesses) -> str:
    """Return a line that tells what is predicted from what."""
    n_of_kind = Counter(column.kind for column in guesses.columns)
    kinds = ", ".join(f"{n} {kind}" for kind, n in n_of_kind.items())
    target = short(guesses.target.column)
    return f"{len(guesses.columns)} columns to predict {target} from ({kinds})"


def say_columns(guesses: Guesses) -> None:
    """Say what the model does not use and why, what must be asked, and how rows count."""
    left_out = [f"left out {short(column.name)!r}: {column.reason}" for column in guesses.left_out]
    questions = [
        f"look at {short(column.name)!r}: {column.question}"
        for column in guesses.columns
        if column.question
    ]
    _say_some(left_out)
    _say_some(questions)
    for role in ("weight", "group", "time"):
        _say_role("used as", role, getattr(guesses.rows, role))
        _say_role("not used as", role, getattr(guesses.rows, f"maybe_{role}"))


def _say_role(verdict: str, role: str, candidate: tuple[str, str] | None) -> None:
    if candidate is not None:
        name, reason = candidate
        say(f"{verdict} {role}_column {short(name)!r}: {reason}")


def _say_some(lines: list[str]) -> None:
    """Say the first lines, and how many more like them the config has."""
    for line in lines[:_SHOWN_COLUMNS]:
        say(line)
    n_more = len(lines) - _SHOWN_COLUMNS
    if n_more > 0:
        say(f"and {n_more:,} more such columns; the config has a note at each")
