"""What chance does where nothing has shifted: how far two tables of one source are apart.

Rows of training and of today are put together and dealt out anew, many times over (a permutation
test, which for counts is the multivariate hypergeometric distribution). So the test is exact, and
counts that the training table was finite, too.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from regression_model.arrays import Floats

    Counts = npt.NDArray[np.int64]

_SEED = 20
_FIRST_DRAWS = 199
_FURTHER_DRAWS = 1_999
_UNREMARKABLE = 0.1
"""Who has this p-value after the first draws is not drawn for again: no test needs to know more."""
_MOST_ROWS = 10_000_000
"""Of either side; more would prove no more, and NumPy deals no thousand million."""
_MOST_KEPT = 200
"""Results of dealing out that are kept for columns of equal counts."""
_ROUNDING = 1e-12
_LEAST_P = 1e-300
_NORMAL = NormalDist()


class Expectation(NamedTuple):
    """What is to be expected of a distance without drift, and how likely the one found is.

    Attributes
    ----------
    p_value : float
    mean, deviation, skewness : float
        Of the divergence that chance makes. Beyond what draws can show it is taken for a gamma
        distribution of these moments (K. Pearson's type III), of which the cube root is nearly
        normal (E. Wilson, M. Hilferty, PNAS 17, 1931).
    """

    p_value: float
    mean: float
    deviation: float
    skewness: float

    def reached_by(self, share: float) -> float:
        """Return the divergence that chance reaches in this share of cases."""
        if not self.deviation:
            return self.mean
        spread = self.skewness / 6  # of the cube root
        cube_root = 1 - spread**2 + spread * _NORMAL.inv_cdf(1 - share)
        above = (max(cube_root, 0.0) ** 3 - 1) * 2 / self.skewness
        return self.mean + above * self.deviation

    def share_beyond(self, apart: float) -> float:
        """Return in which share of cases chance sets counts so far apart, however small it is."""
        if not self.deviation:
            return 1.0
        spread = self.skewness / 6
        ratio = 1 + (apart - self.mean) / self.deviation * self.skewness / 2
        beyond = (max(ratio, 0.0) ** (1 / 3) - 1 + spread**2) / spread
        return max(math.erfc(beyond / math.sqrt(2)) / 2, _LEAST_P)


def divergence(first: Floats, second: Floats) -> Floats:
    """Return the Jensen-Shannon divergence of shares, in bits (J. Lin, IEEE IT 37, 1991).

    Parameters
    ----------
    first, second : ndarray of shape (..., n_bins)
        Each adds up to one.

    Returns
    -------
    ndarray of shape (...)
        From 0, of equal ones, to 1, of those that have nothing in common.

    Examples
    --------
    >>> import numpy as np
    >>> float(divergence(np.array([0.5, 0.5]), np.array([0.5, 0.5])))
    0.0
    >>> float(divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])))
    1.0
    """
    middle = (first + second) / 2
    parts = _bits(first, middle) + _bits(second, middle)
    total: Floats = parts.sum(axis=-1) / 2
    return np.maximum(total, 0.0)


def _bits(shares: Floats, middle: Floats) -> Floats:
    """Return ``shares * log2(shares / middle)``, which is zero where there is no share."""
    ratios = np.divide(shares, middle, out=np.ones_like(shares), where=shares > 0)
    bits: Floats = shares * np.log2(ratios)
    return bits


class Chance:
    """Deals rows out; equal counts in whatever order are dealt out once, and always the same way.

    Examples
    --------
    >>> import numpy as np
    >>> trained, found = np.array([500, 500]), np.array([90, 10])
    >>> Chance().judge(trained, found).p_value < 1e-9
    True
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], Floats] = {}

    def judge(self, trained: Counts, found: Counts) -> Expectation:
        """Tell how likely chance alone sets counts as far apart as they are.

        Parameters
        ----------
        trained, found : ndarray of int, shape (n_bins,)
            At least one row each.
        """
        trained, found = _at_most(trained), _at_most(found)
        apart = float(divergence(trained / trained.sum(), found / found.sum()))
        pooled = np.sort((trained + found)[trained + found > 0])
        draws = self._draws(pooled, int(found.sum()), _FIRST_DRAWS)
        p_value = _share_beyond(draws, apart)
        if p_value < _UNREMARKABLE:
            draws = self._draws(pooled, int(found.sum()), _FURTHER_DRAWS)
            p_value = _share_beyond(draws, apart)
        expectation = _expectation(draws, p_value)
        if draws.max() < apart:
            tail = max(expectation.share_beyond(apart), _chance_of_table(trained, found))
            p_value = min(p_value, tail)
        return expectation._replace(p_value=p_value)

    def _draws(self, pooled: Counts, n_found: int, n_draws: int) -> Floats:
        """Return divergences of `n_found` rows dealt out of the pooled ones from the rest."""
        key = (n_draws, n_found, *pooled.tolist())
        if key not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            random = np.random.default_rng([_SEED, n_draws])
            dealt = random.multivariate_hypergeometric(
                pooled, n_found, size=n_draws, method="marginals"
            )
            rest = pooled - dealt
            self._known[key] = divergence(dealt / n_found, rest / rest.sum(axis=1, keepdims=True))
        return self._known[key]


def _at_most(counts: Counts) -> Counts:
    total = int(counts.sum())
    if total <= _MOST_ROWS:
        return counts
    return np.round(counts * (_MOST_ROWS / total)).astype(np.int64)


def _share_beyond(draws: Floats, apart: float) -> float:
    n_beyond = int((draws >= apart - _ROUNDING).sum())
    return (n_beyond + 1) / (len(draws) + 1)


def _expectation(draws: Floats, p_value: float) -> Expectation:
    mean, deviation = float(draws.mean()), float(draws.std())
    if deviation <= _ROUNDING * mean:
        return Expectation(p_value, mean, 0.0, 0.0)
    skewness = float(np.mean(((draws - mean) / deviation) ** 3))
    # draws show hardly ever how skewed it is: no less than where the least distance is zero
    return Expectation(p_value, mean, deviation, max(skewness, 2 * deviation / mean))


def _chance_of_table(trained: Counts, found: Counts) -> float:
    """Return how likely chance alone deals out these very counts.

    No p-value can be smaller, and where a bin or two have a handful of rows hardly larger.
    """
    pooled = trained + found
    totals = [int(pooled.sum()), int(trained.sum()), int(found.sum())]
    log_p = _log_factorials(pooled) + sum(map(_log_factorial, totals[1:]))
    log_p -= _log_factorials(trained) + _log_factorials(found) + _log_factorial(totals[0])
    return math.exp(min(max(log_p, math.log(_LEAST_P)), 0.0))


def _log_factorials(counts: Counts) -> float:
    return math.fsum(_log_factorial(count) for count in counts.tolist())


def _log_factorial(count: int) -> float:
    return math.lgamma(count + 1)


def chance_of_new(n_trained: int, n_found: int, n_new: int) -> float:
    """Return how likely so many rows of today are of a sort that no row of training is.

    Examples
    --------
    >>> round(chance_of_new(99, 1, 1), 6), chance_of_new(99, 1, 0)
    (0.01, 1.0)
    """
    log_p = (
        math.lgamma(n_found + 1)
        - math.lgamma(n_found - n_new + 1)
        + math.lgamma(n_found + n_trained - n_new + 1)
        - math.lgamma(n_found + n_trained + 1)
    )
    # of a million million rows the difference of such sums is all rounding
    return math.exp(min(max(log_p, math.log(_LEAST_P)), 0.0))
