"""Markup for HTML and SVG: whatever is not made here is text, and shown as it is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from regression_model.processing.visible_text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable


_WITHOUT_END = frozenset({"br", "circle", "line", "link", "meta", "path", "rect"})
"""Elements that never hold anything: HTML wants no end of its own, SVG allows none."""


class Markup(NamedTuple):
    """A piece of markup that is known to be whole.

    Attributes
    ----------
    source : str
        It holds no text that was not escaped.
    """

    source: str


def tag(name: str, /, *content: str | Markup, **attributes: str | float | None) -> Markup:
    """Return an element.

    Parameters
    ----------
    name : str
    content : str or Markup
        A text is escaped; controls in it are written out.
    attributes : str, float or None
        ``stroke_width`` is ``stroke-width`` and ``class_`` is ``class``; one that is None is left
        out.

    Examples
    --------
    >>> tag("td", "a < b", class_="n").source
    '<td class="n">a &lt; b</td>'
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _WITHOUT_END:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{joined(content).source}</{name}>")


def joined(pieces: Iterable[str | Markup], between: str = "") -> Markup:
    """Return pieces one behind the other, texts among them escaped."""
    return Markup(between.join(_source(piece) for piece in pieces))


def _source(piece: str | Markup) -> str:
    # quotes mean something in attributes alone
    return piece.source if isinstance(piece, Markup) else escape(visible(piece), quote=False)


def _attribute(name: str, value: str | float | None) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else coordinate(value)
    return f' {name.rstrip("_").replace("_", "-")}="{escape(visible(text))}"'


def coordinate(value: float) -> str:
    """Return a number as SVG has it, to a tenth of a pixel.

    Examples
    --------
    >>> coordinate(3.0), coordinate(2.349), coordinate(-0.01)
    ('3', '2.3', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
