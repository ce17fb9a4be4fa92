"""What a caller's object is: missing, a number, one value or many.

A cell may be any object at all. What subclasses of text and numbers do of their own is passed over;
what another object's methods raise is for `Column.judge` to catch.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from numbers import Rational, Real
from typing import Any

import numpy as np

from regression_model.processing.blanks import BLANKS
from regression_model.processing.interruptions import pass_on

MAX_MAGNITUDE = 1e30
"""What is larger is an error: its square and products of a few such are still finite."""
MAX_WHOLE = 2.0**53 - 1
"""Beyond it a float64 is not every whole number; one given as digits would lose some of them."""
BEYOND = 2 * MAX_MAGNITUDE
"""What a number that a float cannot hold is read as: past all limits, but not infinite."""

_NUMBER = re.compile(r"[+-]?+(?:\d++(?>(?:\.\d*+)?)|\.\d++)(?>(?:[eE][+-]?+\d++)?)", re.ASCII)
"""Accepts ``7``, ``-7.``, ``.5`` and ``+1.5e-3``; not ``1_000`` and ``nan``, which `float` takes.

Nothing that was taken is given back (``?+``, ``++``, ``(?>...)``), so that a text of millions of
digits with a letter behind them is read once. Groups are atomic, as Python up to 3.11.4 goes on
behind a possessive one where that began to match and failed: it took ``1e`` for a number.
"""
_INFINITE = re.compile(r"[+-]?+inf(?>(?:inity)?)", re.IGNORECASE)
"""Accepts ``inf`` and ``infinity`` of either sign."""
_MISSING_TYPES = frozenset({"NAType", "NaTType", "MaskedConstant"})
"""Of pandas' and NumPy's missing values: by name, so that neither need be imported."""
_TYPE_CHARACTERS = 60
"""How much of a type's name is shown."""
_type_name = type.__dict__["__name__"].__get__
_type_module = type.__dict__["__module__"].__get__
"""Name and module of a type, whatever its metaclass says."""


class Unreadable:
    """Stands for a cell that its library cannot hand over; `reason` says what it is."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return self.reason


def package_of(cls: type) -> str:
    """Return the package that a class comes from."""
    module = _type_module(cls)
    return module.partition(".")[0] if type(module) is str else ""


def type_name(cell: object) -> str:
    """Return what a cell's type is called."""
    return str(_type_name(type(cell)))[:_TYPE_CHARACTERS]


def is_a(obj: object, kinds: Any) -> bool:
    """Tell whether an object is of a type, whatever it says of its class when asked."""
    return _asked(isinstance, obj, kinds)


def has(obj: object, name: str) -> bool:
    """Tell whether an object has an attribute, whatever it does when asked."""
    return _asked(hasattr, obj, name)


def _asked(question: Callable[[Any, Any], bool], obj: object, about: Any) -> bool:
    try:
        return question(obj, about)
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        pass_on(problem, obj)
        return False


def unwrapped(cell: Any) -> object:
    """Return NumPy's scalars and zero-dimensional arrays, and subclasses, as Python's own.

    Moments and spans of time stay NumPy's: as Python's own some would lose digits or years.
    """
    if type(cell) in _PLAIN_TYPES:  # nearly always, and faster than all that follows
        return cell
    if isinstance(cell, np.ndarray) and cell.ndim == 0:
        cell = cell[()]
    if isinstance(cell, np.timedelta64 | np.datetime64):
        return cell
    if isinstance(cell, np.longdouble):  # `item` would leave it as it is
        return _from_longdouble(cell)
    if isinstance(cell, np.number | np.bool_):
        return cell.item()
    for plain_type, as_plain in _AS_PLAIN:
        if isinstance(cell, plain_type):
            return cell if type(cell) is plain_type else as_plain(cell)
    return cell


_PLAIN_TYPES = frozenset({str, float, int, bool, type(None)})
_AS_PLAIN: tuple[tuple[type, Callable[[Any], object]], ...] = (
    (str, str.__str__),
    (float, float.__float__),
    (bool, bool),
    (int, int.__int__),
)
"""What takes the value out of a subclass, past methods of its own; bool stands before int."""


def _from_longdouble(cell: np.longdouble) -> float | int:
    """Return a float, or the whole number that a float would not hold to its last digit."""
    number = float(cell)
    if not np.isfinite(cell):
        return number
    if math.isinf(number):
        return math.copysign(BEYOND, number)
    is_exact_whole = abs(number) > MAX_WHOLE and int(cell) == cell
    return int(cell) if is_exact_whole else number


def is_missing(cell: object) -> bool:
    """Tell whether a cell that is no text stands for a missing value (None, NaN, NA, NaT)."""
    cls = type(cell)
    if cls in _PLAIN_TYPES:
        return cell is None or (cls is float and cell != cell)  # noqa: PLR0124 - what NaN is
    if _type_name(cls) in _MISSING_TYPES:
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    if isinstance(cell, Decimal):
        return cell.is_nan()
    if isinstance(cell, np.floating | np.datetime64 | np.timedelta64):
        return bool(cell != cell)  # noqa: PLR0124 - the definition of NaN
    # another library's number; a fraction is none that could be NaN, and may be too large to ask
    return isinstance(cell, Real) and not isinstance(cell, Rational) and math.isnan(cell)


def is_scalar(cell: object) -> bool:
    """Tell whether a cell is one value."""
    return isinstance(cell, str | bytes) or not hasattr(cell, "__len__")


def as_number(cell: object) -> float | None:
    """Return a cell as a float (past all limits if it overflows), or None if it is no number."""
    if isinstance(cell, str):
        return _text_as_number(cell.strip(BLANKS))
    # NumPy registers its durations as integers, and Python has booleans as such
    if isinstance(cell, bool | np.bool_ | np.timedelta64) or not isinstance(cell, Real | Decimal):
        return None
    try:
        number = float(cell)
    except OverflowError as problem:
        pass_on(problem)
        return BEYOND
    # of a decimal that is too large `float` makes infinity, and does not raise
    if isinstance(cell, Decimal) and cell.is_finite() and math.isinf(number):
        return BEYOND
    return number


def _text_as_number(text: str) -> float | None:
    if _INFINITE.fullmatch(text):
        return math.inf
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return BEYOND if math.isinf(number) else number


def is_infinite(cell: object) -> bool:
    """Tell whether a cell is an infinity, as a number or spelt in text."""
    number = as_number(cell)
    return number is not None and math.isinf(number)


def is_number_text(text: str) -> bool:
    """Tell whether a text is a number in digits."""
    return _NUMBER.fullmatch(text) is not None


def is_number_without_padding(text: str) -> bool:
    """Tell whether a text is a number in digits that does not begin with a needless zero."""
    digits = text.lstrip("+-")
    is_padded = digits[:1] == "0" and digits[1:2].isdigit()
    return is_number_text(text) and not is_padded


def is_whole(cell: object) -> bool:
    """Tell whether a number is given to its last digit: an integer, or digits alone."""
    if isinstance(cell, str):
        return cell.strip(BLANKS).lstrip("+-").isdigit()
    if isinstance(cell, Decimal):
        return cell.as_tuple().exponent == 0
    return isinstance(cell, int) and not isinstance(cell, bool)
