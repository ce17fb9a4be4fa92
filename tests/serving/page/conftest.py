"""A browser, and services that it can open."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn
from browser import Browser, find_browser
from odd_model import write_odd_model
from starlette.applications import Starlette

from regression_model.serving import app

Serve = Callable[..., str]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser of this module's own."""
    if find_browser() is None:
        pytest.skip("there is no Chromium here, which shows the page")
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@contextmanager
def running(application: Starlette) -> Iterator[str]:
    """Run a service on a port of its own, and return its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:  # whoever comes early waits
        config = uvicorn.Config(application, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join()


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


@pytest.fixture(scope="session")
def odd_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model of every kind of column, with markup for names."""
    return write_odd_model(tmp_path_factory.mktemp("odd") / "odd.zip")
