"""What each branch says of rows that it has not seen: one fit for each fold and branch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.training.jobs import Job, score_jobs
from regression_model.training.scale import candidate_scales, thinning
from regression_model.transformers.target import from_scores, make_transformer, to_scores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.arrays import Floats
    from regression_model.training.division import Division
    from regression_model.training.plan import OpenModel
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample
    from regression_model.training.scale import ScaleChoice
    from regression_model.training.shuffling import Shuffle
    from regression_model.transformers.target import Transform


@dataclass(frozen=True)
class BranchScores:
    """Out-of-fold scores of all branches.

    Attributes
    ----------
    branches : list of str
        Those among which weights are learned on the scale.
    transformers : list of transformer
        From target units to scores: of each fold, fitted on its training rows.
    scores : ndarray of shape (n_repeats, n_samples, n_branches)
        NaN for rows that are in no test part.
    truths : ndarray of shape (n_repeats, n_samples)
        The target on the scale of the fold that tests a row; NaN as above.
    shuffled : dict of int to ndarray of shape (n_columns, n_shuffled_rows, n_branches)
        By the position of a fold: scores where one column at a time is shuffled.
    """

    branches: list[str]
    transformers: list[Any]
    scores: Floats
    truths: Floats
    shuffled: dict[int, Floats] = field(default_factory=dict)

    def averaged(self, of_folds: Floats, division: Division) -> Floats:
        """Return scores averaged with weights of shape (n_folds, n_branches).

        Returns
        -------
        ndarray of shape (n_repeats, n_samples)
        """
        averaged = np.full_like(self.truths, np.nan)
        for weights, (repeat, (_, test)) in zip(of_folds, division.with_repeats(), strict=True):
            averaged[repeat, test] = self.scores[repeat, test] @ weights
        return averaged

    def in_target_units(self, averaged: Floats, division: Division) -> Floats:
        """Return averaged scores of shape (n_repeats, n_samples) as plain inverses."""
        answers = np.full_like(averaged, np.nan)
        for transformer, (repeat, (_, test)) in zip(
            self.transformers, division.with_repeats(), strict=True
        ):
            answers[repeat, test] = from_scores(transformer, averaged[repeat, test])
        return answers


def score_branches(
    sample: Sample,
    model: OpenModel,
    scale: ScaleChoice,
    division: Division,
    counter: FitCounter,
    *,
    shuffles: Mapping[int, Shuffle] | None = None,
) -> BranchScores:
    """Fit each branch once on each fold.

    Parameters
    ----------
    sample : Sample
    model : OpenModel
    scale : ScaleChoice
        The fits that it was chosen by are not made again.
    division : Division
    counter : FitCounter
    shuffles : mapping of int to Shuffle, optional
        As of `score_jobs`.

    Returns
    -------
    BranchScores
    """
    folds, transform = division.folds, scale.transform
    branches = model.branches_on(transform)
    jobs = [Job(transform, branch, i) for branch in branches for i in range(len(folds))]
    missing = [job for job in jobs if job not in scale.scored]
    counter.total += len(missing) - _count_of_folds(sample, model, division)
    scored = scale.scored | score_jobs(
        sample, model, missing, folds, stage="folds", counter=counter, shuffles=shuffles
    )
    scores = np.full((division.n_repeats, len(sample), len(branches)), np.nan)
    truths = np.full((division.n_repeats, len(sample)), np.nan)
    transformers = []
    for i, (repeat, (train, test)) in enumerate(division.with_repeats()):
        transformer = make_transformer(transform).fit(sample.y[train].reshape(-1, 1))
        transformers.append(transformer)
        truths[repeat, test] = to_scores(transformer, sample.y[test])
        for place, branch in enumerate(branches):
            scores[repeat, test, place] = scored[Job(transform, branch, i)].test
    shuffled: dict[int, Floats] = {}
    for i in shuffles or ():
        of_branches = [scored[Job(transform, branch, i)].shuffled for branch in branches]
        shuffled[i] = np.stack([scores for scores in of_branches if scores is not None], axis=-1)
    return BranchScores(branches, transformers, scores, truths, shuffled)


def count_fits(sample: Sample, model: OpenModel, division: Division) -> int:
    """Return how many fits a run takes: those of branches, the hold-out's and the final one.

    Of a curved scale there may be fewer, which is known when it is chosen.
    """
    scales = _scales(sample, model, division)
    n_judges = 0 if len(scales) == 1 else sum(len(model.judges_of(scale)) for scale in scales)
    return n_judges * division.n_folds + _count_of_folds(sample, model, division) + 2


def _count_of_folds(sample: Sample, model: OpenModel, division: Division) -> int:
    """Return how many fits of folds are left once the scale is chosen, if it is the first one."""
    first, *others = _scales(sample, model, division)
    is_used_again = bool(others) and thinning(len(sample)) == 1
    n_used_again = len(model.judges_of(first)) * division.n_folds if is_used_again else 0
    return len(division.folds) * len(model.branches_on(first)) - n_used_again


def _scales(sample: Sample, model: OpenModel, division: Division) -> tuple[Transform, ...]:
    scales = candidate_scales(model.transform, sample.y)
    return scales if division.is_apart else scales[:1]
