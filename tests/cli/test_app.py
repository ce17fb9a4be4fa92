"""What the commands share: where they write, and how they end."""

import errno
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from regression_model.cli.app import Commands, app, run, run_command
from regression_model.cli.files import writing
from regression_model.exceptions import OutputError

pytestmark = pytest.mark.usefixtures("in_the_foreground")

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def ended(work: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    """Run work as a command; return its exit status, and what it says."""
    commands = typer.Typer(cls=Commands)
    commands.command()(work)
    commands.callback()(lambda: None)
    with pytest.raises(SystemExit) as end:
        run(["work"], commands=commands)
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("before", [None, "old"])
def test_a_signal_ends_a_command_that_writes_with_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals, before: str | None
) -> None:
    path = tmp_path / "out.csv"
    if before is not None:
        path.write_text(before)

    def work() -> None:
        with writing(path) as out:
            out.write("row,prediction\n")
            signal.raise_signal(number)

    status, said = ended(work, capsys)
    assert status == 128 + number
    assert said.startswith("stopped; nothing was written")
    assert list(tmp_path.iterdir()) == ([] if before is None else [path])
    assert before is None or path.read_text() == before


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize(
    ("place", "said"),
    [(None, "; stdout has not got"), (os.devnull, f"; {os.devnull} has not got"), ("", "\n")],
)
def test_a_signal_is_told_whatever_a_command_does(
    capsys: pytest.CaptureFixture[str], number: signal.Signals, place: str | None, said: str
) -> None:
    def work() -> None:
        if place == "":
            signal.raise_signal(number)
        with writing(None if place is None else Path(place)):
            signal.raise_signal(number)

    status, told = ended(work, capsys)
    assert status == 128 + number
    assert told.startswith(f"stopped{said}")


def test_all_commands_end_like_that() -> None:
    assert isinstance(typer.main.get_command(app), Commands)


def test_an_output_that_nobody_reads_is_an_error_in_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work() -> None:
        problem = OutputError("cannot write pipe: Broken pipe")
        problem.errno = errno.EPIPE
        raise problem

    assert ended(work, capsys) == (1, "error: cannot write pipe: Broken pipe\n")


def test_a_program_that_has_run_a_command_goes_on_as_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger = logging.getLogger("regression_model")
    before = (logger.handlers[:], logger.level, logger.propagate, sys.excepthook)
    for arguments in (["--verbose", "schema"], ["--quiet", "nix"], ["schema", "--model", "nix"]):
        run_command(arguments)
        assert (logger.handlers, logger.level, logger.propagate, sys.excepthook) == before
    assert '"properties"' in capsys.readouterr().out
