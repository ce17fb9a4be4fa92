"""Which columns say how much rows count, which belong together, and in which order they came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from regression_model.config.guesses import ColumnGuess, RowGuesses
from regression_model.processing.dates import to_seconds
from regression_model.processing.row_facts import time_folds

if TYPE_CHECKING:
    from regression_model.config.facts import Facts, Floats

_WEIGHT = re.compile(r"weights|(sample|case|survey|sampling|row)weights?|pweight|fnlwgt|wgt")
_KEY = re.compile(r"(.*?)(id|key|no|nr|number|code)")
_NEWCOMERS = re.compile(
    r".*(patient|person|people|subject|customer|client|user|household|driver|player|student|animal"
    r"|participant|respondent|employee|company|donor|member)"
)
_MIN_GROUPS = 20
_MIN_ROWS_PER_GROUP = 2


def guess_rows(table: Sequence[Facts], columns: Sequence[ColumnGuess], n_folds: int) -> RowGuesses:
    """Guess weight, group and time columns.

    Parameters
    ----------
    table : sequence of Facts
        All columns but the target.
    columns : sequence of ColumnGuess
        Those that the model may use.
    n_folds : int
        As many folds in time order must be possible.

    Returns
    -------
    RowGuesses
    """
    weight = next((facts for facts in table if _is_weight(facts)), None)
    groups = [facts for facts in table if _is_group(facts)]
    group = next((f for f in groups if _NEWCOMERS.fullmatch(_key(f.name))), None)
    maybe = next((f for f in groups if f is not group), None)
    dates = [(c, f) for c in columns for f in table if c.kind == "date" and f.name == c.name]
    ordered = next((f for c, f in dates if _is_ordered(c, f, n_folds)), None)
    any_date = next((f for _, f in dates), None)
    late = "if the model is to predict rows later than those it was trained on"
    return RowGuesses(
        weight=None if weight is None else (weight.name, "how much each row counts"),
        group=None if group is None else (group.name, f"{_counts(group)}; new ones will come"),
        time=None if ordered is None or group else (ordered.name, "the table is in its order"),
        maybe_group=None
        if maybe is None or group
        else (maybe.name, f"{_counts(maybe)}: if others than these are to be predicted"),
        maybe_time=(any_date.name, late) if any_date and (group or not ordered) else None,
    )


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _key(name: str) -> str:
    """Return what a key is a key of: ``customer`` for ``Customer_ID``."""
    match = _KEY.fullmatch(_word(name))
    return match[1] if match else ""


def _is_weight(facts: Facts) -> bool:
    if not _WEIGHT.fullmatch(_word(facts.name)) or facts.missing_share or len(facts.texts) < 2:  # noqa: PLR2004
        return False
    return bool((facts.numbers >= 0).all() and facts.numbers.max() > 0)


def _is_group(facts: Facts) -> bool:
    has_name = bool(_KEY.fullmatch(_word(facts.name)))
    n_groups = len(facts.texts)
    enough = _MIN_GROUPS <= n_groups <= facts.n_rows / _MIN_ROWS_PER_GROUP
    return has_name and enough and not facts.missing_share


def _counts(facts: Facts) -> str:
    return f"{len(facts.texts):,} of them, {facts.n_rows / len(facts.texts):.3g} rows each"


def _is_ordered(column: ColumnGuess, facts: Facts, n_folds: int) -> bool:
    if facts.missing_share or column.also_missing:
        return False
    read = [to_seconds(text, column.date_order) for text in facts.texts]
    seconds: Floats = np.array(read, dtype=np.float64)[facts.codes]
    steps = np.diff(seconds)
    in_order = bool((steps >= 0).all() or (steps <= 0).all())
    return in_order and time_folds(seconds, n_folds) is not None
