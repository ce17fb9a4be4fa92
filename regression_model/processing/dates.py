"""Dates and times: from what a cell holds to seconds since 1970, and to the parts of a date."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from regression_model.processing.blanks import BLANKS
from regression_model.processing.free_names import free_names
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from regression_model.arrays import Floats

DateOrder = Literal["ymd", "dmy", "mdy"]
Part = Literal["year", "month", "day", "weekday", "days", "hour"]

DEFAULT_PARTS: tuple[Part, ...] = ("year", "month", "day", "weekday", "days")
PERIODS: dict[str, float] = {"month": 12.0, "weekday": 7.0, "hour": 24.0}
"""Parts that begin again, and after how many of their units."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock time
MIN_SECONDS = (datetime.min - _EPOCH).total_seconds()  # noqa: DTZ901
MAX_SECONDS = (datetime.max.replace(microsecond=0) - _EPOCH).total_seconds()  # noqa: DTZ901
LAST_SECONDS = MAX_SECONDS + 1
"""What the last microsecond that there is is rounded to."""

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
    # 2024-03-01, 2024/3/1, 2024.03; a month stands for its first day
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?",
    # 20240301, and 20240301.0 where a library made fractions of it
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?>(?:\.0++)?)",
    # 01/03/2024, 1.3.24: which of the two is the day is the column's to say
    r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})",
    # 1 March 2024, 1st-Mar-24, 1. Mar 2024, Mar 2024
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?[- ])?{_MONTH}[-, ]\s?(?P<y>\d{{4}}|\d{{2}})",
    # 3/2024
    r"(?P<m>\d{1,2})[-/](?P<y>\d{4})",
    # March 1, 2024 and Mar 1st 2024
    rf"{_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})",
)
"""What a date may look like, each way of writing it to its end; the first that fits is meant."""
_TIME = (
    # behind T or a blank 14:30, 14:30:05.123 and, behind T alone, 1430 and 143005; am or pm; a zone
    r"(?:(?:T|,? ++)(?P<H>\d{1,2})(?::|(?<=T\d\d))(?P<M>\d{2})"
    r"(?:(?::|(?<=T\d{4}))(?P<S>\d{2})(?P<f>\.\d{1,9})?)?"
    r" ?(?P<half>[ap]m)? ?(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
# Mon, Tuesday. and the like before a date, which say nothing that is not said behind them
_WEEKDAY = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? ++", re.IGNORECASE
)
_COARSE_UNITS = frozenset({"Y", "M", "W", "D", "h", "m", "s", "ms", "us"})
"""Units of datetime64 that reach beyond the years which microseconds can hold."""
_DAYS_BY_ORDER = 2
"""Which of `_DAYS` needs an order."""
_MICROSECONDS = 1_000_000
_EXACT = 2**53
"""Up to it a float64 is every whole number, and a division rounds once."""
_COMPACT = (1_01_01, 9999_12_31)
"""The least and the most that 20240301 and the like may be."""
_PIVOT = 69
"""The first of two-digit years that are of the last century."""
_NOON = 12


@cache
def _forms() -> list[re.Pattern[str]]:
    """Return all forms of dates; compiled once one is read, as most models have no dates."""
    return [re.compile(days + _TIME, re.IGNORECASE | re.ASCII) for days in _DAYS]


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
    seconds = _to_seconds(cell, order)
    return None if seconds is None or not MIN_SECONDS <= seconds <= LAST_SECONDS else seconds


def _to_seconds(cell: object, order: DateOrder) -> float | None:
    if isinstance(cell, np.datetime64):
        cell = to_microseconds(np.array(cell)).item()
    if isinstance(cell, datetime):
        return _from_datetime(cell)
    if isinstance(cell, date):
        return _from_datetime(datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
    if isinstance(cell, str):
        return _from_text(cell.strip(BLANKS), order)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell, order)
    return None


def _from_number(number: float, order: DateOrder) -> float | None:
    """Read 20240301, whose digits are those of a date."""
    if not _COMPACT[0] <= number <= _COMPACT[1] or number != int(number):
        return None
    return _from_text(f"{int(number):08d}", order)


def to_microseconds(moments: npt.NDArray[Any]) -> npt.NDArray[np.datetime64]:
    """Return a datetime64 array in microseconds; years that no date has become -1 or 10001."""
    # years in coarse units wrap around in microseconds, without a word: they are cut before
    if np.datetime_data(moments.dtype)[0] in _COARSE_UNITS:
        ends = [np.datetime64(year, "D").astype(moments.dtype) for year in ("-0001", "10001")]
        moments = np.clip(moments, *ends)
    return moments.astype("datetime64[us]")


def to_float_seconds(microseconds: npt.NDArray[np.int64]) -> Floats:
    """Return whole microseconds as the nearest seconds, as `timedelta.total_seconds` does.

    Examples
    --------
    >>> far = 13_569_465_600_000_003
    >>> to_float_seconds(np.array([far])) == timedelta(microseconds=far).total_seconds()
    array([ True])
    """
    seconds = microseconds / _MICROSECONDS
    is_rounded = (np.abs(microseconds) > _EXACT) & (microseconds % _MICROSECONDS != 0)
    for row in np.flatnonzero(is_rounded).tolist():
        seconds[row] = int(microseconds[row]) / _MICROSECONDS
    return seconds


