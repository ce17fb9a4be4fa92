"""The three tests: the sums of rows with truth, held against what training promised."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from regression_model.reports.monitor.evidence import (
    by_first_week,
    from_any_week,
    higher_mean,
    log_of_sum,
    more_misses,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from regression_model.reports.monitor.evidence import Sums
    from regression_model.reports.monitor.promise import Promise


_MOST = 500.0
"""No more is told of the logarithm of an e-value."""
_MANY_RESIDUALS = 1_000_000_000


def evidence_of(
    weeks: Mapping[int, Sums], promise: Promise, *, only: str | None = None
) -> dict[str, float]:
    """Return the evidence that a promise is broken.

    Parameters
    ----------
    weeks : mapping of int to Sums
        Of rows with truth, by the week of their prediction.
    promise : Promise
    only : {"coverage", "error", "bias"}, optional
        The one that is asked for; all by default.

    Returns
    -------
    dict of str to float
        E-values, as far as JSON can hold them; coverage is among them only where the artifact has
        intervals.
    """
    names = [name for name in _tests() if name != "coverage" or promise.level is not None]
    asked = names if only is None else [only]
    found = {name: from_any_week(weeks, partial(_tests()[name], promise)) for name in asked}
    return {name: math.exp(min(logarithm, _MOST)) for name, logarithm in found.items()}


def likeliest_start(weeks: Mapping[int, Sums], promise: Promise, name: str) -> int:
    """Return the week from which on the evidence that a promise is broken is strongest."""
    # where few residuals promised, many rows prove no more than few: all starts would be alike
    exact = replace(promise, n_residuals=_MANY_RESIDUALS)
    parts = by_first_week(weeks, partial(_tests()[name], exact))
    return max(parts, key=lambda week: (parts[week], -week))


def _tests() -> dict[str, Callable[[Promise, Sums], float]]:
    return {"coverage": _misses, "error": _larger_error, "bias": _bias}


def _misses(promise: Promise, sums: Sums) -> float:
    level = 1.0 if promise.level is None else promise.level
    return more_misses(sums, 1 - level, promise.n_residuals)


def _larger_error(promise: Promise, sums: Sums) -> float:
    return higher_mean(
        sums.absolute,
        sums.squared,
        sums.n,
        most=promise.most_mae,
        spread=promise.spread_of_mae,
    )


def _bias(promise: Promise, sums: Sums) -> float:
    """Return the logarithm of the mean of the evidence for either direction."""
    either = [
        higher_mean(
            sign * sums.error,
            sums.squared,
            sums.n,
            most=sign * promise.bias + promise.tolerance,
            spread=promise.rmse,
        )
        for sign in (1, -1)
    ]
    return log_of_sum(either) - math.log(2)
