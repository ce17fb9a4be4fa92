"""What `init` shows a kind of a table's column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from regression_model.arrays import Floats, Indices


class Evidence(Protocol):
    """A column of a table, in terms of its different texts: at least two."""

    @property
    def name(self) -> str:
        """The column's name."""

    @property
    def texts(self) -> list[str]:
        """The different known cells, stripped."""

    @property
    def counts(self) -> Indices:
        """How many rows hold each text."""

    @property
    def by_count(self) -> list[tuple[str, int]]:
        """Texts with their counts, the commonest first."""

    @property
    def n_known(self) -> int:
        """Rows with a value."""

    @property
    def numbers(self) -> Floats:
        """Each text as a number, NaN where it is none."""

    @property
    def dress(self) -> str | None:
        """How numbers are written, if otherwise than in the whole file: see `number_formats`."""

    @property
    def plain_texts(self) -> list[str]:
        """The texts, those of numbers as they are with a decimal point alone."""

    @property
    def known_order(self) -> tuple[str | None, tuple[str, ...]] | None:
        """The texts from lowest to highest where their words say so, and which scale it is."""

    def without(self, texts: Sequence[str]) -> Self:
        """Return the column with some texts taken as missing."""
