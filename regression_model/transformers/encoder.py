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
from regression_model.processing.blanks import clean_name
from regression_model.processing.schema import (
    Column,
    Schema,
    Verdict,
    level_text,
    short,
)
from regression_model.processing.tables import Cells, Factored, Numbers, Table, Times, as_table
from regression_model.processing.validation import encode_column
from regression_model.processing.words import Words
from regression_model.transformers.base import FrameTransformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats

_SHOWN_CELLS = 10
_SHOWN_NAMES = 10


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
        message = "\n".join(
            ["cells that break their column's kind:", *broken[:_SHOWN_CELLS], *tail]
        )
        raise DataError(message)


class Encoder(FrameTransformer):
    """Encode a raw table as the float64 matrix that the model eats.

    It is the prediction side's encoder that does the work, so that what is validated there is
    exactly what is trained on here.

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

    def _fit(self, frame: pd.DataFrame) -> None:
        declared = self.schema or Schema(tuple(Column(str(n), "number") for n in frame.columns))
        self._check_columns(declared, frame)
        table = as_table(frame)
        learned = {c.name: learn_column(c, table) for c in declared.columns}
        self.schema_ = declared.replace_columns(learned)
        self._encode(frame)

    def _transform(self, frame: pd.DataFrame) -> pd.DataFrame:
        return self._encode(frame)

    @staticmethod
    def _check_columns(schema: Schema, frame: pd.DataFrame) -> None:
        names = {clean_name(name) for name in frame.columns}
        absent = [name for name in schema.names if name not in names]
        if absent:
            words = Words(names.difference(schema.names))
            near = [words.nearest(name) for name in absent[:_SHOWN_NAMES]]
            said = [
                f"{short(name)} (near: {', '.join(map(short, like))})" if like else short(name)
                for name, like in zip(absent, near, strict=False)
            ]
            more = [f"and {len(absent) - len(said):,} more"] if len(absent) > len(said) else []
            what = "the table lacks columns that the config declares"
            raise DataError(f"{what}: {'; '.join([*said, *more])}")

    def _encode(self, frame: pd.DataFrame) -> pd.DataFrame:
        table = as_table(frame)
        remarks: list[tuple[int, str, Verdict]] = []
        encoded: dict[str, Floats] = {}
        for column in self.schema_.columns:
            data = table.read(table.names.index(column.name), 0, table.n_rows)
            result = encode_column(column, data)
            encoded[column.name] = result.values
            remarks += ((row, column.name, verdict) for row, _, verdict in result.remarks)
        check_cells(remarks)
        return pd.DataFrame(encoded, index=frame.index)

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


def learn_column(column: Column, table: Table) -> Column:
    """Return a declared column with the levels, range and missing share of a training table."""
    data = table.read(table.names.index(column.name), 0, table.n_rows)
    kind = column.of_kind
    if isinstance(data, Times) and not kind.has_parts:
        data = Cells(data.as_cells())
    bare = replace(column, missing_means="unknown", required=False)
    if kind.has_levels and not kind.needs_levels and not any(column.levels):
        cells = data.distinct() if isinstance(data, Numbers) else data.cells  # type: ignore[union-attr]
        texts = {level_text(c) for c in cells if not column.is_missing(c)}
        bare = replace(bare, levels=tuple(sorted(texts)))
        none = (None,) if column.missing_means == "none" else ()
        column = replace(column, levels=(*none, *(bare.levels)))
    values = encode_column(bare, data).values
    known = values[~np.isnan(values)]
    learned_range = None
    if "training_range" in kind.takes and known.size:
        learned_range = (float(known.min()), float(known.max()))
    missing = _missing_share(column, data, len(values))
    return replace(column, training_range=learned_range, missing_share=missing)


def _missing_share(column: Column, data: Any, n_rows: int) -> float:
    if isinstance(data, Times):
        missing = np.isnan(data.seconds)
    elif isinstance(data, Numbers):
        missing = data.is_missing()
        if column.is_missing(math.inf):
            missing = missing | np.isinf(data.values)
    elif isinstance(data, Factored):
        missing = np.array([*(column.is_missing(c) for c in data.cells), True])[data.codes]
    else:
        missing = np.array([column.is_missing(c) for c in data.cells])
    return round(float(missing.mean()), 6) if n_rows else 0.0
