"""A truth is read as the target is, and a row counts that has one and a weight above zero."""

import numpy as np
import pytest

from regression_model.batch.truths import AnsweredRows, read_truths, truth_kind, weight_column

NAN = np.nan


def rows(*, weights: list[float] | None) -> AnsweredRows:
    """Return rows of which one lacks a truth, one a prediction."""
    return AnsweredRows(
        truth=np.array([NAN, 1.0, 2.0, 4.0]),
        predictions=np.array([1.0, NAN, 3.0, 4.0]),
        lower=np.array([0.0, NAN, 2.0, 3.0]),
        upper=np.array([2.0, NAN, 4.0, 3.5]),
        weights=None if weights is None else np.array(weights),
    )


def test_rows_are_judged_that_have_a_truth_a_weight_and_a_prediction() -> None:
    assert rows(weights=None).count.tolist() == [False, True, True, True]
    assert rows(weights=None).judged().truth.tolist() == [2.0, 4.0]
    weighted = rows(weights=[1.0, 1.0, 0.0, 3.0])
    assert weighted.count.tolist() == [False, True, False, True]
    assert weighted.judged().truth.tolist() == [4.0]


def test_a_truth_at_an_end_of_its_interval_is_covered_and_rows_count_by_weight() -> None:
    assert rows(weights=None).judged().coverage() == 0.5
    assert rows(weights=[1.0, 1.0, 3.0, 1.0]).judged().coverage() == 0.75


def test_what_is_missing_is_in_no_average() -> None:
    values = np.array([NAN, 10.0, 20.0, NAN])
    assert rows(weights=None).average(values) == 15.0
    assert rows(weights=[9.0, 3.0, 1.0, 9.0]).average(values) == 12.5


@pytest.mark.parametrize(
    ("facts", "of_file", "expected"),
    [
        ({}, None, None),
        ({}, "1.234,5", "1.234,5"),
        ({"config": {"target": {"number_format": "1 234,5"}}}, "1.234,5", "1 234,5"),
    ],
)
def test_the_targets_own_number_format_comes_before_that_of_the_file(
    facts: dict[str, object], of_file: str | None, expected: str | None
) -> None:
    assert truth_kind(facts, "price", of_file).number_format == expected


def test_a_cell_that_is_no_truth_is_named_with_its_row_in_the_file() -> None:
    truths, faults = read_truths(truth_kind({}, "price", None), ["1.5", "", "dear"], start=30)
    np.testing.assert_array_equal(truths, [1.5, NAN, NAN])
    (fault,) = faults
    assert fault.startswith("row 32: price is 'dear'")


def test_an_artifact_that_says_nothing_of_its_config_has_no_weights() -> None:
    assert weight_column({}) is None
    assert weight_column({"config": {"weight_column": "n"}}) == "n"
