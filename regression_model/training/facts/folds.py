"""What the folds of a run tell, gathered while all that they gave is at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regression_model.training.facts.curve import learning_curve
from regression_model.training.facts.importance import measure_importance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regression_model.arrays import Floats
    from regression_model.training.branches import BranchScores
    from regression_model.training.choice import Choice
    from regression_model.training.cross_validation import OutOfFold
    from regression_model.training.facts.importance import Importance
    from regression_model.training.intervals import IntervalReport
    from regression_model.training.plan import TrainingPlan
    from regression_model.training.progress import FitCounter
    from regression_model.training.sample import Sample
    from regression_model.training.shuffling import Shuffle


@dataclass(frozen=True)
class FoldFacts:
    """What the folds of a run tell.

    Attributes
    ----------
    answers : ndarray of shape (n_samples,)
        What is answered out of fold, in target units; NaN for rows that are in no test part.
    intervals : IntervalReport
    importance : Importance
    learning_curve : dict or None
    least_rows : int
        Of how many rows a bin or a level is told.
    out_of_fold : OutOfFold
        What the answers are from.
    """

    answers: Floats
    intervals: IntervalReport
    importance: Importance
    learning_curve: dict[str, Any] | None
    least_rows: int
    out_of_fold: OutOfFold


def gather(
    sample: Sample,
    plan: TrainingPlan,
    choice: Choice,
    scores: BranchScores,
    out_of_fold: OutOfFold,
    *,
    intervals: IntervalReport,
    shuffles: Mapping[int, Shuffle],
    counter: FitCounter,
) -> FoldFacts:
    """Measure importance, draw the learning curve, and keep the answers beside them.

    Parameters
    ----------
    sample : Sample
    plan : TrainingPlan
    choice : Choice
    scores : BranchScores
        With those of shuffled columns.
    out_of_fold : OutOfFold
    intervals : IntervalReport
    shuffles : mapping of int to Shuffle
        By the position of a fold.
    counter : FitCounter
        Told of the fits of the learning curve.

    Returns
    -------
    FoldFacts
    """
    model, division, part = plan.open_model, out_of_fold.division, plan.facts
    importance = measure_importance(
        sample, scores, choice.of_folds, division, shuffles=shuffles, bounds=model.bounds
    )
    curve = learning_curve(
        sample, model, choice.transform, scores, division, seed=part.seed, counter=counter
    )
    answers = out_of_fold.means if model.answers_mean else out_of_fold.medians
    return FoldFacts(answers[0], intervals, importance, curve, part.least_rows, out_of_fold)
