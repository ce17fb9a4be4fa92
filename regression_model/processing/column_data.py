"""Columns of cells, as the validation reads them whichever library holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regression_model.processing.cells import Unreadable
from regression_model.processing.dates import (
    LAST_SECONDS,
    MIN_SECONDS,
    to_datetime,
    to_float_seconds,
    to_microseconds,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regression_model.arrays import Floats, Indices

_MANY_ROWS = 8
"""With so many rows for each level all are read: to find out which ones occur would cost more."""
_OUTSIDE_PYTHON = (np.datetime64("-0001"), np.datetime64("10001"))
"""Stand for dates before the first and after the last that Python's `datetime` can hold."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: any integer or float dtype, NaN or true in `missing` where missing."""

    values: npt.NDArray[Any]
    missing: npt.NDArray[np.bool_] | None = None

    def distinct(self) -> list[Any]:
        """Return the different numbers, as Python's own; NaN may be among them."""
        known = self.values if self.missing is None else self.values[~self.missing]
        cells: list[Any] = np.unique(known).tolist()
        return cells

    def cell(self, row: int) -> object:
        """Return one number as Python's own."""
        is_missing = self.missing is not None and self.missing[row]
        return None if is_missing else self.values[row].item()

    def is_missing(self) -> npt.NDArray[np.bool_]:
        """Return which cells are missing."""
        is_nan: npt.NDArray[np.bool_] = np.isnan(self.values)
        return is_nan if self.missing is None else is_nan | self.missing

    def as_cells(self) -> Sequence[Any]:
        """Return the numbers as Python's own."""
        cells: list[Any] = self.values.tolist()
        if self.missing is None:
            return cells
        for row in np.flatnonzero(self.missing).tolist():
            cells[row] = None
        return cells


@dataclass(frozen=True, slots=True)
class Factored:
    """A column as codes into a list of distinct cells; -1 where missing."""

    codes: npt.NDArray[Any]
    cells: list[Any]

    def as_cells(self) -> Sequence[Any]:
        """Return the cells row by row."""
        cells = [*self.cells, None]
        return [cells[code] for code in self.codes]


def factored(
    codes: npt.NDArray[Any],
    levels: Any,
    take: Callable[[Any, Indices], Any],
    to_list: Callable[[Any], list[Any]],
) -> Factored:
    """Return a column of codes into a dictionary: of many levels those alone that occur.

    The dictionary may be much longer than the slice, and is the same for each slice.

    Parameters
    ----------
    codes : ndarray of int of shape (n_rows,)
        Positions in the dictionary, -1 where missing.
    levels : pandas Index or Arrow array
        The dictionary.
    take : callable
        From levels and positions to those that stand there.
    to_list : callable
        From levels to Python objects.

    Returns
    -------
    Factored
    """
    if len(levels) * _MANY_ROWS <= len(codes):
        return Factored(codes, to_list(levels))
    # codes are sorted, or levels are marked: whichever looks at less
    if len(levels) > len(codes):
        used, positions = np.unique(codes, return_inverse=True)
        n_missing = int(used[:1].sum() == -1)  # -1 sorts first; `used` may be empty
        return Factored(positions - n_missing, to_list(take(levels, used[n_missing:])))
    occurs = np.zeros(len(levels) + 1, dtype=bool)  # the last place is that of code -1
    occurs[codes] = True
    occurs[-1] = False
    positions = np.cumsum(occurs) - 1
    positions[-1] = -1
    return Factored(positions[codes], to_list(take(levels, np.flatnonzero(occurs))))


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of Python objects of any type."""

    cells: Sequence[Any]

    def as_cells(self) -> Sequence[Any]:
        """Return the cells row by row."""
        return self.cells


@dataclass(frozen=True, slots=True)
class Times:
    """A column of dates: seconds since 1970, NaN where missing."""

    seconds: Floats

    def cell(self, row: int) -> object:
        """Return one date as a cell, also where Python has no such date."""
        seconds = self.seconds[row]
        if np.isnan(seconds):
            return None
        if MIN_SECONDS <= seconds <= LAST_SECONDS:
            return to_datetime(seconds)
        return _OUTSIDE_PYTHON[int(seconds > 0)]

    def as_cells(self) -> Sequence[Any]:
        """Return all dates as cells."""
        return [self.cell(row) for row in range(len(self.seconds))]


ColumnData = Numbers | Factored | Cells | Times


def times(moments: npt.NDArray[Any]) -> Times:
    """Return dates from a datetime64 array."""
    microseconds = to_microseconds(moments)
    seconds = to_float_seconds(microseconds.astype(np.int64))
    seconds[np.isnat(microseconds)] = np.nan  # as an integer NaT is the least that there is
    return Times(seconds)


def joined_numbers(parts: Sequence[Numbers]) -> Numbers:
    """Return parts of a column of numbers, of one dtype, as one."""
    if len(parts) == 1:
        return parts[0]
    values = np.concatenate([part.values for part in parts])
    if all(part.missing is None for part in parts):
        return Numbers(values)
    missing = [
        np.zeros(len(part.values), dtype=bool) if part.missing is None else part.missing
        for part in parts
    ]
    return Numbers(values, np.concatenate(missing))


def joined_factored(parts: Sequence[Factored]) -> Factored:
    """Return parts of a column as one; a cell of two parts stands there twice."""
    if len(parts) == 1:
        return parts[0]
    codes: list[Any] = []
    cells: list[Any] = []
    for part in parts:
        codes.append(np.where(part.codes < 0, -1, part.codes + len(cells)))
        cells += part.cells
    return Factored(np.concatenate(codes), cells)


def unreadable(what: object, n_rows: int) -> Cells:
    """Return a column of which no cell can be read."""
    return Cells([Unreadable(str(what))] * n_rows)


def numpy_column(array: npt.NDArray[Any]) -> ColumnData:
    """Return a NumPy array, masked or not, of one cell or more a row."""
    if isinstance(array, np.ma.MaskedArray):
        return _masked_column(array)
    if array.ndim != 1:
        return Cells(list(array))
    if array.dtype.kind == "M":
        return times(array)
    if array.dtype.kind in "iuf":
        return Numbers(array)
    if array.dtype.kind == "m":  # of nanoseconds `tolist` makes bare integers
        return Cells(list(array))
    return Cells(array.tolist())


def _masked_column(array: Any) -> ColumnData:
    mask = np.ma.getmaskarray(array)
    if array.ndim == 1 and array.dtype.kind == "M":
        return times(np.where(mask, np.datetime64("NaT"), array.data))
    if array.ndim == 1 and array.dtype.kind in "iuf":
        return Numbers(np.asarray(array.filled(0)), mask)  # any number will do under the mask
    return Cells([None if cell is np.ma.masked else cell for cell in array])
