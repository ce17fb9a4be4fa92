"""Evidence that may be looked at whenever one likes, and as often.

Each test is an e-process: a quantity whose mean is at most 1 at any moment as long as the promise
holds, so that it ever reaches 20 with a probability of at most 5 % (Ville's inequality). How such
tests are built: S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric,
nonasymptotic confidence sequences", Annals of Statistics 49, 2021; I. Waudby-Smith and A. Ramdas,
"Estimating means of bounded random variables by betting", JRSS B 86, 2024.

All of them are functions of sums: in which order truths come makes no difference. They give the
natural logarithm of the e-value, which does not end where numbers do: of two starts that are beyond
doubt, one is still the likelier.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ALARM = 20.0
"""The evidence that proves a promise broken: reached by chance in 5 % of all lives of a model."""
_ODDS = (1.4, 2.0, 2.8, 4.5)
"""By how much the odds of a miss may have risen: what the test of coverage finds soonest.

It looks for any other share as well: the more rows, the less is any of these the one that there is.
"""
_FROM_THE_FIRST_WEEK = 0.5
"""The share of the error that is spent on all rows since the first; the rest on later starts."""
_HALF_OF_LATER = 20
"""In how many weeks half of that rest is spent."""
_MIXED = 10.0
"""Of how many rows the mean is looked for best, in units of its own spread: those of 0.3 of it."""


class Sums(NamedTuple):
    """What is known of some rows whose truth has come.

    Attributes
    ----------
    n : int
        How many.
    error : float
        Of truth less prediction, in target units.
    absolute : float
        Of the errors without sign.
    squared : float
        Of the squared errors.
    n_judged : int
        How many of them had an interval.
    misses : int
        How many truths were outside.
    """

    n: int = 0
    error: float = 0.0
    absolute: float = 0.0
    squared: float = 0.0
    n_judged: int = 0
    misses: int = 0

    def plus(self, other: Sums) -> Sums:
        """Return the sums of both."""
        return Sums(
            n=self.n + other.n,
            error=self.error + other.error,
            absolute=self.absolute + other.absolute,
            squared=self.squared + other.squared,
            n_judged=self.n_judged + other.n_judged,
            misses=self.misses + other.misses,
        )


def more_misses(sums: Sums, expected: float, n_residuals: int) -> float:
    """Return the log evidence that intervals miss more often than they should.

    Parameters
    ----------
    sums : Sums
    expected : float
        The share of misses that was promised.
    n_residuals : int
        Of training, that the intervals were made of.

    Notes
    -----
    A mixture of likelihood ratios. Intervals of n residuals miss a share that has itself a beta
    distribution (V. Vovk, "Conditional validity of inductive conformal predictors", ACML 2012), so
    the promise stands below as a beta-binomial: who keeps few residuals promises less exactly. No
    more misses than were promised are no evidence, however few: less than it is, is safe.
    """
    hits = sums.n_judged - sums.misses
    mean_misses = expected * (n_residuals + 1)
    mean_hits = (n_residuals + 1) - mean_misses
    promised = _log_beta(mean_misses + sums.misses, mean_hits + hits)
    promised -= _log_beta(mean_misses, mean_hits)
    likelihoods = []
    for odds in _ODDS:
        share = odds * expected / (1 - expected + odds * expected)
        likelihoods.append(sums.misses * math.log(share) + hits * math.log1p(-share))
    likelihoods.append(_log_beta(1 + sums.misses, 1 + hits))  # any share, each as likely
    evidence = log_of_sum(likelihoods) - math.log(len(likelihoods)) - promised
    return evidence if sums.misses > expected * sums.n_judged else min(evidence, 0.0)


def higher_mean(total: float, squares: float, n: int, *, most: float, spread: float) -> float:
    """Return the log evidence that a mean is higher than promised.

    Parameters
    ----------
    total, squares : float
        Sums of the values and of their squares.
    n : int
        How many values.
    most : float
        The highest mean that keeps the promise.
    spread : float
        The standard deviation at training.

    Notes
    -----
    A half-normal mixture (H. Robbins, "Statistical methods related to the law of the iterated
    logarithm", Annals of Mathematical Statistics 41, 1970) over the supermartingale of B. Delyon,
    "Exponential inequalities for sums of weakly dependent variables", EJP 14, 2009: a third of the
    values' own squares and two thirds of the promised variance. Values need no bound, and a single
    one, however large, is no evidence.
    """
    above = total - n * most
    own_squares = max(squares - 2 * most * total + n * most * most, 0.0)
    start = _MIXED * spread * spread
    variance = start + (own_squares + 2 * n * spread * spread) / 3
    share = 0.5 * math.erfc(-above / math.sqrt(2 * variance))
    if share == 0.0:
        return -math.inf
    logarithm = math.log(2 * share) + 0.5 * math.log(start / variance)
    return logarithm + above * above / (2 * variance)


def from_any_week(weeks: Mapping[int, Sums], evidence: Callable[[Sums], float]) -> float:
    """Return the log evidence that a promise was broken, from the first or a later week on.

    A model may have been good for years: rows of that time would hide what is new. So a part of
    the error is spent on each week that it may have begun in, ever less (a mixture over starts).

    Parameters
    ----------
    weeks : mapping of int to Sums
        By week, counted from any.
    evidence : callable
        The log evidence of the sums of some weeks.
    """
    if not weeks:
        return 0.0
    first = min(weeks)
    unspent = 1.0 - sum(_share_of(week - first) for week in weeks)
    # for starts in weeks that have no rows, or are to come
    rest = math.log(unspent) if unspent > 0 else -math.inf
    return log_of_sum([*by_first_week(weeks, evidence).values(), rest])


def by_first_week(weeks: Mapping[int, Sums], evidence: Callable[[Sums], float]) -> dict[int, float]:
    """Return the part of `from_any_week` that each week has, as the first of a broken promise."""
    total, parts, first = Sums(), {}, min(weeks)
    for week in sorted(weeks, reverse=True):
        total = total.plus(weeks[week])
        parts[week] = math.log(_share_of(week - first)) + evidence(total)
    return parts


def _share_of(start: int) -> float:
    if start == 0:
        return _FROM_THE_FIRST_WEEK
    later = start + _HALF_OF_LATER
    return (1 - _FROM_THE_FIRST_WEEK) * _HALF_OF_LATER / ((later - 1) * later)  # in all, the rest


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def log_of_sum(logarithms: Sequence[float]) -> float:
    """Return the logarithm of the sum of numbers, of which their logarithms are given."""
    highest = max(logarithms)
    if highest == -math.inf:
        return highest
    return highest + math.log(sum(math.exp(each - highest) for each in logarithms))
