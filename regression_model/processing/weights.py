"""How much the rows of a table count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.exceptions import DataError
from regression_model.processing.schema import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats

_SHOWN_CELLS = 10


def weight_kind(name: str, number_format: str | None = None) -> Column:
    """Return what the cells of a weight column must be, in training and afterwards."""
    return Column(name, "number", required=True, minimum=0.0, number_format=number_format)


def read_counts(
    name: str, cells: Sequence[Any], truth: Floats, number_format: str | None = None
) -> Floats:
    """Read how much the rows of a file count; as in training, rows without a truth do not.

    Parameters
    ----------
    name : str
        The weight column.
    cells : sequence of str
        As they stand in the file.
    truth : ndarray of shape (n_rows,)
        The target, NaN where it is missing: weights of such rows are not looked at.
    number_format : str, optional
        How the file writes numbers.

    Returns
    -------
    ndarray of shape (n_rows,)
        From 0 up; rows of weight zero do not count.

    Raises
    ------
    DataError
        If a weight is missing, below zero or no number; the rows are listed.
    """
    column = weight_kind(name, number_format)
    counts = np.zeros(len(truth))
    wrong: list[str] = []
    for row in np.flatnonzero(~np.isnan(truth)).tolist():
        verdict = column.judge(cells[row], from_file=True)
        if verdict.error is None:
            counts[row] = verdict.value
        elif len(wrong) < _SHOWN_CELLS:
            wrong.append(f"row {row}: {verdict.error.message}")
    if wrong:
        raise DataError(*wrong)
    return counts
