"""A page's blocks, run in their order in a folder of their own."""

from __future__ import annotations

import difflib
import io
import re
import shutil
import traceback
from contextlib import chdir, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from sybil import Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.example import SybilFailure

from pages.comparing import ANY, compare
from pages.configs import config_problem
from pages.parsing import Block, Command, code_blocks, commands, comments
from pages.running import Terminal

if TYPE_CHECKING:
    from sybil import Example

ROOT = Path(__file__).parents[2]

TOLERANCE = 1e-9

NOT_RUN = {
    "docker": "needs Docker",
    "engine": "needs an engine of another language",
    "index": "needs a package index",
    "library": "needs a library that the tests have not",
    "minutes": "takes minutes",
    "server": "needs a server",
}

# Files of the repository that a page may name; it finds them in its folder.
_FILES = re.compile(
    r"\b(?:examples|regression_model/datasets|regression_model/config\.yml)[\w./-]*"
)

_TRACEBACK = "Traceback (most recent call last)"
_STATUS = "echo $?"

_run_python = PythonEvaluator()


class Difference(str):
    """What is printed otherwise than the page shows it, and could be shown instead."""

    __slots__ = ()


class Page:
    """A page whose blocks are run and compared.

    Parameters
    ----------
    path : Path
        The page.
    folder : Path
        An empty one, where its blocks run.

    Attributes
    ----------
    not_run : list of str
        Why blocks were not run, one word each.
    faults : list of str
        What no update may write into the page: what blocks raise, commands that fail, blocks that
        nothing runs.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.not_run: list[str] = []
        self.faults: list[str] = []
        self._folder = folder
        self._terminal = Terminal(folder)
        self._tolerance = TOLERANCE
        self._printed: str | None = None
        self._comment: tuple[str, str] | None = None  # for the next block alone
        self._updates: list[tuple[Block, str]] = []
        parsers = [code_blocks(self._run_block), comments(self._obey)]
        self._document = Sybil(parsers).parse(path)
        self._document.namespace["__name__"] = "page"
        _copy_files(self._document.text, folder)

    def run(self) -> list[str]:
        """Run all blocks and return what the page shows otherwise, one text each."""
        failures = []
        for example in self._document:
            try:
                example.evaluate()
            except SybilFailure as failure:
                place = Path(example.path).relative_to(ROOT.anchor)
                failures.append(f"/{place}:{example.line}: {failure.result}")
                if not isinstance(failure.result, Difference):
                    self.faults.append(failures[-1])
        return failures

    def updated(self) -> str:
        """Return the page with what was printed, after `run` has found no faults."""
        text = self._document.text
        for block, update in reversed(self._updates):
            lines = update.splitlines(keepends=True)
            indented = "".join(block.indent + x if x.strip() else x for x in lines)
            text = text[: block.start] + indented + text[block.end :]
        return text

    def _obey(self, example: Example) -> str | None:
        """Keep what a comment says for the blocks behind it."""
        directive, value = example.parsed
        if directive == "numbers":
            percent = re.fullmatch(r"([\d.]+) ?%", value)
            if percent is None:
                return f"<!-- numbers: {value} -->: write a tolerance such as 2 %"
            self._tolerance = float(percent[1]) / 100
            return None
        self._comment = (directive, value)
        if directive == "not run" and not re.fullmatch(rf"({'|'.join(NOT_RUN)}), \S.*", value):
            return (
                f"<!-- not run: {value} -->: write one of {', '.join(NOT_RUN)}, and behind a "
                "comma what runs it, such as: index, in .ci/run"
            )
        return None

    def _run_block(self, example: Example) -> str | None:
        """Do with a block what its comment or its language says."""
        block: Block = example.parsed
        comment, self._comment = self._comment, None
        if comment is not None:
            return self._run_as_told(block, *comment)
        if block.language == "python":
            return self._run_code(example)
        if block.language == "console":
            return self._run_commands(block)
        if block.language == "text":
            return self._compare_printed(block)
        if block.language == "yaml":
            return config_problem(block.text)
        return (
            f"a block of {block.language or 'no language'} is neither run nor compared: put before "
            "it <!-- write: FILE -->, <!-- file: FILE --> or <!-- not run: REASON, in WHERE -->"
        )

    def _run_as_told(self, block: Block, directive: str, value: str) -> str | None:
        if directive == "not run":
            self.not_run.append(value.partition(",")[0])
            self._printed = ANY  # what it would print is not known here
            return None
        file = self._terminal.folder / value
        if directive == "write":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
            return None
        if not file.is_file():
            return f"there is no file {value}"
        return self._compare(block, block.text, file.read_text(encoding="utf-8"))

    def _run_code(self, example: Example) -> str | None:
        """Run Python in the page's namespace, and say what it raises."""
        example.parsed = example.parsed.text
        out = io.StringIO()
        try:
            with chdir(self._terminal.folder), redirect_stdout(out):
                _run_python(example)
        except Exception:  # noqa: BLE001 - whatever it is, the other blocks are run, too
            return traceback.format_exc()
        finally:
            self._printed = out.getvalue()
        return None

    def _compare_printed(self, block: Block) -> str | None:
        """Compare a block of text with what the Python before it printed."""
        if self._printed is None:
            return "a block of text is what the Python block before it printed, and there is none"
        printed, self._printed = self._printed, None
        return None if printed is ANY else self._compare(block, block.text, printed)

    def _compare(self, block: Block, shown: str, printed: str) -> str | None:
        compared = compare(shown, printed, self._tolerance)
        self._updates.append((block, compared.update))
        return None if compared.is_same else _difference(shown, compared.update)

    def _run_commands(self, block: Block) -> str | None:
        """Run the commands of a console block, and compare the output of each."""
        found = commands(block)
        update, failures = "", list[str]()
        for command, following in zip(found, [*found[1:], None], strict=True):
            printed = self._terminal.run(command.text)
            compared = compare(command.output, printed, self._tolerance)
            update += f"{command.shown}{compared.update}"
            if not compared.is_same:
                failures.append(_command_difference(command, compared.update))
            says_status = following is not None and following.text == _STATUS
            if self._terminal.status and not says_status:
                failures.append(
                    f"$ {command.text}\nended with status {self._terminal.status}, which the page "
                    f"would show with: $ echo $?\n{printed}"
                )
        self._updates.append((block, update))
        told = "\n".join(failures)
        are_differences = all(isinstance(failure, Difference) for failure in failures)
        return (Difference(told) if are_differences else told) or None


def _command_difference(command: Command, printed: str) -> str:
    """Return what a command prints otherwise; that it fails now is no difference to be shown."""
    difference = _difference(command.output, printed)
    told = f"$ {command.text}\n{difference}"
    fails_now = command.text == _STATUS and printed.strip() != "0"
    is_fault = fails_now or not isinstance(difference, Difference)
    return told if is_fault else Difference(told)


def _difference(shown: str, printed: str) -> str:
    """Return what is printed otherwise; a traceback that was not shown is nothing to be shown."""
    lines = difflib.unified_diff(
        shown.splitlines(), printed.splitlines(), "shown", "printed", lineterm=""
    )
    told = "\n".join(lines)
    is_fault = _TRACEBACK in printed and _TRACEBACK not in shown
    return told if is_fault else Difference(told)


def _copy_files(text: str, folder: Path) -> None:
    """Copy the repository's files that a page names into its folder, at the same paths."""
    for name in set(_FILES.findall(text)):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
