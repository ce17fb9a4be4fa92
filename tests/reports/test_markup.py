"""Markup: what is put in as text comes out as the same text."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.visible_text import visible
from regression_model.reports.markup import Markup, coordinate, joined, tag


@given(st.text())
def test_any_text_comes_back_as_it_is_shown(text: str) -> None:
    found = ET.fromstring(tag("p", text, title=text).source)
    assert "".join(found.itertext()) == visible(text)
    # XML reads an end of line in an attribute as a blank
    assert found.attrib["title"].split() == visible(text).split()
    assert len(found) == 0


def test_only_markup_is_markup() -> None:
    inner = tag("b", "<i>")
    assert joined([inner, "<i>", Markup("<i/>")]).source == "<b>&lt;i&gt;</b>&lt;i&gt;<i/>"


def test_attributes_are_spelled_as_they_are_in_html_and_svg() -> None:
    drawn = tag("line", x1=1.25, stroke_width=2.0, class_="grid", href=None)
    assert drawn.source == '<line x1="1.2" stroke-width="2" class="grid"/>'


def test_elements_that_hold_nothing_have_an_end_but_for_those_that_must_not() -> None:
    assert tag("div").source == "<div></div>"
    assert tag("meta", charset="utf-8").source == '<meta charset="utf-8"/>'


@given(st.floats(-1e6, 1e6))
def test_coordinates_are_numbers_to_a_tenth(value: float) -> None:
    text = coordinate(value)
    assert abs(float(text) - value) <= 0.0501
    assert not text.startswith("-0") or float(text) != 0
