"""The service's page, opened in a browser and used as a person does."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

import uvicorn
from process_state import kept_loggers

if TYPE_CHECKING:
    from pathlib import Path

    from browser import Browser
    from starlette.applications import Starlette

Serve = Callable[..., str]


@contextmanager
def running(application: Starlette) -> Iterator[str]:
    """Run a service on a port of its own, and return its address."""
    with (
        kept_loggers(),
        socket.create_server(("127.0.0.1", 0)) as listening,  # whoever comes early waits
    ):
        config = uvicorn.Config(application, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


class TriedPage:
    """The page of a service in a browser's tab.

    Parameters
    ----------
    browser : Browser
    address : str
    """

    FIELD = """(() => {
        const named = (label) => label.firstChild.textContent === a[0];
        const label = [...document.querySelectorAll(".fields label")].find(named);
        return document.getElementById(label.htmlFor);
    })()"""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        browser.show()
        browser.open(address)
        self.wait_for("!$('#model').hidden || !$('#token-form').hidden || !$('#problem').hidden")

    def run(self, script: str, *arguments: object) -> Any:
        """Return what an expression is worth in which `$` finds an element."""
        return self.browser.run(script.replace("$(", "document.querySelector("), *arguments)

    def wait_for(self, condition: str, *arguments: object) -> None:
        """Wait until such an expression is true."""
        self.browser.wait_for(condition.replace("$(", "document.querySelector("), *arguments)

    def click(self, selector: str) -> None:
        """Click on an element."""
        self.browser.click(selector)

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return str(self.run("$(a[0]).textContent", selector))

    def of_field(self, name: str, script: str) -> Any:
        """Return what is to be known of the field of a column, which is called `field`."""
        return self.run(f"((field) => ({script}))({self.FIELD})", name)

    def fill(self, name: str, value: str) -> None:
        """Set the value of a field, unseen by the page."""
        self.run(f"{self.FIELD}.value = a[1]", name, value)

    def type_into(self, name: str, text: str) -> None:
        """Type into a field in the place of what is there."""
        self.of_field(name, "(field.focus(), field.select())")
        self.browser.type_text(text)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option."""
        self.run("($(a[0]).value = a[1])", selector, value)
        self.run("$(a[0]).dispatchEvent(new Event('change', {bubbles: true})) && null", selector)

    def fill_in_example(self) -> dict[str, Any]:
        """Fill in the example, wait for all that is said of it, and return its record."""
        self.click("#example")
        self.wait_for("$('.prediction') && $('#what-if-curve svg')")
        record: dict[str, Any] = self.run(
            "fetch('models/' + $('#models').value).then((answer) => answer.json())"
            ".then(({example}) => example)"
        )
        return record

    def saved_by(self, selector: str) -> Path:
        """Click on an element by which something is saved, and return the file."""
        self.browser.events.clear()
        self.click(selector)
        begun = self.browser.wait_for_event("Browser.downloadWillBegin")
        guid = begun["guid"]
        self.browser.wait_for_event("Browser.downloadProgress", guid=guid, state="completed")
        return self.browser.downloads / str(begun["suggestedFilename"])

    def send_table(self, text: str) -> None:
        """Put a table into the text, and wait for its answers."""
        self.run("$('#table-text').value = a[0]", text)
        self.run("$('#table-text').dispatchEvent(new Event('input')) && null")
        self.click("#table .primary")
        self.wait_for("!$('#table-answers').hidden || !$('#table-problem').hidden")
