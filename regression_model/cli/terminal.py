"""What is shown to a person: plain words and tables, in which nothing of the data is a command.

Names, levels, units, cells and paths are other people's. Rich would read ``[mm]`` in them as markup
and a terminal ``ESC[31m`` as a colour, or worse. So this is the only place of the command line that
uses rich, or that writes to stdout and stderr: whatever is shown is text.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from regression_model.exceptions import OutputError, RegressionModelError
from regression_model.processing.visible_text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_BROKEN_PIPE = 141
"""The exit status where the reader of stdout went away: that of a program ended by SIGPIPE."""

_UNLIMITED = 1_000_000

_COUNTS_WIDTH = 30
"""Characters that ``123/456 fits, 0:01:23 left`` takes in a terminal."""
_WORK_WIDTH = 40
"""The most that is shown of what is worked on, before there is a bar."""
_WIDEST_BAR = 40
_WORDS_WIDTH = 60
"""Characters that ``1,234,567,890 rows, 50%, 100,000 rows/s, 10:00:00 left`` takes, and some."""
_SECONDS_BETWEEN_LINES = 60.0


def prepare_streams() -> None:
    """Let stdout and stderr show all characters: those that their encoding lacks, written out."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Yield stdout; where nobody reads any more the command ends quietly.

    Raises
    ------
    OutputError
        If stdout is closed or full.
    """
    if sys.stdout is None:
        message = "cannot write to stdout: it is closed"
        raise OutputError(message)
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OutputError:
        raise
    except OSError as problem:
        _give_up_stdout()
        if problem.errno == errno.EPIPE:
            sys.exit(_BROKEN_PIPE)
        message = f"cannot write to stdout: {problem.strerror or problem}"
        raise OutputError(message) from problem


def end_stdout() -> None:
    """Write what is left in stdout's buffer, or give it up where it cannot be written."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        _give_up_stdout()


@contextmanager
def where_nobody_reads() -> Iterator[None]:
    """End quietly where a library notices that nobody reads stdout, as when it prints the help.

    It ends the run with its own status then.
    """
    try:
        yield
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _give_up_stdout()
        sys.exit(_BROKEN_PIPE)


def _give_up_stdout() -> None:
    """Send what is left in stdout's buffer nowhere, so that the interpreter ends in peace."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def data_output() -> Iterator[TextIO]:
    """Yield stdout for data: the bytes that a file would get, or, at a terminal, visible text."""
    with standard_output() as out:
        if isinstance(out, io.TextIOWrapper) and not out.isatty():
            out.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
        yield shown_safely(out)


def shown_safely(out: TextIO) -> TextIO:
    """Return a file as it is, or, if it is a terminal, one that writes out control characters."""
    return cast("TextIO", _VisibleText(out)) if out.isatty() else out


class _VisibleText(io.TextIOBase):
    def __init__(self, out: TextIO) -> None:
        super().__init__()
        self._out = out

    def write(self, text: str) -> int:
        self._out.write(visible(text))
        return len(text)


def show(text: str, *, style: str = "") -> None:
    """Print a line of results, in a style if stdout is a terminal."""
    with standard_output() as out:
        if style and out.isatty():
            console = _console(out)
            with console.capture() as captured:
                console.print(_text(text, style), soft_wrap=True)
            out.write(captured.get())
        else:
            out.write(one_line(text) + "\n")


def show_json(value: object) -> None:
    r"""Print JSON; what a terminal would obey is written out there, as ``\u009b``."""
    text = json.dumps(value, indent=1, ensure_ascii=not _has_all_characters())
    with data_output() as out:
        out.write(text + "\n")


def _has_all_characters() -> bool:
    """Tell whether stdout will be UTF-8; elsewhere JSON can spell every character in ASCII."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return not is_terminal or (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def tell(text: str) -> None:
    """Print a line to stderr, for a person."""
    if sys.stderr is not None:
        with suppress(OSError):  # nobody is left to be told
            sys.stderr.write(one_line(text) + "\n")
            sys.stderr.flush()


def tell_error(problem: RegressionModelError) -> None:
    """Print what is wrong to stderr: a line, or a line for each of several problems."""
    first, *others = problem.lines
    tell(f"error: {first}")
    for line in others:
        tell(line)


