"""The transformers: scikit-learn compatible, working on frames by column name.

Each takes ``variables`` (names, or positions where the input has no names; None for all columns),
changes those columns and hands on the others untouched. A frame in gives a frame out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from regression_model.processing.free_names import free_names
from regression_model.processing.schema import MAX_MAGNITUDE, nearest

Floats = npt.NDArray[np.float64]
Variables = Sequence[Hashable] | None


class FrameTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base: checks the input and hands a frame to what subclasses define."""

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002
        """Learn from a table.

        Parameters
        ----------
        X : frame or array of shape (n_samples, n_features)
            The table.
        y : ignored
            Not used.

        Returns
        -------
        self
        """
        self._fit(self._as_frame(X, reset=True))
        return self

    def transform(self, X: Any) -> Any:
        """Change a table.

        Parameters
        ----------
        X : frame or array of shape (n_samples, n_features)
            The table; it is not changed itself.

        Returns
        -------
        frame or array of shape (n_samples, n_features_out)
            Of the same type as `X`.
        """
        check_is_fitted(self)
        changed = self._transform(self._as_frame(X, reset=False))
        return changed if isinstance(X, pd.DataFrame) else changed.to_numpy()

    def _fit(self, frame: pd.DataFrame) -> None:
        raise NotImplementedError

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        raise NotImplementedError

    def _as_frame(self, X: Any, *, reset: bool) -> pd.DataFrame:
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X
        return pd.DataFrame(validate_data(self, X, reset=reset, ensure_all_finite="allow-nan"))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def resolve(variables: Variables, frame: pd.DataFrame) -> list[Any]:
    """Return the named columns, all of them if None; names that the frame lacks are an error."""
    if variables is None:
        return list(frame.columns)
    if isinstance(variables, str):
        message = f"variables should be a list of columns, got the text {variables!r}"
        raise ValueError(message)  # noqa: TRY004 - what scikit-learn raises for parameters
    absent = [name for name in variables if name not in frame.columns]
    if absent:
        near = nearest(str(absent[0]), map(str, frame.columns))
        hint = f"; did you mean {near[0]}?" if near else ""
        message = f"the input lacks the columns {absent}{hint}"
        raise ValueError(message)
    return list(variables)


def _replaced(frame: pd.DataFrame, names: list[Any], values: Floats) -> pd.DataFrame:
    changed = dict(zip(names, values.T, strict=True))
    return pd.DataFrame(
        {name: changed.get(name, frame[name]) for name in frame.columns}, index=frame.index
    )


class _NumberTransformer(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]
    """Changes columns of numbers, each by itself; the names stay."""

    variables: Variables

    def _fit(self, frame: pd.DataFrame) -> None:
        self.variables_ = resolve(self.variables, frame)
        self._learn(frame[self.variables_].to_numpy(np.float64))

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = self.change(frame[self.variables_].to_numpy(np.float64))
        return _replaced(frame, self.variables_, values)

    def _learn(self, values: Floats) -> None:
        raise NotImplementedError

    def change(self, values: Floats) -> Floats:
        """Return changed values, both of shape (n_samples, n_variables)."""
        raise NotImplementedError


class TemporalVariableTransformer(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]
    """Replace each variable by the time elapsed from it to the reference.

    Parameters
    ----------
    variables : list of column names or positions, optional
        Columns to replace; all but the reference by default.
    reference_variable : column name or position, optional
        The column whose time the others are measured to; the last one by default.

    Examples
    --------
    >>> import pandas as pd
    >>> sales = pd.DataFrame({"built": [1961, 2008], "sold": [2010, 2010]})
    >>> TemporalVariableTransformer(["built"], "sold").fit_transform(sales)["built"].tolist()
    [49.0, 2.0]
    """

    def __init__(
        self, variables: Variables = None, reference_variable: Hashable | None = None
    ) -> None:
        self.variables = variables
        self.reference_variable = reference_variable

    def _fit(self, frame: pd.DataFrame) -> None:
        reference = self.reference_variable
        self.reference_ = resolve([frame.columns[-1] if reference is None else reference], frame)[0]
        resolved = resolve(self.variables, frame)
        self.variables_ = [
            v for v in resolved if v != self.reference_ or self.variables is not None
        ]

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[self.variables_].to_numpy(np.float64)
        reference = frame[self.reference_].to_numpy(np.float64)
        elapsed = reference[:, None] - values
        return _replaced(frame, self.variables_, elapsed)


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
        return _replaced(frame, self.variables_, values)


