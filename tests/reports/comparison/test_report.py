"""A comparison as a page and as Markdown: whatever names and levels say, nothing loaded or run."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from altered import altered
from markdown_it import MarkdownIt

from regression_model.artifact.model import Model
from regression_model.predict import load_model
from regression_model.reports.blocks import Report
from regression_model.reports.comparison.comparing import compare
from regression_model.reports.comparison.report import report_of
from regression_model.reports.markdown import markdown
from regression_model.reports.page import page

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
OTHER = ARTIFACTS / "format_2.zip"
HOSTILE = "<script>alert(1)</script>\"'&amp; | [x](javascript:y) `z` \u202e\x1b[31m **b**"


def _parsed(text: str) -> ET.Element:
    """Return a page as the tree that it is: what is made here is XML too."""
    return ET.fromstring(text.partition("\n")[2])


@pytest.fixture(params=["itself", "other", "other-target"])
def report(request: pytest.FixtureRequest, small_model: Model) -> Report:
    """Return the report on two models."""
    old: Any = {
        "itself": lambda: small_model,
        "other": lambda: load_model(OTHER),
        "other-target": lambda: altered(OTHER, target={"column": "Rent", "unit": "euros"}),
    }
    return report_of(compare(old[request.param](), small_model))


def test_a_page_is_whole_and_its_links_lead_somewhere(report: Report) -> None:
    root = _parsed(page(report))
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    for link in root.iter("a"):
        assert link.attrib["href"].removeprefix("#") in ids
    assert not list(root.iter("script"))


def test_figures_have_their_numbers(report: Report) -> None:
    for figure in report.figures:
        assert figure.numbers.rows
        assert all(len(row) == len(figure.numbers.headers) for row in figure.numbers.rows)


def test_what_is_drawn_depends_on_what_differs(small_model: Model) -> None:
    for old, names in (
        (load_model(OTHER), ["after-before", "change"]),
        (small_model, ["importance"]),
    ):
        assert [figure.name for figure in report_of(compare(old, small_model)).figures] == names


def test_a_page_ends_what_it_begins_with_why(small_model: Model) -> None:
    text = "".join(_parsed(page(report_of(compare(load_model(OTHER), small_model)))).itertext())
    assert "For callers this is major: 0.2.0 or later." in text
    assert "major: answers are the median of what is expected, and were the mean" in text
    assert "Importance of the columns" not in text  # the old artifact keeps none
    both = "".join(_parsed(page(report_of(compare(small_model, small_model)))).itertext())
    assert "Importance of the columns" in both
    assert "patch: " in both


def test_what_is_not_compared_is_said(small_model: Model) -> None:
    other = altered(OTHER, target={"column": "Rent", "unit": "euros"})
    text = "".join(_parsed(page(report_of(compare(other, small_model)))).itertext())
    assert "the old model predicts Rent in euros, the new one SalePrice in dollars" in text


@pytest.fixture
def hostile() -> tuple[Model, Model]:
    """Return two models whose names, levels, units and versions are markup of every kind."""
    levels = [f"{HOSTILE}{i}" for i in range(25)]
    columns: dict[str, Any] = {"LotFrontage": {"name": HOSTILE}, "Neighborhood": {"levels": levels}}
    target = {"column": HOSTILE, "unit": HOSTILE}
    old = altered(OTHER, columns=columns, target=target, model_version="1" + HOSTILE[:40])
    columns["Neighborhood"] = {"levels": [f"{level}x" for level in levels], "closed": True}
    new = altered(OTHER, columns=columns, target=target, model_version="2" + HOSTILE[:40])
    return old, new


def test_hostile_texts_are_shown_as_they_are(hostile: tuple[Model, Model]) -> None:
    comparison = compare(*hostile)
    root = _parsed(page(report_of(comparison)))
    assert not list(root.iter("script"))
    assert "<script>alert(1)</script>" in "".join(root.itertext())
    rendered = MarkdownIt("commonmark").enable("table").render(markdown(report_of(comparison), "x"))
    assert "<script" not in rendered
    assert 'href="javascript' not in rendered
    for text in (page(report_of(comparison)), rendered):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_equal_models_give_equal_bytes(small_model: Model) -> None:
    once, twice = (page(report_of(compare(load_model(OTHER), small_model))) for _ in range(2))
    assert once == twice
    assert len(once.encode()) < 300_000
