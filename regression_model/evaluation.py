"""How good a model is: metrics, folds, cross-validation and a hold-out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import RepeatedKFold, train_test_split
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from regression_model.config.core import EvaluationConfig

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Fold = tuple[Indices, Indices]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done, and how many there are."""


@dataclass(frozen=True)
class Metrics:
    """Quality of predictions.

    Attributes
    ----------
    rmse_log : float or None
        Root mean squared error of the logarithm (RMSLE), where the target is logged.
    rmse, mae : float
        Root mean squared and mean absolute error, in target units.
    r2 : float or None
        Coefficient of determination, where there is more than one row.
    """

    rmse_log: float | None
    rmse: float
    mae: float
    r2: float | None

    def to_dict(self) -> dict[str, float]:
        """Return the metrics that there are, to six significant digits."""
        return {k: float(f"{v:.6g}") for k, v in asdict(self).items() if v is not None}


def measure(y: Floats, predictions: Floats, *, log: bool) -> Metrics:
    """Measure predictions of shape (n_samples,) against the truth.

    Parameters
    ----------
    y, predictions : ndarray of shape (n_samples,)
        In target units.
    log : bool
        Whether the error of the logarithm is wanted.

    Returns
    -------
    Metrics

    Examples
    --------
    >>> import numpy as np
    >>> measure(np.array([100.0, 200.0]), np.array([110.0, 190.0]), log=False).mae
    10.0
    """
    return Metrics(
        rmse_log=float(root_mean_squared_error(np.log(y), np.log(predictions))) if log else None,
        rmse=float(root_mean_squared_error(y, predictions)),
        mae=float(mean_absolute_error(y, predictions)),
        r2=float(r2_score(y, predictions)) if len(y) > 1 else None,
    )


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
    log: bool,
    progress: Progress | None = None,
) -> CrossValidation:
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
    log : bool
        Whether the error of the logarithm is wanted.
    progress : callable, optional
        Told about every fold that is done.

    Returns
    -------
    CrossValidation
    """
    jobs = (delayed(_fit_and_predict)(pipeline, X, y, fold) for fold in folds)
    results = Parallel(n_jobs=-1, return_as="generator")(jobs)
    per_fold = max(1, len(folds) // repeats)
    predictions = np.empty((repeats, len(y)))
    by_fold = []
    for i, (fold, predicted) in enumerate(zip(folds, results, strict=True)):
        predictions[i // per_fold, fold[1]] = predicted
        by_fold.append(measure(y[fold[1]], predicted, log=log))
        if progress is not None:
            progress("cross-validation", i + 1, len(folds))
    pooled = [measure(y, p, log=log) for p in predictions]
    return CrossValidation(predictions, _mean(pooled), _mean(by_fold))


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
