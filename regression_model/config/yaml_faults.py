"""What is wrong with a YAML text that its parser refuses, in words for somebody who knows no YAML.

A parser notices a fault where it can no longer go on, often a line further down, and says so in its
own words. Here the line is looked for that has to be changed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

import strictyaml

from regression_model.config.wording import cut
from regression_model.processing.kinds.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# The regular expressions are for a line without the spaces around it. `*+` gives
# nothing back: a long line takes no longer than its length.

# A text in quotes; a quote in it is doubled, or has a backslash before it.
_QUOTED = r"'(?:[^']|'')*+'|\"(?:[^\"\\]|\\.)*+\""
# A name, in quotes or without, or none; it may be the first of an item's settings.
_NAME = rf"(?:{_QUOTED}|[^'\"\s#][^#]*?)"
# `name: value`, `name:`, and the same behind dashes.
_ENTRY = re.compile(rf"(?>(?:- +)*){_NAME}?\s*:(?:\s+(?P<value>\S.*)|\s*)$")
# `- value`, or a dash alone.
_ITEM = re.compile(r"-(?:\s+(?P<value>\S.*)|\s*)$")
# `-value`, where a space is missing.
_DASH = re.compile(r"-[^\s-]")
# `[area]: number` and `{a} b: number`, where the name begins with a bracket.
_NAMED_IN_BRACKETS = re.compile(
    r"(?P<name>(?:\[[^\[\]]*\]|\{[^{}:]*\})[^:]*?)\s*:(?:\s+(?P<rest>.+)|$)"
)
# Signs that are written, or pasted, where a colon belongs; the last three look like one.
_MEANT_AS_COLON = "=;\uff1a\ufe55\u2236"
# `name = value`, `name -> value`, `name => value` and the like.
_LIKE_A_COLON = re.compile(
    rf"(?P<key>[^\s{_MEANT_AS_COLON}][^{_MEANT_AS_COLON}]*?)\s*(?:[=-]>|[{_MEANT_AS_COLON}])\s*"
    r"(?P<value>[^\s=>].*)"
)
# `name:value`, where a space is missing.
_COLON = re.compile(r"(?P<key>[^\s:]+):(?P<value>\S.*)")
# A value that goes on behind its closing quote.
_BEHIND_QUOTE = re.compile(rf"(?:{_QUOTED})\s*[^\s#:]")
# The space behind a name's colon, or behind a dash.
_SPACE_AFTER_MARK = re.compile(rf"(?>(?:- +)*)(?:{_NAME}\s*:|-)(?P<space>\s+)")
# A line with more on it than a comment, with the spaces before it.
_CONTENT = re.compile(r"\s*[^\s#]")
# The escape of any number as a character; there are none beyond U+10FFFF.
_WIDE_ESCAPE = re.compile(r"\\U[0-9a-fA-F]{8}")

# What a value must not begin with, and what it would mean.
_SIGNS = {
    "&": "names a part of the file",
    "*": "repeats a part of the file",
    "!": "gives a type",
    "@": "is reserved",
    "`": "is reserved",
    "%": "is reserved",
    "]": "ends a list",
    "}": "ends a map",
    ",": "parts items",
    ">": "begins a text of several lines",
    "|": "begins a text of several lines",
}
_LOOKED_AT = 1000
"""How much of a line is looked at, as some faults are looked for from every character."""


class Fault(NamedTuple):
    """A line, counted from 1, and what is wrong with it."""

    line: int
    message: str


def find_fault(text: str, problem: Exception) -> Fault:
    """Return the line to be changed, why, and how.

    Parameters
    ----------
    text : str
        The file.
    problem : Exception
        What the parser raised.
    """
    lines = [line[:_LOOKED_AT] for line in text.splitlines()] or [""]
    if not isinstance(problem, strictyaml.YAMLError):  # such as a ValueError, over an escape
        return _no_character(lines)
    if hasattr(problem, "position"):  # of a character that the reader refuses
        line = text.count("\n", 0, problem.position) + 1
        return Fault(line, "it holds a character that YAML does not allow; remove it")
    noticed = problem.problem_mark.line if problem.problem_mark else 0
    fault = _fault_by_words(problem, noticed)
    if fault is None:  # what is missing at the end of a file is noticed below its last line
        fault = next(_faults(lines, min(noticed, len(lines) - 1)), None)
    if fault is not None:
        return fault
    message = f"not plain block-style YAML from here on: {_plain(problem)}"
    return Fault(noticed + 1, message)


def _fault_by_words(problem: Any, noticed: int) -> Fault | None:
    """Return what the parser's own words tell apart; there are no classes for it."""
    words = " ".join(str(part) for part in (problem.context, problem.problem) if part)
    if "quoted scalar" in words and "end of stream" in words:
        start = problem.context_mark.line + 1
        return Fault(start, "the quote that begins in this line is never closed; close it")
    if "single document" in words:
        return Fault(noticed + 1, "a second document begins here; keep one, without --- or ...")
    if "escape" in words:
        message = "in double quotes a backslash begins an escape; use single quotes instead"
        return Fault(noticed + 1, message)
    return None


