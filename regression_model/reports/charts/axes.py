"""Axes: where a number stands between two ends, and which numbers are written beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from regression_model.reports.numbers import tick_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LARGEST = 1e300
"""Magnitudes beyond it are drawn here, so that no difference of two is beyond double precision."""
_STEPS = (1.0, 2.0, 5.0, 10.0)
_ROOM = 0.05
"""How far an axis goes beyond what it shows, in proportion."""
_WIDE, _TOO_WIDE = 10.0, 1e15
"""An axis may be logarithmic if its ends are apart by a factor between these."""
_MANY_DECADES = 3
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Axis:
    """An axis.

    Attributes
    ----------
    low, high : float
        Its ends; `low` is below `high`.
    ticks : tuple of float
        Where numbers stand, from low to high.
    is_log : bool
        Whether equal distances are equal factors; both ends are positive then.
    texts : tuple of str
        What stands there.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    is_log: bool = False

    def place(self, value: float) -> float:
        """Return where a number stands: 0 at the low end, 1 at the high one, never beyond."""
        value = min(max(value, self.low), self.high)
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def axis(
    values: Iterable[float],
    *,
    n_ticks: int = 5,
    with_zero: bool = False,
    may_be_log: bool = False,
    whole: bool = False,
) -> Axis:
    """Return an axis on which all of some numbers have a place.

    Parameters
    ----------
    values : iterable of float
        Any; those that are no finite numbers do not count.
    n_ticks : int
        About how many there should be.
    with_zero : bool
        Whether zero has a place too, without room beyond it.
    may_be_log : bool
        Whether the axis is logarithmic where all numbers are positive and far apart.
    whole : bool
        Whether only whole numbers are written beside it.

    Examples
    --------
    >>> axis([0.0, 97.0], with_zero=True).texts
    ('0', '20', '40', '60', '80', '100')
    >>> axis([7.0]).texts
    ('6.7', '6.8', '6.9', '7.0', '7.1', '7.2', '7.3')
    """
    known = [_drawable(value) for value in values if math.isfinite(value)]
    if with_zero or not known:
        known.append(0.0)
    low, high = min(known), max(known)
    if may_be_log and low > 0 and _WIDE < high / low < _TOO_WIDE:
        return _log_axis(low, high, n_ticks)
    low, high = _with_room(low, high, with_zero=with_zero)
    ticks = _linear_ticks(low, high, n_ticks, whole=whole)
    return Axis(low, high, tuple(ticks), tuple(tick_texts(ticks)))


def _drawable(value: float) -> float:
    """Return a number whose differences and quotients are within double precision."""
    if abs(value) < 1 / _LARGEST:
        return 0.0
    return min(max(value, -_LARGEST), _LARGEST)


def fixed_axis(low: float, high: float, *, n_ticks: int = 5) -> Axis:
    """Return an axis with these ends."""
    ticks = _linear_ticks(low, high, n_ticks, whole=False)
    return Axis(low, high, tuple(ticks), tuple(tick_texts(ticks)))


def percent_axis(values: Iterable[float], *, n_ticks: int = 5) -> Axis:
    """Return an axis of shares that are written in percent."""
    plain = axis([100 * value for value in values], n_ticks=n_ticks)
    texts = tuple(f"{text}%" for text in plain.texts)
    ticks = tuple(tick / 100 for tick in plain.ticks)
    return Axis(plain.low / 100, plain.high / 100, ticks, texts)


def _with_room(low: float, high: float, *, with_zero: bool) -> tuple[float, float]:
    """Return the ends of an axis: somewhat beyond its numbers, but for a zero that it begins at."""
    room = _ROOM * (high - low)
    if high - low <= _ROUNDING * max(abs(low), abs(high)):  # one number, in proportion to itself
        room = abs(low) * _ROOM or 1.0
    begins, ends = with_zero and low == 0, with_zero and high == 0 and low < 0
    return (low if begins else low - room), (high if ends else high + room)


def _linear_ticks(low: float, high: float, n_ticks: int, *, whole: bool) -> list[float]:
    """Return multiples of a round step between two numbers."""
    width = high / n_ticks - low / n_ticks
    unit = 10.0 ** math.floor(math.log10(width))
    steps = [factor * unit for factor in _STEPS]
    step = min(steps, key=lambda each: abs(math.log(each / width)))
    if whole:
        step = max(step, 1.0)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    # multiples of the step by whole numbers: sums of it would drift
    return [float(f"{times * step:.12g}") for times in range(first, last + 1)]


def _log_axis(low: float, high: float, n_ticks: int) -> Axis:
    room = (high / low) ** _ROOM
    low, high = low / room, high * room
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    n_decades = math.log10(high / low)
    if n_decades > _MANY_DECADES:
        every = math.ceil(n_decades / n_ticks)
        candidates = [10.0**power for power in range(first, last + 1, every)]
    else:
        candidates = [
            factor * 10.0**power for power in range(first, last + 1) for factor in _STEPS[:-1]
        ]
    ticks = [tick for tick in candidates if low <= tick <= high]
    return Axis(low, high, tuple(ticks), tuple(_log_texts(ticks)), is_log=True)


def _log_texts(ticks: list[float]) -> list[str]:
    """Return each tick with the decimals that it needs alone."""
    return [tick_texts([tick])[0] for tick in ticks]


def named_axis(names: Sequence[str], *, between: bool = False) -> Axis:
    """Return an axis of named places 0, 1, 2, ...

    Parameters
    ----------
    names : sequence of str
        From left to right.
    between : bool
        Whether they name borders, and what is between them has the places 0.5, 1.5, ...
    """
    low, high = (-1.0, float(len(names))) if between else (-0.5, len(names) - 0.5)
    return Axis(low, high, tuple(map(float, range(len(names)))), tuple(names))
