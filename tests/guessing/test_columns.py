"""What kind a column's cells make, and which columns are left out, with the reason."""

import unicodedata
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regression_model.guessing.column_statistics import collect_statistics
from regression_model.guessing.columns import guess_column
from regression_model.guessing.guesses import ColumnGuess, LeftOut
from regression_model.processing.dates import DEFAULT_PARTS

LETTERS = "the quick brown fox jumps over a lazy dog and then goes home to sleep"


def guess(name: str, cells: list[str]) -> ColumnGuess | LeftOut:
    return guess_column(collect_statistics(name, cells))


@pytest.mark.parametrize(
    ("name", "cells", "kind", "note"),
    [
        ("area", ["30.5", "12", "8e1"], "number", "12 to 80"),
        ("area", [str(i * 37) for i in range(200)], "number", "0 to 7363"),
        ("pool", ["0", "0", "0", "738"], "number", "0 to 738"),
        ("rooms", ["1", "2", "3"] * 9, "integer", "1 to 3"),
        ("built", [str(1880 + i) for i in range(140)] * 2, "integer", "1880 to 2019"),
        ("built", [str(1880 + i) for i in range(9)] * 2, "integer", "1880 to 1888"),
        ("celsius", [str(i) for i in range(-9, 30)] * 2, "number", "-9 to 29"),
        ("length_mm", [str(i) for i in range(141, 190)] * 2, "number", "141 to 189"),
        ("area", [str(1500 + 7 * i) for i in range(90)], "number", "1500 to 2123"),
        ("state", ["1", "4", "7"] * 9, "category", "the name says codes"),
        ("patient_nr", ["13", "40", "77"] * 9, "category", "the name says codes"),
        ("rooms", ["1.0", "2.0", "3.0"] * 9, "number", "1 to 3"),
        ("rooms", ["1", "2", "3", ""], "integer", "1 to 3; missing 25%"),
        ("lift", ["yes", "No", "yes"], "boolean", "yes (2), No (1)"),
        ("lift", ["0", "1", "1"], "boolean", "1 (2), 0 (1)"),
        ("lift", ["0.0", "1.0", "NA"], "boolean", "0.0 (1), 1.0 (1); missing 33.3%"),
        ("lift", ["True", "False", "true"], "boolean", "False (1), True (1), true (1)"),
        ("lift", ["Y", "N", "P"], "category", "3 levels: N (1), P (1), Y (1)"),
        ("zip", ["8001", "8002", "8003"] * 9, "category", "numbers, but the name says codes"),
        ("MSSubClass", ["20", "60", "190"] * 9, "category", "the name says codes"),
        ("store_id", ["20", "60", "190"] * 9, "category", "the name says codes"),
        ("ward", ["007", "012", "100"] * 9, "category", "codes, as some begin with 0"),
        ("place", ["decent", "marble 2"] * 4, "category", "decent (4)"),
        ("month", ["Jan", "Feb", "Mar"] * 4, "category", "3 levels"),
        ("place", list("aaabbbccdde"), "category", "5 levels: a (3), b (3), c (2), d (2), …"),
        ("place", ["north", "North", "south"] * 3, "category", "upper and lower case only"),
        ("place", ["north", "NORTH", "no\u00adrth"] * 3, "category",
         "in upper and lower case only; some look the same, but are written with other characters"),
        ("risk", ["low", "high", "medium"] * 3, "ordered", "from low to high"),
        ("alley", ["Grvl", "", "", ""], "category", "Grvl in 25%, else missing, read as: has none"),
        ("power", [*map(str, range(100, 150)), "-999", "-999"], "number",
         "-999 in 2 rows: if it stands for a missing value"),
        ("power", [*map(str, range(0, 80, 2)), "about 5"], "integer",
         "'about 5' is no number and taken as missing"),
    ],
)  # fmt: skip
def test_a_usable_column(name: str, cells: list[str], kind: str, note: str) -> None:
    found = guess(name, cells)
    assert isinstance(found, ColumnGuess), found
    assert found.kind == kind
    assert note in found.note


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("x", ["", "NA", ""], "no value in any row"),
        ("x", ["a", "a", "a"], "'a' in every row"),
        ("x", ["1", "1", ""], "'1' in every row that has a value"),
        ("x", ["1", "1.0", "1.00"], "1 in every row that has a value"),
        ("x", [str(i) for i in range(7, 19)], "every number from 7 to 18"),
        ("Id", [str(i * i) for i in range(20)], "names the rows"),
        ("customer_id", [str(i * i) for i in range(20)], "names the rows"),
        ("customerId", [str(i * i) for i in range(20)], "names the rows"),
        ("Unnamed: 0", [str(i * i) for i in range(20)], "names the rows"),
        ("x", [f"k{i}" for i in range(20)], "names the rows: 20 different texts in 20 rows"),
        ("x", [f"{LETTERS} {i}" for i in range(20)], "free text: 20 different texts"),
        ("x", [f"${i},000" for i in range(1, 21)], "write digits alone"),
        ("x", [f"{i} km" for i in range(1, 21)], "write digits alone"),
        ("until", ["9999-12-31", "9999-12-31", "0001-01-01"], "hardly a date but"),
        ("when", ["10:30", "9:15"], "times, or dates that cannot be read"),
        ("x", [*map(str, range(0, 300, 2)), *(f"odd {i}" for i in range(9))], "9 other texts"),
    ],
)  # fmt: skip
def test_an_unusable_column(name: str, cells: list[str], reason: str) -> None:
    found = guess(name, cells)
    assert isinstance(found, LeftOut), found
    assert reason in found.reason


