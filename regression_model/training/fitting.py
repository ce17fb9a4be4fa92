"""Fitting pipelines, on one thread each, and predicting rows that were left out."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import ThreadpoolController

from regression_model.exceptions import DataError
from regression_model.training.workers import in_parallel

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats, Indices
    from regression_model.training.folds import Fold
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample

MAX_ANSWER = 1e100
"""No answer is larger: targets are not beyond 1e30, and squares must be finite."""


def fit(pipeline: Pipeline, sample: Sample) -> Pipeline:
    """Return a fitted copy; on one thread, so that equal inputs give equal bytes.

    A solver that stopped before its tolerance answers none the less; what it is worth is measured.
    """
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return clone(pipeline).fit(sample.X, sample.y, **sample.fit_parameters())


def fit_and_predict(pipeline: Pipeline, sample: Sample, fold: Fold) -> Floats:
    """Return predictions of the test rows of a fold by a model fitted on its training rows.

    Raises
    ------
    DataError
        If one is such that no figure could be made of it.
    """
    train, test = fold
    fitted = fit(pipeline, sample.take(train))
    with one_thread():
        predicted = np.asarray(fitted.predict(sample.X.iloc[test]), dtype=np.float64)
    check_answers(predicted, test)
    return predicted


def fit_last(
    pipeline: Pipeline, sample: Sample, hold_out: Fold, counter: FitCounter
) -> tuple[Pipeline, Floats]:
    """Fit the final model on all rows, while another process fits on those beside the hold-out.

    Returns
    -------
    Pipeline
        A fitted copy.
    ndarray of shape (n_test_rows,)
        Predictions of the hold-out, as of `fit_and_predict`.
    """
    predictions = in_parallel(fit_and_predict, [(pipeline, sample, hold_out)])
    counter.begin("final model")
    fitted = fit(pipeline, sample)
    counter.finish("final model")
    counter.begin("hold-out")
    predicted = next(predictions)
    counter.finish("hold-out")
    return fitted, predicted


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
