"""A few lines on many rows."""

from collections import Counter

from regression_model.batch.summary import Summary


def test_rows_and_codes_are_counted_the_commonest_first() -> None:
    errors = Counter({"not_a_number": 1, "below_minimum": 3})
    summary = Summary(n_rows=9, n_failed=4, errors=errors, warnings=Counter(unseen_level=2))
    assert summary.lines() == [
        "9 rows: 5 predicted, 4 not",
        "errors: below_minimum 3, not_a_number 1",
        "warnings: unseen_level 2",
    ]


def test_columns_too_many_and_too_few_are_told_behind_the_rows() -> None:
    summary = Summary(n_rows=1, unused=["Id"], absent=["LotArea (near: Lot Area)"])
    first, *notes = summary.lines()
    assert first == "1 rows: 1 predicted, 0 not"
    assert notes == summary.notes()
    assert notes == [
        "columns that the model does not use: Id",
        "columns absent from the file, taken as missing: LotArea (near: Lot Area)",
    ]
