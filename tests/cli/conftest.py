"""Signals as a program has them that a person started."""

import signal
from collections.abc import Callable, Iterator

import pytest

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
