"""What is listed of what was found, and what is counted."""

import math

import pytest

from regression_model.artifact.model import Model
from regression_model.processing.report import (
    MAX_ERRORS,
    MAX_HINTS,
    MAX_ROW_ERRORS,
    MAX_WARNINGS,
    Report,
)
from regression_model.processing.schema import Code, Column, Schema
from regression_model.processing.validation import Validator

NUMBERS = Validator(Schema(tuple(Column(f"c{i}", "number") for i in range(50))))
LEVELS = Validator(
    Schema((Column("a", "category", levels=("ab", "cd")), Column("b", "category", levels=("x",))))
)


def judged(
    validator: Validator, input_data: object, *, listed_warnings: float = MAX_WARNINGS
) -> Report:
    report = Report(listed_warnings=listed_warnings)
    list(validator.blocks(input_data, report))
    return report


@pytest.mark.parametrize("n_rows", [1, 3, 40])
@pytest.mark.parametrize("n_wrong", [1, 20, 21, 50])
def test_of_the_errors_of_a_row_the_first_are_listed_and_the_rest_counted(
    n_rows: int, n_wrong: int
) -> None:
    record = {name: "x" if i < n_wrong else 1.0 for i, name in enumerate(NUMBERS.schema.names)}
    errors = judged(NUMBERS, [record] * n_rows).sorted_errors()
    for row in range(n_rows):
        found = [entry for entry in errors if entry["row"] == row]
        listed = found[:MAX_ROW_ERRORS]
        assert [e["column"] for e in listed] == [f"c{i}" for i in range(min(n_wrong, 20))]
        assert [(e["code"], e["value"], e["message"]) for e in found[MAX_ROW_ERRORS:]] == (
            [("further_errors", n_wrong - 20, f"{n_wrong - 20} further errors in this row")]
            if n_wrong > 20
            else []
        )
    assert [entry["row"] for entry in errors] == sorted(e["row"] or 0 for e in errors)


def test_behind_very_many_errors_one_of_each_row_is_listed() -> None:
    n_full, n_more = MAX_ERRORS // MAX_ROW_ERRORS, 3
    record = dict.fromkeys(NUMBERS.schema.names, "x")
    report = judged(NUMBERS, [record] * (n_full + n_more))
    errors = report.sorted_errors()
    assert [entry["code"] for entry in errors[-2 * n_more :]] == (
        ["not_a_number", "further_errors"] * n_more
    )
    assert errors[-1]["value"] == len(record) - 1
    assert len(errors) == MAX_ERRORS + n_full + 2 * n_more
    assert len(report.failed) == n_full + n_more


def test_of_the_warnings_of_a_kind_the_first_are_listed_and_the_rest_counted() -> None:
    n_rows = MAX_WARNINGS + 500
    columns = {"a": ["odd"] * n_rows, "b": ["odd"] * 10 + ["x"] * (n_rows - 10), "c": [1] * n_rows}
    report = judged(LEVELS, columns)
    warnings = report.sorted_warnings()
    assert [(w["row"], w["column"], w["code"], w["value"]) for w in warnings[:2]] == [
        (None, "c", "unused_column", None),
        (None, "a", "further_warnings", 500),
    ]
    assert warnings[1]["message"] == "500 further warnings unseen_level of a"
    assert len(warnings) == 2 + MAX_WARNINGS + 10
    assert not report.failed
    everything = judged(LEVELS, columns, listed_warnings=math.inf).sorted_warnings()
    assert len(everything) == 1 + n_rows + 10


def test_the_nearest_levels_are_named_for_so_many_different_ones() -> None:
    n = MAX_HINTS + 50
    (few, many) = ([f"odd {i}" for i in range(n)] * 2, [f"odd {i}" for i in range(n)])
    for cells in (few, many):
        messages = [w["message"] for w in judged(LEVELS, {"a": cells}).sorted_warnings()]
        hinted = [message.endswith("; the nearest known: ab, cd") for message in messages]
        assert hinted == [i % n < MAX_HINTS for i in range(len(cells))]


def test_an_answer_is_short_however_much_is_wrong(small_model: Model) -> None:
    record = {name: [1] for name in small_model.schema.names}
    result = small_model.predict([record] * 30)
    assert result["predictions"] == [None] * 30
    codes = [error["code"] for error in result["errors"] or []]
    n_columns = len(small_model.schema)
    assert len(codes) == 30 * (min(n_columns, MAX_ROW_ERRORS) + (n_columns > MAX_ROW_ERRORS))


def test_an_error_of_all_rows_is_always_listed() -> None:
    report = Report()
    for i in range(30):
        report.refuse(Code.MISSING_COLUMN, "gone", row=None, column=str(i))
    assert len(report.sorted_errors()) == 30
    assert report.all_failed
