"""The answers to some rows as columns, one cell a row: what tables of answers are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.artifact.results import PredictionResult
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


def number_columns(result: PredictionResult) -> dict[str, list[float | None]]:
    """Return predictions, and the ends of intervals where there are any, under their names."""
    columns = {"prediction": result["predictions"]}
    if "lower" in result:
        columns["lower"] = result["lower"]
        columns["upper"] = result["upper"]
    return columns


def reasons(result: PredictionResult, start: int = 0) -> dict[int, Reason]:
    """Return why rows have no prediction, by what entries call them.

    An error of the whole input is the reason of every row that has none of its own.

    Parameters
    ----------
    result : PredictionResult
    start : int
        What entries call the first row.
    """
    of_all: list[Entry] = []
    of_rows: dict[int, list[Entry]] = {}
    for error in result["errors"] or []:
        row = error["row"]
        if row is None:
            of_all.append(error)
        else:
            of_rows.setdefault(row, []).append(error)
    if of_all:
        for row, prediction in enumerate(result["predictions"], start):
            if prediction is None:
                of_rows.setdefault(row, of_all)
    return {row: _joined(errors) for row, errors in of_rows.items()}


def _joined(errors: Sequence[Entry]) -> Reason:
    return Reason(errors[0]["code"], "; ".join(error["message"] for error in errors))


def why_columns(result: PredictionResult) -> dict[str, list[str | None]]:
    """Return the columns that say why rows have no prediction, None where they have one."""
    n_rows = len(result["predictions"])
    codes: list[str | None] = [None] * n_rows
    messages: list[str | None] = [None] * n_rows
    for row, reason in reasons(result).items():
        codes[row], messages[row] = reason
    return dict(zip(WHY, (codes, messages), strict=True))
