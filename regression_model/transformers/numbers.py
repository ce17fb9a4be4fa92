"""Changes of numbers: gaps filled, ends clipped, skewed ones logged, lines bent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from regression_model.processing.free_names import free_names
from regression_model.transformers.base import (
    AppendingTransformer,
    NumberTransformer,
    Variables,
    replaced,
    resolve,
)

if TYPE_CHECKING:
    from regression_model.arrays import ArrayOrTensor, Floats


class MedianImputer(AppendingTransformer):
    """Fill missing numbers with the training median, and say where that was done.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to fill; all by default.
    indicators : bool
        Append a 0/1 column ``<name>_missing`` for each variable with missing training values.

    Attributes
    ----------
    indicator_names_ : list of str
        What the appended columns are called, where ``<name>_missing`` is taken.
    """

    def __init__(self, variables: Variables = None, *, indicators: bool = True) -> None:
        self.variables = variables
        self.indicators = indicators

    def _fit(self, frame: pd.DataFrame) -> None:
        self.variables_ = resolve(self.variables, frame)
        values = frame[self.variables_].to_numpy(np.float64)
        missing = np.isnan(values)
        self.medians_ = np.array(
            [
                np.median(v[~m]) if not m.all() else 0.0
                for v, m in zip(values.T, missing.T, strict=True)
            ]
        )
        gaps = missing.any(axis=0) & self.indicators
        self.indicated_ = [name for name, gap in zip(self.variables_, gaps, strict=True) if gap]
        wanted = [f"{name}_missing" for name in self.indicated_]
        self.indicator_names_ = free_names(wanted, map(str, frame.columns))

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[self.variables_].to_numpy(np.float64)
        filled = np.where(np.isnan(values), self.medians_, values)
        missing = frame[self.indicated_].isna().to_numpy(np.float64)
        out = replaced(frame, self.variables_, filled)
        added = pd.DataFrame(missing, columns=self.indicator_names_, index=out.index)
        return pd.concat([out, added], axis=1)

    def appended(self) -> list[str]:
        """Return the names of the indicators."""
        return self.indicator_names_


class QuantileClipper(NumberTransformer):
    """Clip numbers at quantiles learned in training; missing values stay missing.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to clip; all by default.
    quantile : float
        The lower quantile, 0 to 0.5; the upper one is its mirror. Anything else is a ValueError.
    """

    def __init__(self, variables: Variables = None, quantile: float = 0.005) -> None:
        self.variables = variables
        self.quantile = quantile

    def _learn(self, values: Floats) -> None:
        if not 0 <= self.quantile <= 0.5:  # noqa: PLR2004 - beyond the median the ends cross
            message = f"quantile should be 0 to 0.5, got {self.quantile!r}"
            raise ValueError(message)
        kept = [v[~np.isnan(v)] for v in values.T]
        bounds = [self._bounds(v) if v.size else (-np.inf, np.inf) for v in kept]
        self.lower_, self.upper_ = np.array(bounds, dtype=np.float64).reshape(-1, 2).T

    def _bounds(self, values: Floats) -> tuple[float, float]:
        return tuple(np.quantile(values, [self.quantile, 1 - self.quantile]))

    def change(self, values: Floats) -> Floats:
        """Return clipped values, both of shape (n_samples, n_variables)."""
        return np.clip(values, self.lower_, self.upper_)


class SkewedLogTransformer(NumberTransformer):
    """Take log(1 + x) of columns that are never negative in training, and skewed.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to look at; all by default.
    threshold : float
        Columns whose sample skewness is larger are logged. A negative number met later counts as 0.
    """

    def __init__(self, variables: Variables = None, threshold: float = 0.75) -> None:
        self.variables = variables
        self.threshold = threshold

    def _learn(self, values: Floats) -> None:
        self.logged_ = np.array([self._is_skewed(v[~np.isnan(v)]) for v in values.T], dtype=bool)

    def _is_skewed(self, values: Floats) -> bool:
        spread = values.std() if values.size else 0.0
        if spread <= 0 or values.min() < 0:
            return False
        return bool((((values - values.mean()) / spread) ** 3).mean() > self.threshold)

    def change(self, values: Floats) -> Floats:
        """Return logged values, both of shape (n_samples, n_variables)."""
        return np.where(self.logged_, log_positive(values), values)


class HingeAppender(AppendingTransformer):
    """Append how far each number is above knots: a sum of such parts is a line that bends there.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to bend; all by default.
    n_knots : int
        Knots of a variable at most, at quantiles of its training values that lie between its ends.

    Attributes
    ----------
    bent_ : ndarray of int
        The position among the variables that each appended column belongs to.
    knots_ : ndarray of float
        The knot of each.
    hinge_names_ : list of str
        What the appended columns are called: ``<name>_above_<number of the knot>``, unless that is
        taken.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"x": [0.0, 1.0, 2.0]})
    >>> HingeAppender(n_knots=1).fit_transform(frame)["x_above_1"].tolist()
    [0.0, 0.0, 1.0]
    """

    def __init__(self, variables: Variables = None, n_knots: int = 5) -> None:
        self.variables = variables
        self.n_knots = n_knots

    def _fit(self, frame: pd.DataFrame) -> None:
        self.variables_ = resolve(self.variables, frame)
        knots = [self._knots(frame[name].to_numpy(np.float64)) for name in self.variables_]
        counts = [len(each) for each in knots]
        self.bent_ = np.repeat(np.arange(len(knots)), counts)
        self.knots_ = np.concatenate([*knots, np.empty(0)])
        wanted = [
            f"{name}_above_{number}"
            for name, count in zip(self.variables_, counts, strict=True)
            for number in range(1, count + 1)
        ]
        self.hinge_names_ = free_names(wanted, map(str, frame.columns))

    def _knots(self, values: Floats) -> Floats:
        values = values[~np.isnan(values)]
        if not values.size:
            return values
        shares = np.arange(1, self.n_knots + 1) / (self.n_knots + 1)
        # of the values themselves: between two neighbouring ones there is nothing to bend
        knots = np.unique(np.quantile(values, shares, method="inverted_cdf"))
        between: Floats = knots[(knots > values.min()) & (knots < values.max())]
        return between

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[self.variables_].to_numpy(np.float64)
        hinges = above_knots(values[:, self.bent_], self.knots_)
        added = pd.DataFrame(hinges, columns=self.hinge_names_, index=frame.index)
        return pd.concat([frame, added], axis=1)

    def appended(self) -> list[str]:
        """Return the names of the hinges."""
        return self.hinge_names_


def log_positive(values: ArrayOrTensor) -> ArrayOrTensor:
    """Return log(1 + x) of each number, 0 of a negative one."""
    logarithms: ArrayOrTensor = np.log(np.maximum(values, 0.0) + 1.0)
    return logarithms


def above_knots(values: ArrayOrTensor, knots: Floats) -> ArrayOrTensor:
    """Return how far values are above knots, one for each column; 0 below."""
    hinges: ArrayOrTensor = np.maximum(values - knots, 0.0)
    return hinges