class RareLevelGrouper(_NumberTransformer):
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


class MedianImputer(FrameTransformer):
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
        out = _replaced(frame, self.variables_, filled)
        added = pd.DataFrame(missing, columns=self.indicator_names_, index=out.index)
        return pd.concat([out, added], axis=1)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Return input names, then those of the indicators.

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the input columns, where it has none of its own.

        Returns
        -------
        ndarray of str
        """
        return names_with(self, input_features, self.indicator_names_)


class QuantileClipper(_NumberTransformer):
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


class SkewedLogTransformer(_NumberTransformer):
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
        return np.where(self.logged_, np.log(np.maximum(values, 0.0) + 1.0), values)


class DerivedFeatures(FrameTransformer):
    """Append features computed from others; a feature may build on those before it.

    Parameters
    ----------
    features : dict of name to (operation, parents), optional
        Operations: ``sum`` and ``product`` of two or more, ``difference`` and ``ratio`` of two,
        ``presence`` of one (1 where it is more than zero). Missing in, missing out; so is a ratio
        to zero. Products and ratios are kept within ±1e30.

    Examples
    --------
    >>> import pandas as pd
    >>> house = pd.DataFrame({"up": [800.0], "down": [900.0]})
    >>> DerivedFeatures({"all": ("sum", ["up", "down"])}).fit_transform(house)["all"].tolist()
    [1700.0]
    """

    def __init__(
        self, features: Mapping[str, tuple[str, Sequence[Hashable]]] | None = None
    ) -> None:
        self.features = features

    def _fit(self, frame: pd.DataFrame) -> None:
        known = frame.iloc[:0].copy()
        self.features_ = dict(self.features or {})
        for name, (_, parents) in self.features_.items():
            resolve(parents, known)
            known[name] = 0.0

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        derived: dict[Hashable, Floats] = {}
        for name, (operation, parents) in self.features_.items():
            values = [
                derived[p] if p in derived else frame[p].to_numpy(np.float64) for p in parents
            ]
            derived[name] = derive(operation, values)
        added = pd.DataFrame(derived, index=frame.index, dtype=np.float64)
        return pd.concat([frame, added], axis=1)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Return input names, then those of the derived features.

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the input columns, where it has none of its own.

        Returns
        -------
        ndarray of str
        """
        return names_with(self, input_features, list(self.features_))


def derive(operation: str, parents: Sequence[Floats]) -> Floats:
    """Compute one derived feature from its parents, all of shape (n_samples,)."""
    first, *others = parents
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result = first
        for other in others:
            result = _OPERATIONS[operation](result, other)
        if operation == "ratio":
            result = np.where(others[0] == 0, np.nan, result)
        if operation == "presence":
            result = np.where(np.isnan(first), np.nan, (first > 0).astype(np.float64))
    limit = MAX_MAGNITUDE if operation in ("product", "ratio") else np.inf
    return np.clip(result, -limit, limit)


_OPERATIONS = {
    "sum": np.add, "difference": np.subtract, "product": np.multiply, "ratio": np.divide,
}  # fmt: skip


def names_with(transformer: Any, input_features: Any, added: list[str]) -> npt.NDArray[np.object_]:
    """Return the names of the input columns, then those of columns added to them."""
    check_is_fitted(transformer)
    names = OneToOneFeatureMixin.get_feature_names_out(transformer, input_features)
    return np.array([*names, *added], dtype=object)
