"""The parts of pages as texts: every script is there, and only what a browser needs of it."""

from importlib import resources

import pytest

from regression_model.reports.offline.scripts import READER, reader_script
from regression_model.reports.panels.assembly import SCRIPTS, header, markup, script, text_of


@pytest.mark.parametrize(
    ("package", "listed"),
    [
        ("regression_model.reports.panels", SCRIPTS),
        ("regression_model.reports.offline.reader", READER),
    ],
    ids=["panels", "reader"],
)
def test_every_script_is_listed(package: str, listed: tuple[str, ...]) -> None:
    there_are = {file.name for file in resources.files(package).iterdir()}
    assert {name for name in there_are if name.endswith(".js")} == set(listed)


def test_comments_and_indentation_are_left_out() -> None:
    lines = (script() + reader_script()).splitlines()
    assert [line for line in lines if line.startswith(("//", "/*", "* ", " "))] == []


def test_no_code_is_left_out() -> None:
    text = text_of("regression_model.reports.panels", "elements.js")
    assert 'const SVG = "http://www.w3.org/2000/svg";' in text
    assert text.rstrip().endswith("}")


def test_what_a_page_adds_stands_below_the_facts() -> None:
    assert "<p>more</p>" in markup("<p>more</p>")
    assert header().startswith("<header>")
