"""Markdown: a text in it is shown as it is, whatever it would mean there."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from regression_model.processing.visible_text import one_line
from regression_model.reports.markdown import plain

RENDER = MarkdownIt("gfm-like", {"html": True, "linkify": False})
SIGNS = "\\`*_{}[]()<>#+-.!|~$^=&:@\"'/ 0123abcwW\n\t"


class _Read(HTMLParser):
    """Gathers the text of HTML, and the elements that are in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.append(tag)


@given(st.text(SIGNS))
def test_a_text_alone_is_a_paragraph_of_that_text(text: str) -> None:
    read = _Read(RENDER.render(plain(text)))
    assert read.tags == ["p"]
    assert read.text.split() == one_line(text).split()


@given(st.text(SIGNS), st.text())
def test_a_text_in_a_table_stays_in_its_cell(first: str, second: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {plain(first)} | {plain(second)} |"
    read = _Read(RENDER.render(table))
    assert read.tags.count("td") == 2
    assert not set(read.tags) - {"table", "thead", "tbody", "tr", "th", "td"}
    shown = (one_line(first) + " " + one_line(second)).split()
    assert read.text.split() == ["a", "b", *shown]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Neighborhood", "Neighborhood"),
        ("lot_area", "lot_area"),
        ("0.1151", "0.1151"),
        ("24,460 (dollars)", "24,460 (dollars)"),
        ("1. first", "1\\. first"),
        ("www.example.com", "www&#46;example.com"),
        ("@everyone", "&#64;everyone"),
    ],
)
def test_what_means_nothing_stays_readable(text: str, written: str) -> None:
    assert plain(text) == written
