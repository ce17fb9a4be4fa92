"""What is shown is text: no markup, no command to a terminal, no character that ends the run."""

import ast
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import regression_model.cli
from regression_model.cli import terminal
from regression_model.exceptions import ConfigError, DataError

CLI = Path(regression_model.cli.__file__).parent
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COLOURS = re.compile("\x1b\\[[0-9;]*m")


class Stream(io.TextIOWrapper):
    """A stream such as stdout, of an encoding, that may be a terminal."""

    def __init__(self, encoding: str = "utf-8", *, is_terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def text(self) -> str:
        self.flush()
        held = self.buffer
        assert isinstance(held, io.BytesIO)
        return held.getvalue().decode(self.encoding)


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    return monkeypatch


@pytest.mark.parametrize("path", sorted(CLI.glob("*.py")), ids=lambda path: path.name)
def test_one_module_alone_uses_rich_and_writes_to_the_streams(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
    }
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if path.name != "terminal.py":
        assert "rich" not in imported
        assert not called & {"print", "typer.echo", "typer.secho", "typer.style"}
        assert not used & {"sys.stdout", "sys.stderr"}


ANY = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("[]/\\\x1b\x9b\x07\r\n\u202e:=(){}"),
    max_size=12,
)
MARKUP = st.sampled_from(
    ["[mm]", "[/h]", "[red]", "[/]", "[link=x]", ":smile:", "\\[b]", "[[", "100%"]
)


@settings(max_examples=80, deadline=None)
@given(
    words=st.lists(ANY | MARKUP, min_size=4, max_size=4),
    encoding=st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252", "utf-16"]),
    is_terminal=st.booleans(),
)
def test_whatever_is_shown_commands_nothing_and_ends_nothing(
    words: list[str], encoding: str, *, is_terminal: bool
) -> None:
    out, err = Stream(encoding, is_terminal=is_terminal), Stream(encoding, is_terminal=is_terminal)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        terminal.prepare_streams()
        header, cell, title, line = words
        terminal.show_table((header, "b"), [(cell, "1"), ("error", cell)], title=title,
                            right=("b",), colours={"error": "red"})  # fmt: skip
        terminal.show_pairs([(header, cell)])
        terminal.show(line)
        terminal.tell(line)
        terminal.tell_error(DataError(line))
        assert err.text().count("\n") == 2
        terminal.tell_error(ConfigError(line, cell))
        assert err.text().count("\n") == 4
        shown = [COLOURS.sub("", stream.text()) for stream in (out, err)]
        assert not [found for text in shown for found in COMMANDS.findall(text.replace("\n", ""))]


@pytest.mark.parametrize("words", ["[mm]", "[/h]", "[red]x[/red]", ":smile:", r"a\[b]"])
def test_markup_stands_as_it_was_given(streams: pytest.MonkeyPatch, words: str) -> None:
    for is_terminal in (True, False):
        out = Stream(is_terminal=is_terminal)
        streams.setattr(sys, "stdout", out)
        terminal.show_table((f"header {words}", "b"), [(words, words)], title=f"title {words}")
        terminal.show_pairs([(words, words)])
        terminal.show(words)
        assert out.text().count(words) == 7


def test_a_table_is_cut_nowhere(streams: pytest.MonkeyPatch) -> None:
    name, long = "n" * 200, "words " * 60
    for is_terminal in (True, False):
        out = Stream(is_terminal=is_terminal)
        streams.setattr(sys, "stdout", out)
        terminal.show_table((name, "what"), [(name, long.strip())])
        text = COLOURS.sub("", out.text())
        assert "…" not in text
        assert text.count("n") == 400
        assert text.count("words") == 60
        assert (max(map(len, text.splitlines())) <= 60) is is_terminal


def test_a_style_is_for_a_terminal_alone(streams: pytest.MonkeyPatch) -> None:
    shown = []
    for is_terminal in (True, False):
        out = Stream(is_terminal=is_terminal)
        streams.setattr(sys, "stdout", out)
        terminal.show("[b]3 rows\x1b[2J", style="red")
        shown.append(out.text())
    coloured, plain = shown
    assert plain == "[b]3 rows\\u001b[2J\n"
    assert coloured != plain
    assert COLOURS.sub("", coloured) == plain


