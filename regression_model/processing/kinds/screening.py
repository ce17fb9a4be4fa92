"""Columns of cells, many at once: what kinds share to encode a column.

Cells about which there is nothing to say are decided together; ``judge`` is asked about the others,
once for each different cell where that is what it takes.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from regression_model.processing.column_data import ColumnData, Factored, Numbers
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from regression_model.arrays import Floats, Indices
    from regression_model.processing.verdicts import Verdict

NUMBER_LINES = re.compile(
    r"(?:(?>(?:[+-]?+(?:\d++(?>(?:\.\d*+)?)|\.\d++)(?>(?:[eE][+-]?+\d++)?))?)\n)*+", re.ASCII
)
"""Lines that are numbers or empty: the number of `cells`, many at once and without going back."""

_COMPARABLE = frozenset({str, float, bool, type(None), date, datetime})
"""Types of which equal cells mean the same; integers are looked at one by one."""
_DOUBLE_BYTES = 8
_HASH_BITS = 60
"""Beyond it different whole numbers may have one hash, by which a caller could slow a dict down."""


@dataclass(frozen=True, slots=True)
class EncodedColumn:
    """A column's encoded values, and (row, cell, verdict) where there is something to say."""

    values: Floats
    remarks: list[tuple[int, object, Verdict]]


def judge_distinct(
    judge: Callable[..., Verdict], data: ColumnData, *, from_file: bool, hint: bool
) -> EncodedColumn:
    """Encode a column of any form: every distinct cell is judged once.

    Parameters
    ----------
    judge : callable
        Says what one cell means, as `Column.judge` does.
    data : Numbers, Times, Factored or Cells
        The column.
    from_file, hint : bool
        For `judge`.
    """
    factored = _as_factored(data)
    cells = [*factored.cells, None]  # where a cell is missing the code is -1: the last one
    verdicts = [judge(cell, from_file=from_file, hint=hint) for cell in cells]
    remarks = [
        (code, cell, verdict)
        for code, (cell, verdict) in enumerate(zip(cells, verdicts, strict=True))
        if not verdict.silent
    ]
    values = np.array([verdict.value for verdict in verdicts])
    return spread(EncodedColumn(values, remarks), factored.codes)


def spread(distinct: EncodedColumn, codes: Indices) -> EncodedColumn:
    """Return a column that is encoded by its distinct cells.

    Parameters
    ----------
    distinct : EncodedColumn
        Of each different cell; the last one is what is missing, where a code is -1.
    codes : ndarray of int of shape (n_rows,)
        Which of them each row has.
    """
    values = distinct.values[codes]
    if not distinct.remarks:
        return EncodedColumn(values, [])
    by_code = {code: (cell, verdict) for code, cell, verdict in distinct.remarks}
    n_distinct = len(distinct.values)
    has_remark = np.zeros(n_distinct, dtype=bool)
    has_remark[list(by_code)] = True
    remarks: list[tuple[int, object, Verdict]] = []
    for row in np.flatnonzero(has_remark[codes]).tolist():
        cell, verdict = by_code[int(codes[row]) % n_distinct]  # -1 is the last one
        remarks.append((row, cell, verdict))
    return EncodedColumn(values, remarks)


def _as_factored(data: ColumnData) -> Factored:
    if isinstance(data, Factored):
        return data
    if isinstance(data, Numbers):
        return _distinct_numbers(data)
    return _factorize(data.as_cells())


def _distinct_numbers(data: Numbers) -> Factored:
    distinct, codes = np.unique(data.values, return_inverse=True)
    if data.missing is not None:
        codes = np.where(data.missing, -1, codes)
    return Factored(codes, distinct.tolist())


class _Codes(dict[Any, int]):
    """Codes of cells: one that is asked for the first time gets the next."""

    def __missing__(self, cell: Any) -> int:
        code = self[cell] = len(self)
        return code


def _factorize(cells: Sequence[Any]) -> Factored:
    """Give every distinct cell a code; 1, 1.0 and True are distinct, as their types are."""
    if _are_plain(cells):
        found = _Codes()
        codes = np.fromiter(map(found.__getitem__, cells), np.intp, len(cells))
        return Factored(codes, list(found))
    codes = np.empty(len(cells), dtype=np.intp)
    code_of_cell: dict[Any, int] = {}
    distinct: list[Any] = []
    for row, cell in enumerate(cells):
        code = len(distinct)
        if _is_comparable(cell):
            code = code_of_cell.setdefault((type(cell), cell), code)
        if code == len(distinct):
            distinct.append(cell)
        codes[row] = code
    return Factored(codes, distinct)


def _are_plain(cells: Sequence[Any]) -> bool:
    """Tell whether all cells are texts or short integers: those that are equal mean the same."""
    types = set(map(type, cells))
    if not types <= {str, int, type(None)}:
        return False
    if int not in types:
        return True
    whole = [cell for cell in cells if type(cell) is int]
    return all(end.bit_length() <= _HASH_BITS for end in (min(whole), max(whole)))


def _is_comparable(cell: Any) -> bool:
    """Tell whether cells that are equal mean the same; any other cell stands for itself."""
    cls = type(cell)
    if cls is int:
        return bool(cell.bit_length() <= _HASH_BITS)
    if cls is datetime:  # a zone is a caller's object, and is asked when moments are compared
        return cell.tzinfo is None
    return cls in _COMPARABLE


def plain_numbers(cells: Sequence[Any]) -> Numbers | None:
    """Return Python floats and integers as one array, or None where other cells are among them."""
    if not {float, int, type(None)}.issuperset(map(type, cells)):
        return None
    try:
        return Numbers(np.fromiter(cells, np.float64, len(cells)))
    except OverflowError as problem:  # an integer beyond all floats: it is judged
        pass_on(problem)
        return None


def numbers_in_text(texts: Sequence[str]) -> Numbers | None:
    """Return texts as one array, NaN where empty, or None where one is neither number nor empty."""
    lines = "\n".join([*texts, ""])
    # a text with an end of line in it would count as two
    if lines.count("\n") > len(texts) or not NUMBER_LINES.fullmatch(lines):
        return None
    return Numbers(np.array([float(text) if text else math.nan for text in texts]))


def no_numbers_in_text(texts: Sequence[str]) -> list[int]:
    """Return the rows of texts that are neither a number nor empty."""
    return [row for row, text in enumerate(texts) if not NUMBER_LINES.fullmatch(f"{text}\n")]


def as_floats(data: Numbers) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return numbers as a new array, and which of them are missing."""
    if data.values.dtype.itemsize <= _DOUBLE_BYTES:
        values = data.values.astype(np.float64)
    else:
        with np.errstate(over="ignore"):  # a long double beyond all limits becomes infinite
            values = data.values.astype(np.float64)
    if data.missing is not None:
        values[data.missing] = np.nan
    return values, np.isnan(values)
