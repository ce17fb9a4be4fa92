"""Whether a table's column holds levels: true and false, levels in order, or any others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, normalize

from regression_model.processing.kinds.claims import Claim, level_counts

if TYPE_CHECKING:
    from regression_model.processing.kinds.evidence import Evidence

_PAIRS = (
    {"true", "false"}, {"yes", "no"}, {"y", "n"}, {"t", "f"}, {"on", "off"}, {"0", "1"},
)  # fmt: skip
"""What a column of booleans holds: both words of one pair."""
_MAX_SPELLINGS = 6
"""Of the words of a pair, as True, TRUE and true; a column with more different texts is another."""
_UNSEEN = "Cf"
"""What Unicode calls characters that only say how others stand: soft hyphens, joiners, marks."""


def guess_booleans(evidence: Evidence) -> Claim | None:
    """Take a column that holds both words of a pair, and nothing else."""
    if len(evidence.texts) > _MAX_SPELLINGS:
        return None
    # 1.0 is what a library writes that keeps columns with gaps as fractions
    words = {text.casefold().removesuffix(".0") for text in evidence.texts}
    return Claim(level_counts(evidence)) if words in _PAIRS else None


def guess_ordered(evidence: Evidence) -> Claim | None:
    """Take levels whose words say their order."""
    if evidence.known_order is None:
        return None
    scale, levels = evidence.known_order
    note = f"from {levels[0]} to {levels[-1]}"
    return Claim(note, {"levels": levels, "scale": scale})


def claim_levels(evidence: Evidence) -> Claim:
    """Take any column, and say where levels may be one level that is written unlike."""
    note = level_counts(evidence)
    folded = {text.casefold() for text in evidence.texts}
    if len(folded) < len(evidence.texts):
        note += "; some differ in upper and lower case only"
    if len(set(map(_look, folded))) < len(folded):
        note += "; some look the same, but are written with other characters or blanks"
    return Claim(note)


def _look(text: str) -> str:
    """Return what a reader tells a text by: accents in one form, blanks as one, nothing unseen."""
    seen = "".join(char for char in text if category(char) != _UNSEEN)
    return " ".join(normalize("NFC", seen).split())
