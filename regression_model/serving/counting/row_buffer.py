"""Encoded rows that wait to be counted: of many at once, a row costs next to nothing."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats
    from regression_model.artifact.counts import RowCounter, RowCounts

_MOST_ROWS = 1_024
_MOST_CELLS = 1 << 19
"""Four megabytes, for a model of many columns."""


class RowBuffer:
    """Rows and answers of a model, counted once there is no more room for them, or at the end.

    Parameters
    ----------
    counter : RowCounter
    n_columns : int
        Of encoded rows.

    Attributes
    ----------
    most_rows : int
        That may wait.
    """

    def __init__(self, counter: RowCounter, n_columns: int) -> None:
        self._counter = counter
        self.most_rows = max(1, min(_MOST_ROWS, _MOST_CELLS // n_columns))
        self._rows = np.empty((self.most_rows, n_columns))
        # a row of Python's numbers gets there in half the time in which NumPy takes it
        self._row = Struct(f"{n_columns}d")
        self._bytes = self._rows.data.cast("B")
        self._answers = np.empty((2, _MOST_ROWS))
        self._n_rows = self._n_failed = self._n_answers = 0
        self._counted: RowCounts | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        n_waiting = self._n_rows + self._n_failed + self._n_answers
        return n_waiting == 0 and self._counted is None

    def add_rows(self, x: Floats, n_failed: int = 0) -> None:
        """Let some encoded rows wait, `most_rows` at most, and further ones that failed.

        Parameters
        ----------
        x : ndarray of shape (n_rows, n_columns)
        n_failed : int
        """
        self._n_failed += n_failed
        if self._n_rows + len(x) > self.most_rows:
            self._count_rows()
        end = self._n_rows + len(x)
        self._rows[self._n_rows : end] = x
        self._n_rows = end

    def add_record(self, values: Sequence[float], prediction: float | None) -> None:
        """Let one encoded row wait, and its prediction, of which no error to expect is known."""
        if self._n_rows == self.most_rows:
            self._count_rows()
        if self._n_answers == self._answers.shape[1]:
            self._count_answers()
        self._row.pack_into(self._bytes, self._n_rows * self._row.size, *values)
        self._answers[:, self._n_answers] = prediction, np.nan
        self._n_rows += 1
        self._n_answers += 1

    def add_answers(self, answers: Floats) -> None:
        """Let predictions wait, and errors to expect; NaN where there is none.

        Parameters
        ----------
        answers : ndarray of shape (2, n_rows)
        """
        n, most = answers.shape[1], self._answers.shape[1]
        if self._n_answers + n > most:
            self._count_answers()
        if n > most:
            self.add_counts(self._counter.count_answers(*answers))
            return
        end = self._n_answers + n
        self._answers[:, self._n_answers : end] = answers
        self._n_answers = end

    def add_counts(self, counts: RowCounts) -> None:
        """Add rows that are counted already."""
        self._counted = counts if self._counted is None else self._counted + counts

    def counted(self) -> RowCounts:
        """Return the counts of all that has come since this was called before."""
        self._count_rows()
        self._count_answers()
        counts, self._counted = self._counted, None
        return self._counter.nothing() if counts is None else counts

    def _count_rows(self) -> None:
        if self._n_rows or self._n_failed:
            self.add_counts(self._counter.count(self._rows[: self._n_rows], self._n_failed))
            self._n_rows = self._n_failed = 0

    def _count_answers(self) -> None:
        if self._n_answers:
            self.add_counts(self._counter.count_answers(*self._answers[:, : self._n_answers]))
            self._n_answers = 0
