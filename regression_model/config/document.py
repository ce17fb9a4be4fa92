"""A YAML text as strictyaml takes it: block style alone, without anchors and tags.

This is the one place that goes below strictyaml's ``load``, to the loader that it is made of.
``load`` copies what it has parsed, and its copy of a list takes the square of the list's length: 13
seconds for 2,000 columns that are left out. It stops at the first name that is given again, where
all problems shall be told at once; ``start_line`` writes the whole document anew for each line
that is asked for; and a deep document ends in a `RecursionError`, which knows no line.
"""

from __future__ import annotations

from typing import Any, Protocol

from strictyaml.parser import StrictYAMLLoader

MAX_DEPTH = 10
"""How deep maps and lists may stand in each other."""


class RefusedError(Exception):
    """A shape that the parser takes and a config does not; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Mark(Protocol):
    """A place in the text, counted from 0."""

    line: int
    column: int


class Node(Protocol):
    """What the parser makes of a part of the text.

    Attributes
    ----------
    id : str
        ``scalar``, ``sequence`` or ``mapping``.
    value : object
        A text; a list of nodes; or a list of pairs of nodes, name and value.
    start_mark : Mark
        Where it begins.
    """

    id: str
    value: Any
    start_mark: Mark


class _Loader(StrictYAMLLoader):  # type: ignore[misc]
    """strictyaml's loader, which goes down to a bound."""

    label = "<config>"
    allow_flow_style = False

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a node and what is in it."""
        if self._depth > MAX_DEPTH:
            line = self.parser.peek_event().start_mark.line + 1
            message = f"maps and lists stand more than {MAX_DEPTH} deep in each other"
            raise RefusedError(line, message)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


def parse_document(text: str) -> Node | None:
    """Return the root of a text's nodes; None if there is nothing in it.

    Raises
    ------
    RefusedError
        If maps and lists stand too deep in each other.
    Exception
        What strictyaml raises, where the text is not of its shape; it fails in other ways too.
    """
    root: Node | None = _Loader(text).get_single_node()
    return root
