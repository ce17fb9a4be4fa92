"""A real browser for tests: Chromium, driven by its DevTools protocol over two pipes.

Nothing else is needed than the browser itself: no driver program, no port and no library.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from select import select
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-sandbox",  # which root in a container cannot have; pages are our own
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
_PIPES = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'
"""The browser reads commands from descriptor 3 and answers on 4."""
_WAIT = 20_000
"""Milliseconds that a condition gets to come true."""
_MOST_PAGES = 3
"""One after the other, in which something is waited for."""
_OTHER_PAGE = ("Inspected target navigated", "context was destroyed", "find context")
"""What the browser says where a page has gone while something was asked of it."""
_SILENCE = 60
"""After so many seconds without a word the browser hangs."""


def find_browser() -> str | None:
    """Return the path of a browser, None where there is none."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class BrowserError(Exception):
    """What the browser refused, or what a script in the page raised."""


class Browser:
    """A browser with one tab, without a network but for this machine.

    Parameters
    ----------
    folder : Path
        For its profile and for downloads.
    """

    def __init__(self, folder: Path) -> None:
        program = find_browser()
        assert program is not None
        self.downloads = folder / "downloads"
        arguments = [program, *_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        self._process = subprocess.Popen(
            ["sh", "-c", _PIPES, "sh", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._received = bytearray()
        self._n_sent = 0
        self.events: list[dict[str, Any]] = []
        self._session: str | None = None
        self._session = self._attach()

    def _attach(self) -> str:
        targets = self.send("Target.getTargets")["targetInfos"]
        tab = next(target for target in targets if target["type"] == "page")
        attached = self.send("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "Accessibility"):
            self.send(f"{domain}.enable")
        self.downloads.mkdir()
        self.send(
            "Browser.setDownloadBehavior",
            behavior="allow", downloadPath=str(self.downloads), eventsEnabled=True,
        )  # fmt: skip
        return self._session

    def close(self) -> None:
        """End the browser."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()  # which ends it, as nobody could tell it anything any more
        try:
            self._process.wait(_SILENCE)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command of the protocol and return its result; events are kept."""
        assert self._process.stdin is not None
        self._n_sent += 1
        command = {"id": self._n_sent, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        self._process.stdin.write(json.dumps(command).encode() + b"\0")
        self._process.stdin.flush()
        while (message := self._receive()).get("id") != self._n_sent:
            self.events.append(message)
        if "error" in message:
            raise BrowserError(f"{method}: {message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while b"\0" not in self._received:
            if not select([descriptor], [], [], _SILENCE)[0]:
                raise BrowserError("the browser says nothing any more")
            piece = os.read(descriptor, 1 << 16)
            if not piece:
                raise BrowserError("the browser ended")
            self._received += piece
        text, _, rest = self._received.partition(b"\0")
        self._received = rest
        message: dict[str, Any] = json.loads(text)
        return message

    def wait_for_event(self, method: str, **expected: Any) -> dict[str, Any]:
        """Wait for an event whose parameters are as expected, and return them all."""
        while True:
            for event in self.events:
                if event["method"] == method and expected.items() <= event["params"].items():
                    parameters: dict[str, Any] = event["params"]
                    return parameters
            self.events.append(self._receive())

    def open(self, address: str) -> None:
        """Open an address in the tab, as if nothing had been there before."""
        self.events.clear()
        self.send("Page.navigate", url=address)
        self.wait_for_event("Page.loadEventFired")

    def run(self, script: str, *arguments: object) -> Any:
        """Return what a JavaScript expression is worth; `a[0]`, ... are the arguments."""
        expression = f"(async (a) => ({script}))({json.dumps(arguments)})"
        outcome = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in outcome:
            raise BrowserError(outcome["exceptionDetails"]["exception"].get("description"))
        return outcome["result"].get("value")

    def wait_for(self, condition: str, *arguments: object) -> None:
        """Wait until a JavaScript expression is true, in this page or in one that it leads to."""
        script = (
            "new Promise((done, fail) => {"
            f"const end = performance.now() + {_WAIT};"
            f"const look = () => ({condition}) ? done(true)"
            ": performance.now() > end ? fail(new Error('it did not come true')) "
            ": setTimeout(look, 10); look(); })"
        )
        for n_left in reversed(range(_MOST_PAGES)):
            try:
                self.run(script, *arguments)
            except BrowserError as problem:
                is_other_page = any(words in str(problem) for words in _OTHER_PAGE)
                if not (is_other_page and n_left):
                    raise BrowserError(f"{condition}: {problem}") from problem
            else:
                return

    def click(self, selector: str) -> None:
        """Click on the middle of an element, scrolled into view, as a mouse does."""
        box = self.run(
            "(() => { const e = document.querySelector(a[0]); e.scrollIntoView({block: 'center'});"
            "const r = e.getClientRects()[0];"  # of a text over several lines the first
            "return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()",
            selector,
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **box)

    def press(self, key: str, code: int, text: str = "") -> None:
        """Press a key, such as Tab, in whatever has the focus."""
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.send(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more,
            )  # fmt: skip

    def type_text(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.send("Input.insertText", text=text)

    def show(self, *, width: int = 1280, height: int = 900, scheme: str = "light") -> None:
        """Set the size of the window, and whether people want it light or dark."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=features)

    def screenshot(self, path: Path) -> None:
        """Write a picture of the whole page."""
        picture = self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(picture))

    def requested(self) -> list[str]:
        """Return the addresses of all that the page has asked for since it was opened."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return what the browser has logged: refusals of the policy, faults of scripts."""
        said: list[str] = []
        for event in self.events:
            if event["method"] == "Log.entryAdded":
                said.append(event["params"]["entry"]["text"])
            if event["method"] == "Runtime.exceptionThrown":
                said.append(str(event["params"]["exceptionDetails"]))
        return said
