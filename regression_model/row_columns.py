"""Reading the weight, group and time columns of a training table, and refusing what is wrong."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.dates import to_text
from regression_model.processing.encoder import check_cells
from regression_model.processing.row_facts import RowFacts, time_folds
from regression_model.processing.schema import Column, level_text, nearest, plain
from regression_model.processing.tables import Numbers, as_table
from regression_model.processing.validation import EncodedColumn, encode_column

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.config.core import ModelConfig
    from regression_model.processing.row_facts import Floats, Indices

logger = logging.getLogger(__name__)

_GAP_SHARE = 0.2
_GAP_STEPS = 10


def read_row_facts(data: pd.DataFrame, settings: ModelConfig) -> RowFacts:
    """Read what a config's weight, group and time columns say of the rows of a table.

    Parameters
    ----------
    data : DataFrame of shape (n_samples, n_columns)
        Rows with a target.
    settings : ModelConfig

    Returns
    -------
    RowFacts

    Raises
    ------
    DataError
        If a column is absent, if cells are missing or unreadable (they are listed), if no weight
        is above zero, or if groups or times make no folds.
    """
    named = (settings.weight_column, settings.group_column, settings.time_column)
    for name in named:
        if name is not None and name not in data.columns:
            near = nearest(name, map(str, data.columns))
            hint = f"; did you mean {near[0]}?" if near else ""
            message = f"the table has no column {name!r}{hint}"
            raise DataError(message)
    weight, group, time = named
    return RowFacts(
        None if weight is None else _weights(data, weight),
        None if group is None else _groups(data, group, settings.evaluation.folds),
        None if time is None else _times(data, time, settings),
    )


def _encode(data: pd.DataFrame, column: Column) -> EncodedColumn:
    table = as_table(data[[column.name]])
    return encode_column(column, table.read(0, 0, table.n_rows), from_file=True)


def _checked(encoded: EncodedColumn, name: str) -> Floats:
    check_cells([(row, name, verdict) for row, _, verdict in encoded.remarks])
    return encoded.values


def _weights(data: pd.DataFrame, name: str) -> Floats:
    weights = _checked(_encode(data, Column(name, "number", required=True, minimum=0.0)), name)
    if not weights.any():
        message = f"the weight column {name} is zero in every row; no row would count"
        raise DataError(message)
    return weights


def _groups(data: pd.DataFrame, name: str, n_folds: int) -> Indices:
    column = Column(name, "category", required=True)
    table = as_table(data[[name]])
    cells = table.read(0, 0, table.n_rows)
    texts = np.unique(cells.values) if isinstance(cells, Numbers) else data[name].tolist()
    levels = tuple(sorted({level_text(c) for c in texts if not _is_missing(column, c)}))
    codes = _checked(_encode(data, Column(name, "category", required=True, levels=levels)), name)
    n_groups = len(np.unique(codes))
    if n_groups == len(codes):
        message = (
            f"the group column {name} has another value in each of the {len(codes)} rows: each is "
            "a group of its own, so folds would be as without groups; leave group_column out"
        )
        raise DataError(message)
    if n_groups < n_folds:
        message = (
            f"the group column {name} has {n_groups} groups, fewer than the {n_folds} folds; set "
            "evaluation.folds, or leave group_column out"
        )
        raise DataError(message)
    return codes.astype(np.intp)


def _is_missing(column: Column, cell: object) -> bool:
    return column.judge(cell).error is not None


def _times(data: pd.DataFrame, name: str, settings: ModelConfig) -> Floats:
    declared = settings.columns.get(name)
    order = "ymd" if declared is None else declared.date_order
    kinds = [Column(name, "date", required=True, date_order=order)]
    kinds.append(Column(name, "number", required=True))
    if declared is not None and declared.kind in ("number", "integer"):
        kinds.reverse()
    read = [_encode(data, column) for column in kinds]
    best = 0 if len(read[0].remarks) <= len(read[1].remarks) else 1
    times = _checked(read[best], name)
    if time_folds(times, settings.evaluation.folds) is None:
        message = (
            f"the time column {name} has {len(np.unique(times))} different times, which make no "
            f"{settings.evaluation.folds} folds in time order: too many rows share one; set "
            "evaluation.folds, or leave time_column out"
        )
        raise DataError(message)
    gap = time_gap(times)
    if gap is not None:
        show = to_text if kinds[best].kind == "date" else plain
        logger.warning(
            "no row of the time column %s lies between %s and %s; folds are cut by rows, not by "
            "time",
            name,
            *map(show, gap),
        )
    return times


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
