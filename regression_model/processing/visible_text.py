"""Other people's text as it may be shown: what would command a screen or a page is written out."""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and end of line, DEL, C1
    "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"  # that turn the text around
    "\ufffe\uffff"  # which no XML may hold
    "\ud800-\udfff]"  # halves of characters, as file names that are not UTF-8 hold them
)
_BREAKS = re.compile("[\t\n]")


def visible(text: str) -> str:
    r"""Return text with what would command a terminal or a page written out, as ``\u001b``.

    Examples
    --------
    >>> print(visible("red: \x1b[31m"))
    red: \u001b[31m
    """
    return _CONTROLS.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def one_line(text: str) -> str:
    r"""Return visible text with ends of line and tabs written out too, as ``\u000a``."""
    return _BREAKS.sub(_written_out, visible(text))
