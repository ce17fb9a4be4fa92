"""What transformers have in common: frames in, frames out, columns by name.

Each takes ``variables`` (names, or positions where the input has no names; None for all columns),
changes those columns and hands on the others untouched. A frame in gives a frame out.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from regression_model.processing.absent_names import lacking

if TYPE_CHECKING:
    from regression_model.arrays import Floats

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
        others = (str(name) for name in frame.columns if name not in variables)
        raise ValueError(lacking("the input", "columns", list(map(str, absent)), others))
    return list(variables)


def replaced(frame: pd.DataFrame, names: list[Any], values: Floats) -> pd.DataFrame:
    """Return a frame in which the named columns have other values."""
    changed = dict(zip(names, values.T, strict=True))
    return pd.DataFrame(
        {name: changed.get(name, frame[name]) for name in frame.columns}, index=frame.index
    )


class NumberTransformer(OneToOneFeatureMixin, FrameTransformer):  # type: ignore[misc]
    """Changes columns of numbers, each by itself; the names stay."""

    variables: Variables

    def _fit(self, frame: pd.DataFrame) -> None:
        self.variables_ = resolve(self.variables, frame)
        self._learn(frame[self.variables_].to_numpy(np.float64))

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        values = self.change(frame[self.variables_].to_numpy(np.float64))
        return replaced(frame, self.variables_, values)

    def _learn(self, values: Floats) -> None:
        raise NotImplementedError

    def change(self, values: Floats) -> Floats:
        """Return changed values, both of shape (n_samples, n_variables)."""
        raise NotImplementedError


class AppendingTransformer(FrameTransformer):
    """Hands on the columns of its input and appends others."""

    def appended(self) -> list[str]:
        """Return what the appended columns are called."""
        raise NotImplementedError

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """Return input names, then those of the appended columns.

        Parameters
        ----------
        input_features : array-like of str, optional
            Names of the input columns, where it has none of its own.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        names = OneToOneFeatureMixin.get_feature_names_out(self, input_features)
        return np.array([*names, *self.appended()], dtype=object)
