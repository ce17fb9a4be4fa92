"""Which of the known words are like another: levels, columns and settings that may be meant."""

from __future__ import annotations

import difflib
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPARED_CHARACTERS = 40
COMPARED_WORDS = 60
"""Likeness takes the product of two lengths for each word: both are bounded."""
_MOST_NAMED = 3
_LIKENESS = 0.6
"""Twice the characters that two words share, in order, by those that they have (`difflib`)."""


class Words:
    """Known words, of which the nearest to another are found in a bounded number of steps.

    A word is compared by its first characters; of many known words only with those that stand next
    to it in the alphabet.

    Parameters
    ----------
    words : iterable of str

    Examples
    --------
    >>> Words(["Pave", "Grvl"]).nearest("pavee")
    ['Pave']
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_lower = {_compared(word): word for word in words}
        self._sorted = sorted(self._by_lower)

    def nearest(self, word: str) -> list[str]:
        """Return up to three words that look like `word`, best first, ignoring case."""
        lower = _compared(word)
        half = COMPARED_WORDS // 2
        # near either end of the alphabet the window is moved inwards, so that it is full
        middle = min(bisect_left(self._sorted, lower), len(self._sorted) - half)
        first = max(0, middle - half)
        candidates = self._sorted[first : first + COMPARED_WORDS]
        matches = difflib.get_close_matches(lower, candidates, _MOST_NAMED, _LIKENESS)
        return [self._by_lower[match] for match in matches]


def _compared(word: str) -> str:
    # folded, one character may be three: cut before, so that little is folded, and behind
    return word[:COMPARED_CHARACTERS].casefold()[:COMPARED_CHARACTERS]


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """Return up to three of `words` that look like `word`, best first, ignoring case."""
    return Words(words).nearest(word)
