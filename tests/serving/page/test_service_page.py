"""The page and the service behind it, in a real browser: models, tokens, places, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import Browser, BrowserError
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from trying_page import Serve, TriedPage, running

from regression_model.predict import packaged_artifact
from regression_model.serving import Settings, app
from regression_model.serving.models import as_models, load_served

OLD = Path(__file__).parents[2] / "artifacts" / "format_1.zip"


def test_only_the_service_is_asked(page: TriedPage) -> None:
    page.fill_in_example()
    own = (page.address, "data:")  # the empty icon
    assert all(address.startswith(own) for address in page.browser.requested())
    assert page.browser.complaints() == []


def test_the_browser_refuses_whatever_else_a_script_may_do(page: TriedPage) -> None:
    with pytest.raises(BrowserError, match="TrustedHTML"):
        page.run("document.body.innerHTML = '<b>bold</b>'")
    with pytest.raises(BrowserError, match="Failed to fetch"):
        page.run("fetch('http://127.0.0.1:9/')")
    assert any("Content Security Policy" in words for words in page.browser.complaints())


def test_one_of_several_models_is_chosen(browser: Browser, serve: Serve) -> None:
    page = TriedPage(browser, serve(models={"new": packaged_artifact(), "old": OLD}))
    assert page.run("[...$('#models').options].map((option) => option.text)") == ["new", "old"]
    page.choose("#models", "old")
    page.wait_for("$('#about-model').textContent === 'old 0.1.0, 17 columns'")
    assert page.run("$('#level-field').hidden")  # it has no intervals
    page.fill_in_example()
    assert page.run("$('#interval svg') === null && $('.bars') === null")


def test_a_choice_of_one_is_not_offered(page: TriedPage) -> None:
    assert page.run("$('#model-choice').hidden")


def test_a_token_is_asked_for_and_kept_in_memory_alone(browser: Browser, serve: Serve) -> None:
    page = TriedPage(browser, serve(settings=Settings(token="open sesame")))
    assert page.run("document.activeElement.id") == "token"
    browser.type_text("a wrong one")
    browser.press("Enter", 13, "\r")
    page.wait_for("!$('#problem').hidden")
    assert page.text("#problem") == "That is not the token of this service."
    browser.type_text("open sesame")
    browser.press("Enter", 13, "\r")
    page.wait_for("!$('#model').hidden")
    page.fill_in_example()
    kept = "[document.cookie, localStorage.length, sessionStorage.length, $('#token').value]"
    assert page.run(kept) == ["", 0, 0, ""]
    assert not any("sesame" in address for address in browser.requested())
    page = TriedPage(browser, page.address)
    assert page.run("$('#model').hidden && !$('#token-form').hidden")


def test_what_links_lead_to_is_saved_where_a_token_is_needed(
    browser: Browser, serve: Serve
) -> None:
    page = TriedPage(browser, serve(settings=Settings(token="open sesame")))
    browser.type_text("open sesame")
    browser.press("Enter", 13, "\r")
    page.wait_for("!$('#model').hidden")
    saved = page.saved_by("#programs [href='docs']")
    assert (saved.name, "<h1>Predictions</h1>" in saved.read_text()) == ("docs.html", True)
    saved = page.saved_by("#programs [href='openapi.json']")
    assert (saved.name, "/predict" in json.loads(saved.read_text())["paths"]) == (
        "openapi.json",
        True,
    )
    assert page.run("location.pathname") == "/"


def test_links_are_followed_where_no_token_is_needed(page: TriedPage) -> None:
    page.click("#programs [href='docs']")
    page.wait_for("location.pathname === '/docs' && $('h1') !== null")
    assert page.text("h1") == "Predictions"


def test_the_page_works_below_another_address(browser: Browser) -> None:
    outer = Starlette(routes=[Mount("/under/it", app())])
    with running(outer) as address:
        page = TriedPage(browser, f"{address}under/it/")
        page.fill_in_example()
        assert browser.complaints() == []


def test_a_model_that_is_exchanged_meanwhile_is_said(browser: Browser) -> None:
    models = as_models({"houses": OLD})
    with running(app(models=models)) as address:
        page = TriedPage(browser, address)
        page.fill_in_example()
        assert page.run("$('#replaced').hidden")
        models.swap("houses", load_served("houses", packaged_artifact()))
        page.click("#row .primary")
        page.wait_for("!$('#replaced').hidden")


def test_a_service_that_has_gone_is_said(browser: Browser) -> None:
    with running(app()) as address:
        page = TriedPage(browser, address)
    page.click("#example")
    page.wait_for("!$('#faults').hidden")
    assert page.text("#faults") == "The service does not answer. Is it running?"


def test_rows_of_a_table_are_counted_and_trials_in_the_form_are_not(browser: Browser) -> None:
    application = app()
    with running(application) as address:
        page = TriedPage(browser, address)
        page.fill_in_example()  # which asks for a curve, too
        page.send_table("GrLivArea\n900\n1700\n")
        page.wait_for("!$('#table-answers').hidden")
        page.click("#programs a[href=drift]")
        page.wait_for("$('h1')?.textContent === 'Drift of regression_model'")
        assert browser.complaints() == []
    drift = TestClient(application).get("/drift").json()
    assert drift["running"]["n_rows"] == 2
