"""The kind of column whose cells are any numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.processing.kinds.base import Asked
from regression_model.processing.kinds.quantity import Quantity

if TYPE_CHECKING:
    from regression_model.processing.kinds.claims import Claim
    from regression_model.processing.kinds.evidence import Evidence


class Number(Quantity):
    """Quantities: any number."""

    name = "number"
    page_title = "quantities: any number"
    page_place = 1
    asked = Asked.OF_ANY_NUMBERS

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim:
        """Take every column of numbers."""
        # here, as only `init` guesses: a model that predicts loads faster without
        from regression_model.processing.kinds.number_guess import claim_numbers

        return claim_numbers(evidence)
