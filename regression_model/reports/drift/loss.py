"""What a shift costs: the error to expect, without a truth, from how difficult rows are."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from regression_model.artifact.fold_losses import student_tail
from regression_model.metrics import rounded

if TYPE_CHECKING:
    from regression_model.artifact.counts import RowCounts
    from regression_model.artifact.residuals import Residuals

_NORMAL_95 = 1.645
"""Standard deviations: one in twenty is beyond on that side."""
LEVEL = 0.05
"""In so many reports a larger error is proven where nothing has shifted."""
_OF_FOLDS = 0.05
"""The standard deviation of how much less the final model errs than models of folds did.

Of single tables that is 10 % or nothing: ``python -m benchmarks.honesty``.
"""
_LEAST_DEVIATION = 1e-9
"""In parts of training's error, where all rows are alike."""
_MOST_FREEDOM = 1e6
"""Student's distribution of more is the normal one."""
_WORSE = 1.1
"""By how many times the error of training is worth an alarm."""
_TOLD = 1.5
"""Whoever could not prove this many times the error has too few rows to tell."""


@dataclass(frozen=True)
class Loss:
    """The mean absolute error to expect of rows, beside that of training, in target units.

    Attributes
    ----------
    error : float
        What is to be expected of the final model, if rows of equal difficulty err as in training.
    low, high : float
        Between which the error will be in nine of ten such files. Counted are the chance of these
        rows and of those of training, how far parts of the training table were from what was to be
        expected of them, and that the models of folds are not the final one.
    trained : float
        Out of fold, at training: of models that have learned from fewer rows, and err some more.
    n_rows : int
        For which it is estimated.
    beyond : float
        The share of rows that are beyond what training has seen, for which this is extrapolated.
    p_value : float
        How likely chance alone makes the error of models of folds, on these rows, so much larger
        than at training.
    verdict : str
        ``worse``: proven, and by a tenth or more; ``none``; or ``too_few_rows`` to tell.
    """

    error: float
    low: float
    high: float
    trained: float
    n_rows: int
    beyond: float
    p_value: float
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, to six significant digits."""
        told = asdict(self)
        return {key: rounded(each) if isinstance(each, float) else each
                for key, each in told.items()}  # fmt: skip


def loss_of(
    counts: RowCounts, residuals: Residuals | None, trained: float | None, level: float = LEVEL
) -> Loss | None:
    """Return the error to expect of rows that were counted; None where nothing says it.

    Parameters
    ----------
    counts : RowCounts
    residuals : Residuals or None
    trained : float or None
        The mean absolute error out of fold.
    level : float
        In how many of such reports a larger error is proven where nothing has shifted, at most.
    """
    n = counts.n_estimated
    if residuals is None or not trained or not n:
        return None
    error, squares = counts.error / n, counts.squared_error / n
    # of the mean of rows that are drawn at random, beside that of training's
    of_rows = math.sqrt(max(squares - error**2, 0.0) / max(n - 1, 1)) if n > 1 else error
    of_training = residuals.scatter * trained / math.sqrt(residuals.n)
    deviation = max(math.hypot(of_rows, of_training), _LEAST_DEVIATION * trained)
    freedom = _freedom(deviation, (of_rows, n), (of_training, residuals.n))
    p_value = student_tail((error - trained) / deviation, freedom)
    verdict = "none"
    if p_value <= level and error >= _WORSE * trained:
        verdict = "worse"
    elif student_tail((_TOLD - 1) * trained / deviation, freedom) > level:
        verdict = "too_few_rows"
    foretold = residuals.gain * error
    margin = residuals.gain * _margin(error, squares, n, residuals)
    return Loss(
        error=foretold,
        low=max(foretold - margin, 0.0),
        high=foretold + margin,
        trained=trained,
        n_rows=n,
        beyond=counts.n_beyond / max(counts.n_rows - counts.n_failed, 1),
        p_value=p_value,
        verdict=verdict,
    )


def _margin(error: float, squares: float, n: int, residuals: Residuals) -> float:
    """Return how far off the mean of what these very rows will err by may be."""
    of_truths = residuals.scatter * math.sqrt(squares / n)
    of_estimate = residuals.scatter * error / math.sqrt(residuals.n)
    # rows that are no sample at random differ in more than their columns tell, as parts of
    # training's table did
    of_part = math.hypot(residuals.between, _OF_FOLDS) * error
    return _NORMAL_95 * math.hypot(of_truths, of_estimate, of_part)


def _freedom(deviation: float, *parts: tuple[float, int]) -> float:
    """Return the degrees of freedom of a deviation that each part was measured for on so many rows.

    B. Welch, Biometrika 34, 1947; F. Satterthwaite, Biometrics Bulletin 2, 1946.
    """
    inverse = sum((each / deviation) ** 4 / max(n - 1, 1) for each, n in parts)
    return 1 / max(inverse, 1 / _MOST_FREEDOM)
