"""Which column is which, by the names under which callers send them."""

import pytest

from regression_model.processing.schema import Column, Schema
from regression_model.reports.comparison.change import Change
from regression_model.reports.comparison.pairs import pairs_of, reasons_of_names


def _reasons(old: list[Column], new: list[Column]) -> list[tuple[Change, str]]:
    before, after = Schema(tuple(old)), Schema(tuple(new))
    return [
        (reason.change, reason.text)
        for reason in reasons_of_names(pairs_of(before, after), before, after)
    ]


NUMBER = Column("area", "number", training_range=(3.0, 99.5), missing_share=0.25)
OTHER = Column("city", "category", levels=("x", "y"))


def test_equal_columns_are_no_reason() -> None:
    assert _reasons([NUMBER, OTHER], [OTHER, NUMBER]) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            [NUMBER, OTHER],
            [NUMBER],
            (Change.MINOR, "not read any more, but ignored with a warning: city"),
        ),
        ([NUMBER], [NUMBER, OTHER], (Change.MINOR, "new: city")),
        (
            [NUMBER],
            [Column("Area", "number")],
            (Change.MAJOR, "area seems to be renamed: it is not read any more, Area is new"),
        ),
        (
            [NUMBER],
            [Column("size", "number", training_range=(3.0, 99.5), missing_share=0.25)],
            (Change.MAJOR, "area seems to be renamed: it is not read any more, size is new"),
        ),
        (
            [OTHER],
            [Column("town", "category", levels=("x", "y"))],
            (Change.MAJOR, "city seems to be renamed: it is not read any more, town is new"),
        ),
        (
            [NUMBER],
            [Column("area", "number", aliases=("size",))],
            (Change.MINOR, "area is known as size, too"),
        ),
        (
            [Column("area", "number", aliases=("size",))],
            [NUMBER],
            (Change.MAJOR, "area is not known as size any more"),
        ),
    ],
    ids=["removed", "added", "like-name", "like-range", "like-levels", "alias", "alias-gone"],
)  # fmt: skip
def test_what_names_mean_to_callers(
    old: list[Column], new: list[Column], expected: tuple[Change, str]
) -> None:
    assert _reasons(old, new) == [expected]


def test_a_renamed_column_that_keeps_its_old_name_is_still_reached() -> None:
    new = Column("size", "number", aliases=("area",))
    pairs = pairs_of(Schema((NUMBER,)), Schema((new,)))
    assert pairs.both == [(NUMBER, new)]
    assert _reasons([NUMBER], [new]) == [(Change.MINOR, "area is known as size, too")]


def test_a_column_of_another_sort_is_not_the_renamed_one() -> None:
    reasons = _reasons([NUMBER], [Column("Area", "category", levels=("x",))])
    assert [change for change, _ in reasons] == [Change.MINOR, Change.MINOR]
