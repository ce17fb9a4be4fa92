"""The kind of column whose cells are whole numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic_core import CoreSchema, core_schema

from regression_model.processing.cells import MAX_WHOLE
from regression_model.processing.kinds.base import Asked
from regression_model.processing.kinds.quantity import Quantity
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import plain
from regression_model.processing.verdicts import Code, Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from regression_model.arrays import Floats
    from regression_model.processing.kinds.claims import Claim
    from regression_model.processing.kinds.evidence import Evidence


class Integer(Quantity):
    """Counts and years: whole numbers."""

    name = "integer"
    page_title = "counts and years: whole numbers; any other number would be an error"
    page_place = 2
    asked = Asked.OF_SOME_NUMBERS

    def _refuse_number(self, number: float, *, is_whole: bool) -> Notice | None:
        # a fraction beyond 2^53 is refused for its size, as it may have lost its decimals
        is_beyond = abs(number) > MAX_WHOLE
        if not is_beyond and number != math.floor(number):
            news = say("not_an_integer", name=self.shown_name, value=plain(number))
            return Notice(Code.NOT_AN_INTEGER, news)
        return super()._refuse_number(number, is_whole=is_whole or is_beyond)

    def decode(self, value: float) -> int:
        """Return a whole number as Python's own."""
        return int(value)

    def _is_suspicious(self, values: Floats) -> npt.NDArray[np.bool_]:
        return super()._is_suspicious(values) | (np.floor(values) < values)

    def _fast_number(self, low: float, high: float) -> CoreSchema:
        return core_schema.int_schema(strict=True, ge=math.ceil(low), le=math.floor(high))

    def _record_number(self) -> Any:
        return int

    def _limits(self) -> tuple[float, float]:
        low, high = super()._limits()
        return math.ceil(low), math.floor(high)

    def _between(self, low: float, high: float) -> Iterator[float]:
        yield from (number for number in super()._between(low, high) if isinstance(number, int))

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim | None:
        """Take whole numbers that are counts or years.

        Others may be measures that were rounded: lengths and temperatures have decimals tomorrow.
        """
        # here, as only `init` guesses: a model that predicts loads faster without
        from regression_model.processing.kinds.number_guess import guess_counts

        return guess_counts(evidence)
