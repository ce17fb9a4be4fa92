"""How good a model is: metrics, folds, cross-validation and a hold-out."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    RepeatedKFold,
    train_test_split,
)
from threadpoolctl import ThreadpoolController

from regression_model.exceptions import DataError
from regression_model.metrics import Metrics, measure
from regression_model.processing.time_folds import time_folds
from regression_model.training.sample import NO_FACTS, RowFacts
from regression_model.training.workers import in_parallel

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.config.core import EvaluationConfig

from regression_model.arrays import Floats, Indices

Fold = tuple[Indices, Indices]
MIN_FITTED_ROWS = 5
_MIN_ROWS_BESIDE_A_GROUP = 2
MAX_ANSWER = 1e100
"""No answer is larger: targets are not beyond 1e30, and squares must be finite."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done, and how many there are."""


@dataclass(frozen=True)
class CrossValidation:
    """Out-of-fold predictions and what they say.

    Attributes
    ----------
    predictions : ndarray of shape (n_repeats, n_samples)
        Each row predicted by a model that has not seen it, once per repeat.
    pooled : Metrics
        Over all rows of a repeat, averaged over the repeats.
    mean_of_folds : Metrics
        Of each fold by itself, averaged over all folds.
    """

    predictions: Floats
    pooled: Metrics
    mean_of_folds: Metrics


def summarise(
    y: Floats, predictions: Floats, folds: list[Fold], *, log: bool, facts: RowFacts = NO_FACTS
) -> CrossValidation:
    """Measure out-of-fold predictions of shape (n_repeats, n_samples); NaN: in no test part."""
    seen = ~np.isnan(predictions[0])
    weights = facts.take(seen).weights
    pooled = [measure(y[seen], row[seen], log=log, weights=weights) for row in predictions]
    by_fold = [
        measure(y[test], predictions[repeat, test], log=log, weights=facts.take(test).weights)
        for repeat, (_, test) in with_repeats(folds, len(predictions))
    ]
    return CrossValidation(predictions, _mean(pooled), _mean(by_fold))


