"""Rows whose truth is waited for, as a state keeps them, and what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.cells import MAX_MAGNITUDE
from regression_model.processing.shown_values import short
from regression_model.reports.monitor.evidence import Sums

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import numpy.typing as npt

    from regression_model.arrays import Floats

    Rows = npt.NDArray[Any]

ROW = np.dtype(
    [
        ("id", "S16"),  # a keyed digest
        ("answer", "<u8"),  # a keyed digest of prediction and interval
        ("truth", "<u8"),  # a keyed digest; 0 as long as none has come
        ("prediction", "<f8"),  # these three until the truth comes, NaN behind it
        ("lower", "<f8"),
        ("upper", "<f8"),
        ("error", "<f8"),  # truth less prediction, once it has come
        ("missed", "i1"),  # 1 where the truth was outside, 0 within, -1 where it is not known
        ("day", "<i4"),  # of the prediction, counted from 1970
        ("came", "<i4"),  # the day on which the truth came, or NOT_YET
        ("origin", "<u2"),  # which state has first seen it, by position
    ]
)
"""What is kept of a row."""
NOT_YET = np.iinfo(np.int32).max
SHOWN = 10
"""How many ids are named."""


def sums_of(rows: Rows) -> Sums:
    """Return the sums of those rows that have a truth; equal rows give equal sums."""
    joined = rows[rows["truth"] != 0]
    joined = joined[np.argsort(joined["id"])]
    error = joined["error"]
    return Sums(
        n=len(joined),
        error=float(error.sum()),
        absolute=float(np.abs(error).sum()),
        squared=float((error * error).sum()),
        n_judged=int((joined["missed"] >= 0).sum()),
        misses=int((joined["missed"] == 1).sum()),
    )


def check_numbers(ids: Sequence[str], values: Floats, what: str) -> None:
    """Refuse numbers whose sums would be none."""
    bad = np.flatnonzero(~(np.abs(values) <= MAX_MAGNITUDE)).tolist()
    if bad:
        raise DataError(
            f"{len(bad)} rows have a {what} that is no number from {-MAX_MAGNITUDE:g} to "
            f"{MAX_MAGNITUDE:g}: correct it, or leave these rows out:",
            *(f"id {short(ids[i])!r}: {values[i]:g}" for i in bad[:SHOWN]),
        )


def places_of(rows: Rows, digests: npt.NDArray[np.bytes_]) -> tuple[Any, Any]:
    """Return where ids stand among rows, and which of them do."""
    places = np.searchsorted(rows["id"], digests)
    is_known = places < len(rows)
    is_known[is_known] = rows["id"][places[is_known]] == digests[is_known]
    return places, is_known


def with_truth(rows: Rows, given: Rows, day: int) -> Rows:
    """Return rows with their truth, of which nothing is kept but how far off and its digest."""
    truth = given["error"]
    has_ends = ~np.isnan(rows["lower"]) & ~np.isnan(rows["upper"])
    outside = (truth < rows["lower"]) | (truth > rows["upper"])
    rows["error"] = truth - rows["prediction"]
    rows["missed"] = np.where(has_ends, outside, -1)
    rows["truth"], rows["came"] = given["truth"], day
    rows["prediction"] = rows["lower"] = rows["upper"] = np.nan
    return rows


def united(rows: Rows) -> Rows:
    """Return each row once, of rows by id, those whose truth came first before others."""
    if not len(rows):
        return rows
    first = np.flatnonzero(np.concatenate([[True], rows["id"][1:] != rows["id"][:-1]]))
    second = np.setdiff1d(np.arange(len(rows)), first)  # of two states, at most one more each
    other_answer = rows["answer"][second] != rows["answer"][second - 1]
    truths, before = rows["truth"][second], rows["truth"][second - 1]
    other_truth = (truths != 0) & (before != 0) & (truths != before)
    if other_answer.any() or other_truth.any():
        n_other = int((other_answer | other_truth).sum())
        raise DataError(
            f"the states say different things of {n_other} rows: an id should name one row for "
            "good, and have one prediction and one truth"
        )
    united = rows.copy()
    for name in ("day", "origin"):
        united[name][second - 1] = np.minimum(rows[name][second], rows[name][second - 1])
    return united[first]
