"""Texts in a chart: as wide as there is room, as nobody can measure them before they are drawn."""

from __future__ import annotations

import unicodedata

from regression_model.processing.visible_text import one_line
from regression_model.reports.markup import Markup, tag

_CHARACTER = 7.2
"""Pixels of a character of twelve pixels in a usual font, on average and rather too many."""
_WIDE = frozenset("WF")
"""What Unicode calls characters as wide as they are high."""
_LOOKED_AT = 300
"""Characters of a text that may be shown at all."""


def fitting(text: str, room: float) -> str:
    """Return a text on one line, or the beginning of it that fits into so many pixels."""
    text = one_line(text[:_LOOKED_AT])
    width = 0.0
    for position, character in enumerate(text):
        width += _width(character)
        if width > room:
            return text[: max(position - 1, 1)] + "…"
    return text


def text_width(text: str) -> float:
    """Return about how many pixels a text takes."""
    return sum(_width(character) for character in text)


def _width(character: str) -> float:
    return _CHARACTER * (1.9 if unicodedata.east_asian_width(character) in _WIDE else 1)


def label(
    x: float, y: float, text: str, *, anchor: str | None = None, class_: str | None = None
) -> Markup:
    """Return a text whose base line is at `y`."""
    return tag("text", text, x=x, y=y, text_anchor=anchor, class_=class_)
