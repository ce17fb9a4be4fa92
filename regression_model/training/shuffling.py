"""What a fold's model says of its test rows where one column is another row's.

It is asked while it is in memory; what the answers say of a column's importance is worked out when
the weights of the branches are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats, Indices
    from regression_model.training.division import Division

_ROWS_FOR_A_FITTED_ONE = 4
"""To answer so many rows costs a small part of what it costs to fit one."""
_MOST_ROWS = 100_000
_FEWEST_ROWS = 5
"""Of a fold: a column of very many is told by a few rows of each."""
_CELLS_AT_ONCE = 1 << 21
"""Cells of one frame, 16 MB of them, whatever the table."""


@dataclass(frozen=True)
class Shuffle:
    """Rows of a fold's test part, each with a row whose cells it gets.

    Attributes
    ----------
    rows, donors : ndarray of int, shape (n_shuffled_rows,)
        Positions in the test part.
    """

    rows: Indices
    donors: Indices


def shuffles_of(division: Division, n_columns: int, seed: int) -> dict[int, Shuffle]:
    """Draw, for each fold of the first repeat, as many rows as cost little beside its fit.

    Parameters
    ----------
    division : Division
    n_columns : int
        How many columns are shuffled, one at a time.
    seed : int

    Returns
    -------
    dict of int to Shuffle
        By the position of the fold.
    """
    shuffles: dict[int, Shuffle] = {}
    for fold, (train, test) in enumerate(division.first_folds):
        affordable = min(_ROWS_FOR_A_FITTED_ONE * len(train), _MOST_ROWS) // n_columns
        n_rows = min(max(affordable, _FEWEST_ROWS), len(test))
        random = np.random.default_rng([seed, fold])
        rows = np.sort(random.choice(len(test), n_rows, replace=False))
        shuffles[fold] = Shuffle(rows, random.permutation(len(test))[:n_rows])
    return shuffles


def scores_of_encoded(fitted: Pipeline, encoded: pd.DataFrame) -> Floats:
    """Return the scores, shape (n_rows,), of rows that the first step has encoded."""
    features: Any = encoded
    for _, step in fitted.steps[1:-1]:
        features = step.transform(features)
    scores: Floats = fitted[-1].predict_score(features)
    return scores


def shuffled_scores(fitted: Pipeline, encoded: pd.DataFrame, shuffle: Shuffle) -> Floats:
    """Return scores of rows in which one column at a time is taken from another row.

    Parameters
    ----------
    fitted : sklearn.pipeline.Pipeline
    encoded : DataFrame of shape (n_test_rows, n_columns)
        The test part.
    shuffle : Shuffle

    Returns
    -------
    ndarray of shape (n_columns, n_shuffled_rows)
    """
    x = encoded.to_numpy()
    kept, donors = x[shuffle.rows], x[shuffle.donors]
    n_rows, n_columns = kept.shape
    scores = np.empty((n_columns, n_rows))
    at_once = max(1, _CELLS_AT_ONCE // kept.size)
    for first in range(0, n_columns, at_once):
        columns = range(first, min(first + at_once, n_columns))
        changed = np.repeat(kept[None], len(columns), axis=0)
        for place, column in enumerate(columns):
            changed[place, :, column] = donors[:, column]
        rows = pd.DataFrame(changed.reshape(-1, n_columns), columns=encoded.columns)
        scores[columns.start : columns.stop] = scores_of_encoded(fitted, rows).reshape(-1, n_rows)
    return scores
