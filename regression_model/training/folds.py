"""Folds: which rows are fitted on, and which are predicted, each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    RepeatedKFold,
    train_test_split,
)

from regression_model.arrays import Indices
from regression_model.exceptions import DataError
from regression_model.processing.time_folds import time_folds

if TYPE_CHECKING:
    from regression_model.config.core import EvaluationConfig
    from regression_model.training.sample import Sample

Fold = tuple[Indices, Indices]
"""Positions of the rows that are fitted on, and of those that are predicted."""
MIN_FITTED_ROWS = 5
"""Quantiles, mean targets and leaves of fewer rows say nothing."""
_MIN_ROWS_BESIDE_A_GROUP = 2


def make_folds(sample: Sample, evaluation: EvaluationConfig, seed: int) -> list[Fold]:
    """Return (training rows, test rows) of each fold of each repeat.

    Rows of one group are in one test part; with times, each fold is predicted from all before it.

    Raises
    ------
    DataError
        If too many rows share a time, or nearly all are of one group.
    """
    if sample.times is not None:
        folds = time_folds(sample.times, evaluation.folds)
        if folds is None:
            message = f"too many rows share a time for {evaluation.folds} folds in time order"
            raise DataError(message)
        return folds
    if sample.groups is not None:
        return [
            _fittable(fold)
            for repeat in range(evaluation.repeats)
            for fold in group_folds(sample.groups, evaluation.folds, seed + repeat)
        ]
    splitter = RepeatedKFold(
        n_splits=evaluation.folds, n_repeats=evaluation.repeats, random_state=seed
    )
    return list(splitter.split(np.empty((len(sample), 1))))


def group_folds(groups: Indices, n_folds: int, seed: int) -> list[Fold]:
    """Return folds in which no group is both trained and tested on."""
    splitter = GroupKFold(n_folds, shuffle=True, random_state=seed)
    return list(splitter.split(groups, groups=groups))


def _fittable(fold: Fold) -> Fold:
    """Return a fold by groups, if rows to fit on are left beside its largest group."""
    if len(fold[0]) < _MIN_ROWS_BESIDE_A_GROUP:
        message = (
            f"of all rows but those of some groups, {len(fold[0])} are left to fit on: nearly all "
            "rows are of one group; leave group_column out"
        )
        raise DataError(message)
    return fold


def with_repeats(folds: list[Fold], n_repeats: int) -> Iterator[tuple[int, Fold]]:
    """Yield the repeat of each fold, and the fold."""
    per_repeat = max(1, len(folds) // n_repeats)
    return ((i // per_repeat, fold) for i, fold in enumerate(folds))


def folds_digest(folds: list[Fold]) -> str:
    """Return the SHA-256 of the folds' test rows."""
    digest = hashlib.sha256()
    for _, test in folds:
        digest.update(test.astype("<i8").tobytes())
    return digest.hexdigest()


def hold_out_split(sample: Sample, share: float, seed: int) -> Fold:
    """Keep a share of rows aside: at random, by whole groups, or the latest."""
    times = sample.times
    if times is not None:
        first = np.quantile(times, 1 - share, method="higher")
        # rows of the earliest time are never kept aside, or none would be left to fit on
        first = first if first > times.min() else np.nextafter(first, np.inf)
        return np.flatnonzero(times < first), np.flatnonzero(times >= first)
    if sample.groups is not None:
        splitter = GroupShuffleSplit(1, test_size=share, random_state=seed)
        return _fittable(next(splitter.split(sample.groups, groups=sample.groups)))
    train, test = train_test_split(np.arange(len(sample)), test_size=share, random_state=seed)
    return train, test
