"""Levels that are plainly ordered, by the words that tables use for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_MIN_LEVELS = 3
"""Two levels have no more order than a category of two."""
_SCALES: dict[str, tuple[str, ...]] = {
    "quality": ("po", "fa", "ta", "gd", "ex"),
    "amount": ("very low", "low", "medium low", "medium", "medium high", "high", "very high"),
    "amount_short": ("very low", "low", "med", "high", "very high"),
    "amount_mid": ("lowest", "low", "mid", "high", "highest"),
    "amount_moderate": ("very low", "low", "moderate", "high", "very high"),
    "amount_normal": ("very low", "low", "normal", "high", "very high"),
    "amount_average": ("very low", "low", "average", "high", "very high"),
    "some": ("none", "little", "some", "much"),
    "some_many": ("none", "few", "some", "many", "all"),
    "severity": ("none", "mild", "moderate", "severe", "critical"),
    "severity_minor": ("none", "minor", "moderate", "major", "severe"),
    "condition": ("very poor", "poor", "fair", "good", "very good", "excellent"),
    "condition_average": ("very poor", "poor", "average", "good", "very good", "excellent"),
    "condition_bad": ("very bad", "bad", "average", "good", "very good", "excellent"),
    "condition_ok": ("bad", "ok", "good", "great"),
    "condition_used": ("salvage", "poor", "fair", "good", "excellent", "like new", "new"),
    "cut": ("fair", "good", "very good", "premium", "ideal"),
    "clarity": ("i3", "i2", "i1", "si2", "si1", "vs2", "vs1", "vvs2", "vvs1", "if", "fl"),
    "size": ("tiny", "very small", "small", "medium", "large", "very large", "huge"),
    "size_big": ("tiny", "small", "medium", "big", "huge"),
    "clothes": ("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"),
    "frequency": ("never", "rarely", "sometimes", "often", "usually", "always"),
    "frequency_seldom": ("never", "seldom", "sometimes", "often", "always"),
    "agreement": (
        "strongly disagree", "disagree", "neutral", "agree", "strongly agree",
    ),
    "schooling": (
        "primary", "secondary", "bachelor", "master", "doctorate",
    ),
    "schooling_school": ("elementary school", "middle school", "high school", "college"),
    "school_grade": ("primary", "secondary", "tertiary"),
    "place": ("first", "second", "third", "fourth", "fifth"),
    "place_short": ("1st", "2nd", "3rd", "4th", "5th"),
    "metal": ("bronze", "silver", "gold", "platinum", "diamond"),
    "seniority": ("intern", "junior", "mid", "senior", "lead", "principal"),
    "skill": ("beginner", "intermediate", "advanced", "expert"),
}  # fmt: skip
"""Words of each scale from lowest to highest, in lower case.

A column is on the first scale that has all of its levels: those that mean the same middle by other
words (med, moderate, average) are scales of their own, as no table uses two of them.
"""

_GRADE_NAME = re.compile(r"grade|rating|rank|band|energy|score|tier", re.IGNORECASE)
"""Names of columns in which single letters are grades and not just names."""
_SCALE_NAME = re.compile(
    r"grade|rating|rank|score|tier|level|stage|degree|education|quality|condition|severity|size"
    r"|frequency|priority|income|satisfaction|agree",
    re.IGNORECASE,
)
"""Names of columns in which a number before a level orders it and does not only count it."""
_GRADE = re.compile(r"([A-G])([+-]{0,3})")
"""A letter with signs behind it: ``B``, ``A+``, ``C--``."""
_RANGE = re.compile(
    r"([<>≤≥]|under |over |up to )?=? ?(\d++(?:\.\d++)?)( ?(-|\u2013|to) ?\d++(?:\.\d++)?|\+)?"
)
"""A part of the numbers: ``<18``, ``>= 65``, ``up to 100``, ``18-25``, ``1.5 to 2``, ``65+``."""
_NUMBERED = re.compile(r"\(?(\d{1,2})[.):\s_-]++(\D.*+)")
"""A level with its number before it: ``1 - low``, ``(2) medium``, ``3.high``."""
_BELOW = ("<", "≤", "under ", "up to ")
"""What stands before the end of a range that is open downwards; others are open upwards."""

Order = list[tuple[float, int]]
"""By what levels are sorted, a key for each."""


def order_levels(name: str, levels: Sequence[str]) -> tuple[str | None, tuple[str, ...]] | None:
    """Return levels from lowest to highest where their words say so.

    Parameters
    ----------
    name : str
        The column's name; letters are grades only where it speaks of grades.
    levels : sequence of str
        As the table spells them.

    Returns
    -------
    (str or None, tuple of str) or None
        What the known scale is called, if it is one, and the levels in order.

    Examples
    --------
    >>> order_levels("finish", ["High", "Low", "Medium"])
    ('amount', ('Low', 'Medium', 'High'))
    >>> order_levels("age", ["65+", "18-25", "26-64"])
    (None, ('18-25', '26-64', '65+'))
    >>> order_levels("colour", ["red", "green", "blue"]) is None
    True
    """
    if len(levels) < _MIN_LEVELS:
        return None
    known = _known_scale(levels)
    if known is not None:
        return known
    for keys in (_grades(name, levels), _numbered(name, levels), _ranges(levels)):
        if keys is not None and len(set(keys)) == len(levels):  # of two equal ones none is higher
            order = sorted(range(len(levels)), key=keys.__getitem__)
            return None, tuple(levels[i] for i in order)
    return None


def _known_scale(levels: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the scale that has all levels as words, and the levels in its order."""
    spelled = _by_word(levels)
    if spelled is None:
        return None
    for scale, words in _SCALES.items():
        if spelled.keys() <= set(words):
            return scale, _in_order(scale, spelled)
    return None


