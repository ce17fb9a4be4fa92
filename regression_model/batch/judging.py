"""A chunk of a file's rows, judged: what the model answers, and what is wrong with the rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from regression_model.batch.answer_columns import number_columns, reasons
from regression_model.processing.report import Report

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.counting import Counting
    from regression_model.artifact.counts import RowCounts
    from regression_model.artifact.model import Model
    from regression_model.batch.answer_columns import Reason
    from regression_model.batch.summary import Summary
    from regression_model.processing.chunks import Chunk
    from regression_model.processing.validation import Entry


@dataclass(frozen=True)
class Judged:
    """What the model answers to the rows of a chunk.

    Attributes
    ----------
    numbers : dict of str to ndarray of shape (n_rows,)
        ``prediction``, and where intervals are wanted ``lower`` and ``upper``; NaN where there is
        none.
    reasons : dict of int to Reason
        Why rows have no prediction, by their position in the chunk.
    errors : list of dict
        What is wrong, by row, where ``row`` is counted through the file.
    warnings : list of dict
        The same; none of them where they are only counted.
    counts : RowCounts or None
        The rows by the profile of training, where that is wanted.
    """

    numbers: dict[str, Floats]
    reasons: dict[int, Reason]
    errors: list[Entry]
    warnings: list[Entry]
    counts: RowCounts | None = None


def judge_chunk(
    model: Model,
    chunk: Chunk,
    summary: Summary,
    *,
    interval: float | None = None,
    list_warnings: bool = True,
    counting: Counting | None = None,
) -> Judged:
    """Predict some rows of a file and count what happened to them.

    Parameters
    ----------
    model : Model
        Predicts.
    chunk : Chunk
        The rows.
    summary : Summary
        Is added to.
    interval : float, optional
        Wanted coverage of intervals.
    list_warnings : bool
        Whether warnings are listed, or only counted, which costs less.
    counting : Counting, optional
        Counts the rows by the profile of training.

    Returns
    -------
    Judged
        The answers of `make_prediction`.
    """
    report = Report(listed_warnings=math.inf if list_warnings else 0)
    for row in chunk.refused:
        # the model is given empty cells for it, of which nothing is to be said
        report.no_records.add(row.position)
        report.refuse(row.code, row.message, row=row.position, column=None, value=row.n_cells)
    known = model.schema.main_names
    # by name: what is not asked for need not be put together
    columns = {name: chunk.columns[name] for name in chunk.columns if name in known}
    tally = None if counting is None else counting.begin(report)
    answers = model.answer(
        columns,
        report,
        interval=interval,
        from_file=chunk.is_text,
        number_format=chunk.number_format,
        seen=tally,
    )
    errors, warnings = report.sorted_errors(), report.sorted_warnings() if list_warnings else []
    why = reasons(errors, answers.predictions)
    for entry in (*errors, *warnings):
        if entry["row"] is not None:
            entry["row"] += chunk.start
    summary.n_rows += chunk.n_rows
    summary.n_failed += int(np.isnan(answers.predictions).sum())
    summary.errors.update(error["code"] for error in errors)
    summary.warnings.update(report.warning_counts())
    counts = None
    if tally is not None:
        counts = tally.end(answers.predictions, answers.lower, answers.upper, interval)
    return Judged(number_columns(answers), why, errors, warnings, counts)
