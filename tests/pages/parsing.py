"""The code blocks of a page, and the invisible comments that say what to do with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sybil import Region
from sybil.parsers.markdown.lexers import DirectiveInHTMLCommentLexer, RawFencedCodeBlockLexer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sybil import Document, Example, Lexeme
    from sybil.typing import Parser

COMMENTS = ("not run", "numbers", "write", "file")

_fences = RawFencedCodeBlockLexer(re.compile(r"(?P<language>[^\n]*)\n"))
_comments = DirectiveInHTMLCommentLexer("|".join(COMMENTS))


@dataclass(frozen=True)
class Block:
    """A code block.

    Attributes
    ----------
    language : str
        What stands behind its opening fence.
    text : Lexeme
        Its lines, a str, without what they are indented by in the page.
    start, end : int
        Where its lines stand in the page.
    indent : str
        What they are indented by.
    """

    language: str
    text: Lexeme
    start: int
    end: int
    indent: str


def code_blocks(evaluate: Callable[[Example], str | None]) -> Parser:
    """Return a parser that finds code blocks; directives such as ``{note}`` are none."""

    def parse(document: Document) -> Iterator[Region]:
        for region in _fences(document):
            language = region.lexemes["language"].strip()
            if not language.startswith("{"):
                block = _block(document.text, region, language)
                yield Region(region.start, region.end, block, evaluate)

    return parse


def _block(page: str, region: Region, language: str) -> Block:
    start = page.index("\n", region.start) + 1
    end = page.rindex("\n", start - 1, region.end) + 1
    opening = page[region.start : start]
    indent = opening[: len(opening) - len(opening.lstrip())]
    return Block(language, region.lexemes["source"], start, end, indent)


def comments(evaluate: Callable[[Example], str | None]) -> Parser:
    """Return a parser that finds comments such as ``<!-- numbers: 2 % -->``."""

    def parse(document: Document) -> Iterator[Region]:
        for region in _comments(document):
            parsed = (region.lexemes["directive"], region.lexemes["arguments"].strip())
            yield Region(region.start, region.end, parsed, evaluate)

    return parse


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the output that the page shows."""

    text: str
    output: str

    @property
    def shown(self) -> str:
        """The command as the page has it."""
        return f"$ {self.text}\n"


def commands(block: Block) -> list[Command]:
    r"""Return the commands of a console block; one whose line ends with ``\`` goes on."""
    found: list[Command] = []
    for line in block.text.splitlines():
        last = found[-1] if found else None
        if line.startswith("$ "):
            found.append(Command(line.removeprefix("$ "), ""))
        elif last is None:
            message = f"a console block begins with '$ ' and a command, not with {line!r}"
            raise ValueError(message)
        elif last.text.endswith("\\") and not last.output:
            found[-1] = Command(f"{last.text}\n{line}", "")
        else:
            found[-1] = Command(last.text, f"{last.output}{line}\n")
    return found
