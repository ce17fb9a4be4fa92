"""Numbers in other dress, read as an example says."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.number_formats import DECIMAL_COMMA, NumberFormat, parse_format
from regression_model.processing.schema import Column
from regression_model.processing.tables import Cells, as_table
from regression_model.processing.validation import encode_column

formats = st.builds(
    NumberFormat,
    st.sampled_from(["", ",", " ", "'"]),
    st.just("."),
    st.sampled_from(["", "$", "CHF", "US$"]),
    st.sampled_from(["", "%", "km", "€", "m²"]),
    st.booleans(),
) | st.builds(
    NumberFormat,
    st.sampled_from(["", ".", " ", "'"]),
    st.just(","),
    st.sampled_from(["", "R$"]),
    st.sampled_from(["", "kr", "%"]),
    st.booleans(),
)
numbers = st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=3)


def written(number: Decimal, how: NumberFormat) -> str:
    """Write a number as a spreadsheet would."""
    text = f"{abs(number):,f}".replace(",", "g").replace(".", how.mark).replace("g", how.group)
    text = how.prefix + text + how.suffix
    if number < 0:
        return f"({text})" if how.accounting else f"-{text}"
    return text


@given(number=numbers, how=formats)
def test_a_number_is_read_as_it_was_written(number: Decimal, how: NumberFormat) -> None:
    read = parse_format(how.example).plain_text(written(number, how))
    assert read is not None
    assert Decimal(read) == number


@given(how=formats)
def test_an_example_says_all_of_a_format(how: NumberFormat) -> None:
    assert parse_format(how.example) == how


@pytest.mark.parametrize(
    ("example", "read"),
    [
        ("1,234.5", {"52,000": "52000", "950": "950", "-1,000.5": "-1000.5", "1e-5": "1e-5"}),
        ("1.234,5", {"1.034": "1034", "1.034,25": "1034.25", "12,5": "12.5"}),
        ("1234,5", {"1,5": "1.5", "52.5200": "52.5200", "1.5": "1.5", "1034": "1034"}),
        ("1 234,5", {"1\u00a0000": "1000", "1\u202f000,5": "1000.5"}),
        ("1'234.5", {"1\u2019000": "1000"}),
        ("$1,234", {"$ 5": "5", "-$5": "-5", "$-5": "-5", "5": "5", "\u2212$5": "-5"}),
        ("14 %", {"14%": "14", "14\u00a0%": "14", "2.5 %": "2.5"}),
        ("(1,234)", {"(75)": "-75", "75": "75", "-75": "-75"}),
        ("1.234,5 €", {"1.000 €": "1000"}),
    ],
)
def test_signs_and_groups_may_be_absent(example: str, read: dict[str, str]) -> None:
    how = parse_format(example)
    assert {text: how.plain_text(text) for text in read} == read


@pytest.mark.parametrize(
    ("example", "text"),
    [
        ("1,234.5", "1,23"), ("1,234.5", "12,34,567"), ("1,234.5", "0,250"), ("1,234.5", "1 000"),
        ("1,234.5", ""), ("1,234.5", "-"), ("1,234.5", "--5"), ("1,234.5", "$5"), ("$1,234", "€5"),
        ("$1,234", "-$-5"), ("$1,234", "$"), ("1.234,5", "1.5"), ("1234,5", "1.034"),
        ("1234,5", "1.234,5"), ("14 %", "14 km"), ("(1,234)", "(75"), ("(1,234)", "75)"),
        ("1,234.5", "1" * 2000), ("1,234.5", "١٢٣"), ("1,234.5", "1,000" + ",000" * 400),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_no_number(example: str, text: str) -> None:
    assert parse_format(example).plain_text(text) is None


@pytest.mark.parametrize(
    "example", ["", "abc", "1,23.4", "1,234,5", "1.2.3", "(5", "5)", "1-2", "$", "1" * 50]
)
def test_what_is_no_example_is_told_with_examples(example: str) -> None:
    with pytest.raises(ValueError, match=r"expected one number .* such as 1,234\.5 or 1\.234,5"):
        parse_format(example)


def test_the_same_text_is_the_same_number_in_every_form() -> None:
    column = Column("x", "number", number_format="$1,234.5", missing_values=("", "n/a"))
    cells = ["$52,000", "950", "-$7.25", "n/a", "", "$5,2", " $1,000\u00a0", "many\nlines"] * 3
    single = [column.judge(cell, from_file=True) for cell in cells]
    table = encode_column(column, Cells(cells), from_file=True)
    np.testing.assert_array_equal(table.values, [verdict.value for verdict in single])
    frame = encode_column(column, as_table(pd.DataFrame({"x": cells})).read(0, 0, len(cells)))
    np.testing.assert_array_equal(frame.values, table.values)
    assert [row for row, _, v in table.remarks if v.error] == [5, 7, 13, 15, 21, 23]
    assert [row for row, _, v in frame.remarks if v.error] == [5, 7, 13, 15, 21, 23]


@pytest.mark.parametrize("point", ["1.5", "1.034", "52.5200"])
def test_many_decimal_commas_are_read_as_one_is(point: str) -> None:
    column = Column("x", "number", number_format=DECIMAL_COMMA)
    for cells in (["1,5", "-0,25", "", "NA", "1034", "1,5e3"], ["1,5", point], ["1,5", "1\n2"]):
        table = encode_column(column, Cells(cells), from_file=True)
        single = [column.judge(cell, from_file=True).value for cell in cells]
        np.testing.assert_array_equal(table.values, single)
