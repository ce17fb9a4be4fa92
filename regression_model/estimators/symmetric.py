"""Boosting of symmetric trees, in which all nodes of a level ask the same question.

scikit-learn has no such trees, and the library that has them weighs 290 MB. A symmetric tree of
depth 6 asks 6 questions instead of 63, which leaves it little to overfit with, and cuts the whole
space at each of them, which suits smooth functions. NumPy's ``bincount`` adds up what splits need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.random import RandomState

    from regression_model.arrays import Floats, Indices


Codes = npt.NDArray[np.uint8]
Split = tuple[int, int]
"""A feature, and the last of its bins that goes left."""

MAX_BINS = 255
"""What fits a byte, beside the bin of missing values."""
MAX_DEPTH = 10
"""A tree has 1,024 leaves then, however few rows there are to fill them."""
_NOISE_DECAY = 3.0
_NOISE_SCALE = 0.5
"""Chance falls from half the residuals' size to a twentieth of that, as later trees fit details."""
_LOWEST = -np.finfo(np.float64).max
"""The edge below which only missing values are, which are taken as minus infinity."""


class SymmetricBoostingRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Gradient boosting of symmetric (oblivious) trees for squared errors, on binned numbers.

    A missing value (NaN) counts as smaller than every number.

    Parameters
    ----------
    n_estimators : int
        Number of trees.
    learning_rate : float
        Shrinkage of each tree.
    max_depth : int
        Questions of each tree, at most 10.
    l2_regularization : float
        Training rows without any residual that each leaf is thought to hold besides its own.
    max_bins : int
        Bins of each feature, at most 255, besides that of missing values.
    subsample : float
        Share of rows that choose the questions of a tree; all rows fill its leaves.
    max_features : float
        Share of features that a tree may ask about.
    random_strength : float
        How much chance there is in the choice of a question: half the root mean square of the
        residuals is added to a split's gain times a normal deviate, less and less from tree to
        tree. It keeps trees from settling on the same questions.
    random_state : int, RandomState or None
        Seed of rows, features and chance.

    Attributes
    ----------
    base_ : float
        The mean target.
    features_, thresholds_ : ndarray of shape (n_estimators, max_depth)
        The questions: a row whose feature is at most the threshold, or missing, goes left.
    values_ : ndarray of shape (n_estimators, 2 ** max_depth)
        What each leaf adds, by the answers read as binary digits, left being 0.
    covers_ : ndarray of shape (n_estimators, 2 ** max_depth)
        Training rows in each leaf.

    References
    ----------
    L. Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", NeurIPS 2018,
    of which this is the plain part: symmetric trees, L2 leaves and random strength.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(0, 1, 200).reshape(-1, 1)
    >>> model = SymmetricBoostingRegressor(n_estimators=200, max_depth=2, random_state=0)
    >>> model.fit(X, np.sin(6 * X[:, 0])).predict([[0.25], [0.75]]).round(1).tolist()
    [1.0, -1.0]
    """

    def __init__(
        self,
        *,
        n_estimators: int = 1000,
        learning_rate: float = 0.06,
        max_depth: int = 6,
        l2_regularization: float = 3.0,
        max_bins: int = 128,
        subsample: float = 0.8,
        max_features: float = 1.0,
        random_strength: float = 1.0,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.l2_regularization = l2_regularization
        self.max_bins = max_bins
        self.subsample = subsample
        self.max_features = max_features
        self.random_strength = random_strength
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit on features of shape (n_samples, n_features) and targets of shape (n_samples,).

        Raises
        ------
        ValueError
            If `max_bins` or `max_depth` is out of range.
        """
        limits = {"max_bins": (2, MAX_BINS), "max_depth": (1, MAX_DEPTH)}
        for name, (least, most) in limits.items():
            if not least <= getattr(self, name) <= most:
                message = f"{name} must be from {least} to {most}, got {getattr(self, name)}"
                raise ValueError(message)
        values, y = validate_data(
            self, X, y, dtype=np.float64, y_numeric=True, ensure_all_finite="allow-nan"
        )
        weights = None
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, values, allow_all_zero_weights=False)
            weights = weights / weights.mean()
        y = np.asarray(y, dtype=np.float64)
        random = check_random_state(self.random_state)
        bins = _Bins.of(values, self.max_bins)
        shape = (self.n_estimators, self.max_depth)
        self.base_ = float(np.average(y, weights=weights))
        self.features_ = np.zeros(shape, dtype=np.intp)
        self.thresholds_ = np.full(shape, np.inf)
        self.values_ = np.zeros((self.n_estimators, 1 << self.max_depth))
        self.covers_ = np.zeros_like(self.values_)
        residuals = y - self.base_
        for i in range(self.n_estimators):
            splits = self._choose_splits(bins, residuals, weights, random, i)
            leaves = np.zeros(len(y), dtype=np.intp)
            for level, (feature, last) in enumerate(splits):
                self.features_[i, level] = feature
                self.thresholds_[i, level] = bins.edges[feature][last]
                leaves = 2 * leaves + (bins.codes[feature] > last)
            leaves <<= self.max_depth - len(splits)
            sums, covers = _sums(leaves, residuals, weights, self.values_.shape[1])
            self.covers_[i] = covers
            self.values_[i] = self.learning_rate * sums / (covers + self.l2_regularization)
            residuals -= self.values_[i][leaves]
        return self

    def predict(self, X: Any) -> Floats:
        """Predict rows of shape (n_samples, n_features)."""
        check_is_fitted(self)
        values = validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        columns = np.ascontiguousarray(_filled(values).T)
        total = np.full(len(values), self.base_)
        for features, thresholds, leaf_values in zip(
            self.features_, self.thresholds_, self.values_, strict=True
        ):
            leaves = np.zeros(len(values), dtype=np.intp)
            for feature, threshold in zip(features, thresholds, strict=True):
                leaves = 2 * leaves + (columns[feature] > threshold)
            total += leaf_values[leaves]
        return total

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _choose_splits(
        self, bins: _Bins, residuals: Floats, weights: Floats | None, random: RandomState, i: int
    ) -> list[Split]:
        """Choose the questions of one tree from a sample of rows and features."""
        n_features, n_rows = bins.codes.shape
        rows = np.flatnonzero(random.random_sample(n_rows) < self.subsample)
        n_chosen = max(1, round(self.max_features * n_features))
        chosen = np.sort(random.permutation(n_features)[:n_chosen])
        noise = self.random_strength * _NOISE_SCALE * np.exp(-_NOISE_DECAY * i / self.n_estimators)
        noise *= float(np.sqrt(np.mean(np.square(residuals))))
        search = _Search.start(bins, chosen, rows, residuals, weights)
        splits: list[Split] = []
        for level in range(self.max_depth):
            gains = search.gains(self.l2_regularization)
            if noise:
                gains += noise * random.standard_normal(len(gains))
            split = search.best(gains)
            if split is None:
                break
            splits.append(split)
            if level < self.max_depth - 1:
                search.apply(split)
        return [search.named(split) for split in splits]


