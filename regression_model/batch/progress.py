"""How far a run is: rows, the share of what is read, how fast, and how long it will take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NO_NEWS = 10.0
"""Seconds of a run whose speed says more of how it began than of its rows."""
_MINUTE, _HOUR = 60, 3_600


class Pace:
    """How fast a run is, from what it is told.

    Parameters
    ----------
    clock : callable
        Gives seconds.

    Attributes
    ----------
    share : float
        Of the bytes that are to be read, 0 to 1; 0 where nobody knows how many there are.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._n_rows = 0
        self.share = 0.0

    def tell(self, n_rows: int, n_bytes: int, of_bytes: int) -> None:
        """Take in how many rows are answered in this run, and how many bytes read, of how many."""
        self._n_rows = n_rows
        self.share = min(n_bytes / of_bytes, 1.0) if of_bytes else 0.0

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return self._clock() - self._began

    def words(self) -> str:
        """Say how far the run is, and how long it will take."""
        words = [f"{self._n_rows:,} rows"]
        if self.share:
            words.append(f"{self.share:.0%}")
        seconds = self.seconds
        if seconds > 0 and self._n_rows:
            words.append(f"{self._n_rows / seconds:,.0f} rows/s")
            if self.share:
                words.append(f"{duration(seconds * (1 - self.share) / self.share)} left")
        return ", ".join(words)

    def summary(self) -> str | None:
        """Say how long it took and how fast it was, or None where it was over at once."""
        seconds = self.seconds
        if seconds < _NO_NEWS:
            return None
        speed = f"{self._n_rows / seconds:,.0f} rows/s"
        return f"{duration(seconds)} for {self._n_rows:,} rows: {speed}"


def duration(seconds: float) -> str:
    """Return seconds as hours, minutes and seconds.

    Examples
    --------
    >>> duration(3_725.4)
    '1:02:05'
    """
    whole = round(seconds)
    return f"{whole // _HOUR}:{whole % _HOUR // _MINUTE:02}:{whole % _MINUTE:02}"
