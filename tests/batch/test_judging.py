"""A chunk of a file: rows are counted through the file, and a refused row has no answer."""

from regression_model.artifact.model import Model
from regression_model.batch.judging import judge_chunk
from regression_model.batch.summary import Summary
from regression_model.processing.chunks import Chunk, RefusedRow
from regression_model.processing.verdicts import Code


def test_a_refused_row_has_one_error_and_no_answer_in_its_place(small_model: Model) -> None:
    refused = RefusedRow(1, 4, Code.WRONG_CELL_COUNT, 1, "has 1 cell", {})
    columns = {
        "GrLivArea": ["1710", "", "ten"],
        "OverallQual": ["7", "", "7"],
        "KitchenQual": ["Odd", "", "TA"],
        "Unknown": ["", "", ""],
    }
    chunk = Chunk(start=100, columns=columns, n_rows=3, refused=[refused])
    summary = Summary(n_rows=100, n_failed=2)

    result = judge_chunk(small_model, chunk, summary, interval=0.8)

    errors, warnings = result["errors"] or [], result["warnings"] or []
    assert [(error["row"], error["code"]) for error in errors] == [
        (101, "wrong_cell_count"),
        (102, "not_a_number"),
    ]
    assert {warning["row"] for warning in warnings} <= {100, 102, None}
    for answers in (result["predictions"], result["lower"], result["upper"]):
        assert [answer is None for answer in answers] == [False, True, True]
    assert (summary.n_rows, summary.n_failed) == (103, 4)
    assert summary.errors == {"wrong_cell_count": 1, "not_a_number": 1}
    assert summary.warnings["unseen_level"] == 1
