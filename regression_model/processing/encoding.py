"""A column of cells in, its encoded values and what there is to say about the cells out.

Cells about which there is nothing to say are decided many at once; `Column.judge` is asked about
the others.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regression_model.processing.cells import MAX_WHOLE
from regression_model.processing.columns import Cells, ColumnData, Factored, Numbers, Times
from regression_model.processing.interruptions import pass_on
from regression_model.processing.number_formats import DECIMAL_COMMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats
    from regression_model.processing.column import Column
    from regression_model.processing.verdicts import Verdict


_NUMBERS = re.compile(
    r"(?:(?:[+-]?+(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?+\d++)?+)?+\n)*+", re.ASCII
)
"""Lines that are numbers or empty: the number of `cells`, many at once and without going back."""
_COMPARABLE = frozenset({str, float, bool, type(None), date, datetime})
_DOUBLE_BYTES = 8
_HASH_BITS = 60
"""Beyond it different whole numbers may have one hash, by which a caller could slow a dict down."""


@dataclass(frozen=True, slots=True)
class EncodedColumn:
    """A column's encoded values, and (row, cell, verdict) where there is something to say."""

    values: Floats
    remarks: list[tuple[int, object, Verdict]]


def encode_column(
    column: Column, data: ColumnData, *, from_file: bool = False, hint: bool = True
) -> EncodedColumn:
    """Encode a column and list what there is to say about its cells.

    Parameters
    ----------
    column : Column
        What is known of the column.
    data : Numbers, Times, Factored or Cells
        Its cells.
    from_file : bool
        Whether cells are the texts of a file, where a number in text is no news.
    hint : bool
        Whether to name the levels that are like an unknown one.

    Returns
    -------
    EncodedColumn
        ``values`` of shape (n_rows,), NaN where a cell has an error.
    """
    cells: Sequence[Any] | None = None
    if isinstance(data, Times):
        if column.kind == "date":
            return _screen_dates(column, data)
        data = Cells(data.as_cells())
    if isinstance(data, Cells):
        cells = data.cells
        read = _read_numbers(column, cells) if from_file else None
        data = read or _as_numbers(column, cells) or _factorize(cells)
    if isinstance(data, Numbers) and column.kind in ("number", "integer"):
        return _screen_numbers(column, data, cells, from_file=from_file)
    if isinstance(data, Numbers):
        data = _distinct_numbers(data)
    return _judge_distinct(column, data, from_file=from_file, hint=hint)


def _as_numbers(column: Column, cells: Sequence[Any]) -> Numbers | None:
    """Return Python floats and integers as one array, or None where other cells are among them."""
    is_number = column.kind in ("number", "integer")
    if not is_number or not {float, int, type(None)}.issuperset(map(type, cells)):
        return None
    try:
        return Numbers(np.array(cells, dtype=np.float64))
    except OverflowError as problem:
        pass_on(problem)
        return None


def _read_numbers(column: Column, cells: Sequence[Any]) -> Numbers | None:
    """Return the texts of a file as one array, or None where one is neither number nor missing."""
    is_number = column.kind in ("number", "integer") and "" in column.missing_values
    if not is_number or not {str}.issuperset(map(type, cells)):
        return None
    texts = ["" if column.is_missing_text(cell) else cell.strip() for cell in cells]
    if column.number_format is not None:
        texts = _plain_texts(column, texts)
    lines = "\n".join([*texts, ""])
    if lines.count("\n") > len(texts) or not _NUMBERS.fullmatch(lines):
        return None
    return Numbers(np.array([float(text) if text else math.nan for text in texts]))


def _plain_texts(column: Column, texts: list[str]) -> list[str]:
    """Return numbers as they are with a decimal point alone, and ``?`` for what is none."""
    lines = "\n".join(texts)
    is_plain = lines.count("\n") < max(len(texts), 1) and "." not in lines
    if column.number_format == DECIMAL_COMMA and is_plain:
        return lines.replace(",", ".").split("\n")
    return [column.plain_text(text) or "?" if text else "" for text in texts]


