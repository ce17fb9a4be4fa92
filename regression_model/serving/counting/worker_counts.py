"""What one worker has counted of one model, and what counts the rows of a request."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from regression_model.artifact.counting import without_failed
from regression_model.processing.verdicts import Code
from regression_model.serving.counting.row_buffer import RowBuffer
from regression_model.serving.metrics import count_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from regression_model.arrays import Floats
    from regression_model.artifact.computation import Answers
    from regression_model.artifact.counting import Counting
    from regression_model.artifact.counts import RowCounts
    from regression_model.artifact.model import Model
    from regression_model.artifact.results import PredictionResult
    from regression_model.processing.report import Report
    from regression_model.serving.counting.rooms import Room
    from regression_model.serving.counting.windows import Windows

CODES = tuple(code.value for code in Code)
_CODE_AT = {code: place for place, code in enumerate(CODES)}


def size_of(counting: Counting) -> int:
    """Return how many numbers hold the counts of a model, and of errors and warnings by code."""
    return counting.counter.size + 2 * len(CODES)


class WorkerCounts:
    """What one worker has counted of one model in the running window; any thread may add to it.

    Parameters
    ----------
    model : Model
    counting : Counting
        Of this model.
    room : Room
        In which it is published; what stands there of the same model and window goes on.
    key : float
        By which the model is known there.
    windows : Windows

    Attributes
    ----------
    model : Model
        The same one; perhaps loaded again since.
    size : int
        How many numbers hold what is counted.
    """

    def __init__(
        self, model: Model, counting: Counting, room: Room, key: float, windows: Windows
    ) -> None:
        self.model = model
        self.counting = counting
        self.key = key
        self.size = size_of(counting)
        self._room = room
        self.windows = windows
        self._window = windows.running
        self._buffer = RowBuffer(counting.counter, len(model.schema))
        self._lock = threading.Lock()
        self._has_ended = False
        room.clear_others(key)
        self._totals = self._published()

    def begin(self, report: Report) -> Tally:
        """Return what counts the rows of a request, which have this report."""
        return Tally(self, report)

    def add_rows(self, x: Floats, n_failed: int = 0) -> None:
        """Count encoded rows, of shape (n_rows, n_columns), and further ones that failed."""
        is_large = len(x) > self._buffer.most_rows
        # for many rows others would wait too long
        counts = self.counting.counter.count(x, n_failed) if is_large else None
        with self._lock:
            if self.windows.running != self._window:
                self._begin_window()
            if counts is None:
                self._buffer.add_rows(x, n_failed)
            else:
                self._buffer.add_counts(counts)

    def add_record(self, values: Sequence[float], result: PredictionResult) -> None:
        """Count an encoded row and what was answered, in the shortest way."""
        with self._lock:
            if self.windows.running != self._window:
                self._begin_window()
            self._buffer.add_record(values, result["predictions"][0])
            self._add_entries(result)

    def add_answers(
        self, predictions: Floats, errors: Floats | None, result: PredictionResult
    ) -> None:
        """Count what was answered about rows that are counted already.

        Parameters
        ----------
        predictions : ndarray of shape (n_rows,)
            NaN where there is none.
        errors : ndarray of shape (n_rows,) or None
            To expect, in target units, where intervals tell them.
        result : PredictionResult
            Its errors and warnings are counted by code.
        """
        unknown = [np.nan] * len(predictions)
        answers = np.array([predictions, unknown if errors is None else errors], dtype=np.float64)
        with self._lock:
            self._buffer.add_answers(answers)
            self._add_entries(result)

    def publish(self) -> None:
        """Let all workers see what is counted until now."""
        with self._lock:
            if self.windows.running != self._window:
                self._begin_window()
            else:
                self._publish()

    def end(self) -> None:
        """Let nobody see what comes from now on: the room is another model's."""
        with self._lock:
            self._has_ended = True

    def counted(self, numbers: Floats) -> tuple[RowCounts, Counter[str], Counter[str]]:
        """Return what numbers hold, of shape (size,): rows, and errors and warnings by code."""
        counter = self.counting.counter
        codes = numbers[counter.size :].astype(np.int64).tolist()
        # of codes that have not occurred nothing is told
        errors = +Counter(dict(zip(CODES, codes[: len(CODES)], strict=True)))
        warnings = +Counter(dict(zip(CODES, codes[len(CODES) :], strict=True)))
        return counter.counts_of(numbers[: counter.size]), errors, warnings

    def _begin_window(self) -> None:
        self._publish()
        self._window = self.windows.running
        self._totals = self._published()

    def _published(self) -> Floats:
        """Return what is counted of the window already: by another process, or by another clock."""
        found = self._room.read(self.key, self._window, self.size)
        return np.zeros(self.size) if found is None else found

    def _publish(self) -> None:
        if self._buffer.is_empty or self._has_ended:
            return
        counter = self.counting.counter
        self._totals[: counter.size] += counter.numbers_of(self._buffer.counted())
        self._room.write(self.key, self._window, self._totals)

    def _add_entries(self, result: PredictionResult) -> None:
        if result["errors"] is not None or result["warnings"] is not None:
            counts = count_rows(result)
            self._add_codes(self.counting.counter.size, counts.errors)
            self._add_codes(self.counting.counter.size + len(CODES), counts.warnings)

    def _add_codes(self, start: int, counts: Mapping[str, int]) -> None:
        for code, n in counts.items():
            self._totals[start + _CODE_AT[code]] += n


class Tally:
    """Counts the rows of one request: blocks as `Model.answer` shows them, then the answers.

    Parameters
    ----------
    counts : WorkerCounts
    report : Report
        Of these rows.
    """

    def __init__(self, counts: WorkerCounts, report: Report) -> None:
        self._counts = counts
        self._report = report
        self._start = 0

    def __call__(self, x: Floats) -> None:
        """Count a block of encoded rows, of shape (n_rows, n_columns)."""
        fine, n_failed = without_failed(x, self._start, self._report)
        self._start += len(x)
        self._counts.add_rows(fine, n_failed)

    def end(self, answers: Answers, interval: float | None, result: PredictionResult) -> None:
        """Count what was answered, with intervals of this level."""
        errors = None
        if answers.lower is not None and answers.upper is not None and interval is not None:
            counting = self._counts.counting
            errors = counting.expected_errors(answers.lower, answers.upper, interval)
        self._counts.add_answers(answers.predictions, errors, result)