def _no_character(lines: Sequence[str]) -> Fault:
    """Find the escape of a character beyond all that there are, over which the parser stumbles."""
    for number, line in enumerate(lines, start=1):
        escape = _WIDE_ESCAPE.search(line)
        if escape:
            return Fault(number, f"{escape[0]} is no character; write the one that is meant")
    return Fault(1, "it cannot be read; write plain block-style YAML")


def _plain(problem: Any) -> str:
    return " ".join(str(problem.problem or problem.context or "not YAML").split())


def _faults(lines: Sequence[str], noticed: int) -> Iterator[Fault]:
    """Yield what is known to be wrong, the likeliest first; lines are counted from 0 here."""
    yield from _faults_within(lines[noticed], noticed)
    before = _content_before(lines, noticed)
    for at in (noticed, *reversed(before)):
        yield from _wrong_spaces(lines[at], at)
    yield from _without_colon(lines, [*before, noticed])
    if before:
        yield from _misplaced(lines, before, noticed)


def _faults_within(line: str, at: int) -> Iterator[Fault]:
    """Find what is wrong with a line whatever stands around it."""
    bare = line.strip()
    entry = _ENTRY.match(bare) or _ITEM.match(bare)
    value = (entry["value"] if entry else bare) or ""
    name = bare.partition(":")[0] if entry else bare
    for message in (
        *_about_brackets(bare, value),
        *_about_signs(bare, (value, name)),
        *_about_value(bare, value, is_entry=entry is not None),
    ):
        yield Fault(at + 1, message)


def _about_brackets(bare: str, value: str) -> Iterator[str]:
    named = _NAMED_IN_BRACKETS.match(bare)
    if named:
        right = f"'{cut(named['name'])}': {cut(named['rest'] or '')}".rstrip()
        yield f"{_short(bare)} begins with a bracket; put the name in quotes: {right}"
    for word in (value, bare):
        if word[:1] in ("[", "{"):
            yield _in_brackets(bare, word)


