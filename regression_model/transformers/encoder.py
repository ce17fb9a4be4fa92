"""The pipeline's first step: a raw table in, the float64 matrix that the model eats out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import OneToOneFeatureMixin
from sklearn.utils.validation import check_is_fitted

from regression_model.exceptions import DataError
from regression_model.processing.absent_names import lacking
from regression_model.processing.blanks import clean_name
from regression_model.processing.cells import unwrapped
from regression_model.processing.name_check import under_main_names
from regression_model.processing.schema import Column, Schema, Verdict, level_text
from regression_model.processing.tables import (
    Cells,
    ColumnData,
    Factored,
    Numbers,
    Times,
    as_table,
)
from regression_model.processing.validation import EncodedColumn, encode_column
from regression_model.transformers.base import FrameTransformer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from regression_model.arrays import Floats

_SHOWN_CELLS = 10


def check_cells(remarks: Sequence[tuple[int, str, Verdict]]) -> None:
    """Raise a `DataError` that lists broken cells, if there are any.

    Parameters
    ----------
    remarks : sequence of (row, column name, verdict)
    """
    broken = [f"row {row}: {v.error.message}" for row, _, v in remarks if v.error is not None]
    if broken:
        rest = len(broken) - _SHOWN_CELLS
        tail = [f"and {rest} more"] if rest > 0 else []
        shown = broken[:_SHOWN_CELLS]
        raise DataError("cells that break their column's kind:", *shown, *tail)


class Encoder(FrameTransformer):
    """Encode a raw table as the float64 matrix that the model eats.

    It is the prediction side's encoder that does the work, so that what is validated there is
    exactly what is trained on here. A table may have columns under their aliases.

    Parameters
    ----------
    schema : Schema, optional
        The declared columns; without it every column is a number.

    Attributes
    ----------
    schema_ : Schema
        The same, with the levels, training ranges and missing shares that were learned.
    """

    def __init__(self, schema: Schema | None = None) -> None:
        self.schema = schema

    def fit_transform(self, X: Any, y: object = None, **fit_params: Any) -> Any:  # noqa: ARG002
        """Learn from a table, and return it encoded: it is read once for both.

        Parameters
        ----------
        X : frame or array of shape (n_samples, n_features)
            The table; it is not changed itself.
        y, **fit_params : ignored
            Not used.

        Returns
        -------
        frame or array of shape (n_samples, n_columns)
            Of the same type as `X`.

        Raises
        ------
        DataError
            If declared columns are absent, or cells break their column's kind; they are listed.
        """
        encoded = self._learn(self._as_frame(X, reset=True))
        return encoded if isinstance(X, pd.DataFrame) else encoded.to_numpy()

    def _fit(self, frame: pd.DataFrame) -> None:
        self._learn(frame)

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        encodings = _Encodings()
        for column, data in _cells_by_column(self.schema_, frame):
            encodings.add(column, encode_column(column, data))
        return encodings.frame(frame)

    def _learn(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Learn the schema from a table, and return the table encoded."""
        declared = self.schema or Schema(tuple(Column(str(n), "number") for n in frame.columns))
        encodings = _Encodings()
        learned: dict[str, Column] = {}
        for column, data in _cells_by_column(declared, frame):
            learned[column.name], encoded = learn_column(column, data)
            encodings.add(column, encoded)
        self.schema_ = declared.replace_columns(learned)
        return encodings.frame(frame)

    def _as_frame(self, X: Any, *, reset: bool) -> pd.DataFrame:
        """Return the input as a frame under its columns' own names."""
        schema = self.schema
        if isinstance(X, pd.DataFrame) and schema is not None and schema.has_aliases:
            names = [clean_name(name) for name in X.columns]
            own = under_main_names(names, schema, "the table")
            if own != names:
                X = X.set_axis(own, axis="columns")
        return super()._as_frame(X, reset=reset)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Return the declared columns.

        Parameters
        ----------
        input_features : ignored
            Not used.

        Returns
        -------
        ndarray of str
        """
        check_is_fitted(self)
        if self.schema is None:
            return np.asarray(OneToOneFeatureMixin.get_feature_names_out(self), dtype=object)
        return np.array(self.schema_.names, dtype=object)


class _Encodings:
    """Encoded columns of a table, and what there is to say about their cells."""

    def __init__(self) -> None:
        self._values: dict[str, Floats] = {}
        self._remarks: list[tuple[int, str, Verdict]] = []

    def add(self, column: Column, encoded: EncodedColumn) -> None:
        self._values[column.name] = encoded.values
        self._remarks += ((row, column.name, verdict) for row, _, verdict in encoded.remarks)

    def frame(self, raw: pd.DataFrame) -> pd.DataFrame:
        """Return the columns with the index of the raw table, if no cell is broken."""
        check_cells(self._remarks)
        return pd.DataFrame(self._values, index=raw.index)


def _cells_by_column(schema: Schema, frame: pd.DataFrame) -> Iterator[tuple[Column, ColumnData]]:
    """Yield the columns of a schema, each with its cells in a table that must have them all."""
    table = as_table(frame)
    positions = {name: i for i, name in reversed(list(enumerate(table.names)))}
    absent = [name for name in schema.names if name not in positions]
    if absent:
        others = [name for name in positions if name not in schema.main_names]
        what = "columns that the config declares"
        raise DataError(lacking("the table", what, absent, others, aliases=schema.aliases))
    for column in schema.columns:
        yield column, table.read(positions[column.name], 0, table.n_rows)


def learn_column(column: Column, data: ColumnData) -> tuple[Column, EncodedColumn]:
    """Learn levels, range and missing share of a declared column from a training table.

    Parameters
    ----------
    column : Column
        As declared: without a training range.
    data : Numbers, Times, Factored or Cells
        Its cells.

    Returns
    -------
    Column
        With what was learned.
    EncodedColumn
        The cells, as that column encodes them; they are within its range, so of cells out of range
        there is nothing to say.
    """
    kind = column.of_kind
    if isinstance(data, Times) and not kind.has_parts:
        data = Cells(data.as_cells())
    if kind.has_levels and not kind.needs_levels and not any(column.levels):
        column = replace(column, levels=_levels_of(column, data))
    encoded = encode_column(column, data)
    missing = _is_missing(column, data)
    learned_range = None
    if "training_range" in kind.takes:
        # a missing cell may be encoded as zero, which is no number that the table has
        known = encoded.values[~np.isnan(encoded.values) & ~missing]
        if known.size:
            learned_range = (float(known.min()), float(known.max()))
    share = round(float(missing.mean()), 6) if len(missing) else 0.0
    return replace(column, training_range=learned_range, missing_share=share), encoded


def _levels_of(column: Column, data: ColumnData) -> tuple[str | None, ...]:
    """Return the levels that the cells of a category have, "has none" first where it is one."""
    cells = data.distinct() if isinstance(data, Numbers) else data.cells  # type: ignore[union-attr]
    texts = {level_text(cell) for cell in cells if not column.is_missing(cell)}
    has_none = column.missing_means == "none"
    return (None, *sorted(texts)) if has_none else tuple(sorted(texts))


def _is_missing(column: Column, data: ColumnData) -> npt.NDArray[np.bool_]:
    """Tell which cells of a column are missing, shape (n_rows,)."""
    missing: npt.NDArray[np.bool_]
    if isinstance(data, Times):
        missing = np.isnan(data.seconds)
    elif isinstance(data, Numbers):
        missing = data.is_missing()
        if column.is_missing(math.inf):
            missing |= np.isinf(data.values)
    elif isinstance(data, Factored):
        distinct = [column.is_missing(unwrapped(cell)) for cell in data.cells]
        missing = np.array([*distinct, True])[data.codes]  # the code of a missing cell is -1
    else:
        cells = [column.is_missing(unwrapped(cell)) for cell in data.cells]
        missing = np.array(cells, dtype=bool)
    return missing
