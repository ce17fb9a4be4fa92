"""How the numbers of a column are written, where otherwise than with digits and a point alone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.processing.number_formats import NumberFormat, parse_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.guessing.column_statistics import ColumnStatistics

_CURRENCY = r"(?:[$€£¥₹₩₽₺₪₫฿]|[A-Z]{1,2}\$|USD|EUR|CHF|GBP|JPY|Fr\.?|Rs\.?)"
"""A currency by its sign, as ``US$`` and ``A$``, or by the letters that tables use."""
_LETTER = r"[^\W\d_²³¹¼-¾\u2070-\u209f\u2150-\u218f\u2460-\u24ff]"
"""No part of a number, as ½ and ² are."""
_UNIT = rf"(?:[%‰]|[°µμ]?{_LETTER}{{1,10}}[²³]?(?:/{_LETTER}{{1,5}}[²³]?)?)"
"""A unit behind a number: ``%``, ``km``, ``°C``, ``m²``, ``km/h``."""
_BLANK = "[ \u00a0\u2009\u202f]"
"""A blank, or one of those at which no line breaks."""
_DRESSED = re.compile(
    rf"(?P<open>\()?[+\u2212-]?(?P<prefix>{_CURRENCY}?){_BLANK}*+[+\u2212-]?"
    rf"\d(?>(?:[\d.,'\u2019]|{_BLANK}(?=\d))*){_BLANK}*+(?P<suffix>(?:{_CURRENCY}|{_UNIT})?)(?(open)\))"
)
"""Digits and what separates them, with a sign, a currency or a unit around them, or in brackets:
``-$1,234.50``, ``(75)``, ``1 234,5 €``, ``14 %``. Wider than any one format."""
_FRACTION = re.compile(
    r"[+\u2212-]?(?:(?P<mixed>\d{1,9}[ \u00a0\u2009\u202f-]\d{1,4}[/\u2044]\d{1,4}"
    r"|\d{0,9}[ \u00a0\u2009\u202f]?[¼-¾\u2150-\u215e])|\d{1,4}[/\u2044]\d{1,4})"
)
"""A fraction: ``14 1/2`` and ``14½``, which are nothing else, or ``1/2``, which may be a date."""
_DIMENSIONS = (
    "mm cm m km in|inch|inches ft|foot|feet yd|yard|yards mi|mile|miles",
    "mg g|gram|grams kg|kilo|kilos t|ton|tons oz|ounce|ounces lb|lbs|pound|pounds",
    "ml cl dl l|liter|liters|litre|litres pt|pint|pints gal|gallon|gallons",
    "s|sec|secs|second|seconds min|mins|minute|minutes h|hr|hrs|hour|hours",
    "d|day|days w|week|weeks month|months y|yr|yrs|year|years",
    "m²|sqm ft²|sqft ha acre|acres",
    "w kw mw hp|bhp ps",
    "km/h|kmh|kph mph m/s kn",
    "km/l|kmpl km/kg mpg",
    "°c °f k",
    "kb mb gb tb",
    "k m|mio bn|mrd",
)
"""Units that can be turned into each other, a line for what they measure; names of one unit are
joined by a bar. A column with two units of a line is of one quantity in two ways."""


def _unit_names(dimension: str) -> dict[str, str]:
    """Return each name of a unit with the unit's first name."""
    return {name: unit for unit in dimension.split() for name in unit.split("|")}


_UNITS = tuple(map(_unit_names, _DIMENSIONS))
_STYLES_WITH_POINT = ((",", "."), (" ", "."), ("'", "."))
_STYLES_WITH_COMMA = ((".", ","), (" ", ","))
"""What stands between groups of thousands, and before the decimals."""
_SHARE = 0.95
"""So many of the rows must be read by one format; the others are slips."""
_SHARE_WITH_SIGN = 0.5
"""A currency or unit that fewer cells have leaves open what the others are in."""
_TRIED = 200
"""So many texts tell whether it is worth while to look at all."""


def dressed(statistics: ColumnStatistics) -> ColumnStatistics:
    """Return statistics whose texts are read in the format that nearly all of them are written in.

    Parameters
    ----------
    statistics : ColumnStatistics
        Of a column, read as numbers of its file are.

    Returns
    -------
    ColumnStatistics
        The same where its numbers wear no dress, or more than one.

    Examples
    --------
    >>> from regression_model.guessing.column_statistics import collect_statistics
    >>> statistics = dressed(collect_statistics("price", ["$950", "$1,250", "$52,000"]))
    >>> statistics.dress, statistics.values.tolist()
    ('$1,234.5', [950.0, 1250.0, 52000.0])
    """
    if not np.isnan(statistics.numbers).any() or _share(statistics) < _SHARE:
        return statistics
    best = statistics
    for number_format in _candidates(statistics):
        read = replace(statistics, dress=number_format.example)
        if read.n_numbers > best.n_numbers:  # of equal ones the first, which is the likelier
            best = read
    return best if best.n_numbers >= _SHARE * statistics.n_known else statistics


