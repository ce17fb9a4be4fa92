"""What is said of names that are not there: in one wording, and in bounded time."""

import pytest

from regression_model.processing.absent_names import did_you_mean, lacking, listed
from regression_model.processing.shown_values import SHOWN_CHARACTERS


def test_names_that_something_is_like_come_first() -> None:
    absent = [*(f"q{i}" for i in range(20)), "area"]
    said = lacking("flats.csv", "columns", absent, ["Area", "x"], lambda name: f" at {name}")
    assert said.startswith("flats.csv lacks columns: area (near: Area) at area; q0 at q0; q1 at q1")
    assert said.endswith("; and 11 more")


def test_what_is_there_is_named_where_nothing_is_like_what_is_absent() -> None:
    said = lacking("the table", "columns", ["area"], (name for name in ("x", "y")))
    assert said == "the table lacks columns: area; it has x, y"
    assert lacking("the table", "columns", ["area"], []) == "the table lacks columns: area"


@pytest.mark.parametrize(("others", "near"), [(["Area"], " (near: Area)"), (["b", "c"], "")])
def test_a_header_is_shown_whatever_is_like_what_is_absent(others: list[str], near: str) -> None:
    said = lacking("a.csv", "columns", ["area"], others, header=['Area"', *"bcdef"])
    assert said == f'a.csv lacks columns: area{near}; its header is Area", b, c, d, e, …'


@pytest.mark.parametrize("length", [100, 100_000])
def test_names_however_many_and_long_are_said_in_a_few_words(length: int) -> None:
    names = [f"{i:06d}" + "x" * length for i in range(2_000)]
    others = [name.upper() for name in names]
    for said in (
        lacking("a", "columns", names, others),
        lacking("a", "columns", names, ["b"] * 2_000),
        lacking("a", "columns", names, others, header=others),
        listed(names),
        did_you_mean(names[0], others),
    ):
        assert len(said) < 50 * SHOWN_CHARACTERS
