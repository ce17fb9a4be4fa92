"""The weights of the branches, where the config leaves them to the data.

Scores out of fold decide, none of a row that the hold-out keeps apart. Where the other rows make no
folds, nothing is chosen.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.metrics import rounded
from regression_model.training.averaging import PRIOR_ROWS, convex_weights
from regression_model.training.scale import error_on_scale

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices
    from regression_model.training.branches import BranchScores
    from regression_model.training.division import Division
    from regression_model.training.plan import OpenModel
    from regression_model.training.sample import Sample
    from regression_model.training.scale import ScaleChoice
    from regression_model.transformers.target import Transform


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes
    ----------
    transform : str
        The target's scale, never ``auto``.
    weights : dict of str to float
        By branch; branches that are not in it are left out.
    errors : dict of str to float
        By transform, the root mean squared error out of fold, in target units: of the branches by
        which the scale is chosen, or, where weights alone are learned, of their average. Empty
        where there was nothing to choose.
    of_folds : ndarray of shape (n_folds of all repeats, n_branches)
        The weights that each fold is judged with, of sum one, of the branches among which they are
        chosen: learned without it.
    """

    transform: Transform
    weights: dict[str, float]
    errors: dict[str, float]
    of_folds: Floats = field(compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the errors by transform, and the weights by branch, to six significant digits."""
        known = {name: error for name, error in self.errors.items() if np.isfinite(error)}
        return {
            "errors": {name: rounded(error) for name, error in known.items()},
            "weights": self.weights,
        }


def choose_weights(
    sample: Sample,
    model: OpenModel,
    scale: ScaleChoice,
    scores: BranchScores,
    division: Division,
) -> Choice:
    """Choose the weights, where they are ``learned``; those that judge a fold never saw it.

    Parameters
    ----------
    sample : Sample
    model : OpenModel
    scale : ScaleChoice
    scores : BranchScores
        On that scale.
    division : Division

    Returns
    -------
    Choice

    Notes
    -----
    Weights are those of least squares on out-of-fold scores that are not negative and add up to one
    (L. Breiman, "Stacked Regressions", Machine Learning 24, 1996), drawn towards equal ones as far
    as 50 rows would.
    """
    given = np.array([model.weights[branch] for branch in scores.branches])
    of_folds = np.tile(given / given.sum(), (len(division.folds), 1))
    if not (model.learns_weights and division.is_apart):
        if model.learns_weights:
            logger.warning("estimators keep the weights that the config gives")
        return Choice(scale.transform, model.weights, scale.errors, of_folds)
    for i, (repeat, (train, _)) in enumerate(division.with_repeats()):
        # in time order, rows of the first training part are in no test part
        known = train[~np.isnan(scores.truths[repeat, train])]
        if known.size:
            of_folds[i] = _learned(scores, [(repeat, known)], sample)
    seen = [(r, np.flatnonzero(~np.isnan(truths))) for r, truths in enumerate(scores.truths)]
    learned = zip(scores.branches, _learned(scores, seen, sample).tolist(), strict=True)
    weights = {name: weight for name, weight in learned if weight > 0}
    errors = scale.errors or {
        scale.transform: error_on_scale(
            sample,
            scale.transform,
            scores.averaged(of_folds, division)[0],
            model=model,
        )
    }
    return Choice(scale.transform, weights, errors, of_folds)


def _learned(scores: BranchScores, seen: list[tuple[int, Indices]], sample: Sample) -> Floats:
    """Return the weights that some rows of some repeats teach."""
    return convex_weights(
        np.concatenate([scores.scores[repeat, rows] for repeat, rows in seen]),
        np.concatenate([scores.truths[repeat, rows] for repeat, rows in seen]),
        None
        if sample.weights is None
        else np.concatenate([sample.weights[rows] for _, rows in seen]),
        # a row does not count for more because it was predicted more than once
        prior_rows=PRIOR_ROWS * len(seen),
    )