def _about_signs(bare: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        sign = word[:1]
        if sign in _SIGNS:
            message = f"{_short(bare)} holds a {sign}, which {_SIGNS[sign]} in YAML"
            yield f"{message}; put the text in quotes: '{cut(word)}'"


def _about_value(bare: str, value: str, *, is_entry: bool) -> Iterator[str]:
    if value.startswith("- "):
        yield f"{_short(bare)}: begin a list in the next line, one item a line"
    if _BEHIND_QUOTE.match(value):
        yield f"{_short(bare)}: something stands behind the closing quote; quote all of it"
    if is_entry and re.search(r":(?:\s|$)", value):
        yield f"{_short(bare)} has two colons; put what stands behind the first in quotes"


def _wrong_spaces(line: str, at: int) -> Iterator[Fault]:
    """Find what looks like a space where YAML takes nothing else."""
    bare = line.strip()
    behind = _SPACE_AFTER_MARK.match(bare)
    indent, end = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    places = (
        (indent, "it is indented with ", "; use spaces"),
        (behind["space"] if behind else "", f"{_short(bare)} is parted by ", "; use a space"),
        (end, "", " stands at its end; remove it"),
    )
    for spaces, before, remedy in places:
        wrong = spaces.replace(" ", "")[:1]
        if wrong:
            yield Fault(at + 1, f"{before}{_name_of_space(wrong)}{remedy}")


def _name_of_space(character: str) -> str:
    if character == "\t":
        return "a tab"
    name = unicodedata.name(character, f"the character U+{ord(character):04X}")
    return f"a {name.lower()}"


def _in_brackets(bare: str, value: str) -> str:
    """Say how a list or a map is written without brackets."""
    inside = value.strip("[]{} ").split(",")[0].strip()
    if value[0] == "[":
        item = f"- {cut(inside)}" if inside else "- item"
        return f"{_short(bare)} is a list in brackets; write each item on a line of its own: {item}"
    return (
        f"{_short(bare)} is a map in braces; write each setting on an indented line of its own: "
        "name: value"
    )


def _without_colon(lines: Sequence[str], numbers: Sequence[int]) -> Iterator[Fault]:
    """Find the first of the lines before, without a break, that are neither setting nor item."""
    first = _first_without_mark(lines, numbers)
    if first is None:
        return
    bare = lines[first].strip()
    above = [lines[at] for at in numbers if at < first]
    joined = _COLON.fullmatch(bare)
    if joined:
        right = f"{cut(joined['key'])}: {cut(joined['value'])}"
        message = f"{_short(bare)} needs a space behind its colon: {right}"
    elif _DASH.match(bare):
        message = f"{_short(bare)} needs a space behind its dash: - {cut(bare[1:])}"
    elif above and _is_item_beside(above[-1], lines[first]):
        message = f"{_short(bare)} is no item of the list above; write - {cut(bare)}"
    else:
        message = f"{_short(bare)} has no colon; write {_with_colon(bare)}"
    yield Fault(first + 1, message)


def _first_without_mark(lines: Sequence[str], numbers: Sequence[int]) -> int | None:
    """Return the first of the last lines that have neither colon nor dash.

    The very last line may have one: there the parser noticed what is missing above it.
    """
    first = None
    for at in reversed(numbers):
        if _lacks_mark(lines[at].strip()):
            first = at
        elif first is not None or at != numbers[-1]:
            break
    return first


def _lacks_mark(bare: str) -> bool:
    """Tell whether a line is neither setting nor item, and no text in quotes or comment either."""
    if not bare or bare[0] in "'\"#":
        return False
    return _ENTRY.match(bare) is None and _ITEM.match(bare) is None


def _is_item_beside(above: str, line: str) -> bool:
    """Tell whether the line above is an item that is indented like this line."""
    return _indent(above) == _indent(line) and _is_item(above)


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("-")


def _with_colon(bare: str) -> str:
    """Return a line that has no colon with one, where another sign or a space stands for it."""
    parted = _LIKE_A_COLON.fullmatch(bare)
    if parted:
        return f"{cut(parted['key'])}: {cut(parted['value'])}"
    name, _, value = bare.rpartition(" ")
    return f"{cut(name)}: {cut(value)}" if name else f"{cut(value)}: value"


def _misplaced(lines: Sequence[str], before: Sequence[int], at: int) -> Iterator[Fault]:
    """Compare a line's indentation with that of the lines above it."""
    here, above = _indent(lines[at]), _indent(lines[before[-1]])
    start = f"{_short(lines[at].strip())} is indented by {_spaces(here)}"
    known = sorted({_indent(lines[i]) for i in before})
    if here > above:
        yield from _deeper_than_above(lines, before, at)
        yield Fault(at + 1, f"{start}, the line above by {above}; indent it by {above} too")
    elif here not in known:
        near = min(known, key=lambda indent: (abs(indent - here), -indent))  # the deeper of two
        lines_above = " or ".join(map(str, known))
        yield Fault(at + 1, f"{start}, the lines above by {lines_above}; indent it by {near}")
    elif _is_item(lines[at]) != _is_item(lines[before[-1]]):
        yield Fault(at + 1, f"{start} like the lines above, but items and settings do not mix")


def _deeper_than_above(lines: Sequence[str], before: Sequence[int], at: int) -> Iterator[Fault]:
    """Find what is wrong with the line above one that is indented deeper than it."""
    above, here = before[-1], _indent(lines[at])
    kind, kind_below = _value_of(lines[above]), _value_of(lines[at])
    is_column = kind in KINDS and _indent(lines[above]) > 0
    if is_column and kind_below not in KINDS:  # else the line below is a column that slipped
        name = lines[above].strip().partition(":")[0]
        message = f"settings stand below it; write {cut(name)}: and in the next line kind: {kind}"
        yield Fault(above + 1, f"{message}, indented by {here} as they are")
        return
    higher = next((line for line in reversed(lines[:above]) if _CONTENT.match(line)), "")
    if _indent(higher) == here:
        indented = f"is indented by {_spaces(_indent(lines[above]))}"
        message = f"{_short(lines[above].strip())} {indented}, the lines above and below it by"
        right = f"indent it by {here} too, or line {at + 1} like it"
        yield Fault(above + 1, f"{message} {here}; {right}")


def _value_of(line: str) -> str | None:
    """Return what stands behind a setting's colon in its line; None if it is no setting."""
    entry = _ENTRY.match(line.strip())
    return entry["value"] if entry else None


def _spaces(n: int) -> str:
    return "1 space" if n == 1 else f"{n} spaces"


def _content_before(lines: Sequence[str], at: int) -> list[int]:
    """Return the lines of the same section above a line, without blank ones and comments."""
    numbers: list[int] = []
    for number in range(at - 1, -1, -1):
        bare = lines[number].strip()
        if not bare or bare.startswith("#"):
            continue
        numbers.append(number)
        if not _indent(lines[number]):  # the section's own name
            break
    return numbers[::-1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _short(text: str) -> str:
    """Return a piece of the file as it stands there, in quotes and not too long."""
    return repr(cut(text))
