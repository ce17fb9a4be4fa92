"""The kind of column whose cells are levels without an order."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, normalize

from regression_model.processing.kinds.base import Asked
from regression_model.processing.kinds.claims import Claim, level_counts
from regression_model.processing.kinds.levels import Levels

if TYPE_CHECKING:
    from regression_model.processing.kinds.evidence import Evidence

_UNSEEN = "Cf"
"""What Unicode calls characters that only say how others stand: soft hyphens, joiners, marks."""


class Category(Levels):
    """Levels without an order; where none are declared, training learns them."""

    name = "category"
    page_title = "levels without an order"
    page_place = 6
    asked = Asked.OF_ANY_TEXTS
    has_order = False

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim:
        """Take every column, and say where levels may be one level that is written unlike."""
        note = level_counts(evidence)
        spelt = {text.casefold() for text in evidence.texts}
        if len(spelt) < len(evidence.texts):
            note += "; some differ in upper and lower case only"
        if len(set(map(_look, spelt))) < len(spelt):
            note += "; some look the same, but are written with other characters or blanks"
        return Claim(note)


def _look(text: str) -> str:
    """Return what a reader tells a text by: accents in one form, blanks as one, nothing unseen."""
    seen = "".join(char for char in text if category(char) != _UNSEEN)
    return " ".join(normalize("NFC", seen).split())
