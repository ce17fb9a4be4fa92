"""Losses of cross-validation folds, which artifacts keep: when two lists compare, and the test.

Compared are the losses of the folds, never predictions of rows that a model was trained on. Folds
share training rows, so the variance of their differences is corrected (C. Nadeau, Y. Bengio,
"Inference for the Generalization Error", Machine Learning 52, 2003, section 4).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from regression_model.metrics import exact_unit

if TYPE_CHECKING:
    from regression_model.arrays import Floats

TELLING_LOSSES = 5
"""Fewer cannot tell by a test."""
_MIN_FOLDS = 2
_PRECISION = 1e-15
_SMALLEST = 1e-300
_MOST_TERMS = 10_000


def common_scale(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return which losses of two models compare: ``score`` where both score alike, else ``target``.

    The scale of Yeo-Johnson is learned, so that two of them are never known to be the same.

    Parameters
    ----------
    before, after : dict
        The targets of both, as artifacts tell them.
    """
    transform = after["transform"]
    is_same = transform == before["transform"] and transform != "yeo_johnson"
    return "score" if is_same else "target"


def corrected_t_test(differences: Floats, n_folds: int) -> float:
    """Return the one-sided p-value of differences of losses, new minus old.

    Parameters
    ----------
    differences : ndarray of shape (n_folds * n_repeats,)
    n_folds : int
        Folds of one repeat; a test part is 1 / (n_folds - 1) of its training part.

    Returns
    -------
    float

    Examples
    --------
    >>> import numpy as np
    >>> round(corrected_t_test(np.array([1.0, 2.0, 3.0, 2.0]), 4), 3)
    0.025
    """
    count = len(differences)
    if count < _MIN_FOLDS:
        return 1.0
    differences = differences / exact_unit(differences)  # squares of tiny ones would be zero
    mean, variance = float(differences.mean()), float(differences.var(ddof=1))
    if variance == 0:
        return 0.0 if mean > 0 else 1.0
    # folds share training rows: 1 / count alone would take their differences for independent
    t = mean / math.sqrt(variance * (1 / count + 1 / (n_folds - 1)))
    return student_tail(t, count - 1)


def student_tail(t: float, freedom: float) -> float:
    """Return the probability that a number of Student's distribution is larger than `t`.

    Examples
    --------
    >>> round(student_tail(2.571, 5), 4), student_tail(0.0, 3)
    (0.025, 0.5)
    """
    square = t * t
    inside, outside = freedom / (freedom + square), square / (freedom + square)
    tail = _incomplete_beta(inside, outside, freedom / 2, 0.5) / 2
    return tail if t >= 0 else 1 - tail


def _incomplete_beta(x: float, rest: float, a: float, b: float) -> float:
    """Return the regularized incomplete beta function at `x`, where `rest` is 1 - `x`."""
    if x <= 0 or rest <= 0:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # where the fraction would be slow
        return 1 - _incomplete_beta(rest, x, b, a)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    front = math.exp(a * math.log(x) + b * math.log(rest) - log_beta) / a
    return front * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Return the fraction 8.17.22 of NIST's handbook of functions, by the method of Lentz."""
    value, above, below = 1.0, math.inf, 1.0
    for term in range(1, _MOST_TERMS):
        m = term // 2
        if term % 2 == 0:
            numerator = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            numerator = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        below = 1 / ((1 + numerator * below) or _SMALLEST)
        above = (1 + numerator / above) or _SMALLEST
        value *= above * below
        if abs(above * below - 1) < _PRECISION:
            break
    return value