def with_repeats(folds: list[Fold], n_repeats: int) -> Iterator[tuple[int, Fold]]:
    """Yield the repeat of each fold, and the fold."""
    per_repeat = max(1, len(folds) // n_repeats)
    return ((i // per_repeat, fold) for i, fold in enumerate(folds))


def make_folds(
    n_samples: int, settings: EvaluationConfig, seed: int, facts: RowFacts = NO_FACTS
) -> list[Fold]:
    """Return (training rows, test rows) of each fold of each repeat.

    Rows of one group are in one test part; with times, each fold is predicted from all before it.
    """
    if facts.times is not None:
        folds = time_folds(facts.times, settings.folds)
        if folds is None:
            message = f"too many rows share a time for {settings.folds} folds in time order"
            raise DataError(message)
        return folds
    if facts.groups is not None:
        return [
            _fittable(fold)
            for repeat in range(settings.repeats)
            for fold in group_folds(facts.groups, settings.folds, seed + repeat)
        ]
    splitter = RepeatedKFold(n_splits=settings.folds, n_repeats=settings.repeats, random_state=seed)
    return list(splitter.split(np.empty((n_samples, 1))))


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


def folds_digest(folds: list[Fold]) -> str:
    """Return the SHA-256 of the folds' test rows."""
    digest = hashlib.sha256()
    for _, test in folds:
        digest.update(test.astype("<i8").tobytes())
    return digest.hexdigest()


def cross_validate(
    pipeline: Pipeline,
    X: pd.DataFrame,
    y: Floats,
    *,
    folds: list[Fold],
    repeats: int,
    facts: RowFacts = NO_FACTS,
    progress: Progress | None = None,
) -> Floats:
    """Fit the whole pipeline once per fold, in parallel, and predict the rows left out.

    Parameters
    ----------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted.
    X : DataFrame of shape (n_samples, n_columns)
        The raw table.
    y : ndarray of shape (n_samples,)
        The target.
    folds : list of (ndarray, ndarray)
        Training and test rows.
    repeats : int
        How often each row is in a test part.
    facts : RowFacts
        Weights, groups and times of the rows.
    progress : callable, optional
        Told about every fold that is done.

    Returns
    -------
    ndarray of shape (n_repeats, n_samples)
        Predictions in target units; NaN for rows that are in no test part.
    """
    predictions = np.full((repeats, len(y)), np.nan)
    predicted = predict_folds(
        pipeline, X, y, folds, what="cross-validation", facts=facts, progress=progress
    )
    for (repeat, (_, test)), values in zip(with_repeats(folds, repeats), predicted, strict=True):
        predictions[repeat, test] = values
    return predictions


def predict_folds(
    pipeline: Pipeline,
    X: pd.DataFrame,
    y: Floats,
    folds: list[Fold],
    *,
    what: str,
    facts: RowFacts = NO_FACTS,
    progress: Progress | None,
) -> Iterator[Floats]:
    """Yield predictions of the test rows of each fold by a model fitted on its training rows."""
    jobs = ((pipeline, X, y, fold, facts) for fold in folds)
    for i, predicted in enumerate(in_parallel(_fit_and_predict, jobs)):
        if progress is not None:
            progress(what, i + 1, len(folds))
        yield predicted


def _fit_and_predict(
    pipeline: Pipeline, X: pd.DataFrame, y: Floats, fold: Fold, facts: RowFacts
) -> Floats:
    train, test = fold
    fitted = fit(pipeline, X.iloc[train], y[train], facts.take(train))
    with one_thread():
        predicted = np.asarray(fitted.predict(X.iloc[test]), dtype=np.float64)
    check_answers(predicted, test)
    return predicted


def check_answers(predicted: Floats, rows: Indices) -> None:
    """Refuse predictions, shape (n_rows,), that no figure could be made of.

    Raises
    ------
    DataError
    """
    wrong = np.flatnonzero(~(np.abs(predicted) <= MAX_ANSWER))
    if wrong.size:
        message = (
            f"out of fold, the model's answer in row {rows[wrong[0]]} is {predicted[wrong[0]]:g} "
            f"({wrong.size} rows like it): far outside the training range the target's transform "
            "has no finite inverse; set target.transform to none or auto, or a larger "
            "clip_quantile for linear estimators"
        )
        raise DataError(message)


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which the libraries below scikit-learn compute on one thread."""
    limited: AbstractContextManager[Any] = _thread_pools().limit(limits=1)
    return limited


@cache
def _thread_pools() -> ThreadpoolController:
    """Look for these libraries once: it takes as long as a small fit, and all are loaded by now."""
    return ThreadpoolController()


def fit(pipeline: Pipeline, X: pd.DataFrame, y: Floats, facts: RowFacts = NO_FACTS) -> Pipeline:
    """Return a fitted copy; on one thread, so that equal inputs give equal bytes.

    A solver that stopped before its tolerance answers none the less; what it is worth is measured.
    """
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return clone(pipeline).fit(X, y, **facts.fit_parameters())


def hold_out(
    pipeline: Pipeline,
    X: pd.DataFrame,
    y: Floats,
    *,
    share: float,
    seed: int,
    log: bool,
    facts: RowFacts = NO_FACTS,
) -> Metrics:
    """Measure a fit on the other rows on a share of rows kept aside."""
    train, test = hold_out_split(len(y), share, seed, facts)
    predicted = _fit_and_predict(pipeline, X, y, (train, test), facts)
    return measure(y[test], predicted, log=log, weights=facts.take(test).weights)


def hold_out_split(n_samples: int, share: float, seed: int, facts: RowFacts) -> Fold:
    """Keep a share of rows aside: at random, by whole groups, or the latest."""
    if facts.times is not None:
        first = np.quantile(facts.times, 1 - share, method="higher")
        first = first if first > facts.times.min() else np.nextafter(first, np.inf)
        return np.flatnonzero(facts.times < first), np.flatnonzero(facts.times >= first)
    if facts.groups is not None:
        splitter = GroupShuffleSplit(1, test_size=share, random_state=seed)
        return _fittable(next(splitter.split(facts.groups, groups=facts.groups)))
    train, test = train_test_split(np.arange(n_samples), test_size=share, random_state=seed)
    return train, test


def _mean(metrics: list[Metrics]) -> Metrics:
    means: dict[str, Any] = {}
    for key in asdict(metrics[0]):
        known = [value for m in metrics if (value := getattr(m, key)) is not None]
        means[key] = float(np.mean(known)) if known else None
    return Metrics(**means)
