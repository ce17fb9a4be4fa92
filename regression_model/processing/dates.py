"""Dates and times: from what a cell holds to seconds since 1970, and to the parts of a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import numpy as np

DateOrder = Literal["ymd", "dmy", "mdy"]
Part = Literal["year", "month", "day", "weekday", "days", "hour"]

DEFAULT_PARTS: tuple[Part, ...] = ("year", "month", "day", "weekday", "days")
PERIODS: dict[str, float] = {"month": 12.0, "weekday": 7.0, "hour": 24.0}
"""Parts that begin again, and after how many of their units."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock time
MIN_SECONDS = (datetime.min - _EPOCH).total_seconds()  # noqa: DTZ901
MAX_SECONDS = (datetime.max.replace(microsecond=0) - _EPOCH).total_seconds()  # noqa: DTZ901

_MONTHS = {
    name: i + 1
    for i, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}
_MONTH = (
    r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
)
_DAYS = (
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?",
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})",
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[- ])?{_MONTH}[-, ]\s?(?P<y>\d{{4}}|\d{{2}})",
    rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})",
)
_TIME = (
    r"(?:(?:T|,? +)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?P<f>\.\d{1,9})?)?"
    r" ?(?P<half>[ap]m)? ?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_FORMS = [re.compile(days + _TIME, re.IGNORECASE | re.ASCII) for days in _DAYS]
_COMPACT = range(1_00_00, 9999_12_32)
_PIVOT = 69
_NOON = 12


def to_seconds(cell: object, order: DateOrder = "ymd") -> float | None:
    """Return the seconds from 1970-01-01 to a date, or None if a cell holds no date.

    Times with a zone are taken as UTC, all others as they stand on the wall.

    Parameters
    ----------
    cell : object
        A date, a datetime, a NumPy datetime64, text, or a whole number such as 20240301.
    order : {"ymd", "dmy", "mdy"}
        How texts such as 03/04/2024 are read; with ``ymd`` they are no dates.

    Returns
    -------
    float or None

    Examples
    --------
    >>> to_seconds("1970-01-02"), to_seconds("2 Jan 1970 00:30"), to_seconds("1970-02-30")
    (86400.0, 88200.0, None)
    >>> to_seconds("03/04/2024", "dmy") == to_seconds("2024-04-03")
    True
    """
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[us]").item()
    if isinstance(cell, datetime):
        return _from_datetime(cell)
    if isinstance(cell, date):
        return (datetime(cell.year, cell.month, cell.day) - _EPOCH).total_seconds()  # noqa: DTZ001
    if isinstance(cell, str):
        return _from_text(cell.strip(), order)
    is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if is_number and cell in _COMPACT:
        return _from_text(f"{int(cell):08d}", order)  # type: ignore[call-overload]
    return None


def _from_datetime(moment: datetime) -> float:
    """Return seconds; what is finer than a microsecond, as pandas has it, is cut off."""
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    naive = datetime(*parts, moment.microsecond)  # noqa: DTZ001
    return (naive - _EPOCH - (moment.utcoffset() or timedelta())).total_seconds()


def _from_text(text: str, order: DateOrder) -> float | None:
    for form in _FORMS:
        match = form.fullmatch(text)
        if match is not None:
            try:
                return _from_match(match.groupdict(), order)
            except ValueError:  # no such day or hour
                return None
    return None


def _from_match(found: dict[str, str | None], order: DateOrder) -> float | None:
    month, day = found.get("m"), found.get("d")
    if found.get("a") is not None:
        if order == "ymd":
            return None
        day, month = (found["a"], found["b"]) if order == "dmy" else (found["b"], found["a"])
    name = found.get("name")
    number = _MONTHS[name.lower()] if name else int(month or 1)
    moment = datetime(_year(found["y"] or ""), number, int(day or 1))  # noqa: DTZ001
    return (moment - _EPOCH).total_seconds() + _time(found)


def _year(digits: str) -> int:
    """Return a year; two digits are those of 1969 to 2068, as POSIX has it."""
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _time(found: dict[str, str | None]) -> float:
    if found["H"] is None:
        return 0.0
    hour = int(found["H"])
    if found["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError
        hour = hour % _NOON + _NOON * (found["half"].lower() == "pm")
    fraction = float(found["f"] or 0)
    time = datetime(1970, 1, 1, hour, int(found["M"] or 0), int(found["S"] or 0))  # noqa: DTZ001
    seconds = (time - _EPOCH).total_seconds() + int(fraction * 1e6) / 1e6
    zone = (found["zone"] or "Z").replace(":", "")
    if zone in "Zz":
        return seconds
    offset = int(zone[1:3]) * 3600 + int(zone[3:5]) * 60
    return seconds - (offset if zone[0] == "+" else -offset)


def to_datetime(seconds: float) -> datetime:
    """Return the wall clock time that is so many seconds after 1970-01-01."""
    return datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(seconds=seconds)


def to_text(seconds: float) -> str:
    """Return a date as text, with its time unless that is midnight.

    Examples
    --------
    >>> to_text(86400.0), to_text(88200.0)
    ('1970-01-02', '1970-01-02T00:30:00')
    """
    moment = to_datetime(seconds)
    return moment.isoformat().removesuffix("T00:00:00")


def part_names(name: str, parts: Sequence[str]) -> list[str]:
    """Return what the parts of a date column are called.

    Examples
    --------
    >>> part_names("sold", ["year", "month"])
    ['sold_year', 'sold_month', 'sold_month_sin', 'sold_month_cos']
    """
    names = [f"{name}_{part}" for part in parts]
    return names + [f"{name}_{p}_{f}" for p in parts if p in PERIODS for f in ("sin", "cos")]
