"""The learning curve: what fewer training rows would have cost, by the cheapest branch."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.bins import short
from regression_model.exceptions import DataError
from regression_model.training.fitting import MAX_ANSWER
from regression_model.training.jobs import Job, score_jobs
from regression_model.transformers.target import from_scores, make_transformer, within

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.training.branches import BranchScores
    from regression_model.training.division import Division
    from regression_model.training.folds import Fold
    from regression_model.training.plan import OpenModel
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample
    from regression_model.transformers.target import Transform

logger = logging.getLogger(__name__)

SHARES = (0.25, 0.5)
"""Of the training rows of a fold; what all of them gave is known."""
_MOST_FOLDS = 5
_FEWEST_ROWS = 30
"""The smallest share of the rows of a fold has so many, or there is no curve."""
_SHARE_OF_FITS = 0.07
"""What its fits may cost, of what those of the folds cost."""


def count_curve_fits(model: OpenModel, division: Division) -> int:
    """Return how many fits the learning curve takes."""
    return len(SHARES) * _n_folds(model, division)


def learning_curve(
    sample: Sample,
    model: OpenModel,
    transform: Transform,
    scores: BranchScores,
    division: Division,
    *,
    seed: int,
    counter: FitCounter,
) -> dict[str, Any] | None:
    """Measure the cheapest branch, fitted on shares of the training rows of some folds.

    Parameters
    ----------
    sample : Sample
    model : OpenModel
    transform : str
        The scale that was chosen.
    scores : BranchScores
        On that scale.
    division : Division
        Of the first repeat, the last folds are taken: in time order those that have most rows.
    seed : int
        Of which rows are left out; of groups, whole ones are.
    counter : FitCounter

    Returns
    -------
    dict or None
        ``branch``, ``folds``, and for each of ``shares``: ``rows`` on average, and ``error``, the
        mean absolute error of the branch alone in target units; None where rows are too few.
    """
    n_folds = _n_folds(model, division)
    if n_folds == 0:
        return None
    branch = min(scores.branches, key=lambda name: model.costs[name])
    chosen = range(division.n_folds)[-n_folds:]
    folds: list[Fold] = []
    for share in SHARES:
        folds += (_with_share(sample, division.folds[i], share, [seed, i]) for i in chosen)
    jobs = [Job(transform, branch, place) for place in range(len(folds))]
    fits_before = counter.done
    try:
        scored = score_jobs(sample, model, jobs, folds, stage="learning curve", counter=counter)
    except DataError as problem:  # what all rows are enough for, a quarter of them may not be
        logger.warning("no learning curve: %s", problem)
        counter.total -= len(jobs) - (counter.done - fits_before)
        return None
    answers = [scored[job].test for job in jobs]
    for i in chosen:
        folds.append(division.folds[i])
        answers.append(scores.scores[0, division.folds[i][1], scores.branches.index(branch)])
    pairs = zip(folds, answers, strict=True)
    losses = [_loss(sample, model, transform, fold, told) for fold, told in pairs]
    if max(losses) >= MAX_ANSWER:
        return None
    # share after share, as many folds of each
    rows = np.reshape([len(train) for train, _ in folds], (-1, n_folds)).mean(axis=1)
    errors = np.reshape(losses, (-1, n_folds)).mean(axis=1)
    return {
        "branch": branch,
        "folds": n_folds,
        "shares": [*SHARES, 1.0],
        "rows": [short(count) for count in rows.tolist()],
        "error": [short(error) for error in errors.tolist()],
    }


def _n_folds(model: OpenModel, division: Division) -> int:
    """Return how many folds are affordable, one at least; none where rows are too few."""
    n_rows = min(len(train) for train, _ in division.first_folds[-_MOST_FOLDS:])
    if min(SHARES) * n_rows < _FEWEST_ROWS:
        return 0
    all_fits = sum(model.costs.values()) * len(division.folds)
    one_fold = sum(SHARES) * min(model.costs.values())
    affordable = int(_SHARE_OF_FITS * all_fits / one_fold)
    return min(max(affordable, 1), _MOST_FOLDS, division.n_folds)


def _with_share(sample: Sample, fold: Fold, share: float, seed: list[int]) -> Fold:
    """Return a fold with a share of its training rows, drawn at random, of groups whole ones."""
    train, test = fold
    random = np.random.default_rng(seed)
    order = random.permutation(train)
    if sample.groups is not None:
        groups = np.unique(sample.groups[train], return_inverse=True)[1]
        places = random.permutation(int(groups.max()) + 1)
        order = train[np.argsort(places[groups], kind="stable")]
    return np.sort(order[: round(share * len(train))]), test


def _loss(
    sample: Sample, model: OpenModel, transform: Transform, fold: Fold, scores: Floats
) -> float:
    """Return the mean absolute error of scores of a fold's test rows."""
    train, test = fold
    transformer = make_transformer(transform).fit(sample.y[train].reshape(-1, 1))
    errors = np.abs(within(from_scores(transformer, scores), *model.bounds) - sample.y[test])
    errors = np.minimum(np.nan_to_num(errors, nan=MAX_ANSWER), MAX_ANSWER)
    weights = sample.weights_of(test)
    weights = None if weights is None or not weights.any() else weights
    return float(np.average(errors, weights=weights))
