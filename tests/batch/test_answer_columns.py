"""Answers as columns: what a row's reasons are, and what stands beside one that has none."""

import numpy as np

from regression_model.artifact.computation import Answers
from regression_model.batch.answer_columns import number_columns, reasons, why_columns
from regression_model.processing.validation import Entry

PREDICTIONS = np.array([1.5, np.nan, np.nan])


def entry(row: int | None, code: str, message: str) -> Entry:
    return Entry(row=row, column=None, code=code, value=None, message=message)


def test_the_first_error_gives_the_code_and_all_of_them_the_message() -> None:
    errors = [entry(1, "a", "first"), entry(1, "b", "second"), entry(2, "c", "x")]
    assert why_columns(reasons(errors, PREDICTIONS), 3) == {
        "error_code": [None, "a", "c"],
        "error": [None, "first; second", "x"],
    }


def test_an_error_of_the_whole_input_is_the_reason_of_rows_that_have_none() -> None:
    of_all = entry(None, "duplicate_column", "twice")
    assert reasons([of_all, entry(1, "a", "own")], PREDICTIONS) == {
        1: ("a", "own"),
        2: ("duplicate_column", "twice"),
    }


def test_ends_of_intervals_are_there_where_they_were_asked_for() -> None:
    assert list(number_columns(Answers(PREDICTIONS))) == ["prediction"]
    with_ends = Answers(PREDICTIONS, lower=PREDICTIONS - 1, upper=PREDICTIONS + 1)
    columns = number_columns(with_ends)
    assert {name: column[0] for name, column in columns.items()} == {
        "prediction": 1.5,
        "lower": 0.5,
        "upper": 2.5,
    }