@dataclass(frozen=True)
class _Bins:
    """A table in bins: ``codes`` of shape (n_features, n_samples), and each feature's edges.

    A value is in the bin of the first edge that is not below it, or in the last one.
    """

    edges: list[Floats]
    codes: Codes

    @classmethod
    def of(cls, values: Floats, max_bins: int) -> _Bins:
        edges = [_edges(column, max_bins) for column in values.T]
        codes = np.empty(values.T.shape, dtype=np.uint8)
        for code, own, column in zip(codes, edges, _filled(values).T, strict=True):
            code[:] = np.searchsorted(own, column)
        return cls(edges, codes)


def _filled(values: Floats) -> Floats:
    """Return values with missing ones below all others."""
    return np.where(np.isnan(values), -np.inf, values)


def _edges(column: Floats, max_bins: int) -> Floats:
    """Return the upper ends of all bins but the last: missing values, then equal shares of rows."""
    known, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    below, above = known[:-1], known[1:]
    if len(known) > max_bins:
        shares = np.cumsum(counts[:-1]) / counts.sum()
        wanted = np.arange(1, max_bins) / max_bins
        last = np.unique(np.minimum(np.searchsorted(shares, wanted), len(shares) - 1))
        below, above = below[last], above[last]
    middle = below / 2 + above / 2
    middle = np.where((middle >= below) & (middle < above), middle, below)
    has_missing = bool(np.isnan(column).any()) and len(known) > 0
    return np.concatenate([[_LOWEST] if has_missing else [], middle])


def _sums(
    places: Indices, residuals: Floats, weights: Floats | None, size: int
) -> tuple[Floats, Floats]:
    """Return, for each place, the sum of the residuals that fall on it and the number of rows."""
    weighted = residuals if weights is None else residuals * weights
    sums = np.bincount(places, weighted, minlength=size)
    covers = np.bincount(places, weights, minlength=size)
    return sums.astype(np.float64), covers.astype(np.float64)  # of no row, NumPy counts integers


