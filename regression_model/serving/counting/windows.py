"""Windows of time: the running one, in which rows are counted, and the complete one before it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_DAYS = 365
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Windows:
    """Windows that follow each other, and are the same in every process.

    Parameters
    ----------
    days : float
        How long one is; the first began with 1970, in UTC.
    now : callable, optional
        Tells the time, in seconds since then.

    Examples
    --------
    >>> windows = Windows(7, now=lambda: 1_000_000_000.0)
    >>> windows.running, windows.start_of(windows.running)
    (1653, '2001-09-06T00:00:00Z')
    """

    days: float
    now: Callable[[], float] = time.time

    @property
    def running(self) -> int:
        """The number of the window that it is now."""
        return int(self.now() // self._seconds)

    def start_of(self, window: int) -> str:
        """Return when a window began, or will."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(window * self._seconds))

    @property
    def _seconds(self) -> float:
        return self.days * _SECONDS_A_DAY


def windows_of(days: float) -> Windows | None:
    """Return windows of so many days; None where that is 0, and nothing is to be counted.

    Raises
    ------
    ValueError
        If that is no such number of days.
    """
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"drift_days is {days}; expected 0, for none, to {MOST_DAYS}")
    return Windows(days) if days else None
