"""Fits of one branch on one fold each, in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from regression_model.training.fitting import fit, one_thread
from regression_model.training.shuffling import scores_of_encoded, shuffled_scores
from regression_model.training.workers import in_parallel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sklearn.pipeline import Pipeline

    from regression_model.arrays import Floats
    from regression_model.training.folds import Fold
    from regression_model.training.plan import OpenModel
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample
    from regression_model.training.shuffling import Shuffle
    from regression_model.transformers.target import Transform


class Job(NamedTuple):
    """A fit: on which scale, of which branch, and the position of its fold."""

    transform: Transform
    branch: str
    fold: int


class Scores(NamedTuple):
    """What a fit says of rows that it has not seen.

    Attributes
    ----------
    test : ndarray of shape (n_test_rows,)
        The scores of the test rows.
    shuffled : ndarray of shape (n_columns, n_shuffled_rows) or None
        The scores of some of them, one column at a time being another row's.
    """

    test: Floats
    shuffled: Floats | None


Scored = dict[Job, Scores]
"""What each fit that was made says."""


def score_jobs(
    sample: Sample,
    model: OpenModel,
    jobs: Sequence[Job],
    folds: list[Fold],
    *,
    stage: str,
    counter: FitCounter,
    shuffles: Mapping[int, Shuffle] | None = None,
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
    shuffles : mapping of int to Shuffle, optional
        By the position of a fold, in which its columns are shuffled as well, while the fit is in
        memory.

    Returns
    -------
    dict of Job to Scores
    """
    shuffles = {} if shuffles is None else shuffles
    jobs = sorted(jobs, key=lambda job: -model.costs[job.branch])
    pipelines = {
        (transform, branch): model.make_pipeline(transform, [branch])
        for transform, branch in dict.fromkeys((job.transform, job.branch) for job in jobs)
    }
    calls = (
        (sample, pipelines[job.transform, job.branch], folds[job.fold], shuffles.get(job.fold))
        for job in jobs
    )
    results = in_parallel(_score_test_rows, calls)
    scored: Scored = {}
    for job in jobs:
        what = f"{stage}: {job.branch}"
        counter.begin(what)
        scored[job] = next(results)
        counter.finish(what)
    return scored


def _score_test_rows(
    sample: Sample, pipeline: Pipeline, fold: Fold, shuffle: Shuffle | None
) -> Scores:
    train, test = fold
    fitted = fit(pipeline, sample.take(train))
    with one_thread():
        encoded = fitted[0].transform(sample.X.iloc[test])
        scores = scores_of_encoded(fitted, encoded)
        shuffled = None if shuffle is None else shuffled_scores(fitted, encoded, shuffle)
    return Scores(scores, shuffled)