def show_table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str | None = None,
    right: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> None:
    """Print a table.

    Parameters
    ----------
    headers : sequence of str
        A name for each column.
    rows : iterable of sequences of str
        As many cells each.
    title : str, optional
        Stands above.
    right : sequence of str
        Headers of the columns that are flush right.
    colours : mapping of str to str, optional
        Of cells, by what they say.
    """
    from rich.table import Table

    table = Table(title=None if title is None else _text(title))
    for header in headers:
        justify: Any = "right" if header in right else "left"
        table.add_column(_text(header), justify=justify, overflow="fold")
    known = colours or {}
    for row in rows:
        table.add_row(*(_text(cell, known.get(cell, "")) for cell in row))
    _print(table)


def show_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names beside what there is to say of them, without lines around."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for _ in range(2):
        table.add_column(overflow="fold")
    for name, description in pairs:
        table.add_row(_text(name), _text(description))
    _print(table)


def _text(words: str, style: str = "") -> Text:
    from rich.text import Text

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    known = one_line(words).encode(encoding, "backslashreplace").decode(encoding)
    return Text(known, style)


def _print(table: Table) -> None:
    """Print a table, in a terminal as wide as that, elsewhere as wide as it needs to be."""
    with standard_output() as out:
        console = _console(out, None if out.isatty() else _UNLIMITED)
        with console.capture() as captured:  # so that all writing is done here
            console.print(table)
        out.write(captured.get())


def _console(out: TextIO, width: int | None = None) -> Console:
    from rich.console import Console

    return Console(file=out, width=width, markup=False, highlight=False, emoji=False)


@contextmanager
def progress_bar(*, hidden: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Yield what is told what is worked on, how much is done, of how much.

    A terminal shows one bar over all of it with the time left; elsewhere stderr gets a line
    whenever something else is worked on. Hidden, nothing is shown.
    """
    watched = _console(sys.stderr)
    if hidden:
        yield lambda _what, _done, _total: None
    elif watched.is_terminal:
        with _bar(watched) as told:
            yield told
    else:
        yield _line_per_stage()


@contextmanager
def _bar(watched: Console) -> Iterator[Callable[[str, int, int], None]]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column

    room = max(watched.width - _COUNTS_WIDTH, 1)
    bar_width = min(room - _WORK_WIDTH, _WIDEST_BAR)
    bars = [BarColumn(bar_width)] if bar_width > 0 else []
    work = Column(max_width=min(room, _WORK_WIDTH), no_wrap=True, overflow="ellipsis")
    columns = (
        TextColumn("{task.description}", markup=False, table_column=work),
        *bars,
        MofNCompleteColumn(),
        TextColumn("fits,", markup=False),
        TimeRemainingColumn(),
        TextColumn("left", markup=False),
    )
    with Progress(*columns, console=watched, transient=True) as bar:
        task = bar.add_task("reading the table", total=None)

        def tell_progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=one_line(what), completed=done, total=total)

        yield tell_progress


def _line_per_stage() -> Callable[[str, int, int], None]:
    """Return what writes a line where something else is worked on than before."""
    last = ""

    def tell_progress(what: str, done: int, total: int) -> None:
        nonlocal last
        if what != last:
            tell(f"{what} ({done} of {total} fits done)")
        last = what

    return tell_progress


@contextmanager
def bar_of_words(
    *, hidden: bool = False, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[float, str], None]]:
    """Yield what is told which share is done, and what to say of it.

    A terminal shows a bar with the words behind it; elsewhere stderr gets the words once a minute
    by the clock. Hidden, nothing is shown.
    """
    if hidden:
        yield lambda _share, _words: None
    elif sys.stderr is not None and sys.stderr.isatty():
        with _bar_before_words(_console(sys.stderr)) as told:
            yield told
    else:  # without rich, which takes longer to import than a small file to answer
        yield _line_a_minute(clock)


@contextmanager
def _bar_before_words(watched: Console) -> Iterator[Callable[[float, str], None]]:
    from rich.progress import BarColumn, Progress, TextColumn
    from rich.table import Column

    room = watched.width - _WORDS_WIDTH
    bars = [BarColumn(min(room, _WIDEST_BAR))] if room > 0 else []
    words = Column(no_wrap=True, overflow="ellipsis")
    text = TextColumn("{task.description}", markup=False, table_column=words)
    with Progress(*bars, text, console=watched, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, words: bar.update(task, completed=share, description=one_line(words))


def _line_a_minute(clock: Callable[[], float]) -> Callable[[float, str], None]:
    last = clock()

    def tell_words(_share: float, words: str) -> None:
        nonlocal last
        now = clock()
        if now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            tell(words)

    return tell_words