@dataclass
class _Search:
    """A tree under construction: sums of residuals by leaf and bin, of the rows in the sample.

    Bins of all chosen features stand one behind the other, as many of each as ``sizes`` says; sums
    and covers have shape (n_bins, n_leaves).
    """

    chosen: Indices
    codes: Codes
    sizes: Indices
    feature_of: Indices
    is_last: npt.NDArray[np.bool_]
    residuals: Floats
    weights: Floats | None
    leaves: Indices
    sums: Floats
    covers: Floats

    @classmethod
    def start(
        cls,
        bins: _Bins,
        chosen: Indices,
        rows: Indices,
        residuals: Floats,
        weights: Floats | None,
    ) -> _Search:
        sizes = np.array([len(bins.edges[feature]) + 1 for feature in chosen])
        ends = np.cumsum(sizes)
        is_last = np.zeros(ends[-1], dtype=bool)
        is_last[ends - 1] = True
        empty = np.zeros((int(ends[-1]), 1))
        search = cls(
            chosen=chosen,
            codes=bins.codes[np.ix_(chosen, rows)],
            sizes=sizes,
            feature_of=np.repeat(np.arange(len(chosen)), sizes),
            is_last=is_last,
            residuals=residuals[rows],
            weights=None if weights is None else weights[rows],
            leaves=np.zeros(len(rows), dtype=np.intp),
            sums=empty,
            covers=empty,
        )
        search.sums, search.covers = search._of_rows(slice(None))
        return search

    def _of_rows(self, rows: Any) -> tuple[Floats, Floats]:
        """Return sums and numbers of some rows."""
        leaves, codes, shape = self.leaves[rows], self.codes[:, rows], self.sums.shape
        starts = np.cumsum(self.sizes) - self.sizes
        places = (codes + starts[:, None]) * shape[1] + leaves
        residuals = np.tile(self.residuals[rows], len(codes))
        weights = None if self.weights is None else np.tile(self.weights[rows], len(codes))
        sums, covers = _sums(places.ravel(), residuals, weights, shape[0] * shape[1])
        return sums.reshape(shape), covers.reshape(shape)

    def gains(self, l2: float) -> Floats:
        """Return what each bin gives as the last one that goes left, in units of residuals."""
        left, right = self._sides(self.sums)
        left_cover, right_cover = self._sides(self.covers)
        left *= left
        right *= right
        left /= left_cover + l2
        right /= np.maximum(right_cover, 0.0) + l2  # rounding can leave it below zero
        left += right
        return np.asarray(np.sqrt(left.sum(axis=1)))

    def _sides(self, sums: Floats) -> tuple[Floats, Floats]:
        """Return the sums up to each bin of its feature, and of the bins behind it."""
        up_to = np.cumsum(sums, axis=0)
        ends = up_to[self.is_last]
        before = np.vstack([np.zeros((1, ends.shape[1])), ends[:-1]])
        left = up_to - np.repeat(before, self.sizes, axis=0)
        return left, np.repeat(ends, self.sizes, axis=0) - up_to

    def best(self, gains: Floats) -> Split | None:
        """Return the split that gives most; None where no feature has a second bin."""
        gains = np.where(self.is_last, -np.inf, gains)
        best = int(np.argmax(gains))
        if not np.isfinite(gains[best]):
            return None
        feature = int(self.feature_of[best])
        return feature, best - int(self.sizes[:feature].sum())

    def apply(self, split: Split) -> None:
        """Split every leaf; the smaller side is counted, the other is what is left."""
        feature, last = split
        goes_right = self.codes[feature] > last
        counts_right = 2 * np.count_nonzero(goes_right) <= len(goes_right)
        counted = self._of_rows(goes_right if counts_right else ~goes_right)
        both = []
        for all_, some in zip((self.sums, self.covers), counted, strict=True):
            sides = (all_ - some, some) if counts_right else (some, all_ - some)
            both.append(np.stack(sides, axis=2).reshape(len(all_), -1))
        self.sums, self.covers = both
        self.leaves = 2 * self.leaves + goes_right

    def named(self, split: Split) -> Split:
        """Return a split with the feature's position among all."""
        return int(self.chosen[split[0]]), split[1]