def _distinct_numbers(data: Numbers) -> Factored:
    distinct, codes = np.unique(data.values, return_inverse=True)
    if data.missing is not None:
        codes = np.where(data.missing, -1, codes)
    return Factored(codes, distinct.tolist())


def _factorize(cells: Sequence[Any]) -> Factored:
    """Give every distinct cell a code; 1, 1.0 and True are distinct, as their types are."""
    found = np.empty(len(cells), dtype=np.intp)
    if {str, type(None)}.issuperset(map(type, cells)):
        texts = list(dict.fromkeys(cells))
        positions = {cell: i for i, cell in enumerate(texts)}
        found[:] = [positions[cell] for cell in cells]
        return Factored(found, texts)
    codes: dict[Any, int] = {}
    distinct: list[Any] = []
    for i, cell in enumerate(cells):
        code = len(distinct)
        if _is_comparable(cell):
            code = codes.setdefault((type(cell), cell), code)
        if code == len(distinct):
            distinct.append(cell)
        found[i] = code
    return Factored(found, distinct)


def _is_comparable(cell: Any) -> bool:
    """Tell whether cells that are equal mean the same; any other cell stands for itself."""
    kind = type(cell)
    if kind is int:
        return bool(cell.bit_length() <= _HASH_BITS)
    return kind in _COMPARABLE and (kind is not datetime or cell.tzinfo is None)


def _screen_numbers(
    column: Column, data: Numbers, cells: Sequence[Any] | None, *, from_file: bool
) -> EncodedColumn:
    """Judge numbers that are not silently right; `cells` are what they were given as."""
    values, missing = _as_floats(data)
    low, high = column.silent_range
    low, high = max(low, -MAX_WHOLE), min(high, MAX_WHOLE)
    suspicious = (values < low) | (values > high)
    if column.kind == "integer":
        suspicious |= np.floor(values) < values
    if column.required:
        suspicious |= missing
    elif column.missing_means == "none":
        values[missing] = column.missing_code
    remarks: list[tuple[int, object, Verdict]] = []
    for row in np.flatnonzero(suspicious).tolist():
        cell = data.cell(row) if cells is None else cells[row]
        verdict = column.judge(cell, from_file=from_file)
        values[row] = verdict.value
        if not verdict.silent:
            remarks.append((row, cell, verdict))
    return EncodedColumn(values, remarks)


def _as_floats(data: Numbers) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return numbers as a new array, and which of them are missing."""
    if data.values.dtype.itemsize <= _DOUBLE_BYTES:
        values = data.values.astype(np.float64)
    else:
        with np.errstate(over="ignore"):  # a long double beyond all limits becomes infinite
            values = data.values.astype(np.float64)
    if data.missing is not None:
        values[data.missing] = np.nan
    return values, np.isnan(values)


def _screen_dates(column: Column, data: Times) -> EncodedColumn:
    """Judge dates that are not silently right."""
    seconds = data.seconds
    low, high = column.silent_range
    suspicious = (seconds < low) | (seconds > high)
    if column.required:
        suspicious |= np.isnan(seconds)
    values = seconds.copy()
    remarks: list[tuple[int, object, Verdict]] = []
    for row in np.flatnonzero(suspicious).tolist():
        cell = data.cell(row)
        verdict = column.judge(cell)
        if verdict.error is not None:
            values[row] = np.nan
        if not verdict.silent:
            remarks.append((row, cell, verdict))
    return EncodedColumn(values, remarks)


def _judge_distinct(
    column: Column, data: Factored, *, from_file: bool, hint: bool
) -> EncodedColumn:
    """Judge every distinct cell once; the last verdict is that on a missing cell (code -1)."""
    cells = [*data.cells, None]
    verdicts = [column.judge(cell, from_file=from_file, hint=hint) for cell in cells]
    values = np.array([verdict.value for verdict in verdicts])[data.codes]
    loud = np.array([not verdict.silent for verdict in verdicts])
    remarks: list[tuple[int, object, Verdict]] = []
    if loud.any():
        for row in np.flatnonzero(loud[data.codes]).tolist():
            code = data.codes[row]
            remarks.append((row, cells[code], verdicts[code]))
    return EncodedColumn(values, remarks)
