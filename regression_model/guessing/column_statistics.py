"""Statistics of a column of text: its different cells, how often each occurs, which are numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from regression_model.guessing.scales import order_levels
from regression_model.processing.blanks import BLANKS
from regression_model.processing.cells import is_whole
from regression_model.processing.schema import MISSING_TEXTS, Code, Column, Notice, short
from regression_model.processing.tables import Cells
from regression_model.processing.validation import encode_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats, Indices

_DIGITS = frozenset("0123456789")
_NUMBER_STARTS = _DIGITS | frozenset("+-.iI")
"""With what a number begins: a digit, a sign, a point, or ``inf``, which is refused as one."""
_REFUSED_NUMBERS = frozenset({Code.INFINITE, Code.TOO_LARGE})
_MAX_LEVELS = 50
"""More levels are in no order that words say."""
_MISSING = frozenset(MISSING_TEXTS)
# What people write for a missing value besides `MISSING_TEXTS`, in lower case; "#ref!" and what
# follows are errors of spreadsheets.
_ALSO_MISSING = frozenset({
    "?", "??", "-", "--", "---", ".", "*", "n.a.", "n.a", "na", "n/k", "unknown", "unk",
    "missing", "not available", "not known", "undefined", "tbd", "#ref!", "#value!", "#div/0!",
    "#num!", "#name?",
})  # fmt: skip


@dataclass(frozen=True)
class ColumnStatistics:
    """What is known of a column, in terms of its different texts.

    Attributes
    ----------
    name : str
        The column.
    texts : list of str
        The different known cells, stripped.
    counts : ndarray of int, shape (n_texts,)
        How many rows hold each.
    codes : ndarray of int, shape (n_rows,)
        Which text stands in each row; -1 where it is missing.
    also_missing : tuple of str
        Texts that plainly stand for a missing value, though not among the usual ones.
    number_format : str or None
        How the file writes numbers, if not with a point alone.
    dress : str or None
        How this column writes numbers, if otherwise than its file.
    """

    name: str
    texts: list[str]
    counts: Indices
    codes: Indices
    also_missing: tuple[str, ...]
    number_format: str | None = None
    dress: str | None = None

    @property
    def n_rows(self) -> int:
        """Rows of the table."""
        return len(self.codes)

    @property
    def n_known(self) -> int:
        """Rows with a value."""
        return int(self.counts.sum())

    @property
    def missing_share(self) -> float:
        """Share of rows without a value, 0 to 1."""
        return 1 - self.n_known / self.n_rows

    @cached_property
    def numbers(self) -> Floats:
        """Each text as a number; NaN where it is none, or none that a model takes."""
        return self._read[0]

    @property
    def refused(self) -> dict[str, Notice]:
        """Texts that are numbers, but none that a model takes, and what each of them is."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Floats, dict[str, Notice]]:
        """The numbers, and the texts that are refused as numbers: read as callers' cells are."""
        possible = self._possible_numbers
        cells = Cells([self.texts[i] for i in possible])
        encoded = encode_column(self._column, cells, from_file=True)
        numbers = np.full(len(self.texts), np.nan)
        numbers[possible] = encoded.values
        refused: dict[str, Notice] = {}
        for row, _, verdict in encoded.remarks:
            error = verdict.error
            if error is not None and error.code in _REFUSED_NUMBERS:
                what = error.message.removeprefix(f"{short(self.name)} is ")
                refused[self.texts[possible[row]]] = Notice(error.code, what)
        return numbers, refused

    @property
    def _possible_numbers(self) -> list[int]:
        """Which texts may be numbers by how they begin: a million others need not be read."""
        if self.dress is not None:  # which may begin with anything
            return list(range(len(self.texts)))
        return [i for i, text in enumerate(self.texts) if text[0] in _NUMBER_STARTS]

    @property
    def _column(self) -> Column:
        written = self.dress or self.number_format
        return Column(self.name, "number", missing_values=("",), number_format=written)

    @property
    def n_numbers(self) -> int:
        """Rows with a number."""
        return int(self.counts[~np.isnan(self.numbers)].sum())

    @property
    def numeric_share(self) -> float:
        """Share of known rows with a number, 0 to 1; digits that are too many may be a key."""
        is_number = ~np.isnan(self.numbers)
        if self.refused:
            is_number |= [text in self.refused and not is_whole(text) for text in self.texts]
        return float(self.counts[is_number].sum() / self.n_known)

    @property
    def plain_texts(self) -> list[str]:
        """The texts, those of numbers as they are with a decimal point alone."""
        return [self._column.plain_text(text) or text for text in self.texts]

    @cached_property
    def values(self) -> Floats:
        """Each row as a number; NaN where it is missing or no number."""
        return np.append(self.numbers, np.nan)[self.codes]  # -1, which is missing, is the last

    @property
    def by_count(self) -> list[tuple[str, int]]:
        """The different texts with their counts, the commonest first."""
        pairs = zip(self.texts, self.counts.tolist(), strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    @property
    def known_order(self) -> tuple[str | None, tuple[str, ...]] | None:
        """The texts from lowest to highest where their words say so, and which scale it is."""
        return None if len(self.texts) > _MAX_LEVELS else order_levels(self.name, self.texts)

    def without(self, texts: Sequence[str]) -> ColumnStatistics:
        """Return the statistics with further texts taken as missing."""
        unwanted = frozenset(texts)
        is_kept = np.array([text not in unwanted for text in self.texts], dtype=bool)
        new_codes = np.where(is_kept, np.cumsum(is_kept) - 1, -1)
        new_codes = np.append(new_codes, -1)  # its last stands for -1, which was missing before
        return replace(
            self,
            texts=list(compress(self.texts, is_kept)),
            counts=self.counts[is_kept],
            codes=new_codes[self.codes],
            also_missing=(*self.also_missing, *texts),
        )


def collect_statistics(
    name: str, cells: Sequence[str], number_format: str | None = None
) -> ColumnStatistics:
    """Count a column's different cells.

    Parameters
    ----------
    name : str
        The column.
    cells : sequence of str
        As they stand in a file.
    number_format : str, optional
        How that file writes numbers.

    Returns
    -------
    ColumnStatistics

    Examples
    --------
    >>> power = collect_statistics("power", ["110", "NA", " 95 ", "?", "110"])
    >>> power.texts, power.counts.tolist(), power.codes.tolist(), power.also_missing
    (['110', '95'], [2, 1], [0, -1, 1, -1, 0], ('?',))
    """
    positions: dict[str, int] = {}
    code_of: dict[str, int] = {}
    also: set[str] = set()
    for cell in dict.fromkeys(cells):  # each different cell once: there are mostly few
        text = cell.strip(BLANKS)
        if text in _MISSING or cell in _MISSING:
            code_of[cell] = -1
        elif _looks_missing(text):
            code_of[cell] = -1
            also.add(text)
        else:
            code_of[cell] = positions.setdefault(text, len(positions))
    codes = np.fromiter(map(code_of.__getitem__, cells), dtype=np.intp, count=len(cells))
    counts = np.bincount(codes[codes >= 0], minlength=len(positions)).astype(np.intp)
    return ColumnStatistics(
        name, list(positions), counts, codes, tuple(sorted(also)), number_format
    )


def _looks_missing(text: str) -> bool:
    """Tell whether a text plainly stands for a missing value."""
    # the digit first, as it spares numbers, the most of all cells, the rest
    return text[0] not in _DIGITS and text.casefold() in _ALSO_MISSING
