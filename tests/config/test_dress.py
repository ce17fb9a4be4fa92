"""How the numbers of a column are written, and what `init` makes of it."""

import pytest

from regression_model.config.dress import dressed
from regression_model.config.facts import collect_facts
from regression_model.config.guesses import ColumnGuess, LeftOut
from regression_model.config.kinds import guess_column

NUMBERS = [300 + 977 * i for i in range(40)]


@pytest.mark.parametrize(
    ("written", "number_format"),
    [
        ("${:,}", "$1,234.5"),
        ("{:,}", "1,234.5"),
        ("{:,}.50", "1,234.5"),
        ("{} %", "1,234.5 %"),
        ("{} km", "1,234.5 km"),
        ("({})", "(1,234.5)"),
        ("{:,} €", "1,234.5 €"),
        ("CHF {}", "CHF 1,234.5"),
        ("{},5", "1.234,5"),
    ],
)
def test_numbers_in_one_dress_are_read_and_it_is_said_how(written: str, number_format: str) -> None:
    cells = [written.format(number) for number in NUMBERS]
    found = guess_column(dressed(collect_facts("x", cells)))
    assert isinstance(found, ColumnGuess)
    assert (found.kind, found.number_format) == ("number", number_format)
    assert f"written like {number_format}" in found.note


@pytest.mark.parametrize("separator", [" ", "'", "."])
def test_separators_of_thousands_are_told_apart(separator: str) -> None:
    cells = [f"{number:,}".replace(",", separator) for number in NUMBERS]
    file_format = "1234,5" if separator == "." else None
    facts = dressed(collect_facts("x", cells, file_format))
    assert facts.values.tolist() == NUMBERS


def test_the_largest_among_plain_numbers_are_not_taken_as_missing() -> None:
    facts = dressed(collect_facts("x", [*map(str, range(950, 1000)), "1,000", "1,250"]))
    assert facts.values.max() == 1250
    assert not facts.missing_share


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([*map(str, range(100)), "11 km"], "some written in another way, such as '11 km'"),
        ([*map(str, range(100)), "$5", "€5"], "some written in another way, such as '$5', '€5'"),
        ([f"${n}" for n in range(20)] + [f"€{n}" for n in range(20)], "in more than one way"),
        ([f"{n} km" for n in range(40)] + [f"{n} mi" for n in range(40)], "write digits alone"),
    ],
)
def test_numbers_in_several_dresses_are_left_out(cells: list[str], reason: str) -> None:
    found = guess_column(dressed(collect_facts("x", cells)))
    assert isinstance(found, LeftOut)
    assert reason in found.reason


def test_what_is_no_number_among_dressed_ones_is_missing() -> None:
    cells = [*(f"${number:,}" for number in NUMBERS), "on request"]
    found = guess_column(dressed(collect_facts("x", cells)))
    assert isinstance(found, ColumnGuess)
    assert found.also_missing == ("on request",)
    assert found.number_format == "$1,234.5"


@pytest.mark.parametrize(
    "cells",
    [
        ["1", "2", "3"], ["A1", "A2", "B7"], ["4th", "1st", "2nd"], ["10-20", "20-30"],
        ["2024-01-05", "2024-02-07"], ["12:30", "9:15"], ["1.2.3", "1.10.2"],
        ["Grade 1", "Grade 2"], ["yes", "no"], ["4A", "12B", "7C"], ["<5", ">100"], ["", "NA"],
    ],
)  # fmt: skip
def test_other_texts_wear_no_dress(cells: list[str]) -> None:
    assert dressed(collect_facts("x", cells)).dress is None
