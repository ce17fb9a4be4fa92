"""A column, and what one cell of it means.

``Column.judge`` is the single definition of a cell's meaning. Everything faster (the record
validator and the columnar screen) only decides for cells about which ``judge`` would have nothing
to say, and asks it about all others. What differs from kind to kind is in ``kinds``, a file each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.cached_property import cached_property
from regression_model.processing.column_description import (
    MISSING_TEXTS,
    ColumnDescription,
    MissingMeans,
)
from regression_model.processing.kinds.registry import KINDS

if TYPE_CHECKING:
    from regression_model.processing.kinds.base import ColumnKind
    from regression_model.processing.verdicts import Verdict

__all__ = ["MISSING_TEXTS", "Column", "MissingMeans"]


class Column(ColumnDescription):
    """One input column: what is known of it, and what its cells mean.

    Its parameters are those of `ColumnDescription`: ``name``, ``kind`` and what else is known.
    """

    # as frozen as its base; no dataclass of its own, which would make the same methods again
    # whenever the package is imported

    @cached_property
    def of_kind(self) -> ColumnKind:
        """What the cells of this column are: its kind, which knows what the column declares."""
        return KINDS[self.kind](self)

    @property
    def has_levels(self) -> bool:
        """Whether cells are levels (positions) and not quantities."""
        return KINDS[self.kind].has_levels

    @property
    def has_order(self) -> bool:
        """Whether larger encoded values mean more, so that estimators take them as numbers."""
        return KINDS[self.kind].has_order

    @property
    def is_number(self) -> bool:
        """Whether cells are numbers as they stand."""
        return KINDS[self.kind].is_number

    @cached_property
    def missing_code(self) -> float:
        """What a missing cell is encoded as: NaN for unknown, 0 for "has none"."""
        return self.of_kind.missing_code

    @cached_property
    def silent_range(self) -> tuple[float, float]:
        """The closed interval of encoded values about which there is nothing to say."""
        return self.of_kind.silent_range

    def is_missing(self, cell: object) -> bool:
        """Tell whether a cell stands for a missing value in this column, whatever its form."""
        return self.of_kind.is_missing(cell)

    def is_missing_text(self, text: str) -> bool:
        """Tell whether a text stands for a missing value in this column."""
        return self.of_kind.is_missing_text(text)

    def judge(self, cell: object, *, from_file: bool = False, hint: bool = True) -> Verdict:
        """Say what a cell means.

        Parameters
        ----------
        cell : object
            Any Python or NumPy scalar, or whatever else a caller put there.
        from_file : bool
            In a file every cell is text, so a number in text is no news.
        hint : bool
            Whether to name the levels that are like an unknown one; see `hint_for`.

        Returns
        -------
        Verdict
            The encoded value (NaN where there is an error), with errors and warnings.
        """
        return self.of_kind.judge(cell, from_file=from_file, hint=hint)

    def hint_for(self, cell: object, code: str) -> str:
        """Return which known levels are like an unknown one, to stand behind what `judge` says.

        Parameters
        ----------
        cell : object
            The cell that was judged.
        code : str
            Of the error or warning; only those about levels have a hint.

        Returns
        -------
        str
        """
        return self.of_kind.hint_for(cell, code)
