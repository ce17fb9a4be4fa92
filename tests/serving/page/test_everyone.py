"""For everyone: keyboards, screen readers, phones, light and dark; in a real browser."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from trying_page import TriedPage

# Relative luminance and contrast as WCAG 2.2 defines them, of every text that is seen.
CONTRASTS = r"""
(() => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (node) => {
    const color = getComputedStyle(node).backgroundColor;
    const isClear = (channels(color)[3] ?? 1) === 0;
    return isClear && node.parentElement ? ground(node.parentElement) : color;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.checkVisibility()) continue;
    if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.tagName)) continue;
    const style = getComputedStyle(node);
    const color = node instanceof SVGElement ? style.fill : style.color;
    const [light, dark] = [luminance(color), luminance(ground(node))].sort((a, b) => b - a);
    const text = walker.currentNode.textContent.trim();
    found.push([(light + 0.05) / (dark + 0.05), text.slice(0, 40)]);
  }
  return found;
})()
"""


def show_everything(page: TriedPage) -> None:
    """Show a prediction, warnings, faults and a table with an error at the same time."""
    page.click("#others-summary")
    page.fill_in_example()
    page.type_into("GrLivArea", "9000")
    page.browser.press("Tab", 9)
    page.wait_for("$('.warning li, li.warning')")
    page.type_into("LotArea", "many")
    page.browser.press("Tab", 9)
    page.wait_for("!$('#faults').hidden")
    page.send_table("GrLivArea,Neighborhood\n1500,Nowhere\nmany,NAmes\n")
    page.wait_for("$('#table-rows mark')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page: TriedPage, scheme: str) -> None:
    show_everything(page)
    page.browser.show(scheme=scheme)
    contrasts = page.run(CONTRASTS)
    assert len(contrasts) > 200
    assert [entry for entry in contrasts if entry[0] < 4.5] == []


def test_everything_that_takes_the_focus_has_a_name(page: TriedPage) -> None:
    show_everything(page)
    nodes = page.browser.send("Accessibility.getFullAXTree")["nodes"]
    focusable = [node for node in nodes if _is(node, "focusable") and not node["ignored"]]
    named = {node["nodeId"]: node["name"]["value"] for node in focusable}
    roles = {node["role"]["value"] for node in focusable}
    assert {"textbox", "combobox", "button", "slider", "link", "searchbox"} <= roles
    assert len(named) > 100
    assert [node for node, name in named.items() if not name] == []


def _is(node: dict[str, Any], name: str) -> bool:
    return any(
        entry["name"] == name and entry["value"]["value"] for entry in node.get("properties", [])
    )


def test_charts_say_in_words_what_they_show(page: TriedPage) -> None:
    page.fill_in_example()
    labels = page.run("[...document.querySelectorAll('svg')].map((chart) => chart.ariaLabel)")
    assert len(labels) == 2
    assert labels[0].startswith("The interval from ")
    assert ": lowest " in labels[1]
    assert page.run("[...document.querySelectorAll('svg')].every((chart) => chart.role === 'img')")


def test_headings_leave_out_no_level(page: TriedPage) -> None:
    show_everything(page)
    shown = "[...document.querySelectorAll('h1, h2, h3, h4')].filter((h) => h.checkVisibility())"
    levels = [int(name[1]) for name in page.run(f"{shown}.map((heading) => heading.tagName)")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_answers_are_announced(page: TriedPage) -> None:
    assert page.run("$('#said').role === 'status' && $('#table-said').role === 'status'")
    assert page.run("$('#faults').role === 'alert' && $('#table-problem').role === 'alert'")


def test_all_of_it_works_without_a_mouse(page: TriedPage) -> None:
    page.browser.press("Tab", 9)
    assert page.run("document.activeElement.className") == "skip"
    page.browser.press("Enter", 13, "\r")
    page.browser.press("Tab", 9)
    assert page.run("document.activeElement.id") == "example"
    page.browser.press("Enter", 13, "\r")
    page.wait_for("$('#what-if-curve svg')")
    met: list[str] = []
    while len(met) < 60 and "table-download" not in met:
        page.browser.press("Tab", 9)
        met.append(page.run("document.activeElement.id"))
        if met[-1] == "table-example":
            page.browser.press("Enter", 13, "\r")
    places = [met.index(name) for name in (
        "empty", "level", "what-if-column", "what-if-value", "what-if-use", "table-text",
        "table-file", "table-example",
    )]  # fmt: skip
    assert places == sorted(places)


def test_where_the_focus_is_can_be_seen(page: TriedPage) -> None:
    page.browser.press("Tab", 9)
    page.browser.press("Tab", 9)
    style = page.run("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


@pytest.mark.parametrize("width", [320, 390, 800, 1280])
def test_no_width_makes_the_page_scroll_sideways(page: TriedPage, width: int) -> None:
    show_everything(page)
    page.browser.show(width=width)
    page.wait_for("$('#what-if-curve svg')?.getBoundingClientRect().right <= innerWidth")
    assert page.run("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [320, 1280])
def test_odd_names_do_not_either(odd_page: TriedPage, width: int) -> None:
    odd_page.fill_in_example()
    odd_page.browser.show(width=width)
    odd_page.wait_for("$('#what-if-curve svg')?.getBoundingClientRect().right <= innerWidth")
    assert odd_page.run("document.documentElement.scrollWidth") == width