def _from_datetime(moment: datetime) -> float | None:
    """Return seconds; what is finer than a microsecond, as pandas has it, is cut off."""
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    try:
        naive = datetime(*parts, moment.microsecond)  # noqa: DTZ001
    except (ValueError, OverflowError) as problem:  # a pandas Timestamp of another age
        pass_on(problem)
        return None
    return (naive - _EPOCH - (moment.utcoffset() or timedelta())).total_seconds()


def _from_text(text: str, order: DateOrder) -> float | None:
    weekday = _WEEKDAY.match(text)
    text = text[weekday.end() :] if weekday else text
    for form in _forms():
        match = form.fullmatch(text)
        if match is not None:
            try:
                return _from_pieces(match.groupdict(), order)
            except ValueError as problem:  # no such day or hour
                pass_on(problem)
                return None
    return None


def _from_pieces(pieces: dict[str, str | None], order: DateOrder) -> float | None:
    """Return the seconds of a date by the texts of its year ``y``, hour ``H`` and so on."""
    if pieces.get("a") is not None:  # one of the first two numbers is the day
        if order == "ymd":
            return None
        day, month = ("a", "b") if order == "dmy" else ("b", "a")
        pieces["d"], pieces["m"] = pieces[day], pieces[month]
    ymd = (_year(pieces["y"] or ""), _month(pieces), int(pieces.get("d") or 1))
    minute, second = int(pieces["M"] or 0), int(pieces["S"] or 0)
    microsecond = int((pieces["f"] or ".")[1:7].ljust(6, "0"))
    moment = datetime(*ymd, _hour(pieces), minute, second, microsecond)  # noqa: DTZ001
    return (moment - _EPOCH - _offset(pieces["zone"])).total_seconds()


def _month(pieces: dict[str, str | None]) -> int:
    """Return a month by its name or its number; a year alone begins in January."""
    name = pieces.get("name")
    return _MONTHS[name.lower()] if name else int(pieces.get("m") or 1)


def _year(digits: str) -> int:
    """Return a year; two digits are those of 1969 to 2068, as POSIX has it."""
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _hour(pieces: dict[str, str | None]) -> int:
    hour = int(pieces["H"] or 0)
    if not pieces["half"]:
        return hour
    if not 1 <= hour <= _NOON:
        raise ValueError
    in_half = hour % _NOON  # 12 am is midnight, 12 pm is noon
    return in_half + _NOON if pieces["half"].lower() == "pm" else in_half


def _offset(zone: str | None) -> timedelta:
    """Return how far a zone such as +02:00 is ahead of UTC."""
    if zone is None or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -ahead if zone[0] == "-" else ahead


def to_datetime(seconds: float) -> datetime:
    """Return the wall clock time that is so many seconds after 1970-01-01."""
    return _EPOCH + timedelta(seconds=min(seconds, MAX_SECONDS))


def to_text(seconds: float) -> str:
    """Return a date as text, with its time unless that is midnight.

    Examples
    --------
    >>> to_text(86400.0), to_text(88200.0)
    ('1970-01-02', '1970-01-02T00:30:00')
    """
    moment = to_datetime(seconds)
    return moment.isoformat().removesuffix("T00:00:00")


def ambiguous(cell: object) -> bool:
    """Tell whether a text is three numbers, of which the order of day and month is to be declared.

    Examples
    --------
    >>> ambiguous("03/04/2024"), ambiguous("2024-03-04")
    (True, False)
    """
    if not isinstance(cell, str):
        return False
    return _forms()[_DAYS_BY_ORDER].fullmatch(cell.strip(BLANKS)) is not None


def part_names(name: str, parts: Sequence[str]) -> list[str]:
    """Return what the parts of a date column are called.

    Examples
    --------
    >>> part_names("sold", ["year", "month"])
    ['sold_year', 'sold_month', 'sold_month_sin', 'sold_month_cos']
    """
    return [f"{name}_{suffix}" for suffix in _suffixes(parts)]


def date_features(
    dates: Mapping[Any, Sequence[str]], taken: Iterable[str]
) -> dict[Any, dict[str, str]]:
    """Return what the parts of all date columns are called where some names are taken.

    Parameters
    ----------
    dates : mapping of str to sequence of str
        The parts of each date column.
    taken : iterable of str
        Columns, derived features and target.

    Returns
    -------
    dict of str to dict of str to str
        For each date column, the feature that each part, and each end of its circle, becomes.

    Examples
    --------
    >>> date_features({"sold": ["year", "day"]}, ["sold", "sold_year"])
    {'sold': {'year': 'sold_year_2', 'day': 'sold_day'}}
    """
    wanted: list[str] = []
    for column, parts in dates.items():
        wanted += part_names(column, parts)
    free = iter(free_names(wanted, taken))
    features: dict[Any, dict[str, str]] = {}
    for column, parts in dates.items():
        features[column] = {suffix: next(free) for suffix in _suffixes(parts)}
    return features


def _suffixes(parts: Sequence[str]) -> list[str]:
    suffixes = list(parts)
    for part in parts:
        if part in PERIODS:
            suffixes += (f"{part}_sin", f"{part}_cos")
    return suffixes
