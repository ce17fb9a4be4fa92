"""The page as it is sent, without a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from importlib import resources

import pytest
from starlette.testclient import TestClient

from regression_model.serving import Settings, app
from regression_model.serving.page.assembly import SCRIPTS, page


class Parts(HTMLParser):
    """The texts of style and script, and all attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: str | None = None
        self.texts: dict[str, list[str]] = {"style": [], "script": []}
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        self.inside = tag if tag in self.texts else None

    def handle_endtag(self, _tag: str) -> None:
        self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[self.inside].append(data)


@pytest.fixture(scope="module")
def parts() -> Parts:
    parts = Parts()
    parts.feed(page().html)
    parts.close()
    return parts


@pytest.mark.parametrize("kind", ["style", "script"])
def test_the_policy_names_the_one_style_and_the_one_script(parts: Parts, kind: str) -> None:
    text = "".join(parts.texts[kind])
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    rules = page().headers["Content-Security-Policy"].split("; ")
    assert f"{kind}-src 'sha256-{digest}'" in rules
    assert page().html.count(f"<{kind}>") == 1


def test_the_policy_allows_nothing_else() -> None:
    policy = page().headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert set(re.findall(r"https?:|\*|data:", policy)) == {"data:"}  # for the empty icon


def test_nothing_is_asked_of_another_host(parts: Parts) -> None:
    addresses = re.findall(r"(?:https?:)?//[\w.]+/[\w./]*", page().html)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}  # a name, which nobody opens
    handlers = [name for name, _ in parts.attributes if name.startswith("on") or name == "style"]
    assert handlers == []


def test_the_page_stays_small() -> None:
    assert len(page().html.encode()) < 65_000


def test_every_script_is_in_the_page() -> None:
    folder = resources.files("regression_model.serving.page")
    there_are = {file.name for file in folder.iterdir() if file.name.endswith(".js")}
    assert there_are == set(SCRIPTS)


def test_the_page_needs_no_token_and_what_it_asks_for_does() -> None:
    client = TestClient(app(settings=Settings(token="secret")))
    assert client.get("/").status_code == 200
    assert client.get("/models").status_code == 401


def test_the_page_is_the_same_for_everyone() -> None:
    answer = TestClient(app()).get("/")
    assert answer.text == page().html
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policies = answer.headers.get_list("Content-Security-Policy")
    assert policies == [page().headers["Content-Security-Policy"]]
