"""Changes of encoded levels: mapped, grouped where rare, counted; and which columns have many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from sklearn.base import OneToOneFeatureMixin
from sklearn.model_selection import KFold

from regression_model.processing.free_names import free_names
from regression_model.transformers.base import (
    AppendingTransformer,
    FrameTransformer,
    NumberTransformer,
    Variables,
    replaced,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regression_model.arrays import Floats


@dataclass(frozen=True)
class LevelSelector:
    """Choose the columns of a frame with at most, or with more than, so many levels.

    Parameters
    ----------
    names : sequence of str
        Columns to choose from.
    max_levels : int
        Where few end and many begin.
    many : bool
        Whether to choose those with many levels.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"make": [0.0, 1.0, 2.0], "fuel": [0.0, 1.0, 1.0]})
    >>> LevelSelector(["make", "fuel"], 2, many=True)(frame)
    ['make']
    """

    names: Sequence[str]
    max_levels: int
    many: bool

    def __call__(self, frame: pd.DataFrame) -> list[str]:
        """Return the names of the chosen columns."""
        counts = frame[list(self.names)].nunique()
        return [name for name in self.names if (counts[name] > self.max_levels) == self.many]


class AtMostFolds(KFold):  # type: ignore[misc]
    """Shuffled folds, as many as asked for, or as there are rows if these are fewer.

    Where rows are kept apart by group or by time, few may be left to fit on.

    Examples
    --------
    >>> folds = AtMostFolds(5, shuffle=True, random_state=0)
    >>> [len(list(folds.split(range(n)))) for n in (3, 20)]
    [3, 5]
    """

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Any:
        """Yield training and test rows of each fold of a table of n_samples rows."""
        if len(X) >= self.n_splits:
            return super().split(X, y, groups)
        fewer = KFold(len(X), shuffle=self.shuffle, random_state=self.random_state)
        return fewer.split(X, y, groups)


class LevelCounter(AppendingTransformer):
    """Append for each variable how common its level is: log(1 + number of training rows with it).

    A level never seen counts 0; a missing one is a level like others.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns of level positions; all by default.

    Attributes
    ----------
    counts_ : list of (ndarray, ndarray)
        Levels and their logarithms, for each variable.
    count_names_ : list of str
        What the appended columns are called: ``<name>_count``, unless that is taken.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"make": [0.0, 0.0, 1.0]})
    >>> LevelCounter().fit_transform(frame)["make_count"].round(3).tolist()
    [1.099, 1.099, 0.693]
    """

    def __init__(self, variables: Variables = None) -> None:
        self.variables = variables

    def _fit(self, frame: pd.DataFrame) -> None:
        self.variables_ = resolve(self.variables, frame)
        self.counts_ = [_log_counts(frame[name].to_numpy(np.float64)) for name in self.variables_]
        wanted = [f"{name}_count" for name in self.variables_]
        self.count_names_ = free_names(wanted, map(str, frame.columns))

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = [
            self.counts_of(i, frame[name].to_numpy(np.float64))
            for i, name in enumerate(self.variables_)
        ]
        table = np.column_stack([*values, np.empty((len(frame), 0))])
        added = pd.DataFrame(table, columns=self.count_names_, index=frame.index)
        return pd.concat([frame, added], axis=1)

    def counts_of(self, position: int, levels: Floats) -> Floats:
        """Return what is appended for levels of the variable at a position, of any shape."""
        known, counts = self.counts_[position]
        places = np.minimum(np.searchsorted(known, levels), len(known) - 1)
        nearest = known[places]
        is_known = (nearest == levels) | (np.isnan(nearest) & np.isnan(levels))
        return np.where(is_known, counts[places], 0.0)

    def appended(self) -> list[str]:
        """Return the names of the counts."""
        return self.count_names_


def _log_counts(levels: Floats) -> tuple[Floats, Floats]:
    known, counts = np.unique(levels, return_counts=True)
    return known, np.log1p(counts.astype(np.float64))


class Mapper(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]
    """Map levels to numbers.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to map; all by default.
    mappings : dict of level to number, optional
        The same for all variables; without it values stay as they are.
    unseen : {"missing", "error"}
        What becomes of a level that has no mapping: NaN, or a ValueError.

    Examples
    --------
    >>> import pandas as pd
    >>> houses = pd.DataFrame({"kitchen": ["Gd", "Ex", "Odd"]})
    >>> Mapper(["kitchen"], {"Gd": 4, "Ex": 5}).fit_transform(houses)["kitchen"].tolist()
    [4.0, 5.0, nan]
    """

    def __init__(
        self,
        variables: Variables = None,
        mappings: Mapping[Any, float] | None = None,
        unseen: Literal["missing", "error"] = "missing",
    ) -> None:
        self.variables = variables
        self.mappings = mappings
        self.unseen = unseen

    def _fit(self, frame: pd.DataFrame) -> None:
        if self.unseen not in ("missing", "error"):
            message = f"unseen should be 'missing' or 'error', got {self.unseen!r}"
            raise ValueError(message)
        self.variables_ = resolve(self.variables, frame)

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        if self.mappings is None:
            return frame.copy()
        values = np.column_stack(
            [frame[name].map(dict(self.mappings)).to_numpy(np.float64) for name in self.variables_]
            or [np.empty((len(frame), 0))]
        )
        unmapped = np.isnan(values) & frame[self.variables_].notna().to_numpy()
        if self.unseen == "error" and unmapped.any():
            row, i = np.argwhere(unmapped)[0]
            name = self.variables_[i]
            message = f"{name} is {frame[name].iloc[row]!r} in row {row}, which has no mapping"
            raise ValueError(message)
        return replaced(frame, self.variables_, values)


class RareLevelGrouper(NumberTransformer):
    """Put rare, unseen and unknown levels of encoded categories together as one level.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns of level positions; all by default.
    min_count : int
        Levels with fewer training rows are rare.
    other : float
        What they become.
    """

    def __init__(
        self, variables: Variables = None, min_count: int = 10, other: float = -1.0
    ) -> None:
        self.variables = variables
        self.min_count = min_count
        self.other = other

    def _learn(self, values: Floats) -> None:
        counted = [np.unique(v[~np.isnan(v)], return_counts=True) for v in values.T]
        self.kept_ = [levels[counts >= self.min_count] for levels, counts in counted]

    def change(self, values: Floats) -> Floats:
        """Return `values` of shape (n_samples, n_variables) with the rare ones replaced."""
        kept = [np.isin(v, levels) for v, levels in zip(values.T, self.kept_, strict=True)]
        return np.where(np.array(kept).reshape(values.shape[::-1]).T, values, self.other)
