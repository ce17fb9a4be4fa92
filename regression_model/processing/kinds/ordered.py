"""The kind of column whose cells are levels in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.kinds.base import Asked
from regression_model.processing.kinds.levels import Levels

if TYPE_CHECKING:
    from regression_model.processing.kinds.claims import Claim
    from regression_model.processing.kinds.evidence import Evidence


class Ordered(Levels):
    """Levels in order, from lowest to highest; estimators take their positions as numbers."""

    name = "ordered"
    page_title = "levels in order, from lowest to highest"
    page_place = 5
    asked = Asked.OF_SOME_TEXTS
    needs_levels = True

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim | None:
        """Take levels whose words say their order."""
        # here, as only `init` guesses: a model that predicts loads faster without
        from regression_model.processing.kinds.level_guess import guess_ordered

        return guess_ordered(evidence)
