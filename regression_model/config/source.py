"""The YAML text: its shape checked by strictyaml, its values as text, the line of each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regression_model.config.document import Node, RefusedError, parse_document
from regression_model.config.wording import cut
from regression_model.config.yaml_faults import find_fault
from regression_model.exceptions import ConfigError
from regression_model.processing.blanks import clean_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Location = tuple[str | int, ...]

MAX_COLUMNS = 2000
"""How many columns a config may declare."""

MAX_BYTES = 2_000_000
MAX_LINES = 50_000
MAX_SETTINGS = 20_000
"""How long a config may be: parsing takes its time for every line, comments among them.

A config of as many columns as are allowed, with nine lines for each, is within all three.
"""

# A line with more on it than a comment: a setting or an item of a list.
_SETTING = re.compile(r"\s*+[^\s#]")
# A line that begins at the margin: a section, such as `columns:`.
_SECTION = re.compile(r"[^\s#].*")
# The indentation of a name in a section; items of a list have none.
_KEY = re.compile(r"( +)[^\s#-]")
# Half of a character beyond U+FFFF, as "\ud83c" in double quotes; UTF-8 has no such text.
_HALVES = re.compile("[\ud800-\udfff]")


class _Again(str):
    """The name of a setting that is given again: it has a line of its own, and is called alike."""

    __slots__ = ("_name",)
    _name: str

    def __new__(cls, name: str, line: int) -> Self:
        again = super().__new__(cls, f"{name} (line {line})")
        again._name = name
        return again

    def __str__(self) -> str:
        return self._name


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a config, and where."""

    location: Location
    message: str


@dataclass
class Source:
    """A parsed config file.

    Attributes
    ----------
    path : Path
        The file.
    data : dict
        Maps, lists and texts.
    lines : dict
        The 1-based line of every key and list item, by location.
    duplicates : list of Problem
        Keys that stand twice in one map.
    """

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[Location, int] = field(default_factory=dict)
    duplicates: list[Problem] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """Return the line of a location, or of the nearest one that the file has around it."""
        known: Location = ()
        for part in location:
            if (*known, part) in self.lines:
                known = (*known, part)
        return self.lines.get(known, 1)


def read_source(path: Path) -> Source:
    """Read a YAML file of maps, lists and texts.

    Raises
    ------
    ConfigError
        If it cannot be read, or is not of that shape.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:  # a path with a null in it is a ValueError
        reason = getattr(problem, "strerror", None) or problem
        raise ConfigError(f"cannot read the config {path}: {reason}") from problem
    if len(data) > MAX_BYTES:
        message = f"{path} is larger than {MAX_BYTES:,} bytes; no config is: is it another file?"
        raise ConfigError(message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from problem
    return parse_source(text, path)


def parse_source(text: str, path: Path) -> Source:
    """Return what a YAML text says; errors name `path`.

    Raises
    ------
    ConfigError
        If it is not of that shape.
    """
    _check_size(path, text)
    source = Source(path)
    try:
        root = parse_document(text)
        data = None if root is None else _value(root, (), source)
    except RefusedError as problem:
        raise ConfigError(f"{path}, line {problem.line}: {problem}") from problem
    except Exception as problem:  # the parser has more ways to fail than those that it names
        line, what = find_fault(text, problem)
        message = f"{path}, line {line}: {what}"
        raise ConfigError(message) from problem
    if not isinstance(data, dict):
        message = f"{path}: expected a map of settings at the top, each as name: value"
        raise ConfigError(message)
    source.data = data
    return source


def _check_size(path: Path, text: str) -> None:
    """Refuse what is too long, or has too many columns, before the time is spent on parsing it."""
    lines = text.splitlines()
    _check_number(path, len(lines), MAX_LINES, "lines")
    n_settings = sum(1 for line in lines if _SETTING.match(line))
    _check_number(path, n_settings, MAX_SETTINGS, "settings")
    n_columns = _count_columns(lines)
    if n_columns > MAX_COLUMNS:
        message = (
            f"{path} declares {n_columns:,} columns; at most {MAX_COLUMNS:,} are allowed: keep "
            "those that matter"
        )
        raise ConfigError(message)


def _check_number(path: Path, n: int, most: int, what: str) -> None:
    if n > most:
        message = f"{path} has {n:,} {what}; at most {most:,} are allowed: is it another file?"
        raise ConfigError(message)


def _count_columns(lines: Iterable[str]) -> int:
    """Count the names below `columns:` that are indented least; deeper ones are settings."""
    is_inside = False
    indentations = Counter[str]()
    for line in lines:
        if _SECTION.match(line):
            is_inside = line.startswith("columns:")
        elif is_inside and (key := _KEY.match(line)):
            indentations[key[1]] += 1
    if not indentations:
        return 0
    return indentations[min(indentations, key=len)]


def _value(node: Node, location: Location, source: Source) -> str | list[Any] | dict[str, Any]:
    """Return a node's value as text, list or dict, and note the lines of what is in it."""
    if node.id == "scalar":
        return _whole(node)
    if node.id == "sequence":
        return _items(node, location, source)
    return _settings(node, location, source)


def _whole(node: Node) -> str:
    """Return a text, if all its characters are whole ones."""
    text = str(node.value)
    if _HALVES.search(text):
        message = "an escape in double quotes is half a character; write the one that is meant"
        raise RefusedError(_line(node), message)
    return text


def _items(node: Node, location: Location, source: Source) -> list[Any]:
    items: list[Any] = []
    for i, item in enumerate(node.value):
        here = (*location, i)
        source.lines[here] = _line(item)
        items.append(_value(item, here, source))
    return items


def _settings(node: Node, location: Location, source: Source) -> dict[str, Any]:
    _check_indentation(node)
    settings: dict[str, Any] = {}
    # pairs, and no map of nodes: a name that stands twice is in it twice
    for key, value in node.value:
        if key.id != "scalar":
            message = "a map or list cannot be the name of a setting; write name: value"
            raise RefusedError(_line(key), message)
        name = clean_name(_whole(key))
        here = (*location, name)
        if name in settings:
            _note_duplicate(here, _line(key), source)
            continue
        source.lines[here] = _line(key)
        settings[name] = _value(value, here, source)
    return settings


def _check_indentation(node: Node) -> None:
    """Refuse maps side by side that are indented differently, as strictyaml does."""
    first = None
    for _, value in node.value:
        if value.id != "mapping":
            continue
        if first is None:
            first = value
        if value.start_mark.column != first.start_mark.column:
            message = "this map is indented otherwise than the one before it"
            raise RefusedError(_line(value), message)


def _note_duplicate(location: Location, line: int, source: Source) -> None:
    """Note that a name stands a second time in its map; the first counts."""
    *around, name = location
    first = source.lines[location]
    message = f"{cut(str(name))} was already given in line {first}; keep one of the two"
    here = (*around, _Again(str(name), line))
    source.lines[here] = line
    source.duplicates.append(Problem(here, message))


def _line(node: Node) -> int:
    return node.start_mark.line + 1
