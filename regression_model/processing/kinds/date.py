"""The kind of column whose cells are dates, with or without a time of day."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from regression_model.processing.column_data import ColumnData, Times
from regression_model.processing.dates import (
    LAST_SECONDS,
    MIN_SECONDS,
    ambiguous,
    to_seconds,
    to_text,
)
from regression_model.processing.kinds.base import Asked, ColumnKind
from regression_model.processing.kinds.screening import EncodedColumn
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import quoted
from regression_model.processing.verdicts import Code, Notice, Verdict, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regression_model.arrays import Floats
    from regression_model.processing.kinds.claims import Claim, Refusal
    from regression_model.processing.kinds.evidence import Evidence

_MICROSECONDS = 1e6


class Date(ColumnKind):
    """Dates and times: encoded as seconds since 1970, of which estimators get the parts."""

    name = "date"
    page_title = "dates and times: year, month, day, weekday and elapsed days"
    page_place = 3
    asked = Asked.BY_FORM
    # a missing date is unknown: there is no day that "has none" could be
    takes: ClassVar[frozenset[str]] = frozenset({"date_order", "training_range"})
    has_parts = True
    keeps_cells = False
    further_missing_texts: ClassVar[frozenset[str]] = frozenset({"NaT"})

    @property
    def silent_range(self) -> tuple[float, float]:
        """What training has seen, else all dates that there are."""
        return self.column.training_range or (MIN_SECONDS, LAST_SECONDS)

    def judge_known(self, cell: object, *, from_file: bool) -> Verdict:  # noqa: ARG002
        """Read a date and hold it against what training has seen."""
        seconds = to_seconds(cell, self.column.date_order)
        if seconds is None:
            return self._refuse(cell)
        low, high = self.silent_range
        if low <= seconds <= high:
            return Verdict(seconds)
        news = say(
            "out_of_training_range",
            name=self.shown_name, value=to_text(seconds), low=to_text(low), high=to_text(high),
        )  # fmt: skip
        return Verdict(seconds, None, (Notice(Code.OUT_OF_TRAINING_RANGE, news),))

    def _refuse(self, cell: object) -> Verdict:
        order, remedy = "", ""
        if ambiguous(cell):
            is_declared = self.column.date_order != "ymd"
            order = say(f"order_{self.column.date_order}") if is_declared else ""
            remedy = "" if is_declared else say("declare_order")
        value = quoted(cell)
        news = say("not_a_date", name=self.shown_name, value=value, order=order, remedy=remedy)
        return refuse(Code.NOT_A_DATE, news)

    def decode(self, value: float) -> str:
        """Return a date as text."""
        return to_text(value)

    @classmethod
    def can_range(cls, low: float, high: float) -> bool:
        """Tell whether two ends are dates."""
        return MIN_SECONDS <= low <= high <= LAST_SECONDS

    @classmethod
    def show(cls, value: float) -> str:
        """Return a date as text."""
        return to_text(value)

    @property
    def shown_span(self) -> str:
        """The dates between which training has seen some."""
        low, high = self.column.training_range or (0.0, 1.0)
        return f"{to_text(low)} to {to_text(high)}"

    def encode(self, data: ColumnData, *, from_file: bool, hint: bool) -> EncodedColumn:
        """Compare dates of a frame at once; `judge` is asked about those that are not right."""
        if not isinstance(data, Times):
            return super().encode(data, from_file=from_file, hint=hint)
        seconds = data.seconds
        low, high = self.silent_range
        suspicious = (seconds < low) | (seconds > high)
        if self.column.required:
            suspicious |= np.isnan(seconds)
        values = seconds.copy()
        remarks: list[tuple[int, object, Verdict]] = []
        for row in np.flatnonzero(suspicious).tolist():
            cell = data.cell(row)
            verdict = self.judge(cell)
            if verdict.error is not None:  # else the value stays as exact as it came
                values[row] = np.nan
            if not verdict.silent:
                remarks.append((row, cell, verdict))
        return EncodedColumn(values, remarks)

    def typed(self, values: Floats) -> Any:
        """Return moments, to the microsecond."""
        moments = np.full(len(values), np.datetime64("NaT", "us"))
        known = ~np.isnan(values)
        whole = np.round(values[known] * _MICROSECONDS).astype(np.int64)
        moments[known] = whole.astype("datetime64[us]")
        return moments

    def record_type(self) -> Any:
        """Return all that a date may be given as."""
        return datetime | date | str

    def example_cells(self) -> Iterator[str | float | bool]:
        """Yield the middle of the dates that training has seen."""
        low, high = self.silent_range
        middle = low + (high - low) / 2
        yield from (to_text(math.floor(middle)), to_text(middle))

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim | Refusal | None:
        """Take texts of which nearly all look like dates, and can be read as such."""
        # here, as only `init` guesses: a model that predicts loads faster without
        from regression_model.processing.kinds.date_guess import guess_dates

        return guess_dates(evidence)
