"""What does not count at the ends of names and cells."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.blanks import BLANKS, clean_name, named_twice
from regression_model.processing.schema import Column, Schema, level_text

INVISIBLE = ["\ufeff", "\u200b", "\u2060", "\u00ad"]
padding = st.text(st.sampled_from(BLANKS), max_size=4)


def test_all_that_strip_takes_for_blank_is_among_them() -> None:
    assert {chr(i) for i in range(sys.maxunicode + 1) if chr(i).isspace()} <= set(BLANKS)
    assert set(INVISIBLE) <= set(BLANKS)


@given(before=padding, after=padding)
def test_padding_changes_neither_a_name_nor_the_meaning_of_a_cell(before: str, after: str) -> None:
    def padded(text: str) -> str:
        return before + text + after

    assert clean_name(padded("living area")) == "living area"
    assert level_text(padded("North")) == "North"
    columns = {
        "12.5": Column("c", "number"),
        "7": Column("c", "integer"),
        "yes": Column("c", "boolean"),
        "North": Column("c", "category", levels=("North",)),
        "2024-03-01": Column("c", "date"),
        "NA": Column("c", "number"),
        "$1,250": Column("c", "number", number_format="$1,234.5"),
    }
    for text, column in columns.items():
        given_, plain = (
            column.judge(padded(text), from_file=True),
            column.judge(text, from_file=True),
        )
        assert repr(given_) == repr(plain)


@pytest.mark.parametrize(
    ("names", "twice"), [(["b", "a", "a", "b"], ["a", "b"]), (["", "", "a"], []), ([], [])]
)
def test_a_name_that_is_empty_is_never_named_twice(names: list[str], twice: list[str]) -> None:
    assert named_twice(names) == twice


def test_an_old_artifacts_padded_names_are_found_too() -> None:
    columns = [{"name": " living area", "kind": "number"}, {"name": "b", "kind": "number"}]
    assert Schema.from_dict(columns).names == ("living area", "b")
