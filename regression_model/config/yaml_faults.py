"""What is wrong with a YAML text that its parser refuses, in words for somebody who knows no YAML.

A parser notices a fault where it can no longer go on, often a line further down, and says so in its
own words. Here the line is looked for that has to be changed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import strictyaml

from regression_model.config.wording import cut
from regression_model.processing.column import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTED = r"'(?:[^']|'')*+'|\"(?:[^\"\\]|\\.)*+\""
_ENTRY = re.compile(rf"(?:- +)*+(?:{_QUOTED}|[^'\"\s#][^#]*?)?\s*:(?:\s+(?P<value>\S.*)|\s*)$")
_ITEM = re.compile(r"-(?:\s+(?P<value>\S.*)|\s*)$")
_DASH = re.compile(r"-[^\s-]")
_NAMED_IN_BRACKETS = re.compile(
    r"(?P<name>(?:\[[^\[\]]*\]|\{[^{}:]*\})[^:]*?)\s*:(?:\s+(?P<rest>.+)|$)"
)
_MEANT_AS_COLON = "=;\uff1a\ufe55\u2236"
_LIKE_A_COLON = re.compile(
    rf"(?P<key>[^\s{_MEANT_AS_COLON}][^{_MEANT_AS_COLON}]*?)\s*(?:[=-]>|[{_MEANT_AS_COLON}])\s*"
    r"(?P<value>[^\s=>].*)"
)
_COLON = re.compile(r"(?P<key>[^\s:]+):(?P<value>\S.*)")
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
_KINDS = get_args(Kind)
_LOOKED_AT = 1000
"""How much of a line is looked at, as some faults are looked for from every character."""

_SPACE_AFTER_MARK = re.compile(rf"(?:- +)*+(?:(?:{_QUOTED}|[^'\"\s#][^#]*?)\s*:|-)(?P<space>\s+)")
_WIDE_ESCAPE = re.compile(r"\\U[0-9a-fA-F]{8}")


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
    if not isinstance(problem, strictyaml.YAMLError):
        return _no_character(lines)
    if hasattr(problem, "position"):  # of a character that the reader refuses
        line = text.count("\n", 0, problem.position) + 1
        return Fault(line, "it holds a character that YAML does not allow; remove it")
    noticed = problem.problem_mark.line if problem.problem_mark else 0
    words = " ".join(str(part) for part in (problem.context, problem.problem) if part)
    if "quoted scalar" in words and "end of stream" in words:
        start = problem.context_mark.line + 1
        return Fault(start, "the quote that begins in this line is never closed; close it")
    if "single document" in words:
        return Fault(noticed + 1, "a second document begins here; keep one, without --- or ...")
    if "escape" in words:
        message = "in double quotes a backslash begins an escape; use single quotes instead"
        return Fault(noticed + 1, message)
    found = next(_faults(lines, min(noticed, len(lines) - 1)), None)
    said = _plain(problem)
    return found or Fault(noticed + 1, f"not plain block-style YAML from here on: {said}")


def _no_character(lines: Sequence[str]) -> Fault:
    """Find the escape of a character beyond all that there are, over which the parser stumbles."""
    for at, line in enumerate(lines):
        found = _WIDE_ESCAPE.search(line)
        if found:
            return Fault(at + 1, f"{found[0]} is no character; write the one that is meant")
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
    bare = line.strip()
    found = _ENTRY.match(bare) or _ITEM.match(bare)
    value = (found["value"] if found else bare) or ""
    said = _short(bare)
    named = _NAMED_IN_BRACKETS.match(bare)
    if named:
        right = f"'{cut(named['name'])}': {cut(named['rest'] or '')}".rstrip()
        yield Fault(at + 1, f"{said} begins with a bracket; put the name in quotes: {right}")
    for word in (value, bare):
        if word[:1] in ("[", "{"):
            yield Fault(at + 1, _in_brackets(bare, word))
    for word in (value, bare.partition(":")[0] if found else bare):
        if word[:1] in _SIGNS:
            sign, meaning = word[0], _SIGNS[word[0]]
            message = f"{said} holds a {sign}, which {meaning} in YAML; put the text in quotes"
            yield Fault(at + 1, f"{message}: '{cut(word)}'")
    if value.startswith("- "):
        yield Fault(at + 1, f"{said}: begin a list in the next line, one item a line")
    if re.match(rf"(?:{_QUOTED})\s*[^\s#:]", value):
        yield Fault(at + 1, f"{said}: something stands behind the closing quote; quote all of it")
    if found and re.search(r":(?:\s|$)", value):
        yield Fault(at + 1, f"{said} has two colons; put what stands behind the first in quotes")


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
    first = None
    for at in reversed(numbers):
        bare = lines[at].strip()
        if _ENTRY.match(bare) or _ITEM.match(bare) or not bare or bare[0] in "'\"#":
            if first is not None or at != numbers[-1]:
                break
            continue
        first = at
    if first is None:
        return
    bare = lines[first].strip()
    joined = _COLON.fullmatch(bare)
    if joined:
        right = f"{cut(joined['key'])}: {cut(joined['value'])}"
        yield Fault(first + 1, f"{_short(bare)} needs a space behind its colon: {right}")
        return
    if _DASH.match(bare):
        right = f"- {cut(bare[1:])}"
        yield Fault(first + 1, f"{_short(bare)} needs a space behind its dash: {right}")
        return
    above = [lines[at] for at in numbers if at < first]
    if above and _indent(above[-1]) == _indent(lines[first]) and above[-1].lstrip()[0] == "-":
        yield Fault(first + 1, f"{_short(bare)} is no item of the list above; write - {cut(bare)}")
        return
    yield Fault(first + 1, f"{_short(bare)} has no colon; write {_with_colon(bare)}")


def _with_colon(bare: str) -> str:
    """Return a line that has no colon with one, where another sign or a space stands for it."""
    found = _LIKE_A_COLON.fullmatch(bare)
    name, value = (found["key"], found["value"]) if found else bare.rpartition(" ")[::2]
    return f"{cut(name)}: {cut(value)}" if name else f"{cut(value)}: value"


def _misplaced(lines: Sequence[str], before: Sequence[int], at: int) -> Iterator[Fault]:
    """Compare a line's indentation with that of the lines above it."""
    here, above = _indent(lines[at]), _indent(lines[before[-1]])
    said = f"{_short(lines[at].strip())} is indented by {_spaces(here)}"
    if here > above:
        yield from _deeper_than_above(lines, before, at)
        yield Fault(at + 1, f"{said}, the line above by {above}; indent it by {above} too")
        return
    known = sorted({_indent(lines[i]) for i in before})
    if here not in known:
        near = min(known, key=lambda indent: (abs(indent - here), -indent))
        lines_above = " or ".join(map(str, known))
        yield Fault(at + 1, f"{said}, the lines above by {lines_above}; indent it by {near}")
    elif lines[at].lstrip().startswith("-") != lines[before[-1]].lstrip().startswith("-"):
        yield Fault(at + 1, f"{said} like the lines above, but items and settings do not mix")


