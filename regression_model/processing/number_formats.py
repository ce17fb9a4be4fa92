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
_EXAMPLE = re.compile(
    rf"(?P<open>\()?(?P<prefix>[^\d()+\u2212-]*){_SIGN}(?P<core>\d(?:[\d.,'\u2019]|{_BLANK}(?=\d))*)"
    rf"(?P<suffix>[^\d()]*)(?P<close>\))?",
    re.ASCII,
)
"""A number with what stands around it: a bracket, a currency, its sign, its digits, a unit."""
_CORE = re.compile(
    rf"\d{{1,3}}(?P<group>[.,'\u2019]|{_BLANK})\d{{3}}(?:(?P=group)\d{{3}})*(?:(?P<mark>[.,])\d+)?"
    rf"|\d+(?:(?P<alone>[.,])\d+)?",
    re.ASCII,
)
"""The digits: in groups of three or not, with decimals or not: ``1,234.5``, ``1234,5``."""
_GROUPED_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})++", re.ASCII)
"""A number that may be meant with points between groups: ``1.234``."""
_POINT = re.compile(r"[+-]?\d++\.\d++(?:[eE][+-]?\d++)?", re.ASCII)
"""A number with decimals behind a point: ``12.5``, ``1.5e3``."""
_LONGEST_EXAMPLE = 40
_LONGEST_NUMBER = 1000
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
        found = _pattern(self).fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
        if found is None or (found["sign"] and found["inner"]):
            return self._with_point(text)
        is_negative = found["open"] or (found["sign"] or found["inner"]) in ("-", "\u2212")
        whole = "".join(filter(str.isdigit, found["whole"]))
        decimals = "." + found["decimals"] if found["decimals"] else ""
        return f"{'-' * bool(is_negative)}{whole}{decimals}{found['exponent'] or ''}"

    def _with_point(self, text: str) -> str | None:
        """Return a number with a decimal point where it cannot be meant as one between groups."""
        bare = self.mark == "," and not self.group
        is_plain = _POINT.fullmatch(text) and not _GROUPED_POINTS.fullmatch(text)
        return text if bare and is_plain else None


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
    found = _EXAMPLE.fullmatch(example.strip()) if len(example) <= _LONGEST_EXAMPLE else None
    core = _CORE.fullmatch(found["core"]) if found else None
    is_even = found is not None and (found["open"] is None) == (found["close"] is None)
    if found is None or core is None or not is_even or (core["group"] in (".", ",") and (
        core["group"] == core["mark"]
    )):  # fmt: skip
        message = (
            "expected one number as the column writes it, such as 1,234.5 or 1.234,5 or 1 234,5 or "
            "$1,234.5 or 1234.5 % or (1,234.5)"
        )
        raise ValueError(message)
    group = core["group"] or ""
    group = next((plain for plain, like in _GROUPS.items() if group and re.match(like, group)), "")
    mark = core["mark"] or core["alone"] or ("," if group == "." else ".")
    return NumberFormat(
        group, mark, found["prefix"].strip(), found["suffix"].strip(), found["open"] is not None
    )


@cache
def _pattern(number_format: NumberFormat) -> re.Pattern[str]:
    """Return what matches a number of a format; no part of it can be matched in two ways."""
    f = number_format
    prefix = rf"(?:{re.escape(f.prefix)}{_BLANK}*+)?+" if f.prefix else ""
    suffix = rf"(?:{_BLANK}*+{re.escape(f.suffix)})?+" if f.suffix else ""
    groups = rf"[1-9]\d{{0,2}}(?:{_GROUPS[f.group]}\d{{3}})++(?!\d)|" if f.group else ""
    number = (
        rf"(?P<whole>{groups}\d++|(?={re.escape(f.mark)}\d))"
        rf"(?:{re.escape(f.mark)}(?P<decimals>\d*+))?+(?P<exponent>[eE][+-]?\d++)?+"
    )
    opened, closed = (r"\(", r"(?(open)\))") if f.accounting else ("(?!)", "")
    sign = rf"[+\u2212-]?+){_BLANK}*+"
    return re.compile(
        rf"(?P<open>{opened})?+(?P<sign>{sign}{prefix}(?P<inner>{sign}{number}{suffix}{closed}",
        re.ASCII,
    )
