"""What kind of column its cells make, or why a model should not use it."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from unicodedata import category, normalize

import numpy as np

from regression_model.guessing.dress import is_dressed, looks_like_numbers
from regression_model.guessing.guesses import ColumnGuess, LeftOut
from regression_model.guessing.scales import order_levels
from regression_model.processing.dates import (
    DEFAULT_PARTS,
    DateOrder,
    Part,
    to_seconds,
    to_text,
)
from regression_model.processing.schema import Code, Kind, plain, shown

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.guessing.facts import Facts

_BOOLEANS = (
    {"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}, {"on", "off"}, {"0", "1"},
)  # fmt: skip
_MONTH = (
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)\.?"
)
_TIME = r"\d{1,2}:\d{2}(:\d{2})?"
_WEEKDAY = r"((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[.,]? ++)?+"
_DATE = re.compile(
    rf"{_WEEKDAY}(\d{{4}}[-/.]\d{{1,2}}([-/.]\d{{1,2}})?([T ]{_TIME}.*+)?"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{2}})( {_TIME}.*+)?|\d{{1,2}}[-/]\d{{4}}"
    rf"|(?=\D*+\d)(\d{{1,2}}\.?[- ]?)?{_MONTH}([- ]?\d{{1,2}})?,?([- ]?\d{{4}}|[- ]\d{{2}})?"
    rf"( {_TIME}.*+)?)"
    rf"|{_TIME}.*+",
    re.IGNORECASE,
)
_NO_DATE = re.compile(r"(0000|0001|9999)-\d{2}-\d{2}([T ]\d{2}:\d{2}.*+)?")
_COMPACT_DATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\.0++)?")
_WITH_UNIT = re.compile(
    r"([^\w\s]{1,3}|US\$|USD|EUR|CHF|GBP|Fr\.?|Rs\.?)? ?[+-]?\d[\d,.' ]*+\s?[^\d\s]{0,10}"
)
_KEY_NAME = re.compile(
    r"(unnamed: ?\d+|index|row|)|(.*[\W_])?(id|key|uuid|guid|nr|number)", re.IGNORECASE
)
_KEY_CAMEL = re.compile(r".*[a-z](Id|ID|Key|UUID)")
_CODE_NAME = re.compile(
    r".*(zip|zip ?code|post ?code|postal|plz)|(.*[\W_])?(code|class|type|kind|id|nr|state|county"
    r"|country|region|district|province|commune|municipality|dept|department|sector|industry"
    r"|occupation|ethnicity|race|religion|nationality)",
    re.IGNORECASE,
)
_YEAR_NAME = re.compile(r"year|yr|built|born|founded|vintage|season", re.IGNORECASE)
_CODE_CAMEL = re.compile(r".*[a-z](Code|Class|Type|Kind|Zip|Id|ID)|[A-Z]+(Class|Code|Type|Zip)")

_MIN_ROWS_OF_A_KEY = 10
_BOOLEAN_SPELLINGS = 6
_NUMBER_SHARE = 0.9
_ODD_TEXTS = 5
_DATE_SHARE = 0.95
_DATE_ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy")
_KEY_SHARE = 0.95
_TEXT_SHARE = 0.5
_TEXT_LEVELS = 50
_TEXT_CHARACTERS = 40
_COUNTED_VALUES = 60
_COUNTED_SPAN = 100
_COUNTED_FROM = 9
_YEARS = (1500, 2200)
_SENTINELS = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 999.0, 9999.0, 99999.0, 999999.0)
_SHOWN_LEVELS = 4
_TRIED_TEXTS = 200


def guess_column(facts: Facts) -> ColumnGuess | LeftOut:
    """Guess what a column is.

    Parameters
    ----------
    facts : Facts
        Of the column.

    Returns
    -------
    ColumnGuess or LeftOut

    Examples
    --------
    >>> from regression_model.guessing.facts import collect_facts
    >>> guess = guess_column(collect_facts("rooms", ["3", "4", "4", "?"]))
    >>> guess.kind, guess.note, guess.also_missing
    ('integer', '3 to 4; missing 25%', ('?',))
    """
    if len(facts.texts) <= 1:
        return _guess_constant(facts)
    if _is_boolean(facts):
        return _column(facts, "boolean", _level_counts(facts))
    if facts.n_numbers == facts.n_known:
        return _guess_numbers(facts)
    if _matching(_DATE, facts) >= _DATE_SHARE:
        return _date(facts)
    if facts.numeric_share >= _NUMBER_SHARE:
        return _too_large(facts) or _guess_mixed(facts)
    return _many_dresses(facts) or _unusable_text(facts) or _guess_levels(facts)


def _many_dresses(facts: Facts) -> LeftOut | None:
    """Leave out numbers that are written in more than one way."""
    if not looks_like_numbers(facts):
        return None
    texts = sorted(facts.texts[:_TRIED_TEXTS], key=lambda text: re.sub(r"\d+", "", text))
    said = ", ".join(repr(shown(text)) for text in dict.fromkeys([texts[0], texts[-1]]))
    return LeftOut(
        facts.name,
        f"numbers written in more than one way, such as {said}: write digits alone, or all alike "
        "and say how in number_format",
    )


def _guess_constant(facts: Facts) -> ColumnGuess | LeftOut:
    if not facts.texts:
        return LeftOut(facts.name, "no value in any row")
    text = shown(facts.texts[0])
    if facts.n_known == facts.n_rows or not np.isnan(facts.numbers[0]):
        where = "every row" if facts.n_known == facts.n_rows else "every row that has a value"
        return LeftOut(facts.name, f"{text!r} in {where}")
    note = f"{text} in {_percent(1 - facts.missing_share)}, else missing, read as: has none"
    return ColumnGuess(
        facts.name, "category", note, missing="none", also_missing=facts.also_missing
    )


def _is_boolean(facts: Facts) -> bool:
    if len(facts.texts) > _BOOLEAN_SPELLINGS:
        return False
    spelt = {text.casefold().removesuffix(".0") for text in facts.texts}
    return any(spelt == pair for pair in _BOOLEANS)


def _guess_numbers(facts: Facts) -> ColumnGuess | LeftOut:
    numbers = facts.numbers
    low, high = float(numbers.min()), float(numbers.max())
    whole = bool((numbers == np.floor(numbers)).all())
    texts = facts.plain_texts
    if whole and not facts.dress and all(_COMPACT_DATE.fullmatch(text) for text in texts):
        return _date(facts)
    if low == high:
        return LeftOut(facts.name, f"{plain(low)} in every row that has a value")
    if whole and (reason := _key_reason(facts)):
        return LeftOut(facts.name, reason)
    if whole and any(text[0] == "0" and text.isdigit() and text != "0" for text in facts.texts):
        return _unusable_text(facts) or _column(
            facts, "category", f"{_level_counts(facts)}; codes, as some begin with 0"
        )
    span = f"{plain(low)} to {plain(high)}"
    name = facts.name
    is_code = _CODE_NAME.fullmatch(name) or _CODE_CAMEL.fullmatch(name)
    if whole and is_code and len(facts.texts) > 2:  # noqa: PLR2004 - two are as good as a number
        note = f"{_level_counts(facts)}; numbers, but the name says codes"
        return _unusable_text(facts) or _column(facts, "category", note)
    plainly_whole = whole and not any("." in text or "e" in text.lower() for text in texts)
    kind: Kind = "integer" if plainly_whole and _is_counted(facts) else "number"
    written = f"; written like {facts.dress}" if facts.dress else ""
    guess = _column(facts, kind, span + _sentinel_note(facts) + written)
    return replace(guess, number_format=facts.dress)


def _is_counted(facts: Facts) -> bool:
    """Tell whether whole numbers are counts or years, and not measures that were rounded.

    Counts begin near zero, while lengths and temperatures may have decimals tomorrow.
    """
    low, high = float(facts.numbers.min()), float(facts.numbers.max())
    if _YEAR_NAME.search(facts.name) and _YEARS[0] <= low and high <= _YEARS[1]:
        return True
    few = len(facts.texts) <= _COUNTED_VALUES and high - low <= _COUNTED_SPAN
    return few and 0 <= low <= _COUNTED_FROM


def _key_reason(facts: Facts) -> str | None:
    """Say why a column of whole numbers only names its rows, or return None."""
    n_texts = len(facts.texts)
    if facts.n_known < _MIN_ROWS_OF_A_KEY or n_texts < _KEY_SHARE * facts.n_known:
        return None
    numbers = facts.numbers
    if n_texts == facts.n_known and numbers.max() - numbers.min() == n_texts - 1:
        return (
            f"counts the rows: every number from {plain(numbers.min())} to {plain(numbers.max())}"
        )
    if _KEY_NAME.fullmatch(facts.name) or _KEY_CAMEL.fullmatch(facts.name):
        return "names the rows: another number in each"
    return None


def _sentinel_note(facts: Facts) -> str:
    """Say where a number far from all others may stand for a missing value."""
    order = np.argsort(facts.numbers)
    numbers, counts = facts.numbers[order], facts.counts[order]
    for end, neighbours in ((0, numbers[1:]), (-1, numbers[:-1])):
        number, count = float(numbers[end]), int(counts[end])
        others = float(neighbours.max() - neighbours.min())
        gap = float(np.abs(neighbours - number).min())
        if number in _SENTINELS and count > 1 and len(neighbours) > 1 and gap > max(others, 1.0):
            return (
                f"; {plain(number)} in {count:,} rows: if it stands for a missing value, "
                "leave those cells empty"
            )
    return ""


def _guess_mixed(facts: Facts) -> ColumnGuess | LeftOut:
    """Mostly numbers: the other texts are taken as missing where they are few, and no numbers."""
    odd = [facts.texts[i] for i in np.flatnonzero(np.isnan(facts.numbers))]
    said = ", ".join(repr(shown(text)) for text in odd[:_ODD_TEXTS])
    written = [text for text in odd if is_dressed(text)]
    if written:
        said = ", ".join(repr(shown(text)) for text in written[:_ODD_TEXTS])
        return LeftOut(
            facts.name,
            f"numbers, but some written in another way, such as {said}: write digits alone, or "
            "all alike and say how in number_format",
        )
    if len(odd) > _ODD_TEXTS:
        return LeftOut(
            facts.name, f"mixed: numbers, but also {len(odd)} other texts such as {said}"
        )
    guess = guess_column(facts.without(odd))
    if isinstance(guess, LeftOut):
        return guess
    note = f"{guess.note}; {said} is no number and taken as missing"
    return replace(guess, note=note)


def _too_large(facts: Facts) -> LeftOut | None:
    """Leave out numbers of which some are beyond what a model takes, in a file of any kind."""
    for text, refusal in facts.refused.items():
        if refusal.code == Code.TOO_LARGE:
            return LeftOut(facts.name, f"{shown(text)!r} in it is {refusal.message}")
    return None


def _date(facts: Facts) -> ColumnGuess | LeftOut:
    """Guess how dates are written: the order that reads most of them."""
    unreal = [text for text in facts.texts if _NO_DATE.fullmatch(text)]
    real = facts.without(unreal)
    if len(real.texts) <= 1:
        return LeftOut(facts.name, f"hardly a date but {shown(unreal[0])}")
    read = {order: _seconds(real, order) for order in _DATE_ORDERS}
    known = {order: _known_share(real, seconds) for order, seconds in read.items()}
    best = max(_DATE_ORDERS, key=known.__getitem__)
    odd = [real.texts[i] for i in np.flatnonzero(np.isnan(read[best]))]
    first, last = shown(min(facts.texts)), shown(max(facts.texts))
    if known[best] < _DATE_SHARE or len(odd) > _ODD_TEXTS:
        reason = (
            f"times, or dates that cannot be read, {first} to {last}: write them as 2024-03-01, "
            "or give the hour or the age as a column of its own"
        )
        return LeftOut(facts.name, reason)
    order, note = _order(real, known)
    odd = unreal + odd
    return _dates(facts.without(odd) if odd else facts, order, note, odd)


def _order(facts: Facts, known: dict[DateOrder, float]) -> tuple[DateOrder, str]:
    """Return the order of day and month that reads most dates, and a doubt about it."""
    order = max(_DATE_ORDERS, key=known.__getitem__)
    if order == "ymd" or known["dmy"] != known["mdy"]:
        return order, ""
    if any("/" in text for text in facts.texts):
        return "mdy", "; day and month cannot be told apart: read as month/day/year"
    return "dmy", "; day and month cannot be told apart: read as day/month/year"


def _dates(facts: Facts, order: DateOrder, note: str, odd: list[str]) -> ColumnGuess:
    seconds = _seconds(facts, order)
    if odd:
        note += f"; {', '.join(repr(shown(text)) for text in odd)} is no date and taken as missing"
    span = f"{to_text(float(seconds.min()))} to {to_text(float(seconds.max()))}"
    hours = np.unique(np.floor(seconds / 3600) % 24)
    parts: tuple[Part, ...] = (*DEFAULT_PARTS, "hour") if len(hours) > 1 else DEFAULT_PARTS
    guess = _column(facts, "date", span + note)
    return replace(guess, date_order=order, parts=parts)


def _seconds(facts: Facts, order: DateOrder) -> Floats:
    read = (to_seconds(text, order) for text in facts.texts)
    return np.array([math.nan if seconds is None else seconds for seconds in read])


def _known_share(facts: Facts, seconds: Floats) -> float:
    return float(facts.counts[~np.isnan(seconds)].sum() / facts.n_known)


def _unusable_text(facts: Facts) -> LeftOut | None:
    """Leave out texts of which nearly every row has another."""
    n_texts, share = len(facts.texts), len(facts.texts) / facts.n_known
    many = share > _TEXT_SHARE and n_texts > _TEXT_LEVELS
    if not many and (facts.n_known < _MIN_ROWS_OF_A_KEY or share < _KEY_SHARE):
        return None
    example = repr(str(shown(facts.texts[0]))[:_TEXT_CHARACTERS])
    said = f"{n_texts:,} different texts in {facts.n_known:,} rows, such as {example}"
    has_more = not all(text.lstrip("+-").isdigit() for text in facts.texts)
    if has_more and _matching(_WITH_UNIT, facts) >= _NUMBER_SHARE:
        return LeftOut(facts.name, f"numbers with more than digits: {said}; write digits alone")
    length = float(np.mean([len(text) for text in facts.texts]))
    what = "free text" if length > _TEXT_CHARACTERS else "names the rows"
    return LeftOut(facts.name, f"{what}: {said}")


def _guess_levels(facts: Facts) -> ColumnGuess:
    if len(facts.texts) <= _TEXT_LEVELS:
        ordered = order_levels(facts.name, facts.texts)
        if ordered is not None:
            scale, levels = ordered
            note = f"from {levels[0]} to {levels[-1]}"
            return _column(facts, "ordered", note, levels=levels, scale=scale)
    spelt = {text.casefold() for text in facts.texts}
    twice = "; some differ in upper and lower case only" if len(spelt) < len(facts.texts) else ""
    if len(set(map(_look, spelt))) < len(spelt):
        twice += "; some look the same, but are written with other characters or blanks"
    return _column(facts, "category", _level_counts(facts) + twice)


def _look(text: str) -> str:
    """Return what a reader tells a text by: accents in one form, blanks as one, nothing unseen."""
    seen = "".join(char for char in text if category(char) != "Cf")
    return " ".join(normalize("NFC", seen).split())


def _column(
    facts: Facts,
    kind: Kind,
    note: str,
    *,
    levels: tuple[str, ...] = (),
    scale: str | None = None,
) -> ColumnGuess:
    missing = f"; missing {_percent(facts.missing_share)}" if facts.missing_share else ""
    return ColumnGuess(
        facts.name,
        kind,
        note + missing,
        levels=levels,
        scale=scale,
        also_missing=facts.also_missing,
    )


def _level_counts(facts: Facts) -> str:
    """Name the commonest levels: ``5 levels: sedan (490), coupe (140), wagon (64), …``."""
    common = facts.by_count[:_SHOWN_LEVELS]
    said = ", ".join(f"{str(shown(text))[:_TEXT_CHARACTERS]} ({count:,})" for text, count in common)
    more = ", …" if len(facts.texts) > _SHOWN_LEVELS else ""
    number = f"{len(facts.texts):,} levels: " if len(facts.texts) > 2 else ""  # noqa: PLR2004
    return f"{number}{said}{more}"


def _matching(pattern: re.Pattern[str], facts: Facts) -> float:
    """Return the share of known rows whose text matches; a few texts decide where none does."""
    if not any(map(pattern.fullmatch, facts.texts[:100])):
        return 0.0
    matches = np.array([pattern.fullmatch(text) is not None for text in facts.texts])
    return float(facts.counts[matches].sum() / facts.n_known)


def _percent(share: float) -> str:
    return f"{share:.2g}%" if (share := 100 * share) < 1 else f"{share:.3g}%"
