"""Rows counted in the bins and levels of a profile: little memory, however many rows there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.profile import bins_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from regression_model.arrays import Floats
    from regression_model.processing.schema import Column, Schema

_UNSEEN = -1


@dataclass(frozen=True)
class ColumnCounts:
    """What the cells of a column were.

    Attributes
    ----------
    bins : ndarray of int, shape (n_bins,)
        Cells in each bin of the profile; of a column of levels at each level that is told, and
        behind them at all other levels that training has seen.
    missing : int
        Cells that are not known.
    unseen : int
        Cells of a level that training has not seen.
    outside : int
        Cells below or above all that training has seen; they are in the outer bins, too.
    """

    bins: npt.NDArray[np.int64]
    missing: int = 0
    unseen: int = 0
    outside: int = 0

    def __add__(self, other: ColumnCounts) -> ColumnCounts:
        """Count the cells of both."""
        return ColumnCounts(
            self.bins + other.bins,
            self.missing + other.missing,
            self.unseen + other.unseen,
            self.outside + other.outside,
        )


@dataclass(frozen=True)
class RowCounts:
    """What some rows were; those of further rows are added.

    Attributes
    ----------
    n_rows : int
        All rows.
    n_failed : int
        Those of them that have an error, of whose cells nothing is counted.
    n_beyond : int
        Rows with a level that training has not seen, or a number outside of what it has.
    columns : dict of str to ColumnCounts
        By column, of those that the profile tells of.
    prediction : ndarray of int, shape (n_bins,)
        Predictions in each bin of the profile.
    error, squared_error : float
        Sums over rows of the absolute error to expect of each, and of its square, in target units.
    n_estimated : int
        How many rows are in these sums.
    """

    n_rows: int
    n_failed: int
    n_beyond: int
    columns: dict[str, ColumnCounts]
    prediction: npt.NDArray[np.int64]
    error: float = 0.0
    squared_error: float = 0.0
    n_estimated: int = 0

    def __add__(self, other: RowCounts) -> RowCounts:
        """Count the rows of both."""
        columns = {name: counts + other.columns[name] for name, counts in self.columns.items()}
        return RowCounts(
            self.n_rows + other.n_rows,
            self.n_failed + other.n_failed,
            self.n_beyond + other.n_beyond,
            columns,
            self.prediction + other.prediction,
            self.error + other.error,
            self.squared_error + other.squared_error,
            self.n_estimated + other.n_estimated,
        )


class RowCounter:
    """Counts rows as a profile does.

    Parameters
    ----------
    schema : Schema
    profile : dict
        As ``profile.json`` has it.
    """

    def __init__(self, schema: Schema, profile: dict[str, Any]) -> None:
        told = profile["columns"]
        self._columns = [
            (position, column, told[column.name])
            for position, column in enumerate(schema.columns)
            if column.name in told
        ]
        self._prediction_edges = profile.get("prediction", {"edges": []})["edges"]

    @cached_property
    def size(self) -> int:
        """How many numbers hold counts."""
        return len(self.numbers_of(self.nothing()))

    def numbers_of(self, counts: RowCounts) -> Floats:
        """Return counts as numbers in a fixed order, which add up as counts do.

        Returns
        -------
        ndarray of shape (size,)
        """
        parts: list[npt.ArrayLike] = [
            [counts.n_rows, counts.n_failed, counts.n_beyond],
            [counts.n_estimated, counts.error, counts.squared_error],
            counts.prediction,
        ]
        for each in counts.columns.values():
            parts += [each.bins, [each.missing, each.unseen, each.outside]]
        return np.concatenate(parts, dtype=np.float64)

    def counts_of(self, numbers: Floats) -> RowCounts:
        """Return the counts that `numbers_of` has given as numbers, of shape (size,)."""
        rest = iter(numbers.tolist())
        n_rows, n_failed, n_beyond, n_estimated = map(int, islice(rest, 4))
        error, squared_error = islice(rest, 2)
        nothing = self._nothing
        prediction = _whole(rest, len(nothing.prediction))
        columns: dict[str, ColumnCounts] = {}
        for name, each in nothing.columns.items():
            bins = _whole(rest, len(each.bins))
            columns[name] = ColumnCounts(bins, *map(int, islice(rest, 3)))
        return RowCounts(
            n_rows, n_failed, n_beyond, columns, prediction, error, squared_error, n_estimated
        )

    def nothing(self) -> RowCounts:
        """Return the counts of no rows."""
        return self._nothing

    @cached_property
    def _nothing(self) -> RowCounts:
        return self.count(np.empty((0, 1 + max((i for i, _, _ in self._columns), default=0))))

    def count(self, x: Floats, n_failed: int = 0) -> RowCounts:
        """Count encoded rows.

        Parameters
        ----------
        x : ndarray of shape (n_samples, n_columns)
        n_failed : int
            Further rows, which have an error.

        Returns
        -------
        RowCounts
        """
        beyond = np.zeros(len(x), dtype=np.bool_)
        columns: dict[str, ColumnCounts] = {}
        for position, column, told in self._columns:
            values = x[:, position]
            if "levels" in told:
                columns[column.name] = _of_levels(values, told["levels"], beyond)
            else:
                columns[column.name] = _of_quantity(values, told["edges"], column, beyond)
        return RowCounts(
            n_rows=len(x) + n_failed,
            n_failed=n_failed,
            n_beyond=int(beyond.sum()),
            columns=columns,
            prediction=np.zeros(len(self._prediction_edges) + 1, dtype=np.int64),
        )

    def count_answers(self, predictions: Floats, errors: Floats | None) -> RowCounts:
        """Count what was answered about rows that are counted already.

        Parameters
        ----------
        predictions : ndarray of shape (n_samples,)
            NaN where there is none.
        errors : ndarray of shape (n_samples,) or None
            The absolute error to expect of each row, in target units; None where that is unknown.
        """
        known = predictions[~np.isnan(predictions)]
        bins = np.bincount(
            bins_of(known, self._prediction_edges), minlength=len(self._prediction_edges) + 1
        )
        given = np.empty(0) if errors is None else errors[np.isfinite(errors)]
        none = self._nothing
        return RowCounts(
            n_rows=0,
            n_failed=0,
            n_beyond=0,
            columns=none.columns,
            prediction=bins.astype(np.int64),
            error=float(given.sum()),
            squared_error=float(np.square(given).sum()),
            n_estimated=len(given),
        )


def _whole(numbers: Iterator[float], n: int) -> npt.NDArray[np.int64]:
    return np.array(list(islice(numbers, n)), dtype=np.int64)


def _of_levels(values: Floats, levels: list[int], beyond: npt.NDArray[np.bool_]) -> ColumnCounts:
    """Count the levels that are told, then all others; mark rows whose level was not seen."""
    is_missing = np.isnan(values)
    n_missing = int(is_missing.sum())
    known = values[~is_missing] if n_missing else values
    # from 0: levels that were not seen stand before the first
    counts = np.bincount((known - _UNSEEN).astype(np.intp), minlength=max(levels, default=0) + 2)
    told = counts[np.asarray(levels, dtype=np.intp) - _UNSEEN]
    n_unseen = int(counts[0])
    if n_unseen:
        beyond |= values == _UNSEEN
    n_rare = len(known) - n_unseen - int(told.sum())
    bins = np.append(told, n_rare).astype(np.int64)
    return ColumnCounts(bins, missing=n_missing, unseen=n_unseen)


def _of_quantity(
    values: Floats, edges: list[float], column: Column, beyond: npt.NDArray[np.bool_]
) -> ColumnCounts:
    """Count bins; mark rows that are outside of the training range."""
    n_missing = int(np.isnan(values).sum())
    counts = np.bincount(bins_of(values, edges), minlength=len(edges) + 1).astype(np.int64)
    counts[-1] -= n_missing  # NaN is sorted behind all numbers
    n_outside = 0
    if column.training_range is not None:
        low, high = column.training_range
        is_outside = (values < low) | (values > high)
        n_outside = int(is_outside.sum())
        beyond |= is_outside
    return ColumnCounts(counts, missing=n_missing, outside=n_outside)
