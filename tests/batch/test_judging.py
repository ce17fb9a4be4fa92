"""A chunk of a file: rows are counted through the file, and a refused row has no answer."""

import numpy as np

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

    judged = judge_chunk(small_model, chunk, summary, interval=0.8)

    assert [(error["row"], error["code"]) for error in judged.errors] == [
        (101, "wrong_cell_count"),
        (102, "not_a_number"),
    ]
    assert {warning["row"] for warning in judged.warnings} == {100}
    assert {row: reason.code for row, reason in judged.reasons.items()} == {
        1: "wrong_cell_count",
        2: "not_a_number",
    }
    for name in ("prediction", "lower", "upper"):
        assert np.isnan(judged.numbers[name]).tolist() == [False, True, True]
    assert (summary.n_rows, summary.n_failed) == (103, 4)
    assert summary.errors == {"wrong_cell_count": 1, "not_a_number": 1}
    assert summary.warnings["unseen_level"] == 1


def test_warnings_that_are_not_listed_are_counted_alike(small_model: Model) -> None:
    columns = {"GrLivArea": ["5700"] * 1_200, "KitchenQual": ["Odd"] * 1_200}
    counts = []
    for are_listed, is_text in [(True, True), (False, True), (False, False)]:
        summary = Summary()
        chunk = Chunk(start=0, columns=columns, n_rows=1_200, is_text=is_text)
        judged = judge_chunk(small_model, chunk, summary, list_warnings=are_listed)
        assert len(judged.warnings) == (2_400 if are_listed else 0)
        summary.warnings.pop("text_as_number", None)  # news of tables that are no text
        counts.append(summary.warnings)
    assert counts == [{"out_of_training_range": 1_200, "unseen_level": 1_200}] * 3