def is_dressed(text: str) -> bool:
    """Tell whether a text is a number with something around or within its digits.

    Examples
    --------
    >>> [is_dressed(text) for text in ("11 km", "1,000", "14 1/2", "about 5", "n/a")]
    [True, True, True, False, False]
    """
    return _DRESSED.fullmatch(text) is not None or _FRACTION.fullmatch(text) is not None


def looks_like_numbers(statistics: ColumnStatistics) -> bool:
    """Tell whether nearly all texts are numbers in some dress, not all of them in one."""
    if _share(statistics) < _SHARE:
        return False
    tried = statistics.texts[:_TRIED]
    if any(map(_is_mixed_fraction, tried)) or _has_two_units(tried):
        return True
    n_marked = sum(map(_is_marked, tried))
    return n_marked > len(tried) / 2


def _is_mixed_fraction(text: str) -> bool:
    """Tell a whole number with a fraction; a fraction alone may be a date, or a pair."""
    fraction = _FRACTION.fullmatch(text)
    return fraction is not None and fraction["mixed"] is not None


def _has_two_units(texts: list[str]) -> bool:
    """Tell whether numbers are in two units of which one can be turned into the other."""
    suffixes = set(map(_suffix, texts))
    for units in _UNITS:
        same_quantity = {units[name] for name in suffixes & units.keys()}
        if len(same_quantity) > 1:
            return True
    return False


def _suffix(text: str) -> str:
    """Return what stands behind a number; nothing behind a code, such as 3M."""
    match = _DRESSED.fullmatch(text)
    if match is None:
        return ""
    suffix = match["suffix"].casefold()
    is_code = len(suffix) == 1 and text[:-1].isdigit()
    return "" if is_code else suffix


def _is_marked(text: str) -> bool:
    """Tell a dress that only numbers wear: a currency, a percentage, groups of thousands."""
    match = _DRESSED.fullmatch(text)
    if match is None:
        return False
    if match["suffix"] in ("%", "‰") or "," in text:
        return True
    return re.fullmatch(_CURRENCY, match["prefix"] or match["suffix"]) is not None


def _share(statistics: ColumnStatistics) -> float:
    """Return the share of known rows that are numbers in any dress."""
    tried = statistics.texts[:_TRIED]
    if sum(map(is_dressed, tried)) < len(tried) / 2:  # texts, of which there may be very many
        return 0.0
    matches = np.array(list(map(is_dressed, statistics.texts)))
    return float(statistics.counts[matches].sum() / statistics.n_known)


def _candidates(statistics: ColumnStatistics) -> list[NumberFormat]:
    """Return the formats that a column may be written in, those of its file first."""
    matches = [_DRESSED.fullmatch(text) for text in statistics.texts]
    prefix, suffix = _commonest_signs(matches, statistics)
    in_brackets = any(match is not None and match["open"] for match in matches)
    styles = (*_STYLES_WITH_POINT, *_STYLES_WITH_COMMA)
    if statistics.number_format is not None:  # the file has decimal commas
        styles = (*_STYLES_WITH_COMMA, *_STYLES_WITH_POINT)
    formats = [NumberFormat(group, mark, prefix, suffix, in_brackets) for group, mark in styles]
    return list(filter(_is_told, formats))


def _commonest_signs(
    matches: Sequence[re.Match[str] | None], statistics: ColumnStatistics
) -> tuple[str, str]:
    """Return what stands before and behind most numbers, two empty texts where few have it."""
    n_rows_with = Counter[tuple[str, str]]()
    for match, count in zip(matches, statistics.counts.tolist(), strict=True):
        if match is not None and (match["prefix"] or match["suffix"]):
            n_rows_with[match["prefix"], match["suffix"]] += count
    for signs, n_rows in n_rows_with.most_common(1):
        if n_rows >= _SHARE_WITH_SIGN * statistics.n_known:
            return signs
    return "", ""


def _is_told(number_format: NumberFormat) -> bool:
    """Tell whether an example says all of a format."""
    try:
        return parse_format(number_format.example) == number_format
    except ValueError:
        return False
