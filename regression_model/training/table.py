"""A training table as the rows that are trained on: checked, with target and weights."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.tables import as_table
from regression_model.processing.validation import encode_column
from regression_model.training.folds import MIN_FITTED_ROWS
from regression_model.training.rows import check_named, read_row_facts
from regression_model.transformers.encoder import Encoder, check_cells
from regression_model.transformers.target import LOWEST_TARGET

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.arrays import Floats
    from regression_model.config import core
    from regression_model.training.sample import RowFacts

logger = logging.getLogger(__name__)


def split_target(data: pd.DataFrame, config: core.Config) -> tuple[pd.DataFrame, Floats]:
    """Check a training table and return its columns and its target.

    Rows without a target are left out, once their other cells are checked.

    Raises
    ------
    DataError
        If the target is absent, missing in every row, constant or out of its transform's reach, if
        there are fewer rows than folds, or if a declared column is missing in every row.
    """
    settings = config.model_config
    target = settings.target.column
    check_named(data, config)
    y = _read_target(data, settings.target)
    X = data.drop(columns=target)
    known = ~np.isnan(y)
    _check_row_count(int(known.sum()), settings.evaluation)
    _check_target(y, target, settings.target.transform)
    learned = Encoder(settings.input_schema).fit(X).schema_
    if not known.all():
        logger.warning("left out %d rows whose target %s is missing", sum(~known), target)
        X, y = X[known].reset_index(drop=True), y[known]
        learned = Encoder(settings.input_schema).fit(X).schema_
    empty = [column.name for column in learned.columns if column.missing_share == 1]
    if empty:
        message = (
            f"nothing is known in any row of: {', '.join(empty)}; "
            "leave such columns out of the config"
        )
        raise DataError(message)
    return X, y


def with_row_facts(
    data: pd.DataFrame, X: pd.DataFrame, y: Floats, config: core.Config
) -> tuple[pd.DataFrame, Floats, RowFacts]:
    """Return rows that count, with what is known of them; rows are called as in the whole table."""
    settings = config.model_config
    target = settings.target.column
    rows = np.flatnonzero(~np.isnan(_read_target(data, settings.target)))
    facts = read_row_facts(X, settings, rows)
    if facts.weights is None or facts.weights.all():
        return X, y, facts
    counts = facts.weights > 0
    logger.warning("left out %d rows whose %s is 0", sum(~counts), settings.weight_column)
    counted = X.assign(**{target: y})[counts].reset_index(drop=True)
    X, y = split_target(counted, config)
    return X, y, read_row_facts(X, settings, rows[counts])


def _read_target(data: pd.DataFrame, target: core.TargetConfig) -> Floats:
    table = as_table(data[[target.column]])
    encoded = encode_column(target.to_column(), table.read(0, 0, table.n_rows))
    check_cells([(row, target.column, verdict) for row, _, verdict in encoded.remarks])
    return encoded.values


def _check_row_count(n_rows: int, settings: core.EvaluationConfig) -> None:
    """Refuse a table of which some part would be too small to fit or to measure on."""
    if n_rows < settings.folds:
        message = (
            f"the table has {n_rows} rows with a target, fewer than the {settings.folds} folds; "
            "give more rows or set evaluation.folds"
        )
        raise DataError(message)
    share = max(settings.hold_out, 1 / settings.folds)
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