def _deeper_than_above(lines: Sequence[str], before: Sequence[int], at: int) -> Iterator[Fault]:
    """Find what is wrong with the line above one that is indented deeper than it."""
    up, here = before[-1], _indent(lines[at])
    entry, below = _ENTRY.match(lines[up].strip()), _ENTRY.match(lines[at].strip())
    kind = entry["value"] if entry else None
    is_kind_too = below is not None and below["value"] in _KINDS
    if kind in _KINDS and _indent(lines[up]) and not is_kind_too:
        name = lines[up].strip().partition(":")[0]
        message = f"settings stand below it; write {cut(name)}: and in the next line kind: {kind}"
        yield Fault(up + 1, f"{message}, indented by {here} as they are")
        return
    higher = next((line for line in reversed(lines[:up]) if re.match(r"\s*[^\s#]", line)), "")
    if _indent(higher) == here:
        message = f"{_short(lines[up].strip())} is indented by {_spaces(_indent(lines[up]))}, the "
        right = f"indent it by {here} too, or line {at + 1} like it"
        yield Fault(up + 1, f"{message}lines above and below it by {here}; {right}")


def _spaces(n: int) -> str:
    return "1 space" if n == 1 else f"{n} spaces"


def _content_before(lines: Sequence[str], at: int) -> list[int]:
    """Return the lines of the same section above a line, without blank ones and comments."""
    found: list[int] = []
    for i in range(at - 1, -1, -1):
        bare = lines[i].strip()
        if bare and not bare.startswith("#"):
            found.append(i)
            if not _indent(lines[i]):
                break
    return found[::-1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _short(text: str) -> str:
    """Return a piece of the file as it stands there, in quotes and not too long."""
    return repr(cut(text))
