"""Whether what was printed is what a page shows, and what the page would have to show.

``...`` alone on a line stands for any lines, inside a line for any text. Numbers may differ by a
tolerance, blanks and rules of tables in their length, as numbers have more or fewer digits.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

ANY = "..."
# commas may separate thousands, and the cells of a CSV line
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
_NUMBER = rf"(?<![\w.])[-+]?{_DIGITS}(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w|\.\d)"
_PART = re.compile(rf"(?P<any>\.\.\.)|(?P<number>{_NUMBER})|(?P<rule>[─━═]+)|(?P<blanks>(?<=\S) +)")


@dataclass(frozen=True)
class Comparison:
    """How what a page shows compares with what was printed.

    Attributes
    ----------
    is_same : bool
        Whether it is the same but for the tolerance.
    update : str
        What the page would show: the new numbers, with each ``...`` where it was, or, where more
        than numbers differs, all that was printed.
    """

    is_same: bool
    update: str


def compare(shown: str, printed: str, tolerance: float) -> Comparison:
    """Compare what a page shows with what was printed.

    Parameters
    ----------
    shown, printed : str
        Lines of text.
    tolerance : float
        By how much numbers may differ, relative to the printed one.
    """
    shown_lines, printed_lines = _lines(shown), _lines(printed)
    same = _match(shown_lines, printed_lines, tolerance)
    alike = same or _match(shown_lines, printed_lines, math.inf)
    return Comparison(same is not None, "".join(f"{x}\n" for x in alike or printed_lines))


def _lines(text: str) -> list[str]:
    """Return the lines without blanks at their ends, and without empty ones at either end."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _match(shown: list[str], printed: list[str], tolerance: float) -> list[str] | None:
    """Return the shown lines with the numbers that were printed, or None if they do not match.

    What stands between two ``...`` is taken where it is found first.
    """
    *firsts, last = _split(shown)
    updated: list[str] = []
    start = 0
    for i, part in enumerate(firsts):
        places = range(start, len(printed) + 1) if i else [start]
        found = _find(part, printed, places, tolerance)
        if found is None:
            return None
        place, lines = found
        updated += [*lines, ANY]
        start = place + len(part)
    end = len(printed) - len(last)
    if end < start or (not firsts and end != start):
        return None
    found = _find(last, printed, [end], tolerance)
    return None if found is None else updated + found[1]


def _split(shown: list[str]) -> list[list[str]]:
    """Return the lines before, between and after those that stand for any."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _find(
    part: list[str], printed: list[str], places: range | list[int], tolerance: float
) -> tuple[int, list[str]] | None:
    """Return the first place at which all lines match, and the lines as they would be shown."""
    for place in places:
        candidates = printed[place : place + len(part)]
        lines = [_line(x, y, tolerance) for x, y in zip(part, candidates, strict=False)]
        updated = [line for line in lines if line is not None]
        if len(updated) == len(part):
            return place, updated
    return None


def _line(shown: str, printed: str, tolerance: float) -> str | None:
    """Return a line as it would be shown, with what is printed but for each ``...``."""
    if shown == printed:
        return shown
    found = re.fullmatch(_pattern(shown), printed)
    if found is None:
        return None
    numbers = [part["number"] for part in _PART.finditer(shown) if part["number"]]
    texts = found.groupdict()
    new = [text for name, text in texts.items() if name.startswith("number")]
    if not all(_is_close(x, y, tolerance) for x, y in zip(numbers, new, strict=True)):
        return None
    if ANY not in shown:
        return printed
    remaining = iter(new)
    return _PART.sub(lambda part: next(remaining) if part["number"] else part[0], shown)


def _pattern(shown: str) -> str:
    """Return the pattern of the lines that a shown one stands for."""
    pattern, end = "", 0
    for i, part in enumerate(_PART.finditer(shown)):
        pattern += re.escape(shown[end : part.start()])
        if part["number"]:
            pattern += rf"(?P<number{i}>{_NUMBER})"
        else:
            pattern += {"any": ".*?", "rule": "[─━═]+", "blanks": " +"}[str(part.lastgroup)]
        end = part.end()
    return pattern + re.escape(shown[end:])


def _is_close(shown: str, printed: str, tolerance: float) -> bool:
    x, y = (float(text.replace(",", "")) for text in (shown, printed))
    return tolerance == math.inf or math.isclose(x, y, rel_tol=tolerance)
