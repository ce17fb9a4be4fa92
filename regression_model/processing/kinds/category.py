"""The kind of column whose cells are levels without an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.kinds.base import Asked
from regression_model.processing.kinds.levels import Levels

if TYPE_CHECKING:
    from regression_model.processing.kinds.claims import Claim
    from regression_model.processing.kinds.evidence import Evidence


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
        # here, as only `init` guesses: a model that predicts loads faster without
        from regression_model.processing.kinds.level_guess import claim_levels

        return claim_levels(evidence)
