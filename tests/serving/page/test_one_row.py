"""The form of one row in a real browser: what a person does, and what comes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from odd_model import IMAGE, SCRIPT

from regression_model import load_model, make_prediction

if TYPE_CHECKING:
    from trying_page import TriedPage


def test_the_form_is_made_of_the_schema(odd_page: TriedPage) -> None:
    names = (IMAGE, "rooms", "place", SCRIPT, "built", "seen", "lift", "state")
    assert {name: odd_page.of_field(name, "field.type") for name in names} == {
        IMAGE: "text", "rooms": "text", "place": "text", SCRIPT: "select-one", "built": "date",
        "seen": "datetime-local", "lift": "select-one", "state": "select-one",
    }  # fmt: skip
    assert odd_page.of_field("rooms", "field.getAttribute('aria-required')") == "true"
    assert odd_page.of_field("place", "field.list.options.length") == 60
    texts = odd_page.of_field("state", "[...field.options].map((option) => option.text)")
    assert texts == ["(not given)", "low", "medium", "high"]
    described = odd_page.of_field("rooms", "field.getAttribute('aria-describedby').split(' ')[0]")
    hint = "whole number, trained on 1 to 8, at least 0, at most 50"
    assert odd_page.text(f"#{described}") == hint


def test_what_matters_most_comes_first_and_the_rest_is_folded(page: TriedPage) -> None:
    labels = "[...document.querySelectorAll('#main-fields label')]"
    shown = page.run(f"{labels}.map((label) => label.textContent)")
    assert len(shown) == 8
    assert {"GrLivArea", "OverallQual"} <= set(shown)
    assert page.text("#others-summary") == "71 further columns"
    assert not page.of_field("PoolArea", "field.checkVisibility()")
    page.click("#others-summary")
    assert page.of_field("PoolArea", "field.checkVisibility()")


def test_a_column_is_found_by_a_part_of_its_name(page: TriedPage) -> None:
    page.click("#others-summary")
    page.click("#finder")
    page.browser.type_text("pool")
    assert page.text("#found") == "2 columns found"
    assert page.of_field("PoolQC", "field.checkVisibility()")
    assert not page.of_field("MoSold", "field.checkVisibility()")


def test_every_kind_of_field_is_sent_as_it_was_filled_in(
    odd_page: TriedPage, odd_path: Path
) -> None:
    record = odd_page.fill_in_example()
    sent = [
        json.loads(event["params"]["request"]["postData"])
        for event in odd_page.browser.events
        if event["method"] == "Network.requestWillBeSent"
        and "explain=true" in event["params"]["request"]["url"]
    ]
    filled_in = {**record, "built": record["built"][:10], "lift": bool(record["lift"])}
    assert sent == [[filled_in]]
    (prediction,) = load_model(odd_path).predict([filled_in])["predictions"]
    assert odd_page.text(".prediction") == f"{prediction:.6g} <i>crowns</i>"


def test_names_levels_and_units_are_text_and_no_markup(odd_page: TriedPage) -> None:
    odd_page.fill_in_example()
    assert odd_page.run("document.title") == f"Predict {IMAGE}target"
    assert odd_page.run("document.querySelectorAll('img, iframe, main script, b, i').length") == 0
    assert SCRIPT in odd_page.text("#contributions")
    assert odd_page.browser.complaints() == []


def test_an_answer_has_its_interval_and_its_contributions(page: TriedPage) -> None:
    record = page.fill_in_example()
    result = make_prediction(input_data=record, interval=0.9, explain=True)
    (prediction,), (lower,), (upper,) = result["predictions"], result["lower"], result["upper"]
    assert page.text(".prediction") == f"{prediction:,.0f} dollars"
    ends = f"between {lower:,.0f} and {upper:,.0f} dollars"
    assert page.text("#said").endswith(f"90 of 100 such rows lie {ends}.")
    bars = "[...document.querySelectorAll('.bars tbody th > span')]"
    (explanation,) = result["explanations"]
    assert explanation is not None
    parts = explanation["contributions"]
    largest_first = sorted(parts, key=lambda name: -abs(parts[name]))
    assert page.run(f"{bars}.map((bar) => bar.firstChild.textContent)") == largest_first
    change = (explanation["effect"][largest_first[0]] - 1) * 100
    shown = page.text(".bars .bar-text")
    assert shown[0] == ("\N{MINUS SIGN}" if change < 0 else "+")
    assert float(shown[1:].removesuffix(" %")) == pytest.approx(abs(change), abs=0.5)


def test_another_coverage_gives_another_interval(page: TriedPage) -> None:
    record = page.fill_in_example()
    page.choose("#level", "0.5")
    result = make_prediction(input_data=record, interval=0.5)
    words = f"50 of 100 such rows lie between {result['lower'][0]:,.0f} "
    page.wait_for("$('#said').textContent.includes(a[0])", words)


def test_errors_stand_beside_their_fields_and_the_summary_takes_the_focus(page: TriedPage) -> None:
    page.fill("PoolArea", "large")
    page.type_into("OverallQual", "good")
    page.browser.press("Enter", 13, "\r")
    page.wait_for("!$('#faults').hidden")
    assert page.run("document.activeElement.id") == "faults"
    result = make_prediction(input_data=[{"OverallQual": "good", "PoolArea": "large"}])
    for entry in result["errors"] or []:
        name = entry["column"]
        assert name is not None
        assert page.of_field(name, "field.getAttribute('aria-invalid')") == "true"
        described = page.of_field(name, "field.getAttribute('aria-describedby').split(' ')[1]")
        assert page.text(f"#{described}") == entry["message"]
    page.click("#faults li:nth-child(2) a")  # of a column that was folded
    assert page.of_field("PoolArea", "field === document.activeElement && field.checkVisibility()")


def test_errors_go_when_they_are_mended(page: TriedPage) -> None:
    page.fill("OverallQual", "good")
    page.click("#row .primary")
    page.wait_for("!$('#faults').hidden")
    page.fill("OverallQual", "7")
    page.click("#row .primary")
    page.wait_for("$('.prediction')")
    assert page.run("$('[aria-invalid]') === null && $('#faults').hidden")


def test_a_required_column_that_is_empty_is_said(odd_page: TriedPage) -> None:
    odd_page.click("#row .primary")
    odd_page.wait_for("!$('#faults').hidden")
    assert "rooms is required" in odd_page.text("#faults")


def test_a_change_is_answered_at_once_and_warned_of(page: TriedPage) -> None:
    record = page.fill_in_example()
    page.type_into("GrLivArea", "9000")
    page.browser.press("Tab", 9)
    (prediction,) = make_prediction(input_data={**record, "GrLivArea": 9000})["predictions"]
    page.wait_for("$('.prediction').textContent === a[0]", f"{prediction:,.0f} dollars")
    assert "GrLivArea is 9000, outside the training range" in page.text("#warnings")


def test_an_answer_to_what_was_there_before_is_said_to_be_one(page: TriedPage) -> None:
    page.fill_in_example()
    page.type_into("GrLivArea", "many")
    page.browser.press("Tab", 9)
    page.wait_for("!$('#outdated').hidden")
    assert page.run("document.activeElement.id") != "faults"  # nobody had asked


def test_all_fields_are_emptied(page: TriedPage) -> None:
    page.fill_in_example()
    page.click("#empty")
    values = "[...document.querySelectorAll('.fields input, .fields select')].map((f) => f.value)"
    assert set(page.run(values)) == {""}
    assert page.run("$('.prediction') === null && !$('#no-answer').hidden")
