"""The chart of what another value would change, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from odd_model import IMAGE, SCRIPT

from regression_model import make_prediction

if TYPE_CHECKING:
    from trying_page import TriedPage


def choose_column(page: TriedPage, name: str) -> None:
    page.run("$('#what-if-curve').replaceChildren()")
    page.choose("#what-if-column", name)
    page.wait_for("$('#what-if-curve svg')")


def test_it_is_read_by_keyboard_and_what_is_read_is_taken_over(page: TriedPage) -> None:
    record = page.fill_in_example()
    choose_column(page, "OverallQual")
    page.run("$('#what-if-value').focus()")
    page.browser.press("End", 35)
    (best,) = make_prediction(input_data={**record, "OverallQual": 10})["predictions"]
    words = page.text("#what-if-said")
    assert words.startswith(f"10: {best:,.0f} dollars, from ")
    assert page.run("$('#what-if-value').ariaValueText") == words
    page.run("$('#what-if-use').click()")  # not by mouse: what is above may still grow
    page.wait_for("$('.prediction').textContent === a[0]", f"{best:,.0f} dollars")
    assert page.of_field("OverallQual", "field.value") == "10"


def test_its_numbers_are_the_predictions_over_the_training_range(page: TriedPage) -> None:
    record = page.fill_in_example()
    choose_column(page, "OverallQual")
    rows = "[...document.querySelectorAll('#what-if-numbers tbody tr')]"
    shown = page.run(f"{rows}.map((row) => [...row.cells].map((cell) => cell.textContent))")
    records = [{**record, "OverallQual": value} for value in range(1, 11)]
    result = make_prediction(input_data=records, interval=0.9)
    columns = (result["predictions"], result["lower"], result["upper"])
    for value, row, numbers in zip(range(1, 11), shown, zip(*columns, strict=True), strict=True):
        assert row[0] == str(value)
        shown_numbers = [float(cell.replace(",", "")) for cell in row[1:]]
        assert shown_numbers == pytest.approx(numbers, rel=1e-5)


@pytest.mark.parametrize(
    ("column", "n_points"),
    [
        (IMAGE, 41), ("built", 41), ("seen", 42), ("lift", 2), ("state", 3), (SCRIPT, 3),
        ("place", 41),
    ],
    ids=["number", "date", "moment", "boolean", "ordered", "category", "many levels"],
)  # fmt: skip
def test_every_kind_of_column_can_be_tried(odd_page: TriedPage, column: str, n_points: int) -> None:
    odd_page.fill_in_example()
    choose_column(odd_page, column)
    n_rows = odd_page.run("document.querySelectorAll('#what-if-numbers tbody tr').length")
    assert abs(n_rows - n_points) <= 1  # the given value may be one of those that are tried
    assert odd_page.browser.complaints() == []
