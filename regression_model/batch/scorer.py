"""Batches of a table in, batches of answers out, in whichever process the batches are.

A scorer can be pickled: it carries the bytes of its model's artifact, and a process that gets it
more than once opens the model once. That is all that an engine of many machines needs.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from regression_model.artifact.spreading import on_one_thread
from regression_model.batch.answer_columns import (
    WHY,
    number_columns,
    number_names,
    reasons,
    why_columns,
)
from regression_model.batch.arrow_answers import optional_texts, pyarrow_for, repeated_text
from regression_model.batch.text_columns import number_array
from regression_model.exceptions import DataError
from regression_model.processing.absent_names import did_you_mean
from regression_model.processing.report import Report
from regression_model.processing.shown_values import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.batch.answer_columns import Reason

_VERSION = "model_version"
_WHAT = "Arrow batches need"


class Scorer:
    """Answers batches of rows with tables of a schema that is known before a row is read.

    A row that cannot be answered has no prediction, the code of its first error in ``error_code``
    and all messages in ``error``; the others are answered as `make_prediction` does, to the last
    bit.

    Parameters
    ----------
    model : Model
    interval : float, optional
        Adds ``lower`` and ``upper``, between which this share of the truths lies.
    keep : sequence of str
        Columns of the table that stand beside the answers, as they are.
    on_one_thread : bool
        Whether to start no threads, for workers of which there is one a core.

    Attributes
    ----------
    model : Model
    interval : float or None
    keep : tuple of str
    on_one_thread : bool
    number_names : list of str
        ``prediction``, and with an interval ``lower`` and ``upper``.
    text_names : list of str
        ``error_code``, ``error`` and ``model_version``.
    names : list of str
        The columns of the answers: those kept, then numbers, then texts.

    Raises
    ------
    ValueError
        If the artifact does not allow this interval, or a kept column is called as an answer, or
        is named twice.
    """

    def __init__(
        self,
        model: Model,
        *,
        interval: float | None = None,
        keep: Sequence[str] = (),
        on_one_thread: bool = False,
    ) -> None:
        if interval is not None:
            model.intervals.offsets(interval)  # raises before any row is read
        self.model = model
        self.interval = interval
        self.keep = _checked((keep,) if isinstance(keep, str) else tuple(keep), interval)
        self.on_one_thread = on_one_thread
        self.number_names = number_names(interval)
        self.text_names = [*WHY, _VERSION]
        self.names = [*self.keep, *self.number_names, *self.text_names]

    def __reduce__(self) -> tuple[Callable[[Model], Scorer], tuple[Model]]:
        """Copy and pickle by the bytes of the artifact's file, as a model does."""
        made = partial(
            Scorer, interval=self.interval, keep=self.keep, on_one_thread=self.on_one_thread
        )
        return made, (self.model,)

    def schema(self, given: pa.Schema) -> pa.Schema:
        """Return the schema of the answers to a table of this schema.

        Parameters
        ----------
        given : pyarrow.Schema

        Returns
        -------
        pyarrow.Schema
            Kept columns are of the type that they have; numbers are float64, the rest is text.

        Raises
        ------
        DataError
            If the table has not a kept column, or has it twice.
        """
        pa = pyarrow_for(_WHAT)
        self.check_kept(given.names)
        kept = [given.field(name) for name in self.keep]
        numbers = [pa.field(name, pa.float64()) for name in self.number_names]
        texts = [pa.field(name, pa.string()) for name in self.text_names]
        return pa.schema([*kept, *numbers, *texts])

    def arrow(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Answer an Arrow record batch.

        Parameters
        ----------
        batch : pyarrow.RecordBatch of n rows

        Returns
        -------
        pyarrow.RecordBatch of n rows
            Of the `schema` that belongs to that of the batch; null where there is no answer.

        Raises
        ------
        DataError
            If the batch has not a kept column, or has it twice.

        Examples
        --------
        >>> import pyarrow as pa
        >>> from regression_model import load_model
        >>> houses = pa.record_batch({"Id": ["a", "b"], "GrLivArea": ["1710", "big"]})
        >>> answers = load_model().scorer(keep=["Id"]).arrow(houses)
        >>> answers.select(["Id", "error_code"]).to_pydict()
        {'Id': ['a', 'b'], 'error_code': [None, 'not_a_number']}
        """
        pa = pyarrow_for(_WHAT)
        schema = self.schema(batch.schema)
        numbers, why = self._answer(batch)
        columns = [batch.column(name) for name in self.keep]
        columns += map(number_array, numbers.values())
        codes = {row: reason.code for row, reason in why.items()}
        messages = {row: reason.message for row, reason in why.items()}
        columns += [optional_texts(texts, batch.num_rows) for texts in (codes, messages)]
        columns.append(repeated_text(self.model.version, batch.num_rows))
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def pandas(self, frame: Any) -> Any:
        """Answer a pandas DataFrame.

        Parameters
        ----------
        frame : pandas.DataFrame of n rows

        Returns
        -------
        pandas.DataFrame of n rows
            With the index of the frame. Kept columns have the dtype that they have, numbers are
            float64, the rest is text; an empty frame gives the same dtypes as any other.

        Raises
        ------
        DataError
            If the frame has not a kept column, or has it twice.
        """
        self.check_kept(list(frame.columns))
        pandas = sys.modules["pandas"]  # which the frame has brought along
        text = pandas.StringDtype("python")
        numbers, why = self._answer(frame)
        answers = frame[list(self.keep)].copy()
        for name, column in numbers.items():
            answers[name] = pandas.array(column, dtype="float64")
        for name, texts in why_columns(why, len(frame)).items():
            answers[name] = pandas.array(texts, dtype=text)
        answers[_VERSION] = pandas.array([self.model.version] * len(frame), dtype=text)
        return answers

    def _answer(self, table: Any) -> tuple[dict[str, Floats], dict[int, Reason]]:
        """Return numbers by the column's name, and why rows have none."""
        report = Report(listed_warnings=0)
        with on_one_thread() if self.on_one_thread else nullcontext():
            answers = self.model.answer(table, report, interval=self.interval)
        return number_columns(answers), reasons(report.sorted_errors(), answers.predictions)

    def check_kept(self, names: Sequence[Any]) -> None:
        """Check that a table has the kept columns, once each.

        Raises
        ------
        DataError
            If it has not; the message says what may be meant.
        """
        for name in self.keep:
            if name not in names:
                hint = did_you_mean(str(name), [str(other) for other in names])
                message = f"the table has no column {shown(name)!r}, which is to be kept{hint}"
                raise DataError(message)
            if list(names).count(name) > 1:
                message = f"the table has {shown(name)!r} twice, which is to be kept; rename one"
                raise DataError(message)


def _checked(keep: tuple[str, ...], interval: float | None) -> tuple[str, ...]:
    """Return the kept columns, if the table of answers can have them beside its own."""
    answers = {*number_names(interval), *WHY, _VERSION}
    for position, name in enumerate(keep):
        if name in answers:
            message = f"the answers have a column {name} too; rename that of the table"
            raise ValueError(message)
        if name in keep[:position]:
            message = f"{shown(name)!r} is to be kept twice; name it once"
            raise ValueError(message)
    return keep
