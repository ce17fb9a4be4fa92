"""The page that predicts by itself, in a real browser, opened from a disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, BrowserError, find_browser
from odd_model import IMAGE, SCRIPT, write_odd_model

from regression_model.artifact.format import Artifact, read_artifact
from regression_model.artifact.model import Model
from regression_model.predict import load_model, packaged_artifact
from regression_model.processing.csv_files import open_csv
from regression_model.reports.offline.page import offline_page

ARTIFACTS = Path(__file__).parents[2] / "artifacts"
OPENED = "!$('#model').hidden || !$('#problem').hidden"


class OpenedPage:
    """A page that was written to a disk, in a browser."""

    def __init__(self, browser: Browser, artifact: Artifact, folder: Path) -> None:
        self.browser = browser
        self.model = Model(artifact)
        path = folder / "model.html"
        path.write_text(offline_page(artifact, "houses"), encoding="utf-8")
        browser.show()
        browser.open(path.as_uri())
        self.wait_for(OPENED)

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.run(script.replace("$(", "document.querySelector("), *arguments)

    def wait_for(self, condition: str) -> None:
        self.browser.wait_for(condition.replace("$(", "document.querySelector("))

    def text(self, selector: str) -> str:
        return str(self.run("$(a[0]).textContent", selector))

    def download(self, table: str) -> str:
        """Predict a table, and return all answers as the CSV that is handed over."""
        self.run("($('#table-text').value = a[0])", table)
        self.run("$('#table-text').dispatchEvent(new Event('input')) && null")
        self.browser.click("#table .primary")
        self.wait_for("!$('#table-answers').hidden || !$('#table-problem').hidden")
        self.browser.click("#table-download")
        done = self.browser.wait_for_event("Browser.downloadProgress", state="completed")
        return Path(done["filePath"]).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if find_browser() is None:
        pytest.skip("there is no Chromium here, in which the page could be tried")
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> OpenedPage:
    return OpenedPage(browser, read_artifact(packaged_artifact()), tmp_path)


def test_an_example_is_answered_as_by_python(page: OpenedPage) -> None:
    page.browser.click("#example")
    page.wait_for("$('.prediction') && $('#what-if-curve svg')")
    record = load_model().facts["examples"][0]["record"]
    (expected,) = load_model().predict([record], interval=0.9)["predictions"]
    assert expected is not None
    assert page.text(".prediction").startswith(f"{round(expected):,}")
    assert page.run("$('#interval svg') !== null && $('.bars') !== null")
    assert page.text("#proven").endswith(
        "were answered alike in this browser when the page was opened."
    )


def test_it_asks_the_network_for_nothing(page: OpenedPage) -> None:
    page.browser.click("#example")
    page.wait_for("$('.prediction') !== null")
    addresses = page.browser.requested()
    assert all(address.startswith(("file:", "data:")) for address in addresses)
    assert page.browser.complaints() == []
    with pytest.raises(BrowserError, match="Failed to fetch"):
        page.run("fetch('http://127.0.0.1:9/')")
    with pytest.raises(BrowserError, match="TrustedHTML"):
        page.run("document.body.innerHTML = '<b>bold</b>'")


def test_a_bad_cell_is_refused_beside_its_field(page: OpenedPage) -> None:
    page.run(
        "[...document.querySelectorAll('.fields label')]"
        ".filter((label) => label.firstChild.textContent === 'LotArea')"
        ".map((label) => (document.getElementById(label.htmlFor).value = 'ten'))"
    )
    page.browser.click("#row .primary")
    page.wait_for("!$('#faults').hidden")
    (entry,) = load_model().predict([{"LotArea": "ten"}])["errors"] or []
    assert page.text("#faults li") == entry["message"]


TABLES = {
    "commas": "LotArea,OverallQual\n8450,7\nten,5\n1,2,3\n",
    "semicolons": "sep=;\nLotArea;OverallQual\n8450,5;7\n1e3;4\n",
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_is_answered_row_by_row(page: OpenedPage, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLES[kind], encoding="utf-8")
    with open_csv(path) as file:
        (chunk,) = file.chunks()
    model = load_model()
    result = model.predict(
        chunk.columns, interval=0.9, from_file=True, number_format=file.number_format
    )
    expected = result["predictions"]
    for row in chunk.refused:
        expected[row.position] = None
    header, *lines = page.download(TABLES[kind]).splitlines()
    assert header == "row,prediction,lower,upper,error"
    found = [line.split(",")[1] for line in lines]
    assert [text == "" for text in found] == [each is None for each in expected]
    known = [each for each in expected if each is not None]
    assert [float(text) for text in found if text] == pytest.approx(known, rel=1e-9)


def test_a_model_that_answers_otherwise_does_not_predict(browser: Browser, tmp_path: Path) -> None:
    artifact = read_artifact(packaged_artifact())
    told = json.loads(artifact.members["conformance.json"])
    vector = next(each for each in told["vectors"] if "prediction" in each)
    vector["prediction"] *= 1 + 1e-6
    members = {**artifact.members, "conformance.json": json.dumps(told).encode()}
    page = OpenedPage(browser, replace(artifact, members=members), tmp_path)
    assert page.text("#problem").startswith("This page does not predict")
    assert page.run("$('#model').hidden")


@pytest.mark.parametrize("name", ["format_1", "format_2"])
def test_old_artifacts_prove_themselves_too(browser: Browser, tmp_path: Path, name: str) -> None:
    page = OpenedPage(browser, read_artifact(ARTIFACTS / f"{name}.zip"), tmp_path)
    page.browser.click("#example")
    page.wait_for("$('.prediction') !== null")


def test_markup_in_names_and_levels_stays_text(browser: Browser, tmp_path: Path) -> None:
    artifact = read_artifact(write_odd_model(tmp_path / "odd.zip"))
    page = OpenedPage(browser, artifact, tmp_path)
    assert page.text("#title") == f"Predict {IMAGE}target"
    labels = page.run("[...document.querySelectorAll('.fields label')].map((l) => l.textContent)")
    assert {IMAGE, SCRIPT, "__proto__"} <= set(labels)
    page.browser.click("#example")
    page.wait_for("$('.prediction') !== null")
    assert page.browser.complaints() == []


def test_equal_artifacts_are_equal_pages() -> None:
    artifact = read_artifact(ARTIFACTS / "format_2.zip")
    assert offline_page(artifact, "one") == offline_page(artifact, "one")