@pytest.mark.parametrize("is_terminal", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_json_is_json_whatever_it_holds(
    streams: pytest.MonkeyPatch, encoding: str, *, is_terminal: bool
) -> None:
    value = {"a\x1b[31m": "\x9b1m\u202e \x7f é 面 \U0001f3e0 \udcff", "b": [1.5, None]}
    out = Stream(encoding, is_terminal=is_terminal)
    streams.setattr(sys, "stdout", out)
    terminal.prepare_streams()
    terminal.show_json(value)
    assert json.loads(out.text()) == value
    assert not is_terminal or not COMMANDS.search(out.text().replace("\n", ""))


def test_data_is_the_same_bytes_as_in_a_file_but_at_a_terminal(streams: pytest.MonkeyPatch) -> None:
    for encoding in ("utf-8", "ascii"):
        out = Stream(encoding)
        streams.setattr(sys, "stdout", out)
        with terminal.data_output() as file:
            file.write("é,\x1b[31m\r\n")
        held = out.buffer
        assert isinstance(held, io.BytesIO)
        assert held.getvalue() == "é,\x1b[31m\r\n".encode()
    out = Stream(is_terminal=True)
    streams.setattr(sys, "stdout", out)
    with terminal.data_output() as file:
        file.write("é,\x1b[31m\n")
    assert out.text() == "é,\\u001b[31m\n"


def shell(command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    python = f"'{sys.executable}' -m regression_model"
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}  # as users have it
    return subprocess.run(
        ["bash", "-c", command.replace("COMMAND", python)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=buffered | environment,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
@pytest.mark.parametrize("arguments", ["info", "info --json", "--version", "--help"])
def test_a_full_stdout_is_an_error_in_a_line(arguments: str) -> None:
    done = shell(f"COMMAND {arguments} > /dev/full")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["predict"], ["info", "--model"], ["train", "--config"]])
def test_a_file_name_stays_in_its_line(
    command: Callable[..., Any], tmp_path: Path, words: list[str]
) -> None:
    path = tmp_path / "a\nb.csv"
    for text in (None, "", "x: [\n"):
        if text is not None:
            path.write_text(text, encoding="utf-8")
        done = command(*words, path)
        assert done.status
        assert "a\\u000ab.csv" in done.err
        assert not any(line.startswith("b.csv") for line in done.err.splitlines())


def test_a_closed_stdout_is_an_error_in_a_line() -> None:
    done = shell("COMMAND info >&-")
    assert (done.returncode, done.stderr) == (1, "error: cannot write to stdout: it is closed\n")
    assert shell("COMMAND predict gone.csv >&- 2>&-").returncode == 2


@pytest.mark.parametrize("arguments", ["info", "--help", "predict --help"])
def test_where_nobody_reads_the_command_ends_quietly(arguments: str) -> None:
    done = shell(f"COMMAND {arguments} | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("141\n", "")


def test_a_stdout_that_is_not_utf8_gets_what_it_can_hold() -> None:
    command = "COMMAND info --model gone$'\\xe9\\x1b'.zip; COMMAND info"
    done = shell(command, PYTHONIOENCODING="ascii")
    assert "cannot read the artifact gone\\udce9\\u001b.zip" in done.stderr
    assert "OverallQual" in done.stdout
    assert done.stdout.isascii()
    assert done.returncode == 0


@pytest.mark.parametrize("width", [40, 60, 80, 150])
def test_progress_says_how_much_is_done_in_a_terminal_of_any_width(
    streams: pytest.MonkeyPatch, width: int
) -> None:
    stream = Stream(is_terminal=True)
    streams.setenv("COLUMNS", str(width))
    streams.setattr(sys, "stderr", stream)
    with terminal.progress_bar() as progress:
        progress("scale of the target: [small] steps", 12, 345)
    shown = [re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", line) for line in stream.text().splitlines()]
    assert any(re.fullmatch(r"scale .*\b12/345 fits, .*left *", line) for line in shown)
    assert max(map(len, shown)) <= width
    assert any("[small] steps" in line for line in shown) == (width > 60)
    assert any("━" in line for line in shown) == (width > 70)


def test_outside_a_terminal_progress_is_a_line_per_stage(streams: pytest.MonkeyPatch) -> None:
    stream = Stream()
    streams.setattr(sys, "stderr", stream)
    with terminal.progress_bar() as progress:
        for done in range(3):
            progress("folds: trees", done, 4)
        progress("final model", 3, 4)
    with terminal.progress_bar(hidden=True) as progress:
        progress("folds: trees", 0, 4)
    assert stream.text() == "folds: trees (0 of 4 fits done)\nfinal model (3 of 4 fits done)\n"


@pytest.mark.parametrize("width", [40, 80, 150])
def test_a_bar_of_words_fits_a_terminal_of_any_width(
    streams: pytest.MonkeyPatch, width: int
) -> None:
    stream = Stream(is_terminal=True)
    streams.setenv("COLUMNS", str(width))
    streams.setattr(sys, "stderr", stream)
    with terminal.bar_of_words() as told:
        told(0.5, "1,000 rows, 50%, [100] rows/s, 0:00:10 left")
    shown = [re.sub("\x1b\\[[0-9;?]*[A-Za-z]", "", line) for line in stream.text().splitlines()]
    assert max(map(len, shown)) <= width
    assert any("1,000 rows, 50%, [100] rows/s" in line for line in shown)
    assert any("━" in line for line in shown) == (width > 60)


def test_outside_a_terminal_words_are_a_line_a_minute(streams: pytest.MonkeyPatch) -> None:
    stream, seconds = Stream(), [0.0, 30.0, 61.0, 100.0, 122.0]
    streams.setattr(sys, "stderr", stream)
    with terminal.bar_of_words(hidden=True) as told:
        told(0.1, "hidden")
    with terminal.bar_of_words(clock=iter(seconds).__next__) as told:
        for row in range(1, len(seconds)):
            told(0.1, f"{row} rows")
    assert stream.text() == "2 rows\n4 rows\n"
