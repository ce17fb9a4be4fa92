"""A training table as the sample that is trained on: checked, with targets and weights."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.tables import as_table
from regression_model.processing.validation import encode_column
from regression_model.training.folds import MIN_FITTED_ROWS
from regression_model.training.plan import TablePart
from regression_model.training.roles import check_named, with_roles
from regression_model.training.sample import Sample
from regression_model.transformers.encoder import Encoder, check_cells
from regression_model.transformers.target import LOWEST_TARGET

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.arrays import Floats
    from regression_model.config.core import Config, EvaluationConfig, TargetConfig

logger = logging.getLogger(__name__)


def split_target(data: pd.DataFrame, config: Config) -> tuple[pd.DataFrame, Floats]:
    """Check a training table and return its columns and its target.

    Rows without a target are left out, once their other cells are checked.

    Raises
    ------
    DataError
        If the target is absent, missing in every row, constant or out of its transform's reach, if
        there are fewer rows than folds, or if a declared column is missing in every row.
    """
    sample = _with_target(data, TablePart.of(config))
    return sample.X, sample.y


def read_sample(data: pd.DataFrame, part: TablePart) -> Sample:
    """Check a training table and return the rows that are trained on.

    Rows without a target and rows of weight zero are left out, and the log says how many.

    Parameters
    ----------
    data : DataFrame of shape (n_rows, n_columns + 1)
        The table, with the target.
    part : TablePart

    Returns
    -------
    Sample

    Raises
    ------
    DataError
        As of `split_target`, and if weights, groups or times will not do. Messages call rows as in
        the whole table.
    """
    target = part.target.column
    sample = _with_target(data, part)
    rows = np.flatnonzero(~np.isnan(_read_target(data, part.target)))
    sample = with_roles(sample, part, rows)
    if sample.weights is None or sample.weights.all():
        return sample
    counts = sample.weights > 0
    logger.warning("left out %d rows whose %s is 0", sum(~counts), part.weight_column)
    counted = sample.X.assign(**{target: sample.y})[counts].reset_index(drop=True)
    # the rows that are left may be too few, or know nothing of a column: checked anew
    return with_roles(_with_target(counted, part), part, rows[counts])


def _with_target(data: pd.DataFrame, part: TablePart) -> Sample:
    """Return the rows that have a target."""
    target = part.target.column
    check_named(data, part)
    y = _read_target(data, part.target)
    X = data.drop(columns=target)
    known = ~np.isnan(y)
    _check_row_count(int(known.sum()), part.evaluation)
    _check_target(y, target, part.target.transform)
    learned = Encoder(part.schema).fit(X).schema_
    if not known.all():
        logger.warning("left out %d rows whose target %s is missing", sum(~known), target)
        X, y = X[known].reset_index(drop=True), y[known]
        learned = Encoder(part.schema).fit(X).schema_
    empty = [column.name for column in learned.columns if column.missing_share == 1]
    if empty:
        message = (
            f"nothing is known in any row of: {', '.join(empty)}; "
            "leave such columns out of the config"
        )
        raise DataError(message)
    return Sample(X, y)


def _read_target(data: pd.DataFrame, target: TargetConfig) -> Floats:
    table = as_table(data[[target.column]])
    encoded = encode_column(target.to_column(), table.read(0, 0, table.n_rows))
    check_cells([(row, target.column, verdict) for row, _, verdict in encoded.remarks])
    return encoded.values


def _check_row_count(n_rows: int, evaluation: EvaluationConfig) -> None:
    """Refuse a table of which some part would be too small to fit or to measure on."""
    if n_rows < evaluation.folds:
        message = (
            f"the table has {n_rows} rows with a target, fewer than the {evaluation.folds} folds; "
            "give more rows or set evaluation.folds"
        )
        raise DataError(message)
    share = max(evaluation.hold_out, 1 / evaluation.folds)
    n_fitted = n_rows - math.ceil(share * n_rows)
    if n_fitted < MIN_FITTED_ROWS:
        message = (
            f"the table has {n_rows} rows with a target, of which {n_fitted} would be left to fit "
            f"on; at least {MIN_FITTED_ROWS} are needed: give more rows, or a smaller "
            "evaluation.hold_out"
        )
        raise DataError(message)


def _check_target(y: Floats, name: str, transform: str) -> None:
    if np.nanmin(y) == np.nanmax(y):
        message = f"the target {name} is {np.nanmin(y):g} in every row; there is nothing to learn"
        raise DataError(message)
    if transform not in LOWEST_TARGET:
        return
    bound, reaches = LOWEST_TARGET[transform]
    wrong = np.flatnonzero((y < bound) | ((y == bound) & (not reaches)))
    if wrong.size:
        message = (
            f"the target {name} is {y[wrong[0]]:g} in row {wrong[0]} ({wrong.size} rows like it); "
            f"the transform {transform} needs values {'from' if reaches else 'above'} {bound:g}: "
            "mend the rows, or set target.transform to none or yeo_johnson"
        )
        raise DataError(message)
