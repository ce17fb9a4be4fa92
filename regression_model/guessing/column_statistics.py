"""Statistics of a column of text: its different cells, how often each occurs, which are numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
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
_REFUSED_NUMBERS = frozenset({Code.INFINITE, Code.TOO_LARGE})
_MAX_LEVELS = 50
"""More levels are in no order that words say."""
_MISSING = frozenset(MISSING_TEXTS)
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
        like = [i for i, text in enumerate(self.texts) if self.dress or text[0] in _NUMBER_STARTS]
        numbers = np.full(len(self.texts), np.nan)
        encoded = encode_column(self._column, Cells([self.texts[i] for i in like]), from_file=True)
        numbers[like] = encoded.values
        refused = {}
        for row, _, (_, error, _) in encoded.remarks:
            if error is not None and error.code in _REFUSED_NUMBERS:
                what = error.message.removeprefix(f"{short(self.name)} is ")
                refused[self.texts[like[row]]] = Notice(error.code, what)
        return numbers, refused

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
        return np.append(self.numbers, np.nan)[self.codes]

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
        gone = np.array([text in unwanted for text in self.texts], dtype=bool)
        new = np.append(np.where(gone, -1, np.cumsum(~gone) - 1), -1)
        kept = [text for text, is_gone in zip(self.texts, gone, strict=True) if not is_gone]
        also = (*self.also_missing, *texts)
        return replace(
            self, texts=kept, counts=self.counts[~gone], codes=new[self.codes], also_missing=also
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
    for cell in dict.fromkeys(cells):
        text = cell.strip(BLANKS)
        code = -1
        if text not in _MISSING and cell not in _MISSING:
            if text[0] not in _DIGITS and text.casefold() in _ALSO_MISSING:
                also.add(text)
            else:
                code = positions.setdefault(text, len(positions))
        code_of[cell] = code
    codes = np.fromiter(map(code_of.__getitem__, cells), dtype=np.intp, count=len(cells))
    counts = np.bincount(codes[codes >= 0], minlength=len(positions)).astype(np.intp)
    return ColumnStatistics(
        name, list(positions), counts, codes, tuple(sorted(also)), number_format
    )
