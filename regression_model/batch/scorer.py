"""Batches of a table in, batches of answers out, in whichever process the batches are.

A scorer can be pickled: it carries the bytes of its model's artifact, and a process that gets it
more than once opens the model once. That is all that an engine of many machines needs.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

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
from regression_model.processing.blanks import clean_name
from regression_model.processing.cells import type_name
from regression_model.processing.report import Report
from regression_model.processing.shown_values import name_of, short, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.batch.answer_columns import Reason

_Batch = TypeVar("_Batch", bound="pa.RecordBatch | pa.Table")
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
    TypeError
        If what is to be kept are no names of columns.
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
        self.keep = _checked(_as_names(keep), interval)
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

    def arrow(self, batch: _Batch) -> _Batch:
        """Answer an Arrow record batch, or a table.

        Parameters
        ----------
        batch : pyarrow.RecordBatch or pyarrow.Table of n rows

        Returns
        -------
        pyarrow.RecordBatch or pyarrow.Table of n rows
            What was given, of the `schema` that belongs to its own; null where there is no answer.

        Raises
        ------
        DataError
            If the batch has not a kept column, or has it twice.
        TypeError
            If it is neither a record batch nor a table of pyarrow.

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
        if not isinstance(batch, pa.RecordBatch | pa.Table):
            message = (
                f"a {type_name(batch)} is no batch; expected a record batch or a table of pyarrow, "
                "which pyarrow.table(...) makes of what exports Arrow"
            )
            raise TypeError(message)
        schema = self.schema(batch.schema)
        numbers, why = self._answer(batch)
        columns = [batch.column(name) for name in self.keep]
        columns += map(number_array, numbers.values())
        codes = {row: reason.code for row, reason in why.items()}
        messages = {row: reason.message for row, reason in why.items()}
        columns += [optional_texts(texts, batch.num_rows) for texts in (codes, messages)]
        columns.append(repeated_text(self.model.version, batch.num_rows))
        answered: _Batch = type(batch).from_arrays(columns, schema=schema)
        return answered

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
        TypeError
            If it is no data frame of pandas.
        """
        pandas = sys.modules.get("pandas")  # which a frame has brought along
        if pandas is None or not isinstance(frame, pandas.DataFrame):
            message = f"a {type_name(frame)} is no batch; expected a DataFrame of pandas"
            raise TypeError(message)
        self.check_kept(list(frame.columns))
        text = pandas.StringDtype("python")
        numbers, why = self._answer(frame)
        # by position: of a list with True in it pandas makes a mask
        names = list(frame.columns)
        answers = frame.iloc[:, [names.index(name) for name in self.keep]].copy()
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

    def taken(self, names: Sequence[Any]) -> list[int]:
        """Return the positions of the columns by which a table of these names is answered.

        An engine need not read the others. Where a name is wrong all are taken, since errors tell
        of what else there is.
        """
        positions = range(len(names))
        if not names or self.model.predict({name: [] for name in names})["errors"]:
            return list(positions)
        known = self.model.schema.main_names
        return [
            i for i in positions if names[i] in self.keep or clean_name(name_of(names[i])) in known
        ]

    def check_kept(self, names: Sequence[Any]) -> None:
        """Check that a table has the kept columns, once each.

        Raises
        ------
        DataError
            If it has not; the message says what may be meant.
        """
        for name in self.keep:
            called = short(name_of(name))
            if name not in names:
                hint = did_you_mean(called, [name_of(other) for other in names])
                message = f"the table has no column {called!r}, which is to be kept{hint}"
                raise DataError(message)
            if list(names).count(name) > 1:
                message = f"the table has {called!r} twice, which is to be kept; rename one"
                raise DataError(message)


def _as_names(keep: Sequence[str]) -> tuple[str, ...]:
    """Return the kept columns; of data frames they may be called by anything that has a hash."""
    if isinstance(keep, str | bytes):
        return (keep,)
    try:
        names = tuple(keep)
        frozenset(names)
    except TypeError as problem:
        message = f"keep is {shown(keep)}; expected the names of the columns to be kept"
        raise TypeError(message) from problem
    return names


def _checked(keep: tuple[str, ...], interval: float | None) -> tuple[str, ...]:
    """Return the kept columns, if the table of answers can have them beside its own."""
    answers = {*number_names(interval), *WHY, _VERSION}
    for position, name in enumerate(keep):
        if name in answers:
            message = f"the answers have a column {name} too; rename that of the table"
            raise ValueError(message)
        if name in keep[:position]:
            message = f"{short(name_of(name))!r} is to be kept twice; name it once"
            raise ValueError(message)
    return keep
