"""Numbers as a person reads them."""

from __future__ import annotations

from fractions import Fraction

_THOUSAND = 1000
_FIVE_DIGITS = 10_000
_VALUE_DIGITS = 5
_MILLION = 1e6
_SMALLEST_PLAIN = 1e-4
_LARGEST_PLAIN = 1e15


def amount(value: float) -> str:
    """Return a number with thousands set apart, or to four digits where it is small.

    Examples
    --------
    >>> amount(24459.9), amount(0.115149), amount(-1.5e30)
    ('24,460', '0.1151', '-1.5e+30')
    """
    if _THOUSAND <= abs(value) < _LARGEST_PLAIN:
        return f"{value:,.0f}"
    return f"{value + 0.0:.4g}"


def value_text(value: float) -> str:
    """Return a value of a column; thousands are set apart from five digits on, as at axes.

    Examples
    --------
    >>> value_text(1954.0), value_text(11600.0), value_text(0.123456)
    ('1954', '11,600', '0.12346')
    """
    apart = "," if abs(value) >= _FIVE_DIGITS else ""
    return f"{value + 0.0:{apart}.{_VALUE_DIGITS}g}"


def signed(value: float) -> str:
    """Return a number with its sign.

    Examples
    --------
    >>> signed(1234.5), signed(-0.5), signed(0.0)
    ('+1,234', '-0.5', '0')
    """
    return amount(value) if value <= 0 else f"+{amount(value)}"


def level(value: float) -> str:
    """Return a level of intervals in percent, with no more digits than it has.

    Examples
    --------
    >>> level(0.9), level(0.995)
    ('90%', '99.5%')
    """
    return f"{100 * value:.4g}%"


def count(n: int, one: str, many: str | None = None) -> str:
    """Return how many of something there are.

    Examples
    --------
    >>> count(1, "row"), count(1460, "row")
    ('1 row', '1,460 rows')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def tick_texts(ticks: list[float]) -> list[str]:
    """Return what stands at the ticks of an axis: all with as many decimals as one of them needs.

    Thousands are set apart from five digits on, so that a year is one.

    Examples
    --------
    >>> tick_texts([0.0, 0.5, 1.0]), tick_texts([0.0, 200000.0]), tick_texts([0.0, 5e6])
    (['0.0', '0.5', '1.0'], ['0', '200,000'], ['0', '5M'])
    >>> tick_texts([1950.0, 2000.0])
    ['1950', '2000']
    """
    largest = max((abs(tick) for tick in ticks), default=0.0)
    if largest >= _LARGEST_PLAIN or 0 < largest < _SMALLEST_PLAIN:
        return [f"{tick + 0.0:.3g}" for tick in ticks]
    if largest >= _MILLION:
        return [_in_millions(tick) for tick in ticks]
    decimals = max((_decimals(tick) for tick in ticks), default=0)
    apart = "," if largest >= _FIVE_DIGITS else ""
    return [f"{tick + 0.0:{apart}.{decimals}f}" for tick in ticks]


def _in_millions(tick: float) -> str:
    return f"{tick / _MILLION:,.6g}M" if tick else "0"


def _decimals(tick: float) -> int:
    """Return how many decimals a number has that is a few digits times a power of ten."""
    text = f"{Fraction(tick).limit_denominator(10**9) * 1.0:.9f}".rstrip("0")
    return len(text.partition(".")[2])