def test_unusual_spellings_of_a_missing_value_are_found_as_the_table_spells_them() -> None:
    found = guess("rooms", ["1", "2", "Unknown", "unknown", "?", "NA"])
    assert isinstance(found, ColumnGuess)
    assert (found.kind, found.also_missing) == ("integer", ("?", "Unknown", "unknown"))


def test_no_limit_is_guessed() -> None:
    """A limit makes a row an error: only who knows the table may set one."""
    assert not {"minimum", "maximum", "closed", "required"} & set(ColumnGuess.__dataclass_fields__)


@pytest.mark.parametrize(
    ("cells", "order", "note"),
    [
        (["2024-01-05", "2023-12-31", ""], "ymd", "2023-12-31 to 2024-01-05; missing 33.3%"),
        (["05.01.2024", "31.12.2023"], "dmy", "2023-12-31 to 2024-01-05"),
        (["1/5/24", "12/31/23"], "mdy", "2023-12-31 to 2024-01-05"),
        (["1/5/24", "2/6/24"], "mdy", "day and month cannot be told apart: read as month/day"),
        (["1.5.24", "2.6.24"], "dmy", "day and month cannot be told apart: read as day/month"),
        (["Jan 2024", "Dec 2023"], "ymd", "2023-12-01 to 2024-01-01"),
        (["Mar 5, 2024", "dec 15 2023"], "ymd", "2023-12-15 to 2024-03-05"),
        (["5 January 2024", "31-Dec-2023"], "ymd", "2023-12-31 to 2024-01-05"),
        (["20240105", "20231231"], "ymd", "2023-12-31 to 2024-01-05"),
        (["2024-01-05"] * 30 + ["2024-01-06", "soon"], "ymd", "'soon' is no date"),
        (["2024-01-05", "2024-01-06", "9999-12-31"], "ymd", "01-06; '9999-12-31' is no date and"),
        (["2024-01-05", "2024-01-06", "0000-00-00"], "ymd", "01-06; '0000-00-00' is no date and"),
        (["01/2024", "12/2023"], "ymd", "2023-12-01 to 2024-01-01"),
        (["Friday, 1 March 2024", "Mon, 4 Mar 2024"], "ymd", "2024-03-01 to 2024-03-04"),
    ],
)
def test_dates(cells: list[str], order: str, note: str) -> None:
    found = guess("when", cells)
    assert isinstance(found, ColumnGuess), found
    assert (found.kind, found.date_order, found.parts) == ("date", order, DEFAULT_PARTS)
    assert note in found.note


def test_times_of_day_that_vary_are_a_part() -> None:
    found = guess("when", ["2024-01-05 10:30", "2023-12-31 11:00"])
    assert isinstance(found, ColumnGuess)
    assert found.parts == (*DEFAULT_PARTS, "hour")


def test_whole_numbers_beyond_2_to_the_53_are_no_numbers() -> None:
    found = guess("account", ["123456789012345678901", "123456789012345678902"] * 20)
    assert isinstance(found, ColumnGuess)
    assert found.kind == "category"


def test_long_identifiers_name_the_rows() -> None:
    found = guess("account", [str(10**18 + i) for i in range(50)])
    assert isinstance(found, LeftOut)
    assert "names the rows" in found.reason


@given(
    text=st.text(st.sampled_from("éÅñ한xyz "), min_size=3).filter(lambda text: text.strip(" xyz")),
    form=st.sampled_from(["NFD", "NFC"]),
    unseen=st.sampled_from(["", "\u200b", "\u00ad", "\u2060"]),
    blank=st.sampled_from([" ", "\u00a0", "  ", "\u2009"]),
)
def test_levels_that_look_the_same_are_noted(text: str, form: Any, unseen: str, blank: str) -> None:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    assume(len(text) > 1)  # what stands at its end is no part of a cell
    other = unicodedata.normalize(form, text).replace(" ", blank)
    other = other[0] + unseen + other[1:]
    found = guess("place", ["plain", text, other, "other"] * 5)
    assert isinstance(found, ColumnGuess)
    assert ("some look the same" in found.note) == (text != other)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            [f"{i}.5e30" for i in range(1, 30)],
            "'1.5e30' in it is larger than 1e+30",
        ),
        ([*map(str, range(99)), "-7e300"], "'-7e300' in it is larger than 1e+30; check its unit"),
        ([*map(str, range(99)), str(2**60)], f"'{2**60}' in it is a whole number beyond 2^53"),
        ([f"{i}{2**60}" for i in range(1, 30)], "names the rows"),
    ],
    ids=["all", "one", "digits", "keys"],
)
def test_numbers_beyond_what_a_model_takes_are_called_so(cells: list[str], said: str) -> None:
    found = guess("x", cells)
    assert isinstance(found, LeftOut)
    assert said in found.reason


@pytest.mark.parametrize("share", [1, 10, 49])
def test_however_many_infinities_there_are_the_others_are_numbers(share: int) -> None:
    cells = ["inf", "-Infinity"] * share + [f"{i}.5" for i in range(20)] * 5
    found = guess("x", cells)
    assert isinstance(found, ColumnGuess)
    assert (found.kind, found.also_missing) == ("number", ("inf", "-Infinity"))
