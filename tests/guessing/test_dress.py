"""How the numbers of a column are written, and what `init` makes of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.guessing.column_statistics import collect_statistics
from regression_model.guessing.columns import guess_column
from regression_model.guessing.dress import dressed
from regression_model.guessing.guesses import ColumnGuess, LeftOut

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
    found = guess_column(dressed(collect_statistics("x", cells)))
    assert isinstance(found, ColumnGuess)
    assert (found.kind, found.number_format) == ("number", number_format)
    assert f"written like {number_format}" in found.note


@pytest.mark.parametrize("separator", [" ", "'", "."])
def test_separators_of_thousands_are_told_apart(separator: str) -> None:
    cells = [f"{number:,}".replace(",", separator) for number in NUMBERS]
    file_format = "1234,5" if separator == "." else None
    statistics = dressed(collect_statistics("x", cells, file_format))
    assert statistics.values.tolist() == NUMBERS


def test_the_largest_among_plain_numbers_are_not_taken_as_missing() -> None:
    statistics = dressed(collect_statistics("x", [*map(str, range(950, 1000)), "1,000", "1,250"]))
    assert statistics.values.max() == 1250
    assert not statistics.missing_share


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (
            [*map(str, range(100)), "11 km"],
            "some written in another way, such as '11 km', first in row 100:",
        ),
        ([*map(str, range(100)), "$5", "€5"], "some written in another way, such as '$5', '€5'"),
        ([f"${n}" for n in range(20)] + [f"€{n}" for n in range(20)], "in more than one way"),
        ([f"{n} km" for n in range(40)] + [f"{n} mi" for n in range(40)], "write digits alone"),
    ],
)
def test_numbers_in_several_dresses_are_left_out(cells: list[str], reason: str) -> None:
    found = guess_column(dressed(collect_statistics("x", cells)))
    assert isinstance(found, LeftOut)
    assert reason in found.reason


UNITS = ["mm cm in", "km mi", "kg lbs g", "ml l gal", "hours min", "weeks months year", "m² sqft",
         "kW hp PS", "km/h mph", "°C °F", "k M", "$ €"]  # fmt: skip


@given(
    units=st.sampled_from(UNITS).flatmap(
        lambda units: st.lists(st.sampled_from(units.split()), min_size=2, max_size=2, unique=True)
    ),
    numbers=st.lists(st.integers(1, 99), min_size=2, max_size=9, unique=True),
    n_of_one=st.integers(1, 8),
)
def test_numbers_in_two_units_are_left_out(
    units: list[str], numbers: list[int], n_of_one: int
) -> None:
    """However few different cells there are: they are no levels."""
    n_of_one = min(n_of_one, len(numbers) - 1)
    cells = [f"{n} {units[i < n_of_one]}" for i, n in enumerate(numbers)] * 30
    found = guess_column(dressed(collect_statistics("x", cells)))
    assert isinstance(found, LeftOut)
    assert re.search("in (more than one|another) way", found.reason)


@pytest.mark.parametrize("fraction", ["14 1/2", "14-3/4", "14½", "14 ½"])
def test_numbers_with_fractions_are_left_out(fraction: str) -> None:
    cells = ["14", fraction, "15", fraction.replace("14", "15")] * 10
    found = guess_column(dressed(collect_statistics("x", cells)))
    assert isinstance(found, LeftOut)
    assert "in more than one way, such as '14', '1" in found.reason


@pytest.mark.parametrize(
    "cells",
    [["3M", "4K", "7M"], ["1 room", "2 rooms"], ["1 day", "2 days"], ["1A", "2B", "3C"],
     ["1/2", "3/4", "7/8"], ["120/80", "130/85"], ["5 stars", "4 doors"], ["2 m", "3 kg"]],
)  # fmt: skip
def test_codes_and_pairs_stay_levels(cells: list[str]) -> None:
    assert isinstance(guess_column(dressed(collect_statistics("x", cells * 20))), ColumnGuess)


def test_what_is_no_number_among_dressed_ones_is_missing() -> None:
    cells = [*(f"${number:,}" for number in NUMBERS), "on request"]
    found = guess_column(dressed(collect_statistics("x", cells)))
    assert isinstance(found, ColumnGuess)
    assert found.also_missing == ("on request",)
    assert found.number_format == "$1,234.5"


@pytest.mark.parametrize(
    "cells",
    [
        ["1", "2", "3"], ["A1", "A2", "B7"], ["4th", "1st", "2nd"], ["10-20", "20-30"],
        ["2024-01-05", "2024-02-07"], ["12:30", "9:15"], ["1.2.3", "1.10.2"],
        ["Grade 1", "Grade 2"], ["yes", "no"], ["4A", "12B", "7C"], ["<5", ">100"], ["", "NA"],
        ["14½", "15½"], ["3²", "4²"], ["3 ⅔", "4 ⅔"],
    ],
)  # fmt: skip
def test_other_texts_wear_no_dress(cells: list[str]) -> None:
    assert dressed(collect_statistics("x", cells)).dress is None
