"""Whether a table's column holds dates, and how they are written."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from regression_model.processing.dates import (
    DEFAULT_PARTS,
    DateOrder,
    Part,
    to_seconds,
    to_text,
)
from regression_model.processing.kinds.claims import Claim, Refusal, matching_share
from regression_model.processing.shown_values import shown

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.processing.kinds.evidence import Evidence

_WEEKDAY = r"(?>((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[.,]? ++)?)"
_MONTH = (
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?"
    r"|oct(ober)?|nov(ember)?|dec(ember)?)\.?"
)
_TIME = r"\d{1,2}:\d{2}(:\d{2})?"
_DATE = re.compile(
    rf"{_WEEKDAY}("
    # 2024-03-01, 2024/3, 2024.03.01 14:30 and what stands behind the minutes
    rf"\d{{4}}[-/.]\d{{1,2}}([-/.]\d{{1,2}})?([T ]{_TIME}.*+)?"
    # 01.03.2024, 3/1/24 and a time; 3/2024
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{2}})( {_TIME}.*+)?"
    r"|\d{1,2}[-/]\d{4}"
    # 1 Mar 2024, March 2024, Mar 1, 2024, Mar-24: a month's name and somewhere a digit, as a
    # column of bare months is one of levels
    rf"|(?=\D*+\d)(\d{{1,2}}\.?[- ]?)?{_MONTH}([- ]?\d{{1,2}})?,?([- ]?\d{{4}}|[- ]\d{{2}})?"
    rf"( {_TIME}.*+)?)"
    # a time without a date, which looks like dates and is refused as such
    rf"|{_TIME}.*+",
    re.IGNORECASE,
)
"""What looks like a date to a person: wider than what can be read, so that the rest is refused."""
_NO_DATE = re.compile(r"(0000|0001|9999)-\d{2}-\d{2}([T ]\d{2}:\d{2}.*+)?")
"""Dates by which databases say "none" or "for ever"."""
_COMPACT_DATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\.0++)?")
"""20240301, and what becomes of it in a column of fractions, 20240301.0."""
_DATE_SHARE = 0.95
"""Of the rows that look like dates, and of those that can be read: others are slips of the pen."""
_ODD_TEXTS = 5
"""So many different texts that are no dates can be looked through, and are taken as missing."""
_DATE_ORDERS: tuple[DateOrder, ...] = ("ymd", "dmy", "mdy")
_SECONDS_OF_AN_HOUR = 3600


def guess_dates(evidence: Evidence) -> Claim | Refusal | None:
    """Say whether a column holds dates, how they are written, or why they are of no use.

    Parameters
    ----------
    evidence : Evidence
        Of the column.
    """
    if not _looks_like_dates(evidence):
        return None
    unreal = [text for text in evidence.texts if _NO_DATE.fullmatch(text)]
    real = evidence.without(unreal)
    if len(real.texts) <= 1:
        return Refusal(f"hardly a date but {shown(unreal[0])}")
    read = {order: _seconds(real, order) for order in _DATE_ORDERS}
    known = {order: _known_share(real, seconds) for order, seconds in read.items()}
    best = max(_DATE_ORDERS, key=known.__getitem__)
    odd = [real.texts[i] for i in np.flatnonzero(np.isnan(read[best]))]
    if known[best] < _DATE_SHARE or len(odd) > _ODD_TEXTS:
        first, last = shown(min(evidence.texts)), shown(max(evidence.texts))
        return Refusal(
            f"times, or dates that cannot be read, {first} to {last}: write them as 2024-03-01, "
            "or give the hour or the age as a column of its own"
        )
    order, doubt = _order(real, known)
    return _claim(evidence, order, doubt, [*unreal, *odd])


def _looks_like_dates(evidence: Evidence) -> bool:
    """Tell whether nearly all texts look like dates; numbers do only where all are compact ones."""
    if not np.isnan(evidence.numbers).any():
        is_bare = not evidence.dress
        return is_bare and all(map(_COMPACT_DATE.fullmatch, evidence.plain_texts))
    return matching_share(_DATE, evidence) >= _DATE_SHARE


def _order(evidence: Evidence, known: dict[DateOrder, float]) -> tuple[DateOrder, str]:
    """Return the order of day and month that reads most dates, and a doubt about it."""
    order = max(_DATE_ORDERS, key=known.__getitem__)
    if order == "ymd" or known["dmy"] != known["mdy"]:
        return order, ""
    # no day is above 12: slashes are how Americans write, points and hyphens how others do
    if any("/" in text for text in evidence.texts):
        return "mdy", "; day and month cannot be told apart: read as month/day/year"
    return "dmy", "; day and month cannot be told apart: read as day/month/year"


def _claim(evidence: Evidence, order: DateOrder, doubt: str, odd: list[str]) -> Claim:
    seconds = _seconds(evidence.without(odd), order)
    note = f"{to_text(float(seconds.min()))} to {to_text(float(seconds.max()))}{doubt}"
    if odd:
        note += f"; {', '.join(repr(shown(text)) for text in odd)} is no date and taken as missing"
    hours = np.unique(np.floor(seconds / _SECONDS_OF_AN_HOUR) % 24)
    parts: tuple[Part, ...] = (*DEFAULT_PARTS, "hour") if len(hours) > 1 else DEFAULT_PARTS
    return Claim(note, {"date_order": order, "parts": parts}, odd)


def _seconds(evidence: Evidence, order: DateOrder) -> Floats:
    read = (to_seconds(text, order) for text in evidence.texts)
    return np.array([math.nan if seconds is None else seconds for seconds in read])


def _known_share(evidence: Evidence, seconds: Floats) -> float:
    return float(evidence.counts[~np.isnan(seconds)].sum() / evidence.n_known)
