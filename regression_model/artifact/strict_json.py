"""JSON, read strictly: every key once, numbers finite, texts whole, and no more than is useful."""

from __future__ import annotations

import json
import math
import re
from typing import Any

MAX_BYTES = 1 << 24
MAX_ITEMS = 1_000_000
"""Each takes some hundred bytes of memory once it is read."""
MAX_DEPTH = 24
"""Several times as deep as anything that is written; what walks it may do so recursively."""
_LONGEST_INTEGER = 20
"""Digits of any 64-bit integer, with its sign: reading more takes the square of their number."""
_NESTED = (dict, list)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""Accepts the escape of half a character, ``\\ud800`` to ``\\udfff``; two of them may be one."""


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
    by_key = dict(pairs)
    if len(by_key) != len(pairs):
        raise ValueError("a key stands twice")
    return by_key


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
        deeper: list[Any] = []
        for outer in level:
            items = outer.values() if isinstance(outer, dict) else outer
            deeper += [item for item in items if isinstance(item, _NESTED)]
        if not deeper:
            return
        level = deeper
    raise ValueError(f"it is nested deeper than {MAX_DEPTH}")
