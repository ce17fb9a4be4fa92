"""Files of predictions and of truths, whatever their format: ids, and the numbers beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regression_model.batch.truths import SHOWN_CELLS, read_truths, truth_kind
from regression_model.exceptions import DataError
from regression_model.processing.absent_names import did_you_mean
from regression_model.processing.schema import Column, is_missing, short
from regression_model.processing.table_files import open_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.processing.chunks import Chunk, OpenTable

ANSWERS = ("prediction", "lower", "upper")
"""The columns that `predict` writes for a program."""


class Numbers(NamedTuple):
    """Columns of numbers beside ids.

    Attributes
    ----------
    ids : list of str
    values : ndarray of shape (n_samples, n_columns)
    n_without : int
        Rows of the file that have no number in the first column, and are not among these.
    """

    ids: list[str]
    values: Floats
    n_without: int


def read_predictions(path: Path, name: str, version: str) -> Numbers:
    """Read what `predict` has written with ``--id``.

    Parameters
    ----------
    path : Path
    name : str
        The column of the id.
    version : str
        Of the model whose predictions these should be.

    Raises
    ------
    DataError
        If a column is absent, a row has no id, a cell is no number, an interval ends before it
        begins, or a row was predicted by another version.
    """
    with open_rows(path) as file:
        _check_has(file, name, "--id")
        _check_has(file, ANSWERS[0], "the prediction: give a file that predict wrote")
        columns = [Column(each, "number", number_format=file.number_format) for each in ANSWERS]
        reading = _Reading(file, name, columns)
        for chunk in file.chunks():
            if file.has("model_version"):
                _check_version(path, chunk, version)
            reading.add(chunk)
    given = reading.numbers()
    _check_ends(path, given)
    return given


def read_given_truths(path: Path, name: str, model: Model, target: str | None) -> Numbers:
    """Read truths that have come.

    Parameters
    ----------
    path : Path
    name : str
        The column of the id.
    model : Model
        Says what its target is called, and how its numbers are written.
    target : str or None
        The column of the truth, where it is not called as in training.

    Raises
    ------
    DataError
        If a column is absent, a row has no id, or a truth is no number.
    """
    column = model.facts["target"]["column"] if target is None else target
    with open_rows(path) as file:
        _check_has(file, name, "--id")
        _check_has(file, column, "the truth: name yours with --target COLUMN")
        kind = truth_kind(model.facts, column, file.number_format)
        reading = _Reading(file, name, [kind])
        for chunk in file.chunks():
            reading.add(chunk)
    return reading.numbers()


def _check_has(file: OpenTable, name: str, what: str) -> None:
    if not file.has(name):
        hint = did_you_mean(name, file.header)
        raise DataError(f"{file.path} has no column {short(name)!r} for {what}{hint}")


def _check_version(path: Path, chunk: Chunk, version: str) -> None:
    for row, cell in enumerate(chunk.cells("model_version"), chunk.start):
        if not is_missing(cell) and str(cell) != version:
            raise DataError(
                f"{path}: row {row} was predicted by version {short(str(cell))!r}, and the state "
                f"is of version {version}: each version has a state of its own"
            )


def _check_ends(path: Path, given: Numbers) -> None:
    """Refuse intervals that no truth could be within."""
    _, lower, upper = given.values.T
    turned = np.flatnonzero(lower > upper).tolist()
    if turned:
        named = ", ".join(repr(short(given.ids[row])) for row in turned[:SHOWN_CELLS])
        raise DataError(
            f"{path}: of {len(turned)} rows lower is above upper, so that no truth is within; are "
            f"the columns exchanged? ids {named}"
        )


class _Reading:
    """The ids and numbers of a file's chunks, one behind the other."""

    def __init__(self, file: OpenTable, name: str, columns: Sequence[Column]) -> None:
        self._file, self._name, self._columns = file, name, columns
        self._ids: list[str] = []
        self._values: list[Floats] = []
        self._faults: list[str] = []
        self._n_without = 0

    def add(self, chunk: Chunk) -> None:
        for refused in chunk.refused[:SHOWN_CELLS]:
            self._faults.append(f"row {chunk.start + refused.position}: {refused.message}")
        values = np.empty((chunk.n_rows, len(self._columns)))
        for position, column in enumerate(self._columns):
            cells = chunk.cells(column.name)
            numbers, faults = read_truths(column, cells, start=chunk.start, from_file=chunk.is_text)
            values[:, position] = numbers
            self._faults += faults[:SHOWN_CELLS]
        ids = chunk.cells(self._name)
        is_there = ~np.isnan(values[:, 0])
        for position in np.flatnonzero(is_there).tolist():
            self._ids.append(self._id(ids[position], chunk.start + position))
        self._values.append(values[is_there])
        self._n_without += int((~is_there).sum())

    def _id(self, cell: Any, row: int) -> str:
        """Return an id as text, the same from every format.

        Where a table went through floats, whole numbers end in ``.0``: they are what they were.
        """
        if is_missing(cell) or not str(cell).strip():
            self._faults.append(
                f"row {row}: it has no {short(self._name)!r}, by which rows are known"
            )
            return ""
        text = str(cell).strip()
        whole = text.removesuffix(".0")
        return whole if whole.removeprefix("-").isdecimal() else text

    def numbers(self) -> Numbers:
        if self._faults:
            what = f"{self._file.path}: rows that cannot be used; correct them or leave them out:"
            raise DataError(what, *self._faults[:SHOWN_CELLS])
        values = np.concatenate([np.empty((0, len(self._columns))), *self._values])
        return Numbers(self._ids, values, self._n_without)
