"""Signals as a program has them that a person started, and what ``predict`` is tried with."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from few_houses import BROKEN, GOOD

Command = Callable[..., Any]

USUAL: dict[signal.Signals, signal.Handlers | Callable[..., None]] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """Heed the signals that nohup, or a shell in the background, has a program ignore."""
    found = {number: signal.signal(number, handler) for number, handler in USUAL.items()}
    yield
    for number, handler in found.items():
        signal.signal(number, handler)


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """Return a folder of two files."""
    folder = tmp_path / "houses"
    folder.mkdir()
    (folder / "a.csv").write_text(GOOD)
    (folder / "b.csv").write_text(BROKEN)
    return folder


@pytest.fixture
def predict(command: Command, small_path: Path) -> Command:
    """Return a function that runs ``predict`` with the small model."""

    def run(*arguments: object) -> Any:
        return command("predict", *arguments, "--model", small_path)

    return run
