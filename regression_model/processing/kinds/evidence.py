"""What `init` shows a kind of a table's column, and what the kind answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from regression_model.processing.words import shown

if TYPE_CHECKING:
    from regression_model.arrays import Floats, Indices

SHOWN_CHARACTERS = 40
"""Of a text that a note names."""

_SHOWN_LEVELS = 4
_LOOKED_AT = 100
"""Where so many texts do not match a pattern, none of the others is tried."""


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


@dataclass(frozen=True)
class Claim:
    """A column is of the kind that says so.

    Attributes
    ----------
    note : str
        What the table holds, for the person who reads the config.
    settings : mapping of str to object
        What the config must say besides the kind: ``levels``, ``scale``, ``date_order``, ``parts``,
        ``number_format``.
    missing_texts : sequence of str
        Texts of which the kind is sure that they stand for a missing value.
    """

    note: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    missing_texts: Sequence[str] = ()


@dataclass(frozen=True)
class Refusal:
    """A column would be of this kind, and is of no use to a model: why."""

    reason: str


def level_counts(evidence: Evidence) -> str:
    """Name the commonest levels: ``5 levels: sedan (490), coupe (140), wagon (64), …``."""
    common = []
    for text, count in evidence.by_count[:_SHOWN_LEVELS]:
        common.append(f"{str(shown(text))[:SHOWN_CHARACTERS]} ({count:,})")
    n_levels = len(evidence.texts)
    head = f"{n_levels:,} levels: " if n_levels > 2 else ""  # noqa: PLR2004 - two are all named
    more = ", …" if n_levels > _SHOWN_LEVELS else ""
    return f"{head}{', '.join(common)}{more}"


def matching_share(pattern: re.Pattern[str], evidence: Evidence) -> float:
    """Return the share of known rows whose text matches; a few texts decide where none does."""
    if not any(map(pattern.fullmatch, evidence.texts[:_LOOKED_AT])):
        return 0.0
    matches = np.array([pattern.fullmatch(text) is not None for text in evidence.texts])
    return float(evidence.counts[matches].sum() / evidence.n_known)
