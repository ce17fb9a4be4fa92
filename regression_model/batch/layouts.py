"""Which columns a table of answers has, told before a row is read."""

from __future__ import annotations

from dataclasses import dataclass

from regression_model.batch.answer_columns import WHY, number_names
from regression_model.processing.shown_values import shown

ROW, SOURCE, VERSION = "row", "source", "model_version"
"""Columns of answers that no column of the input is: position, the file it is from, and which
model has answered."""


@dataclass(frozen=True)
class Layout:
    """Which columns a table of answers has.

    Parameters
    ----------
    id_column : str or None
        The column of the input that names rows; they are numbered if there is none.
    keep : tuple of str
        Further columns of the input that stand beside the answers.
    interval : float or None
        Coverage of the intervals, if there are any.
    has_source : bool
        Whether a column says which file a row is from.
    escape_formulas : bool
        Whether to put ``'`` before texts that a spreadsheet would run, in CSV.

    Raises
    ------
    ValueError
        If a column of the input is called as one of the answers, or is to be kept twice.
    """

    id_column: str | None = None
    keep: tuple[str, ...] = ()
    interval: float | None = None
    has_source: bool = False
    escape_formulas: bool = False

    def __post_init__(self) -> None:
        answers = {*self.number_names, *WHY, VERSION}
        if self.has_source:
            answers.add(SOURCE)
        if self.id_column is None:
            answers.add(ROW)
        for position, name in enumerate(self.kept):
            if name in answers:
                message = f"the answers have a column {name} too; rename that of the file"
                raise ValueError(message)
            if name in self.kept[:position]:
                message = f"{shown(name)!r} is to be kept twice; name it once"
                raise ValueError(message)

    @property
    def kept(self) -> tuple[str, ...]:
        """Columns of the input that stand beside the answers, that which names rows first."""
        return self.keep if self.id_column is None else (self.id_column, *self.keep)

    @property
    def number_names(self) -> list[str]:
        """``prediction``, and with an interval ``lower`` and ``upper``."""
        return number_names(self.interval)

    @property
    def table_names(self) -> list[str]:
        """The columns of a table of answers, which CSV has not all of: one of a `Scorer`'s.

        The file if there may be several, kept columns or else the position of rows, numbers, why
        there are none, and the version of the model.
        """
        source = [SOURCE] if self.has_source else []
        kept = self.kept or (ROW,)
        return [*source, *kept, *self.number_names, *WHY, VERSION]
