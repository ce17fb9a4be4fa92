"""The page in a real browser: what a person does, and what comes of it."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, BrowserError
from conftest import Serve, running
from odd_model import IMAGE, SCRIPT
from starlette.applications import Starlette
from starlette.routing import Mount

from regression_model import load_model, make_prediction
from regression_model.processing.csv_files import open_csv
from regression_model.serving import Settings, app

OLD = next(Path(__file__).parents[2].joinpath("artifacts").glob("*_v0.1.0.zip"))
TEST_CSV = Path(load_model.__code__.co_filename).parent / "datasets" / "test.csv"
FIELD = """
(() => {
  const named = (label) => label.firstChild.textContent === a[0];
  return document.getElementById([...document.querySelectorAll(".fields label")].find(named).htmlFor);
})()
"""


def open_page(browser: Browser, address: str) -> None:
    browser.show()
    browser.open(address)
    browser.wait_for("!document.getElementById('model').hidden")


def fill_example(browser: Browser) -> dict[str, Any]:
    """Fill in the example, wait for its answer, and return the record."""
    browser.click("#example")
    browser.wait_for("document.querySelector('.prediction') && document.querySelector('.chart svg')")
    browser.wait_for("!document.getElementById('what-if').hidden")
    record: dict[str, Any] = browser.run("fetch('models').then((answer) => answer.json()).then("
        "({models}) => fetch(`models/${models[0].name}`)).then((answer) => answer.json()).then("
        "({example}) => example)")
    return record


def text_of(browser: Browser, selector: str) -> str:
    text: str = browser.run("document.querySelector(a[0]).textContent", selector)
    return text


def set_field(browser: Browser, name: str, value: str) -> None:
    browser.run(f"({FIELD}).value = a[1]", name, value)


def test_the_form_is_made_of_the_schema(browser: Browser, serve: Serve, odd_path: Path) -> None:
    open_page(browser, serve(models={"odd": odd_path}))
    kinds = {
        name: browser.run(f"(({FIELD}).type)", name)
        for name in (IMAGE, "rooms", "place", SCRIPT, "built", "seen", "lift", "state")
    }
    assert kinds == {
        IMAGE: "text", "rooms": "text", "place": "text", SCRIPT: "select-one", "built": "date",
        "seen": "datetime-local", "lift": "select-one", "state": "select-one",
    }  # fmt: skip
    assert browser.run(f"({FIELD}).getAttribute('aria-required')", "rooms") == "true"
    assert browser.run(f"({FIELD}).list.options.length", "place") == 60
    hint = "document.getElementById(" f"({FIELD}).getAttribute('aria-describedby').split(' ')[0])"
    words = browser.run(f"{hint}.textContent", "rooms")
    assert words == "whole number, trained on 1 to 8, at least 0, at most 50"
    assert text_of(browser, "#others-summary") == "1 further column"


def test_every_kind_of_field_is_sent_as_it_was_filled_in(
    browser: Browser, serve: Serve, odd_path: Path
) -> None:
    open_page(browser, serve(models={"odd": odd_path}))
    record = fill_example(browser)
    model = load_model(odd_path)
    (prediction,) = model.predict([record])["predictions"]
    assert prediction is not None
    assert text_of(browser, ".prediction").startswith(f"{prediction:.3f}")
    bodies = [
        json.loads(event["params"]["request"]["postData"])
        for event in browser.events
        if event["method"] == "Network.requestWillBeSent"
        and "explain=true" in event["params"]["request"]["url"]
    ]
    assert bodies == [[record]]


def test_names_levels_and_units_are_text_and_no_markup(
    browser: Browser, serve: Serve, odd_path: Path
) -> None:
    open_page(browser, serve(models={"odd": odd_path}))
    fill_example(browser)
    rows = [[IMAGE, SCRIPT, "rooms"], [SCRIPT, IMAGE, "1"], ["12", f"{IMAGE}{SCRIPT}", "2"]]
    text = "\n".join(",".join(f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in row) for row in rows)
    send_table(browser, text)
    assert browser.run("document.querySelectorAll('img, iframe, main script, b, i').length") == 0
    assert browser.run("document.title") == f"Predict {IMAGE}target"
    shown = text_of(browser, "#table-rows")
    assert IMAGE in shown
    assert SCRIPT in shown
    assert browser.complaints() == []


def test_no_script_can_make_markup_of_a_text(browser: Browser, houses: str) -> None:
    open_page(browser, houses)
    with pytest.raises(BrowserError, match="TrustedHTML"):
        browser.run("document.body.innerHTML = '<b>bold</b>'")
    with pytest.raises(BrowserError, match="Content Security Policy"):
        browser.run("fetch('http://example.org/')")


def test_an_example_is_answered_with_interval_and_contributions(
    browser: Browser, houses: str
) -> None:
    open_page(browser, houses)
    record = fill_example(browser)
    result = make_prediction(input_data=record, interval=0.9, explain=True)
    (prediction,), (lower,), (upper,) = result["predictions"], result["lower"], result["upper"]
    assert prediction is not None
    assert lower is not None
    assert upper is not None
    assert text_of(browser, ".prediction") == f"{prediction:,.0f} dollars"
    assert f"{lower:,.0f} and {upper:,.0f} dollars" in text_of(browser, "#said")
    (explanation,) = result["explanations"]
    assert explanation is not None
    parts = explanation["contributions"]
    largest_first = sorted(parts, key=lambda name: -abs(parts[name]))
    names = browser.run(
        "[...document.querySelectorAll('.bars tbody th > span')].map((n) => n.firstChild.textContent)"
    )
    assert names == largest_first
    change = (explanation["effect"][largest_first[0]] - 1) * 100
    shown = text_of(browser, ".bars .bar-text")
    assert shown[0] == ("−" if change < 0 else "+")
    assert float(shown[1:].removesuffix(" %")) == pytest.approx(abs(change), abs=0.5)


def test_only_the_service_is_asked(browser: Browser, houses: str) -> None:
    open_page(browser, houses)
    fill_example(browser)
    assert all(address.startswith((houses, "data:")) for address in browser.requested())
    assert browser.complaints() == []


def test_errors_stand_beside_their_fields_and_the_summary_takes_the_focus(
    browser: Browser, houses: str
) -> None:
    open_page(browser, houses)
    set_field(browser, "PoolArea", "large")
    browser.run(f"({FIELD}).focus()", "OverallQual")
    browser.type_text("good")
    browser.press("Enter", 13, "\r")
    browser.wait_for("!document.getElementById('faults').hidden")
    assert browser.run("document.activeElement.id") == "faults"
    result = make_prediction(input_data=[{"OverallQual": "good", "PoolArea": "large"}])
    messages = {entry["column"]: entry["message"] for entry in result["errors"] or []}
    for name, message in messages.items():
        assert browser.run(f"({FIELD}).getAttribute('aria-invalid')", name) == "true"
        described = browser.run(f"({FIELD}).getAttribute('aria-describedby').split(' ')[1]", name)
        assert text_of(browser, f"#{described}") == message
    browser.click("#faults li:nth-child(2) a")  # of a column that was folded
    assert browser.run(f"document.activeElement === {FIELD}", "PoolArea")
    assert browser.run(f"({FIELD}).checkVisibility()", "PoolArea")


def test_errors_go_when_they_are_mended(browser: Browser, houses: str) -> None:
    open_page(browser, houses)
    set_field(browser, "OverallQual", "good")
    browser.click("#row .primary")
    browser.wait_for("!document.getElementById('faults').hidden")
    set_field(browser, "OverallQual", "7")
    browser.click("#row .primary")
    browser.wait_for("document.querySelector('.prediction')")
    assert browser.run("document.querySelectorAll('[aria-invalid]').length") == 0
    assert browser.run("document.getElementById('faults').hidden")


def test_a_change_is_answered_at_once_and_warned_of(browser: Browser, houses: str) -> None:
    open_page(browser, houses)
    record = fill_example(browser)
    changed = {**record, "GrLivArea": 9000}
    (prediction,) = make_prediction(input_data=changed)["predictions"]
    browser.run(f"({FIELD}).select()", "GrLivArea")
    browser.run(f"({FIELD}).focus()", "GrLivArea")
    browser.type_text("9000")
    browser.press("Tab", 9)
    browser.wait_for("document.querySelector('.prediction').textContent === a[0]", f"{prediction:,.0f} dollars")
    assert "GrLivArea is 9000, outside the training range" in text_of(browser, "#warnings")


def choose_what_if(browser: Browser, name: str) -> None:
    browser.run("(document.getElementById('what-if-curve').replaceChildren(),"
        "document.getElementById('what-if-column').value = a[0],"
        "document.getElementById('what-if-column').dispatchEvent(new Event('change', {bubbles: true})))", name)
    browser.wait_for("document.querySelector('#what-if-curve svg')")


def test_what_another_value_would_change_is_read_and_taken_by_keyboard(
    browser: Browser, houses: str
) -> None:
    open_page(browser, houses)
    record = fill_example(browser)
    choose_what_if(browser, "OverallQual")
    browser.run("document.getElementById('what-if-value').focus()")
    browser.press("End", 35)
    (best,) = make_prediction(input_data={**record, "OverallQual": 10})["predictions"]
    words = text_of(browser, "#what-if-said")
    assert words.startswith(f"10: {best:,.0f} dollars, from ")
    assert browser.run("document.getElementById('what-if-value').ariaValueText") == words
    browser.click("#what-if-use")
    browser.wait_for("document.querySelector('.prediction').textContent === a[0]", f"{best:,.0f} dollars")
    assert browser.run(f"({FIELD}).value", "OverallQual") == "10"


@pytest.mark.parametrize(
    ("column", "n_points"),
    [(IMAGE, 42), ("built", 41), ("seen", 41), ("lift", 2), ("state", 3), (SCRIPT, 3), ("place", 41)],
    ids=["number", "date", "moment", "boolean", "ordered", "category", "many levels"],
)
def test_every_kind_of_column_can_be_tried(
    browser: Browser, serve: Serve, odd_path: Path, column: str, n_points: int
) -> None:
    open_page(browser, serve(models={"odd": odd_path}))
    fill_example(browser)
    choose_what_if(browser, column)
    rows = "document.querySelectorAll('#what-if-numbers tbody tr').length"
    assert browser.run(rows) in (n_points, n_points - 1)
    assert "none" not in text_of(browser, "#what-if-numbers tbody")


def send_table(browser: Browser, text: str) -> None:
    browser.run("document.getElementById('table-text').value = a[0]", text)
    browser.click("#table .primary")
    browser.wait_for("!document.getElementById('table-answers').hidden")


def first_lines(count: int) -> list[str]:
    with TEST_CSV.open(encoding="utf-8") as file:
        return list(islice(file, count))


def test_a_table_is_answered_row_by_row_and_handed_over_whole(
    browser: Browser, houses: str, tmp_path: Path
) -> None:
    lines = first_lines(62)
    lines[3] = lines[3].replace(",RL,", ",RL,\"10,5\"\"\n",1)
    open_page(browser, houses)
    send_table(browser, "".join(lines))
