"""Signals: what is said, the exit status, and that what stood there still stands."""

import os
import signal
import threading
from pathlib import Path

import pytest

from regression_model.cli.stopping import stopping, untouched

pytestmark = pytest.mark.usefixtures("in_the_foreground")


def write_and_stop(path: Path, text: str | None, number: signal.Signals) -> None:
    if text is not None:
        path.write_text(text)
    signal.raise_signal(number)  # to this thread: a library's thread may take what the process gets


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((None, None), "stopped; nothing was written\n"),
        (("old", "old"), "stopped; nothing was written, {path} is as it was\n"),
        (("old", "new one"), "stopped; {path} is written, and whole\n"),
        ((None, "new"), "stopped; {path} is written, and whole\n"),
    ],
)
def test_a_signal_is_told_with_what_was_kept(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
    texts: tuple[str | None, str | None],
    said: str,
) -> None:
    before, after = texts
    path = tmp_path / "model.zip"
    handler = signal.getsignal(number)
    if before is not None:
        path.write_text(before)
    with pytest.raises(SystemExit) as ended, stopping(untouched(path)):
        write_and_stop(path, None if after == before else after, number)
    assert ended.value.code == 128 + number
    assert capsys.readouterr().err == said.format(path=path)
    assert signal.getsignal(number) == handler


def test_a_signal_that_comes_twice_does_not_end_the_cleaning_up(tmp_path: Path) -> None:
    cleaned = []

    def work() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            cleaned.append(True)

    with pytest.raises(SystemExit), stopping(untouched(tmp_path)):
        work()
    assert cleaned
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_other_ends_and_ignored_signals_are_left_alone(tmp_path: Path) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping(untouched(tmp_path)):
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    with pytest.raises(KeyError), stopping(untouched(tmp_path)):
        raise KeyError


def test_in_another_thread_signals_are_not_touched(tmp_path: Path) -> None:
    found = []

    def work() -> None:
        with stopping(untouched(tmp_path)):
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGTERM)]
