"""Fits of one branch on one fold each, in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from regression_model.training.fitting import fit, one_thread
from regression_model.training.workers import in_parallel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.training.folds import Fold
    from regression_model.training.plan import OpenModel
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample
    from regression_model.transformers.target import Transform


class Job(NamedTuple):
    """A fit: on which scale, of which branch, and the position of its fold."""

    transform: Transform
    branch: str
    fold: int


Scored = dict[Job, "Floats"]
"""The scores of the test rows of each fit that was made."""


def score_jobs(
    sample: Sample,
    model: OpenModel,
    jobs: Sequence[Job],
    folds: list[Fold],
    *,
    stage: str,
    counter: FitCounter,
) -> Scored:
    """Make fits in parallel, the dearest first, so that no long one is left for the end.

    Parameters
    ----------
    sample : Sample
    model : OpenModel
    jobs : sequence of Job
    folds : list of (ndarray, ndarray)
    stage : str
        What the fits are for, in words.
    counter : FitCounter

    Returns
    -------
    dict of Job to ndarray of shape (n_test_rows,)
    """
    jobs = sorted(jobs, key=lambda job: -model.costs[job.branch])
    pipelines = {
        (transform, branch): model.make_pipeline(transform, [branch])
        for transform, branch in dict.fromkeys((job.transform, job.branch) for job in jobs)
    }
    calls = ((sample, pipelines[job.transform, job.branch], folds[job.fold]) for job in jobs)
    results = in_parallel(_score_test_rows, calls)
    scored: Scored = {}
    for job in jobs:
        what = f"{stage}: {job.branch}"
        counter.begin(what)
        scored[job] = next(results)
        counter.finish(what)
    next(results, None)  # joblib warns of results that are not asked for to their end
    return scored


def _score_test_rows(sample: Sample, pipeline: Pipeline, fold: Fold) -> Floats:
    train, test = fold
    fitted = fit(pipeline, sample.take(train))
    with one_thread():
        features = fitted[:-1].transform(sample.X.iloc[test])
        scores: Floats = fitted[-1].predict_score(features)
    return scores