def merge_levels(scale: str, spellings: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """Return the levels of several columns on one known scale, or None if they spell it unlike.

    Examples
    --------
    >>> merge_levels("quality", [("Fa", "TA", "Gd"), ("Po", "Fa", "TA")])
    ('Po', 'Fa', 'TA', 'Gd')
    >>> merge_levels("quality", [("Fa", "TA", "Gd"), ("fa", "ta", "gd")]) is None
    True
    """
    spelled = _by_word(set[str]().union(*spellings))
    return None if spelled is None else _in_order(scale, spelled)


def _by_word(levels: Collection[str]) -> dict[str, str] | None:
    """Return levels by their words; None if two of them are one word that is written unlike."""
    spelled = {_normal(level): level for level in levels}
    return spelled if len(spelled) == len(levels) else None


def _in_order(scale: str, spelled: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(spelled[word] for word in _SCALES[scale] if word in spelled)


def _normal(level: str) -> str:
    """Return a level as scales spell it: ``Very_Good`` and ``very-good`` are ``very good``."""
    return re.sub(r"[\s_-]++", " ", level.strip().casefold())


def _grades(name: str, levels: Sequence[str]) -> Order | None:
    """Order grades from the worst (a late letter, a minus) to the best."""
    keys: Order = []
    has_signs = False
    for level in levels:
        grade = _GRADE.fullmatch(level)
        if grade is None:
            return None
        letter, signs = grade.groups()
        has_signs = has_signs or bool(signs)
        keys.append((-ord(letter), signs.count("+") - signs.count("-")))
    if has_signs or _GRADE_NAME.search(name):
        return keys
    return None  # letters alone may be the names of anything


def _numbered(name: str, levels: Sequence[str]) -> Order | None:
    """Order levels such as "1 - low" by their number, unless it only counts them."""
    keys: Order = []
    words: list[str] = []
    for level in levels:
        numbered = _NUMBERED.fullmatch(level)
        if numbered is None:
            return None
        keys.append((float(numbered[1]), 0))
        words.append(numbered[2])
    means_order = _SCALE_NAME.search(name) or order_levels(name, words)
    return keys if means_order else None


def _ranges(levels: Sequence[str]) -> Order | None:
    """Order levels such as "<18", "18-25" and "65+" by where they begin."""
    keys: Order = []
    has_range = False
    for level in levels:
        part = _RANGE.fullmatch(level.casefold())
        if part is None:
            return None
        sign, number, rest, _ = part.groups()
        has_range = has_range or bool(sign or rest)
        keys.append((float(number), _side(sign)))
    return keys if has_range else None


def _side(sign: str | None) -> int:
    """Return where a range lies that has the number as its end: -1 below it, 1 above it."""
    if not sign:
        return 0
    return -1 if sign in _BELOW else 1
