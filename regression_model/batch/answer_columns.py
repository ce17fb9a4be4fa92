"""The answers to some rows as columns, one cell a row: what tables of answers are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from regression_model.arrays import Floats
    from regression_model.artifact.computation import Answers
    from regression_model.processing.validation import Entry

WHY = ("error_code", "error")
"""Names of the columns that say why a row has no prediction."""


class Reason(NamedTuple):
    """Why a row has no prediction: the code of its first error, and all messages."""

    code: str
    message: str


def number_names(interval: float | None) -> list[str]:
    """Return the names of the columns of numbers."""
    return ["prediction"] if interval is None else ["prediction", "lower", "upper"]


def number_columns(answers: Answers) -> dict[str, Floats]:
    """Return predictions, and the ends of intervals where there are any, under their names."""
    columns = {"prediction": answers.predictions}
    if answers.lower is not None and answers.upper is not None:
        columns |= {"lower": answers.lower, "upper": answers.upper}
    return columns


def reasons(errors: Iterable[Entry], predictions: Floats) -> dict[int, Reason]:
    """Return why rows have no prediction, by their position.

    An error of the whole input is the reason of every row that has none of its own.

    Parameters
    ----------
    errors : iterable of dict
        With positions counted from the first row on.
    predictions : ndarray of shape (n_rows,)
        NaN where there is none.
    """
    of_all: list[Entry] = []
    of_rows: dict[int, list[Entry]] = {}
    for error in errors:
        row = error["row"]
        if row is None:
            of_all.append(error)
        else:
            of_rows.setdefault(row, []).append(error)
    if of_all:
        for row in np.flatnonzero(np.isnan(predictions)).tolist():
            of_rows.setdefault(row, of_all)
    return {row: _joined(of_row) for row, of_row in of_rows.items()}


def _joined(errors: Sequence[Entry]) -> Reason:
    return Reason(errors[0]["code"], "; ".join(error["message"] for error in errors))


def why_columns(reasons: Mapping[int, Reason], n_rows: int) -> dict[str, list[str | None]]:
    """Return the columns that say why rows have no prediction, None where they have one."""
    codes: list[str | None] = [None] * n_rows
    messages: list[str | None] = [None] * n_rows
    for row, reason in reasons.items():
        codes[row], messages[row] = reason
    return dict(zip(WHY, (codes, messages), strict=True))
