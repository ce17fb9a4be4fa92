"""How the numbers of a column are written, where otherwise than with digits and a point alone."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from regression_model.processing.number_formats import NumberFormat, parse_format

if TYPE_CHECKING:
    from regression_model.guessing.facts import Facts

_CURRENCY = r"(?:[$€£¥₹₩₽₺₪₫฿]|[A-Z]{1,2}\$|USD|EUR|CHF|GBP|JPY|Fr\.?|Rs\.?)"
_LETTER = r"[^\W\d_²³¹¼-¾\u2070-\u209f\u2150-\u218f\u2460-\u24ff]"
"""No part of a number, as ½ and ² are."""
_UNIT = rf"(?:[%‰]|[°µμ]?{_LETTER}{{1,10}}[²³]?(?:/{_LETTER}{{1,5}}[²³]?)?)"
_BLANK = "[ \u00a0\u2009\u202f]"
_DRESSED = re.compile(
    rf"(?P<open>\()?[+\u2212-]?(?P<prefix>{_CURRENCY}?){_BLANK}*+[+\u2212-]?"
    rf"\d(?:[\d.,'\u2019]|{_BLANK}(?=\d))*+{_BLANK}*+(?P<suffix>(?:{_CURRENCY}|{_UNIT})?)(?(open)\))"
)
_FRACTION = re.compile(
    r"[+\u2212-]?(?:(?P<mixed>\d{1,9}[ \u00a0\u2009\u202f-]\d{1,4}[/\u2044]\d{1,4}"
    r"|\d{0,9}[ \u00a0\u2009\u202f]?[¼-¾\u2150-\u215e])|\d{1,4}[/\u2044]\d{1,4})"
)
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
_UNITS = tuple(
    {name: unit for unit in units.split() for name in unit.split("|")} for units in _DIMENSIONS
)
_STYLES = ((",", "."), (" ", "."), ("'", "."), (".", ","), (" ", ","))
_N_WITH_POINT = 3
_SHARE = 0.95
_SHARE_WITH_SIGN = 0.5
_TRIED = 200


def dressed(facts: Facts) -> Facts:
    """Return facts whose texts are read in the format that nearly all of them are written in.

    Parameters
    ----------
    facts : Facts
        Of a column, read as numbers of its file are.

    Returns
    -------
    Facts
        The same where its numbers wear no dress, or more than one.

    Examples
    --------
    >>> from regression_model.guessing.facts import collect_facts
    >>> facts = dressed(collect_facts("price", ["$950", "$1,250", "$52,000"]))
    >>> facts.dress, facts.values.tolist()
    ('$1,234.5', [950.0, 1250.0, 52000.0])
    """
    if not np.isnan(facts.numbers).any() or _share(facts) < _SHARE:
        return facts
    plain = facts.n_numbers
    read = [replace(facts, dress=each.example) for each in _candidates(facts)]
    best = max(read, key=lambda each: each.n_numbers, default=facts)
    fits = best.n_numbers >= _SHARE * facts.n_known and best.n_numbers > plain
    return best if fits else facts


def is_dressed(text: str) -> bool:
    """Tell whether a text is a number with something around or within its digits.

    Examples
    --------
    >>> [is_dressed(text) for text in ("11 km", "1,000", "14 1/2", "about 5", "n/a")]
    [True, True, True, False, False]
    """
    return _DRESSED.fullmatch(text) is not None or _FRACTION.fullmatch(text) is not None


def looks_like_numbers(facts: Facts) -> bool:
    """Tell whether nearly all texts are numbers in some dress, not all of them in one."""
    if _share(facts) < _SHARE:
        return False
    tried = facts.texts[:_TRIED]
    fractions = filter(None, map(_FRACTION.fullmatch, tried))
    has_fraction = any(found["mixed"] for found in fractions)  # else it may be a date, or a pair
    return has_fraction or _has_two_units(tried) or 2 * sum(map(_is_marked, tried)) > len(tried)


def _has_two_units(texts: list[str]) -> bool:
    """Tell whether numbers are in two units of which one can be turned into the other.

    One letter right behind whole digits may as well be a code, such as 3M.
    """
    suffixes = set[str]()
    for text in texts:
        found = _DRESSED.fullmatch(text)
        suffix = found["suffix"].casefold() if found else ""
        if len(suffix) > 1 or not text[:-1].isdigit():
            suffixes.add(suffix)
    return any(len({units[name] for name in suffixes & units.keys()}) > 1 for units in _UNITS)


def _is_marked(text: str) -> bool:
    """Tell a dress that only numbers wear: a currency, a percentage, groups of thousands."""
    found = _DRESSED.fullmatch(text)
    if found is None:
        return False
    is_money = re.fullmatch(_CURRENCY, found["prefix"] or found["suffix"]) is not None
    return is_money or found["suffix"] in ("%", "‰") or "," in text


def _share(facts: Facts) -> float:
    """Return the share of known rows that are numbers in any dress; few texts decide on none."""
    tried = facts.texts[:_TRIED]
    if sum(map(is_dressed, tried)) < len(tried) / 2:
        return 0.0
    matches = np.array(list(map(is_dressed, facts.texts)))
    return float(facts.counts[matches].sum() / facts.n_known)


def _candidates(facts: Facts) -> list[NumberFormat]:
    """Return the formats that a column may be written in, those of its file first.

    A currency or unit that few cells have leaves open what the others are in.
    """
    found = [_DRESSED.fullmatch(text) for text in facts.texts]
    around = Counter[tuple[str, str]]()
    for match, count in zip(found, facts.counts.tolist(), strict=True):
        if match is not None and (match["prefix"] or match["suffix"]):
            around[match["prefix"], match["suffix"]] += count
    (prefix, suffix), n_signed = around.most_common(1)[0] if around else (("", ""), 0)
    if n_signed < _SHARE_WITH_SIGN * facts.n_known:
        prefix, suffix = "", ""
    in_brackets = any(match is not None and match["open"] for match in found)
    with_point, with_comma = _STYLES[:_N_WITH_POINT], _STYLES[_N_WITH_POINT:]
    has_point = facts.number_format is None
    styles = (*with_point, *with_comma) if has_point else (*with_comma, *with_point)
    formats = [NumberFormat(group, mark, prefix, suffix, in_brackets) for group, mark in styles]
    return [each for each in formats if _is_told(each)]


def _is_told(number_format: NumberFormat) -> bool:
    """Tell whether an example says all of a format."""
    try:
        return parse_format(number_format.example) == number_format
    except ValueError:
        return False
