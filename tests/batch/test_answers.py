"""Answers as CSV: every line is one row to a spreadsheet, and none of its cells is run."""

import csv
import io

import pytest

from regression_model.artifact.results import PredictionResult
from regression_model.batch.answers import AnswerWriter, output_columns
from regression_model.processing.chunks import Chunk
from regression_model.processing.validation import Entry


def entry(row: int | None, message: str) -> Entry:
    return Entry(row=row, column=None, code="not_a_number", value=None, message=message)


def written(names: list[str], result: PredictionResult, *, escape_formulas: bool = False) -> str:
    out = io.StringIO()
    chunk = Chunk(start=7, columns={"name": names}, n_rows=len(names))
    AnswerWriter(out, "name", escape_formulas=escape_formulas).write(chunk, result)
    return out.getvalue()


def answered(*names: str, escape_formulas: bool = False) -> list[str]:
    """Return the names of rows, as they stand in what is written."""
    predictions: list[float | None] = [1.5] * len(names)
    result = PredictionResult(predictions=predictions, version="1", errors=None, warnings=None)
    text = written(list(names), result, escape_formulas=escape_formulas)
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))]


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-1-1"])
def test_a_name_that_a_spreadsheet_would_run_is_made_text_where_that_is_asked(name: str) -> None:
    assert answered(name, escape_formulas=True) == [f"'{name}"]
    assert answered(name) == [name]


@pytest.mark.parametrize("name", ["-5", "+1.5", "-2.5e-08", "+1E5", "-1.", "5", "a=b", ""])
def test_a_number_or_plain_text_stays_as_it_is(name: str) -> None:
    assert answered(name, escape_formulas=True) == [name]


def test_a_bare_return_ends_no_line() -> None:
    assert answered("a\rb", "c") == ["a\rb", "c"]


def test_a_row_has_all_its_reasons_and_none_of_another_row() -> None:
    result = PredictionResult(
        predictions=[1.5, None],
        version="1",
        errors=[entry(8, "first"), entry(8, "second"), entry(None, "of the table")],
        warnings=None,
        lower=[1.0, None],
        upper=[2.0, None],
    )
    assert written(["a", "b"], result) == "a,1.5,1.0,2.0,\nb,,,,first; second\n"


def test_the_header_has_no_name_twice() -> None:
    assert output_columns() == ["row", "prediction", "error"]
    assert output_columns("Id", 0.9) == ["Id", "prediction", "lower", "upper", "error"]
    assert output_columns("lower") == ["lower", "prediction", "error"]
    with pytest.raises(ValueError, match="the answers have a column lower too"):
        output_columns("lower", 0.9)
