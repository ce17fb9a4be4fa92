"""The kind of column whose cells are true or false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import CoreSchema, core_schema

from regression_model.processing.blanks import BLANKS
from regression_model.processing.cells import as_number
from regression_model.processing.kinds.base import Asked, ColumnKind
from regression_model.processing.kinds.nullable import or_missing
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import quoted
from regression_model.processing.verdicts import Code, Verdict, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.processing.kinds.claims import Claim
    from regression_model.processing.kinds.evidence import Evidence

TRUE_WORDS = frozenset({"true", "t", "yes", "y", "on"})
FALSE_WORDS = frozenset({"false", "f", "no", "n", "off"})


class Boolean(ColumnKind):
    """Yes or no: encoded as 1 and 0."""

    name = "boolean"
    page_title = "yes or no"
    page_place = 4
    asked = Asked.BY_FORM
    never_below = 0.0

    @property
    def silent_range(self) -> tuple[float, float]:
        """Both values."""
        return 0.0, 1.0

    def judge_known(self, cell: object, *, from_file: bool) -> Verdict:  # noqa: ARG002
        """Take true and false, 1 and 0, and the words for them."""
        number = float(cell) if isinstance(cell, bool) else as_number(cell)
        if number in (0, 1):
            return Verdict(abs(number))  # of minus zero
        text = cell.strip(BLANKS).casefold() if isinstance(cell, str) else ""
        if text in TRUE_WORDS or text in FALSE_WORDS:
            return Verdict(float(text in TRUE_WORDS))
        news = say("not_a_boolean", name=self.shown_name, value=quoted(cell))
        return refuse(Code.NOT_A_BOOLEAN, news)

    def fast_schema(self) -> CoreSchema:
        """Take true, false and, where it may be missing, None."""
        boolean = core_schema.bool_schema(strict=True)
        return boolean if self.column.required else or_missing(boolean, self.missing_code)

    def record_type(self) -> Any:
        """Return a boolean."""
        return bool

    def example_cells(self) -> Iterator[str | float | bool]:
        """Yield true."""
        yield True

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim | None:
        """Take a column that holds both words of a pair, and nothing else."""
        # here, as only `init` guesses: a model that predicts loads faster without
        from regression_model.processing.kinds.level_guess import guess_booleans

        return guess_booleans(evidence)
