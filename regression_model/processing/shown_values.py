"""What callers give, as messages and answers show it: short, plain, and without failing."""

from __future__ import annotations

import math
from datetime import date, timedelta
from itertools import islice
from typing import Any

import numpy as np

from regression_model.processing.blanks import BLANKS
from regression_model.processing.cells import (
    is_missing,
    is_number_without_padding,
    type_name,
    unwrapped,
)
from regression_model.processing.dates import to_seconds, to_text
from regression_model.processing.interruptions import pass_on

SHOWN_CHARACTERS = 100
"""How much of a caller's text is repeated."""
_SHOWN_ITEMS = 6
"""How many items of a container are shown, and so looked at."""
_SHOWN_DEPTH = 3
"""How many containers within one another are looked into."""
_WORD_BITS = 64
"""Larger integers are shown by their size: writing digits takes the square of their number."""
_LEVEL_BITS = 1024
"""Larger integers name no level, for the same reason; a float that is whole has no more bits."""
_A_YEAR = 1970
_A_MOMENT = np.datetime64("1970")
"""Within all that can be told as text: what cannot be told is before it, or after."""
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"), tuple: ("(", ")"), set: ("{", "}"), frozenset: ("frozenset({", "})"),
}  # fmt: skip


def short(text: str) -> str:
    """Return a text as it is shown: whole, or its beginning.

    Examples
    --------
    >>> short("Neighborhood"), len(short("x" * 5_000_000))
    ('Neighborhood', 100)
    """
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def shown(value: object) -> str | int | float | bool | None:
    """Return `value` as something JSON can hold: scalars as they are, all else as short text.

    A date is shown as its text, whichever library holds it, and of a container only the first items
    are looked at.

    Examples
    --------
    >>> shown(8450), shown([1, [2]]), shown(date(2024, 3, 1)), shown(10**100)
    (8450, '[1, [2]]', '2024-03-01', 'an integer of 333 bits')
    """
    if type(value) is str:  # most that is shown, and nothing of it can fail
        return short(value)
    try:
        return _shown(value)
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        pass_on(problem, value)
        return f"a {type_name(value)} whose repr fails with {type_name(problem)}"


def _shown(value: object) -> str | int | float | bool | None:
    value = unwrapped(value)
    if is_missing(value):
        return None
    if isinstance(value, bool | int | float):
        return _shown_number(value)
    if isinstance(value, date | np.datetime64):
        return _shown_date(value)
    if isinstance(value, timedelta | np.timedelta64):
        return _shown_duration(value)
    return short(value if isinstance(value, str) else _outlined(value, _SHOWN_DEPTH))


def _shown_number(value: Any) -> str | int | float | bool:
    if isinstance(value, float):
        if not math.isfinite(value):  # JSON has neither NaN nor infinity
            return str(value)
        return value + 0.0  # no minus before a zero
    bits = value.bit_length()
    return value if bits <= _WORD_BITS else f"an integer of {bits} bits"


def _shown_date(value: date | np.datetime64) -> str:
    seconds = to_seconds(value)
    if seconds is not None:
        return to_text(seconds)
    is_early = value.year < _A_YEAR if isinstance(value, date) else value < _A_MOMENT
    return "before the year 1" if is_early else "after the year 9999"


def _shown_duration(value: timedelta | np.timedelta64) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.15g} seconds"
    if np.datetime_data(value.dtype)[0] in ("generic", "Y", "M"):
        return short(str(value))
    return f"{value / np.timedelta64(1, 's'):.15g} seconds"


def _outlined(value: Any, depth: int) -> str:
    """Return the repr of a container's first items: all of it may be work without end.

    Types are compared and not asked for: what a subclass does in its methods is a caller's.
    """
    if type(value) is dict:
        return _outlined_dict(value, depth)
    if type(value) in _BRACKETS:
        return _outlined_sequence(value, depth)
    if type(value) in (str, bytes, bytearray):
        value = value[:SHOWN_CHARACTERS]
    if isinstance(value, int) and value.bit_length() > _WORD_BITS:
        return str(_shown(value))
    return short(repr(value))


def _outlined_dict(value: dict[Any, Any], depth: int) -> str:
    items: list[str] = []
    for key, item in islice(value.items(), _SHOWN_ITEMS if depth else 0):
        items.append(f"{_outlined(key, depth - 1)}: {_outlined(item, depth - 1)}")
    return "{" + _listed(items, len(value)) + "}"


def _outlined_sequence(value: Any, depth: int) -> str:
    shown_items = islice(value, _SHOWN_ITEMS if depth else 0)
    items = [_outlined(item, depth - 1) for item in shown_items]
    opening, closing = _BRACKETS[type(value)]
    comma = "," if type(value) is tuple and len(value) == 1 else ""  # (1,) is a tuple, (1) is none
    return opening + _listed(items, len(value)) + comma + closing


def outlined(value: object) -> str:
    """Return the repr of anything at all, shortened.

    Examples
    --------
    >>> outlined([0.9]), len(outlined("x" * 5_000_000))
    ('[0.9]', 100)
    """
    try:
        return _outlined(value, _SHOWN_DEPTH)
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        pass_on(problem, value)
        return f"a {type_name(value)} whose repr fails with {type_name(problem)}"


def _listed(items: list[str], n_items: int) -> str:
    return ", ".join([*items, "…"] if n_items > len(items) else items)


def quoted(cell: object) -> str:
    """Return a cell as a message quotes it: numbers as a person writes them, texts in quotes.

    Examples
    --------
    >>> quoted(2.0), quoted(2), quoted("two")
    ('2', '2', "'two'")
    """
    value = shown(cell)
    return plain(value) if isinstance(value, float) else repr(value)


def kind_of(cell: object) -> str:
    """Return what a cell is, by one word whichever library holds it."""
    if isinstance(cell, str):
        return "text"
    if isinstance(cell, date | np.datetime64):
        return "date"
    if isinstance(cell, timedelta | np.timedelta64):
        return "duration"
    return "bytes" if isinstance(cell, bytes) else type_name(cell)


def plain(number: float) -> str:
    """Return a number as a person would write it: ``8450``, not ``8450.0``."""
    return f"{number + 0.0:.15g}"  # no minus before a zero


def name_of(key: object) -> str:
    """Return the column that a key names, whatever the key is."""
    if type(key) is str:
        return key
    try:
        return str.__str__(key) if isinstance(key, str) else str.__str__(str(key))
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        pass_on(problem)
        return f"a {type_name(key)} whose str fails with {type_name(problem)}"


def level_text(cell: object) -> str:
    """Return the text that names a level: ``60`` for ``60``, ``60.0`` and ``"60.0"``.

    Digits alone stay as they are, so that ``"007"`` is not ``"7"``.
    """
    cell = unwrapped(cell)
    if isinstance(cell, str):
        text = cell.strip(BLANKS)
        if text.lstrip("+-").isdigit() or not is_number_without_padding(text):
            return text
        cell = float(text)
    if isinstance(cell, float) and cell.is_integer():  # not so of NaN and infinity
        cell = int(cell)
    if isinstance(cell, int) and cell.bit_length() <= _LEVEL_BITS:
        return str(cell)
    return str(shown(cell))
