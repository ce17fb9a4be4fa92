"""Which level a cell means: by its text, by its number, or as true or false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.blanks import BLANKS
from regression_model.processing.cached_property import cached_property
from regression_model.processing.cells import as_number, is_number_text, is_number_without_padding
from regression_model.processing.shown_values import level_text, plain
from regression_model.processing.similar_words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence


class LevelLookup:
    """Finds levels of one column; they are told apart as texts first.

    Parameters
    ----------
    levels : sequence of (str or None)
        Levels by position; None is "has none", which no cell says.
    """

    def __init__(self, levels: Sequence[str | None]) -> None:
        self.positions = {level: i for i, level in enumerate(levels) if level is not None}

    @cached_property
    def words(self) -> Words:
        """The levels as a vocabulary, for those that are like an unknown one."""
        return Words(self.positions)

    def find(self, cell: object) -> int | None:
        """Return the position of a level given as text, number or boolean, or None."""
        if isinstance(cell, bool):
            return self._by_boolean[cell]
        if isinstance(cell, str) and cell in self.positions:
            return self.positions[cell]
        text = level_text(cell)
        if text in self.positions:
            return self.positions[text]
        # 007 is a code and no number
        if isinstance(cell, str) and not is_number_without_padding(cell.strip(BLANKS)):
            return None
        number = as_number(cell)
        return None if number is None else self._by_number.get(number)

    @cached_property
    def _by_number(self) -> dict[float, int]:
        """Positions of levels that are numbers.

        Of several spellings of one number the plain one is meant; without it none of them is.
        """
        spellings: dict[float, list[str]] = {}
        for level in self.positions:
            if is_number_text(level):
                spellings.setdefault(float(level), []).append(level)
        positions: dict[float, int] = {}
        for number, levels in spellings.items():
            if plain(number) in levels:
                positions[number] = self.positions[plain(number)]
            elif len(levels) == 1:
                positions[number] = self.positions[levels[0]]
        return positions

    @cached_property
    def _by_boolean(self) -> dict[bool, int | None]:
        """Positions of what true and false mean: levels spelled so, else 1 and 0."""
        by_text: dict[str, int] = {}
        for level, position in self.positions.items():
            by_text.setdefault(level.casefold(), position)
        positions: dict[bool, int | None] = {}
        for cell in (False, True):
            as_digit = self._by_number.get(float(cell))
            positions[cell] = by_text.get(str(cell).casefold(), as_digit)
        return positions
