"""Numbers in other dress: ``$52,000``, ``1.234,5 €``, ``14 %``, ``(75)``, read as an example says.

A format is given by one number written in it, `parse_format` says how; the rest of the package
keeps that text. The same reading serves training and prediction, whatever form the input has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from regression_model.processing.blanks import BLANKS

DECIMAL_COMMA = "1234,5"
"""The format of columns that declare none, in files with decimal commas."""

_BLANK = "[ \u00a0\u2009\u202f]"
"""A blank, or one of those at which no line breaks."""
_SIGN = "[+\u2212-]?"
_EXAMPLE = (
    rf"(?P<open>\()?(?P<prefix>[^\d()+\u2212-]*){_SIGN}(?P<core>\d(?:[\d.,'\u2019]|{_BLANK}(?=\d))*)"
    rf"(?P<suffix>[^\d()]*)(?P<close>\))?"
)
"""A number with what stands around it: a bracket, a currency, its sign, its digits, a unit."""
_CORE = (
    rf"\d{{1,3}}(?P<group>[.,'\u2019]|{_BLANK})\d{{3}}(?:(?P=group)\d{{3}})*(?:(?P<mark>[.,])\d+)?"
    rf"|\d+(?:(?P<alone>[.,])\d+)?"
)
"""The digits: in groups of three or not, with decimals or not: ``1,234.5``, ``1234,5``.

