"""How much error a report may spend that is made again and again."""

from __future__ import annotations

ALARMS_A_YEAR = 0.05
"""In so many years in which nothing shifts there is an alarm, whether one looks daily or weekly."""
_DAYS_A_YEAR = 365


def level_of_days(days: float) -> float:
    """Return the level of one report of a series, on the rows of so many days.

    Examples
    --------
    >>> round(52 * level_of_days(7), 3)
    0.05
    """
    return min(ALARMS_A_YEAR * days / _DAYS_A_YEAR, ALARMS_A_YEAR)
