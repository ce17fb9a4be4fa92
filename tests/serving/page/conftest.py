"""A browser, and services that it can open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, find_browser
from odd_model import write_odd_model
from trying_page import Serve, TriedPage, running

from regression_model.serving import app


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser of this module's own."""
    if find_browser() is None:
        pytest.skip("there is no Chromium here, in which the page could be tried")
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Return a function that serves models until the module ends."""
    with ExitStack() as services:

        def start(**options: Any) -> str:
            return services.enter_context(running(app(**options)))

        yield start


@pytest.fixture(scope="module")
def houses(serve: Serve) -> str:
    """Return the address of a service with the packaged model alone."""
    return serve()


@pytest.fixture
def page(browser: Browser, houses: str) -> TriedPage:
    """Return the page of the packaged model, just opened."""
    return TriedPage(browser, houses)


@pytest.fixture(scope="session")
def odd_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an artifact of every kind of column, with markup for names."""
    return write_odd_model(tmp_path_factory.mktemp("odd") / "odd.zip")


@pytest.fixture(scope="module")
def odd(serve: Serve, odd_path: Path) -> str:
    """Return the address of a service with that artifact alone."""
    return serve(models={"odd": odd_path})


@pytest.fixture
def odd_page(browser: Browser, odd: str) -> TriedPage:
    """Return the page of that artifact, just opened."""
    return TriedPage(browser, odd)
