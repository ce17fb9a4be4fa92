"""How good a model is: metrics, folds, cross-validation and a hold-out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.model_selection import RepeatedKFold, train_test_split
from threadpoolctl import threadpool_limits

from regression_model.metrics import Metrics, measure

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.config.core import EvaluationConfig

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Fold = tuple[Indices, Indices]
MIN_FITTED_ROWS = 5
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


def summarise(y: Floats, predictions: Floats, folds: list[Fold], *, log: bool) -> CrossValidation:
    """Measure out-of-fold predictions of shape (n_repeats, n_samples)."""
    pooled = [measure(y, row, log=log) for row in predictions]
    by_fold = [
        measure(y[test], predictions[repeat, test], log=log)
        for repeat, (_, test) in with_repeats(folds, len(predictions))
    ]
    return CrossValidation(predictions, _mean(pooled), _mean(by_fold))


def with_repeats(folds: list[Fold], n_repeats: int) -> Iterator[tuple[int, Fold]]:
    """Yield the repeat of each fold, and the fold."""
    per_repeat = max(1, len(folds) // n_repeats)
    return ((i // per_repeat, fold) for i, fold in enumerate(folds))


def make_folds(n_samples: int, settings: EvaluationConfig, seed: int) -> list[Fold]:
    """Return (training rows, test rows) of each fold of each repeat."""
    splitter = RepeatedKFold(n_splits=settings.folds, n_repeats=settings.repeats, random_state=seed)
    return list(splitter.split(np.empty((n_samples, 1))))


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
    progress : callable, optional
        Told about every fold that is done.

    Returns
    -------
    ndarray of shape (n_repeats, n_samples)
        Predictions in target units.
    """
    predictions = np.empty((repeats, len(y)))
    predicted = predict_folds(pipeline, X, y, folds, what="cross-validation", progress=progress)
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
    progress: Progress | None,
) -> Iterator[Floats]:
    """Yield predictions of the test rows of each fold by a model fitted on its training rows."""
    jobs = (delayed(_fit_and_predict)(pipeline, X, y, fold) for fold in folds)
    for i, predicted in enumerate(Parallel(n_jobs=-1, return_as="generator")(jobs)):
        if progress is not None:
            progress(what, i + 1, len(folds))
        yield predicted


def _fit_and_predict(pipeline: Pipeline, X: pd.DataFrame, y: Floats, fold: Fold) -> Floats:
    train, test = fold
    fitted = fit(pipeline, X.iloc[train], y[train])
    with threadpool_limits(1):
        return np.asarray(fitted.predict(X.iloc[test]), dtype=np.float64)


def fit(pipeline: Pipeline, X: pd.DataFrame, y: Floats) -> Pipeline:
    """Return a fitted copy; on one thread, so that equal inputs give equal bytes."""
    with threadpool_limits(1):
        return clone(pipeline).fit(X, y)


def hold_out(
    pipeline: Pipeline, X: pd.DataFrame, y: Floats, *, share: float, seed: int, log: bool
) -> Metrics:
    """Measure a fit on the other rows on a share of rows kept aside."""
    train, test = train_test_split(np.arange(len(y)), test_size=share, random_state=seed)
    return measure(y[test], _fit_and_predict(pipeline, X, y, (train, test)), log=log)


def _mean(metrics: list[Metrics]) -> Metrics:
    means: dict[str, Any] = {}
    for key in asdict(metrics[0]):
        known = [value for m in metrics if (value := getattr(m, key)) is not None]
        means[key] = float(np.mean(known)) if known else None
    return Metrics(**means)
