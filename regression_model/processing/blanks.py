"""What does not count at the ends of names and cells: blanks, and characters that cannot be seen.

A name comes from a header, a key, a frame or a config; all are cleaned by `clean_name`, so that a
column is found whichever way it was padded.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"  # what str.strip takes for blank
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"  # what has no width
)
"""For `str.strip`: blanks of all widths, and the byte order mark among those of no width."""


def clean_name(name: object) -> str:
    r"""Return a column's name without the blanks and invisible characters around it.

    Parameters
    ----------
    name : object
        A text, or what a frame has in its place.

    Returns
    -------
    str

    Examples
    --------
    >>> clean_name("\ufeff area\u00a0"), clean_name(7)
    ('area', '7')
    """
    return str(name).strip(BLANKS)


def named_twice(names: Iterable[str]) -> list[str]:
    """Return the names that stand more than once, sorted; a name that is empty is none."""
    counts = Counter(filter(None, names))
    return sorted(name for name, count in counts.items() if count > 1)
