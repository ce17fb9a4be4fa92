"""Columns with a role: how much rows count, what they share, and when they were."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.absent_names import did_you_mean
from regression_model.processing.kinds.registry import KINDS
from regression_model.processing.schema import Column, level_text
from regression_model.processing.tables import Numbers, Times, as_table
from regression_model.processing.time_folds import MIN_RESIDUALS, judges_intervals, time_folds
from regression_model.processing.validation import EncodedColumn, encode_column
from regression_model.processing.weights import weight_kind
from regression_model.transformers.encoder import check_cells

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.arrays import Floats, Indices
    from regression_model.processing.schema import Schema
    from regression_model.training.plan import TablePart
    from regression_model.training.sample import Sample

logger = logging.getLogger(__name__)

_GAP_SHARE = 0.2
_GAP_STEPS = 10
"""A gap is out of proportion that takes up this share of all time, and so many usual steps."""


def check_named(data: pd.DataFrame, part: TablePart) -> None:
    """Refuse a table that lacks the target, or a column that says how rows count.

    Raises
    ------
    DataError
        With the line of the config that names the column, and the nearest that there is.
    """
    _check_there(data, part.target.column, "target column", part.places["target"])
    _check_there(data, part.weight_column, place=part.places["weight_column"])
    _check_there(data, part.group_column, place=part.places["group_column"])
    _check_there(data, part.time_column, place=part.places["time_column"])


def _check_there(
    data: pd.DataFrame, name: str | None, what: str = "column", place: str = ""
) -> None:
    if name is None or name in data.columns:
        return
    hint = did_you_mean(name, map(str, data.columns))
    named = f" (named{place})" if place else ""
    message = f"the table has no {what} {name!r}{hint}{named}"
    raise DataError(message)


def with_roles(sample: Sample, part: TablePart, rows: Indices | None = None) -> Sample:
    """Read what the weight, group and time columns of a table say of its rows.

    Parameters
    ----------
    sample : Sample
        Rows with a target.
    part : TablePart
        Which columns these are.
    rows : ndarray of int, optional
        What messages call the rows; their positions by default.

    Returns
    -------
    Sample
        The same rows. Weights have a mean of one: only their proportions count.

    Raises
    ------
    DataError
        If a column is absent, if cells are missing or unreadable (they are listed), if no weight
        is above zero, or if groups or times make no folds.
    """
    rows = np.arange(len(sample)) if rows is None else rows
    data = sample.X
    weight, group, time = part.weight_column, part.group_column, part.time_column
    for name in (weight, group, time):
        _check_there(data, name)
    times, are_dates = (None, False) if time is None else _times(data, time, rows, part)
    return replace(
        sample,
        weights=None if weight is None else _weights(data, weight, rows),
        groups=None if group is None else _groups(data, group, rows, part),
        times=times,
        times_are_dates=are_dates,
    )


def _encode(data: pd.DataFrame, column: Column) -> EncodedColumn:
    table = as_table(data[[column.name]])
    return encode_column(column, table.read(0, 0, table.n_rows), from_file=True)


def _checked(encoded: EncodedColumn, name: str, rows: Indices) -> Floats:
    check_cells([(int(rows[row]), name, verdict) for row, _, verdict in encoded.remarks])
    return encoded.values


def _weights(data: pd.DataFrame, name: str, rows: Indices) -> Floats:
    weights = _checked(_encode(data, weight_kind(name)), name, rows)
    if not weights.any():
        message = f"the weight column {name} is zero in every row; no row would count"
        raise DataError(message)
    weights = weights / weights.max()  # the sum of huge ones would be infinite
    return np.asarray(weights / weights.mean())


def _groups(data: pd.DataFrame, name: str, rows: Indices, part: TablePart) -> Indices:
    values = _checked(_encode(data, _group_column(data, name)), name, rows)
    codes = np.unique(values, return_inverse=True)[1]
    _check_groups(name, codes, part.evaluation.folds)
    if name in part.schema.names and not KINDS[part.schema[name].kind].has_order:
        logger.warning(
            "the group column %s is among the columns as well: what the model learns of its levels "
            "says nothing of new ones, and hides what does; take it out of the columns",
            name,
        )
    return codes.astype(np.intp)


def _check_groups(name: str, codes: Indices, n_folds: int) -> None:
    """Refuse groups that make no folds, or the folds that there would be without them."""
    n_groups = int(codes.max()) + 1
    if n_groups == 1:
        message = f"the group column {name} is the same in every row; leave group_column out"
    elif n_groups == len(codes):
        message = (
            f"the group column {name} has another value in each of the {len(codes)} rows: each is "
            "a group of its own, so folds would be as without groups; leave group_column out"
        )
    elif n_groups < n_folds:
        message = (
            f"the group column {name} has {n_groups} groups, fewer than the {n_folds} folds; set "
            "evaluation.folds, or leave group_column out"
        )
    else:
        return
    raise DataError(message)


def _group_column(data: pd.DataFrame, name: str) -> Column:
    """Return a group column as dates or as levels."""
    table = as_table(data[[name]])
    cells = table.read(0, 0, table.n_rows)
    if isinstance(cells, Times):
        return Column(name, "date", required=True)
    bare = Column(name, "category", required=True)
    texts = cells.distinct() if isinstance(cells, Numbers) else data[name].tolist()
    levels = {level_text(c) for c in texts if bare.judge(c).error is None}
    return replace(bare, levels=tuple(sorted(levels)))


def _times(data: pd.DataFrame, name: str, rows: Indices, part: TablePart) -> tuple[Floats, bool]:
    """Return when each row was, and whether that is a date."""
    column, encoded = _read_times(data, name, part.schema)
    times = _checked(encoded, name, rows)
    _check_times(name, times, part.evaluation.folds)
    gap = time_gap(times)
    if gap is not None:
        logger.warning(
            "no row of the time column %s lies between %s and %s; folds are cut by rows, not by "
            "time",
            name,
            *map(column.of_kind.show, gap),
        )
    return times, KINDS[column.kind].has_parts


def _check_times(name: str, times: Floats, n_folds: int) -> None:
    """Refuse times that make no folds, or none whose intervals could be judged."""
    folds = time_folds(times, n_folds)
    if folds is None:
        message = (
            f"the time column {name} has {len(np.unique(times))} different times, which make no "
            f"{n_folds} folds in time order: too many rows share one; set evaluation.folds, or "
            "leave time_column out"
        )
        raise DataError(message)
    if not judges_intervals(folds):
        message = (
            f"the table has {len(times)} rows, too few to judge intervals in time order: "
            f"{MIN_RESIDUALS} must be predicted before the last of {n_folds} folds; give more rows "
            "or more evaluation.folds, or leave time_column out"
        )
        raise DataError(message)


def _read_times(data: pd.DataFrame, name: str, schema: Schema) -> tuple[Column, EncodedColumn]:
    """Read times as the kind that is declared, else as that which says least against the cells."""
    declared = schema[name] if name in schema.names else None
    read = [(column, _encode(data, column)) for column in _time_columns(name, declared)]
    best, encoded = min(read, key=lambda pair: len(pair[1].remarks))
    if declared is None and best.date_order == "dmy" and not encoded.remarks:
        readable = [c for c, e in read if c.date_order != "ymd" and not e.remarks]
        if len(readable) > 1:  # as months before days as well
            message = (
                f"day and month of the time column {name} cannot be told apart; declare it among "
                "the columns as kind: date, with date_order: dmy or mdy"
            )
            raise DataError(message)
    return best, encoded


def _time_columns(name: str, declared: Column | None) -> list[Column]:
    """Return what times may be read as; of equally good ones the first counts."""
    date = Column(name, "date", required=True)
    number = Column(name, "number", required=True)
    if declared is None:
        orders = [replace(date, date_order="dmy"), replace(date, date_order="mdy")]
        return [date, *orders, number]
    date = replace(date, date_order=declared.date_order)
    return [number, date] if KINDS[declared.kind].is_number else [date, number]


def time_gap(times: Floats) -> tuple[float, float] | None:
    """Return the ends of a gap that is out of proportion, or None.

    Examples
    --------
    >>> import numpy as np
    >>> time_gap(np.array([1.0, 2, 3, 4, 5, 6, 50, 51, 52]))
    (6.0, 50.0)
    """
    known = np.unique(times)
    steps = np.diff(known)
    widest = int(np.argmax(steps))
    is_wide = steps[widest] > _GAP_SHARE * (known[-1] - known[0])
    if not (is_wide and steps[widest] > _GAP_STEPS * np.median(steps)):
        return None
    return float(known[widest]), float(known[widest + 1])