This and `_EXAMPLE` are compiled when a format is first parsed: most models have none, and compiling
both takes longer than loading all else that is in this module.
"""
_GROUPED_POINTS = re.compile(r"[+-]?\d{1,3}(?>(?:\.\d{3})+)", re.ASCII)
"""A number that may be meant with points between groups: ``1.234``."""
_POINT = re.compile(r"[+-]?\d++\.\d++(?:[eE][+-]?\d++)?", re.ASCII)
"""A number with decimals behind a point: ``12.5``, ``1.5e3``."""
_MINUSES = ("-", "\u2212")
"""The hyphen, and the sign that typography has for it."""
_LONGEST_EXAMPLE = 40
LONGEST_NUMBER = 1000
"""Characters of a cell: longer ones are no numbers, and are not looked through."""
_GROUPS = {" ": _BLANK, "'": "['\u2019]", ".": r"\.", ",": ","}
"""What may stand between groups, and the pattern of all that is meant by it."""


@dataclass(frozen=True)
class NumberFormat:
    """How numbers are written.

    Attributes
    ----------
    group : str
        What may stand between groups of three digits; empty for nothing.
    mark : str
        What stands before the decimals, a point or a comma.
    prefix, suffix : str
        What may stand around the digits, without blanks at its ends.
    accounting : bool
        Whether a number in brackets is a negative one.
    """

    group: str
    mark: str
    prefix: str = ""
    suffix: str = ""
    accounting: bool = False

    @property
    def example(self) -> str:
        """A number in this format, of which `parse_format` makes the format again."""
        before = f"{self.prefix} " if self.prefix[-1:].isalpha() else self.prefix
        after = f" {self.suffix}" if self.suffix else ""
        text = f"{before}1{self.group}234{self.mark}5{after}"
        return f"({text})" if self.accounting else text

    def plain_text(self, text: str) -> str | None:
        """Return a number as it is written with a decimal point alone, or None if it is none.

        Groups have three digits each, or there are none. What stands around the digits may be
        absent; anything else around them makes no number.

        Examples
        --------
        >>> dollars = parse_format("($1,234.5)")
        >>> [dollars.plain_text(text) for text in ("$52,000", "-7.25", "($75)", "$5,2", "5 EUR")]
        ['52000', '-7.25', '-75', None, None]
        """
        text = text.strip(BLANKS)
        number = None
        if len(text) <= LONGEST_NUMBER:
            number = _pattern(self).fullmatch(text)
        if number is None or (number["sign"] and number["inner"]):  # -$-5
            return self._with_point(text)
        sign = number["sign"] or number["inner"]
        minus = "-" if number["open"] or sign in _MINUSES else ""
        whole = "".join(filter(str.isdigit, number["whole"]))
        decimals = f".{number['decimals']}" if number["decimals"] else ""
        return f"{minus}{whole}{decimals}{number['exponent'] or ''}"

    def _with_point(self, text: str) -> str | None:
        """Return a number with a decimal point where it cannot be meant as one between groups."""
        if self.mark != "," or self.group:
            return None
        # without groups 12.5 is as plain as 12,5; 1.234 may be a thousand, and is none of both
        if _GROUPED_POINTS.fullmatch(text) or not _POINT.fullmatch(text):
            return None
        return text


@cache
def parse_format(example: str) -> NumberFormat:
    """Read a format off a number that is written in it.

    Parameters
    ----------
    example : str
        Such as ``1,234.5``, ``1.234,5``, ``1 234,5``, ``1'234.5``, ``1234,5``, ``$1,234.5``,
        ``14 %``, or ``(1,234.5)`` where brackets make a number negative. One comma or point before
        three digits separates thousands, otherwise decimals.

    Returns
    -------
    NumberFormat

    Raises
    ------
    ValueError
        If it is no such example.

    Examples
    --------
    >>> parse_format("1.234,5 €")
    NumberFormat(group='.', mark=',', prefix='', suffix='€', accounting=False)
    """
    around, digits = _match_example(example)
    group = _plain_group(digits["group"])
    mark = digits["mark"] or digits["alone"] or ("," if group == "." else ".")
    prefix, suffix = around["prefix"].strip(), around["suffix"].strip()
    return NumberFormat(group, mark, prefix, suffix, accounting=around["open"] is not None)


def _match_example(example: str) -> tuple[re.Match[str], re.Match[str]]:
    """Return what stands around the digits of an example, and what stands between them."""
    if len(example) <= _LONGEST_EXAMPLE:
        around = re.fullmatch(_EXAMPLE, example.strip(), re.ASCII)
        if around is not None and (around["open"] is None) == (around["close"] is None):
            digits = re.fullmatch(_CORE, around["core"], re.ASCII)
            if digits is not None and not _is_ambiguous(digits):
                return around, digits
    message = (
        "expected one number as the column writes it, such as 1,234.5 or 1.234,5 or 1 234,5 or "
        "$1,234.5 or 1234.5 % or (1,234.5)"
    )
    raise ValueError(message)


def _is_ambiguous(digits: re.Match[str]) -> bool:
    """Tell whether one mark would separate both groups and decimals, as in 1,234,5."""
    return digits["group"] is not None and digits["group"] == digits["mark"]


def _plain_group(separator: str | None) -> str:
    """Return what a format calls a separator of groups: all kinds of blanks are one."""
    if separator is not None:
        for plain, pattern in _GROUPS.items():
            if re.match(pattern, separator):
                return plain
    return ""


@cache
def _pattern(number_format: NumberFormat) -> re.Pattern[str]:
    """Return what matches a number of a format; no part of it can be matched in two ways."""
    prefix = suffix = groups = ""
    if number_format.prefix:
        prefix = rf"(?>(?:{re.escape(number_format.prefix)}{_BLANK}*+)?)"
    if number_format.suffix:
        suffix = rf"(?>(?:{_BLANK}*+{re.escape(number_format.suffix)})?)"
    if number_format.group:
        groups = rf"[1-9]\d{{0,2}}(?>(?:{_GROUPS[number_format.group]}\d{{3}})+)(?!\d)|"
    mark = re.escape(number_format.mark)
    # digits in groups or without, or none at all before a mark: ,5
    whole = rf"(?P<whole>{groups}\d++|(?={mark}\d))"
    decimals = rf"(?>(?:{mark}(?P<decimals>\d*+))?)(?>(?P<exponent>[eE][+-]?\d++)?)"
    # a bracket is closed where one was opened; (?!) never matches, so that none is
    opened, closed = (r"\(", r"(?(open)\))") if number_format.accounting else ("(?!)", "")
    sign = rf"[+\u2212-]?+){_BLANK}*+"
    before = rf"(?P<open>{opened})?+(?P<sign>{sign}{prefix}(?P<inner>{sign}"
    return re.compile(f"{before}{whole}{decimals}{suffix}{closed}", re.ASCII)
