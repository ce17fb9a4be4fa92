"""Answers as columns: what a row's reasons are, and what stands beside one that has none."""

from regression_model.artifact.results import PredictionResult
from regression_model.batch.answer_columns import number_columns, reasons, why_columns
from regression_model.processing.validation import Entry


def entry(row: int | None, code: str, message: str) -> Entry:
    return Entry(row=row, column=None, code=code, value=None, message=message)


def result(*errors: Entry) -> PredictionResult:
    return PredictionResult(
        predictions=[1.5, None, None], version="1", errors=list(errors) or None, warnings=None
    )


def test_the_first_error_gives_the_code_and_all_of_them_the_message() -> None:
    found = why_columns(result(entry(1, "a", "first"), entry(1, "b", "second"), entry(2, "c", "x")))
    assert found == {"error_code": [None, "a", "c"], "error": [None, "first; second", "x"]}


def test_an_error_of_the_whole_input_is_the_reason_of_rows_that_have_none() -> None:
    of_all = entry(None, "duplicate_column", "twice")
    assert reasons(result(of_all, entry(5, "a", "own")), start=4) == {
        5: ("a", "own"), 6: ("duplicate_column", "twice"),
    }  # fmt: skip


def test_ends_of_intervals_are_there_where_they_were_asked_for() -> None:
    assert number_columns(result()) == {"prediction": [1.5, None, None]}
    ends = result()
    ends["lower"], ends["upper"] = [1.0, None, None], [2.0, None, None]
    assert number_columns(ends) == {
        "prediction": [1.5, None, None], "lower": [1.0, None, None], "upper": [2.0, None, None],
    }  # fmt: skip
