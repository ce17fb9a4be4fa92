"""JSON, read strictly: every key once, numbers finite, texts whole, and no more than is useful."""

from __future__ import annotations

import json
import math
import re
from typing import Any

MAX_BYTES = 1 << 24
MAX_ITEMS = 1_000_000
MAX_DEPTH = 24
_LONGEST_INTEGER = 20
_NESTED = (dict, list)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(data: bytes) -> Any:
    """Return what JSON says.

    Raises
    ------
    ValueError
        If it is no JSON, says a key twice, is too large or too deep, or holds half a character.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"it has {len(data)} bytes, at most {MAX_BYTES} are read")
    # commas, colons and brackets in texts count as well: a bound need not be exact
    if sum(map(data.count, b",:[{")) > MAX_ITEMS:
        raise ValueError(f"it has more than {MAX_ITEMS} items")
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_once_each,
            parse_int=_short_integer,
            parse_float=_finite,
            parse_constant=_refuse_constant,
        )
    except RecursionError as problem:
        raise ValueError("it is nested too deeply") from problem
    if isinstance(value, _NESTED):
        _check_depth(value)
    if _SURROGATE.search(data):
        _check_characters(value)
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _short_integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise ValueError(f"an integer of {len(text)} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is beyond double precision")
    return number


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _check_characters(value: Any) -> None:
    """Check that texts can be written again: half a pair of surrogates cannot."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as problem:
        raise ValueError("a text holds half a character") from problem


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, _NESTED)
        ]
        if not level:
            return
    raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
