"""What a kind answers when `init` asks whether a column of a table is of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from regression_model.processing.shown_values import shown

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    from regression_model.processing.kinds.evidence import Evidence

SHOWN_CHARACTERS = 40
"""Of a text that a note names."""

_SHOWN_LEVELS = 4
_LOOKED_AT = 100
"""Where so many texts do not match a pattern, none of the others is tried."""


class Claim(NamedTuple):
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
    settings: Mapping[str, Any] = MappingProxyType({})
    missing_texts: Sequence[str] = ()


class Refusal(NamedTuple):
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
