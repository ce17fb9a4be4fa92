"""The YAML text: its shape checked by strictyaml, its values as text, the line of each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strictyaml.parser import StrictYAMLLoader
from strictyaml.ruamel.error import MarkedYAMLError, YAMLError
from strictyaml.ruamel.nodes import MappingNode, ScalarNode, SequenceNode

from regression_model.exceptions import ConfigError
from regression_model.processing.blanks import clean_name

if TYPE_CHECKING:
    from collections.abc import Iterator

Location = tuple[str | int, ...]

MAX_COLUMNS = 2000
"""How many columns a config may declare."""

_SECTION = re.compile(r"[^\s#].*")
_KEY = re.compile(r"( +)[^\s#-]")


class _Loader(StrictYAMLLoader):  # type: ignore[misc]
    """strictyaml's reading of the shape, without its document, which takes the square of time."""

    label = "<config>"
    allow_flow_style = False


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
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        message = f"cannot read the config {path}: {problem.strerror or problem}"
        raise ConfigError(message) from problem
    except UnicodeDecodeError as problem:
        message = f"{path} is not UTF-8 text; save it as UTF-8"
        raise ConfigError(message) from problem
    _check_size(path, text)
    source = Source(path)
    try:
        data = _value(_Loader(text).get_single_node(), (), source)
    except YAMLError as problem:
        line, what = _described(problem, text)
        message = f"{path}, line {line}: {what}; write plain block-style YAML"
        raise ConfigError(message) from problem
    if not isinstance(data, dict):
        message = f"{path}: expected a map of settings at the top"
        raise ConfigError(message)
    source.data = data
    return source


def _check_size(path: Path, text: str) -> None:
    """Refuse a config of too many columns before the time is spent on parsing it."""
    inside, indents = False, Counter[str]()
    for line in text.splitlines():
        if _SECTION.match(line):
            inside = line.startswith("columns:")
        elif inside and (key := _KEY.match(line)):
            indents[key[1]] += 1
    n_columns = indents[min(indents, key=len)] if indents else 0
    if n_columns > MAX_COLUMNS:
        message = (
            f"{path} declares {n_columns:,} columns; at most {MAX_COLUMNS:,} are allowed: keep "
            "those that matter"
        )
        raise ConfigError(message)


def _described(problem: YAMLError, text: str) -> tuple[int, str]:
    """Return the line of a YAML error, and what it says."""
    if isinstance(problem, MarkedYAMLError):
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        return line, " ".join(str(problem.problem or problem).split())
    position = getattr(problem, "position", 0)
    return text.count("\n", 0, position) + 1, "a character that YAML does not allow"


def _value(node: Any, location: Location, source: Source) -> Any:
    """Return a node's value as text, list or dict, and note the lines of what is in it."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [_value(item, _noted(item, (*location, i), source), source)
                for i, item in enumerate(node.value)]  # fmt: skip
    if isinstance(node, MappingNode):
        _check_indentation(node)
        return dict(_pairs(node, location, source))
    return None


def _check_indentation(node: Any) -> None:
    """Refuse maps side by side that are indented differently, as strictyaml does."""
    maps = [value for _, value in node.value if isinstance(value, MappingNode)]
    for value in maps:
        if value.start_mark.column != maps[0].start_mark.column:
            message = "this map is indented otherwise than the one before it"
            raise MarkedYAMLError(problem=message, problem_mark=value.start_mark)


def _pairs(node: Any, location: Location, source: Source) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        name = clean_name(key.value)
        if name in seen:
            message = f"{name} was already given in line {seen[name]}; keep one of the two"
            line = key.start_mark.line + 1
            source.lines[(*location, f"{name} (line {line})")] = line
            source.duplicates.append(Problem((*location, f"{name} (line {line})"), message))
            continue
        here = _noted(key, (*location, name), source)
        seen[name] = source.lines[here]
        yield name, _value(value, here, source)


def _noted(node: Any, location: Location, source: Source) -> Location:
    source.lines[location] = node.start_mark.line + 1
    return location
