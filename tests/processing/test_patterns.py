"""No pattern that reads a cell goes back: its time is in proportion to the cell's length."""

import importlib
import re
from collections.abc import Iterator
from re._parser import SubPattern, parse  # type: ignore[import-not-found]
from typing import Any

import pytest

MODULES = [
    "processing.cells",
    "processing.dates",
    "processing.kinds.screening",
    "processing.kinds.date_guess",
    "processing.kinds.number_guess",
    "processing.csv_dialects",
    "processing.csv_files",
    "processing.csv_records",
    "processing.number_formats",
    "guessing.dress",
    "guessing.columns",
    "guessing.scales",
]
NOT_OF_CELLS = {
    "_KEY_NAME",
    "_KEY_CAMEL",
    "_CODE_NAME",
    "_CODE_CAMEL",
    "_YEAR_NAME",
}
"""Patterns on the names of columns."""
COMPILED_WHEN_ASKED = {"_forms"}
"""Functions that return the patterns of a module."""


def patterns() -> Iterator[Any]:
    for module in MODULES:
        for name, value in vars(importlib.import_module(f"regression_model.{module}")).items():
            if name in COMPILED_WHEN_ASKED:
                found = value()
            else:
                found = [value] if isinstance(value, re.Pattern) else []
            for i, pattern in enumerate(found):
                if name not in NOT_OF_CELLS:
                    yield pytest.param(pattern, id=f"{module}.{name} {i}")


def endless_repeats(parsed: Any) -> Iterator[str]:
    """Yield the repeats without an upper end that may give back what they took."""
    for operation, arguments in parsed:
        if str(operation) == "ATOMIC_GROUP" and len(arguments) == 1:
            yield from nested_repeats(arguments[0][1])  # what is in it is not given back
            continue
        if str(operation) in ("MAX_REPEAT", "MIN_REPEAT") and str(arguments[1]) == "MAXREPEAT":
            yield str(arguments)
        yield from nested_repeats(arguments)


def nested_repeats(arguments: Any) -> Iterator[str]:
    if isinstance(arguments, SubPattern):
        yield from endless_repeats(arguments)
    elif isinstance(arguments, tuple | list):
        for part in arguments:
            yield from nested_repeats(part)


@pytest.mark.parametrize("pattern", list(patterns()))
def test_a_pattern_never_gives_back_what_it_took(pattern: "re.Pattern[str]") -> None:
    parsed = parse(pattern.pattern, pattern.flags)
    assert not list(endless_repeats(parsed))


def test_a_pattern_that_goes_back_is_found() -> None:
    for text in (r"(a+)", r"a|(b*)", r"(?:x\d+)?", r".*?"):
        assert list(endless_repeats(parse(text)))
    assert not list(endless_repeats(parse(r"a++|(?:b?){3}|(?>(?:c\d)+)")))
    assert list(endless_repeats(parse(r"(?>(?:c+d)+)")))


POSSESSIVE_GROUP = re.compile(r"\)[?*+]\+")


@pytest.mark.parametrize("pattern", list(patterns()))
def test_groups_are_atomic_and_not_possessive(pattern: "re.Pattern[str]") -> None:
    # Python up to 3.11.4 goes on behind a possessive group that began to match and failed
    text = pattern.pattern.removesuffix(r"\n)*+")
    assert pattern.pattern.startswith('(?:[^"]') or not POSSESSIVE_GROUP.search(text)
