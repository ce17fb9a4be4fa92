"""How the rows are shared out: some kept apart from everything, and folds of the others."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.time_folds import judges_intervals
from regression_model.training.folds import (
    MIN_FITTED_ROWS,
    Fold,
    hold_out_split,
    make_folds,
    with_repeats,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.config.core import EvaluationConfig
    from regression_model.training.sample import Sample

logger = logging.getLogger(__name__)

_MIN_FOLDS = 2


@dataclass(frozen=True)
class Division:
    """Rows to fit on and rows to judge by.

    Attributes
    ----------
    folds : list of (ndarray, ndarray)
        Training and test rows, of all repeats.
    n_repeats : int
    hold_out : (ndarray, ndarray)
        The other rows, and those that are kept apart.
    is_apart : bool
        Whether these are in no fold. They are where the others make no folds: nothing may be chosen
        by those then.
    """

    folds: list[Fold]
    n_repeats: int
    hold_out: Fold
    is_apart: bool

    @property
    def n_folds(self) -> int:
        """Folds of one repeat."""
        return len(self.folds) // self.n_repeats

    @property
    def first_folds(self) -> list[Fold]:
        """The folds of the first repeat."""
        return self.folds[: self.n_folds]

    def with_repeats(self) -> Iterator[tuple[int, Fold]]:
        """Yield the repeat of each fold, and the fold."""
        return with_repeats(self.folds, self.n_repeats)


def divide(sample: Sample, evaluation: EvaluationConfig, seed: int) -> Division:
    """Keep the hold-out apart, and make folds of the other rows: as many as they are enough for.

    Parameters
    ----------
    sample : Sample
    evaluation : EvaluationConfig
    seed : int
        Of the hold-out and of the folds.

    Returns
    -------
    Division

    Raises
    ------
    DataError
        If the rows make no folds at all.
    """
    hold_out = hold_out_split(sample, evaluation.hold_out, seed)
    others = np.sort(hold_out[0])
    rest = sample.take(others)
    for n_folds in range(min(evaluation.folds, len(rest)), _MIN_FOLDS - 1, -1):
        fewer = evaluation.model_copy(update={"folds": n_folds})
        folds = _folds_to_judge_by(rest, fewer, seed)
        if folds is not None:
            folds = [(others[train], others[test]) for train, test in folds]
            return Division(folds, evaluation.repeats, hold_out, is_apart=True)
    logger.warning(
        "the rows besides the hold-out make no two folds: it is no second opinion, as its rows are "
        "in the folds too; give more rows or groups, or a smaller evaluation.hold_out"
    )
    folds = make_folds(sample, evaluation, seed)
    return Division(folds, evaluation.repeats, hold_out, is_apart=False)


def _folds_to_judge_by(
    sample: Sample, evaluation: EvaluationConfig, seed: int
) -> list[Fold] | None:
    """Return folds, or None where too few groups, times or rows make them useless."""
    try:
        folds = make_folds(sample, evaluation, seed)
    except (DataError, ValueError):  # scikit-learn's own for too few groups
        return None
    if min(len(train) for train, _ in folds) < MIN_FITTED_ROWS:
        return None
    return folds if sample.times is None or judges_intervals(folds) else None
