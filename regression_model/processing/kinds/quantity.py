"""What kinds of numbers share: a cell is a number, encoded as it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple

import numpy as np
from pydantic_core import CoreSchema, core_schema

from regression_model.processing.cached_property import cached_property
from regression_model.processing.cells import MAX_MAGNITUDE, MAX_WHOLE, as_number, is_whole
from regression_model.processing.column_data import Cells, ColumnData, Factored, Numbers
from regression_model.processing.kinds.base import ColumnKind
from regression_model.processing.kinds.nullable import or_missing
from regression_model.processing.kinds.screening import (
    EncodedColumn,
    as_floats,
    judge_distinct,
    no_numbers_in_text,
    numbers_in_text,
    plain_numbers,
    spread,
)
from regression_model.processing.number_formats import DECIMAL_COMMA
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import kind_of, plain, quoted
from regression_model.processing.verdicts import Code, Notice, Verdict, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from regression_model.arrays import Floats

_NO_NUMBER = "?"
"""Stands for a text that is no number, among texts that are read all at once."""
_OTHERS_SHARE = 0.5
"""Of texts that are no numbers; where there are more of them, each different text is judged."""


class _ReadTexts(NamedTuple):
    """Texts as numbers, and the rows of those that are neither numbers nor missing."""

    numbers: Numbers
    others: list[int]


class Quantity(ColumnKind):
    """Base of the kinds whose cells are numbers."""

    is_number = True
    keeps_cells = False
    takes: ClassVar[frozenset[str]] = frozenset(
        {"minimum", "maximum", "number_format", "training_range", "missing_means"}
    )

    @cached_property
    def silent_range(self) -> tuple[float, float]:
        """What training has seen, within the limits that are declared."""
        column = self.column
        low, high = column.training_range or (-MAX_MAGNITUDE, MAX_MAGNITUDE)
        if column.missing_means == "none":
            low, high = min(low, 0.0), max(high, 0.0)
        if column.minimum is not None:
            low = max(low, column.minimum)
        if column.maximum is not None:
            high = min(high, column.maximum)
        return low, high

    def judge_known(self, cell: object, *, from_file: bool) -> Verdict:
        """Read a number and hold it against the limits and what training has seen."""
        plain_cell = self.column.plain_text(cell) if isinstance(cell, str) else cell
        number = as_number(plain_cell)
        if number is None:
            return self._refuse_text(cell)
        refusal = self._refuse_number(number, is_whole=is_whole(plain_cell))
        if refusal is not None:
            return Verdict(math.nan, refusal)
        warnings = []
        if isinstance(cell, str) and not from_file and self.column.number_format is None:
            value = quoted(cell)
            news = say("text_as_number", name=self.shown_name, value=value, number=plain(number))
            warnings.append(Notice(Code.TEXT_AS_NUMBER, news))
        low, high = self.silent_range
        if not low <= number <= high:
            news = say(
                "out_of_training_range",
                name=self.shown_name, value=plain(number), low=plain(low), high=plain(high),
            )  # fmt: skip
            warnings.append(Notice(Code.OUT_OF_TRAINING_RANGE, news))
        return Verdict(number, None, tuple(warnings))

    def _refuse_text(self, cell: object) -> Verdict:
        written = self.column.number_format
        how = say("with_point") if written is None else say("like_format", format=written)
        value, kind = quoted(cell), kind_of(cell)
        news = say("not_a_number", name=self.shown_name, value=value, kind=kind, how=how)
        return refuse(Code.NOT_A_NUMBER, news)

    def _refuse_number(self, number: float, *, is_whole: bool) -> Notice | None:
        name = self.shown_name
        if math.isinf(number):
            return Notice(Code.INFINITE, say("infinite", name=name))
        if abs(number) > MAX_MAGNITUDE:
            news = say("too_large", name=name, limit=plain(MAX_MAGNITUDE))
            return Notice(Code.TOO_LARGE, news)
        if is_whole and abs(number) > MAX_WHOLE:
            return self._refuse_digits()
        return self._refuse_outside(number)

    def _refuse_digits(self) -> Notice:
        return Notice(Code.TOO_LARGE, say("too_many_digits", name=self.shown_name))

    def _refuse_outside(self, number: float) -> Notice | None:
        name, low, high = self.shown_name, self.column.minimum, self.column.maximum
        if low is not None and number < low:
            news = say("below_minimum", name=name, value=plain(number), limit=plain(low))
            return Notice(Code.OUT_OF_LIMITS, news)
        if high is not None and number > high:
            news = say("above_maximum", name=name, value=plain(number), limit=plain(high))
            return Notice(Code.OUT_OF_LIMITS, news)
        return None

    def encode(self, data: ColumnData, *, from_file: bool, hint: bool) -> EncodedColumn:
        """Compare all numbers at once; `judge` is asked about those that are not silently right."""
        if from_file and isinstance(data, Factored) and data.codes.min() >= 0:
            read = self._read_texts(data.cells)
            if read is not None:
                distinct = self._screen(read.numbers, data.cells, read.others, from_file=True)
                return spread(distinct, data.codes)
        if isinstance(data, Cells):
            read = self._read_texts(data.cells) if from_file else None
            if read is not None:
                return self._screen(read.numbers, data.cells, read.others, from_file=True)
            numbers = plain_numbers(data.cells)
            if numbers is not None:
                return self._screen(numbers, data.cells, [], from_file=from_file)
        if isinstance(data, Numbers):
            return self._screen(data, None, [], from_file=from_file)
        return judge_distinct(self.judge, data, from_file=from_file, hint=hint)

    def _read_texts(self, cells: Sequence[Any]) -> _ReadTexts | None:
        """Return the texts of a file as one array, or None where too few of them are numbers.

        An empty text stands for a missing one in between, so it must be one in this column.
        """
        if "" not in self.column.missing_values:
            return None
        if not {str}.issuperset(map(type, cells)):
            return None
        if self.column.number_format is None:
            # nearly all files pad no cell: then a cell is missing as it stands, or a number
            missing = self._missing_texts
            numbers = numbers_in_text(["" if cell in missing else cell for cell in cells])
            if numbers is not None:
                return _ReadTexts(numbers, [])
        texts = ["" if self.is_missing_text(cell) else cell.strip() for cell in cells]
        texts = self._plain_texts(texts)
        others = no_numbers_in_text(texts)
        if len(others) > _OTHERS_SHARE * len(texts):
            return None
        for row in others:
            texts[row] = ""
        numbers = numbers_in_text(texts)
        return None if numbers is None else _ReadTexts(numbers, others)

    def _plain_texts(self, texts: list[str]) -> list[str]:
        """Return numbers as they are with a decimal point alone."""
        written = self.column.number_format
        if written is None:
            return texts
        # whole files are written so: all texts at once, where points and ends of line are no trap
        if written == DECIMAL_COMMA:
            lines = "\n".join(texts)
            is_one_a_line = lines.count("\n") < max(len(texts), 1)
            if is_one_a_line and "." not in lines:
                return lines.replace(",", ".").split("\n")
        return [self._plain_or_not(text) if text else "" for text in texts]

    def _plain_or_not(self, text: str) -> str:
        return self.column.plain_text(text) or _NO_NUMBER

    def _screen(
        self, data: Numbers, cells: Sequence[Any] | None, others: list[int], *, from_file: bool
    ) -> EncodedColumn:
        """Judge numbers that are not silently right, and the cells of other rows.

        `cells` are what they were given as.
        """
        values, missing = as_floats(data)
        suspicious = self._is_suspicious(values)
        suspicious[others] = True
        if self.column.required:
            suspicious |= missing
        elif self.column.missing_means == "none":
            values[missing] = self.missing_code
        remarks: list[tuple[int, object, Verdict]] = []
        for row in np.flatnonzero(suspicious).tolist():
            cell = data.cell(row) if cells is None else cells[row]
            verdict = self.judge(cell, from_file=from_file)
            values[row] = verdict.value
            if not verdict.silent:
                remarks.append((row, cell, verdict))
        return EncodedColumn(values, remarks)

    def _is_suspicious(self, values: Floats) -> npt.NDArray[np.bool_]:
        low, high = self.silent_range
        low, high = max(low, -MAX_WHOLE), min(high, MAX_WHOLE)
        return (values < low) | (values > high)

    def fast_schema(self) -> CoreSchema:
        """Take numbers of the silent range and, where it may be missing, None."""
        low, high = self.silent_range
        number = self._fast_number(max(low, -MAX_WHOLE), min(high, MAX_WHOLE))
        return number if self.column.required else or_missing(number, self.missing_code)

    def _fast_number(self, low: float, high: float) -> CoreSchema:
        return core_schema.float_schema(strict=True, ge=low, le=high, allow_inf_nan=False)

    def record_type(self) -> Any:
        """Return a number, or a text where numbers are written in a format."""
        if self.column.number_format is None:
            return self._record_number()
        # here, as pydantic's models take longer to load than all else and few ask for one
        from pydantic import Field

        # the limits are the number's alone: a text is judged when it is predicted
        return Annotated[float, Field(**self._declared_limits())] | str

    def _record_number(self) -> Any:
        return float

    def record_limits(self) -> dict[str, Any]:
        """Return the declared limits, unless the type says them."""
        return {} if self.column.number_format is not None else self._declared_limits()

    def _declared_limits(self) -> dict[str, Any]:
        low, high = self._limits()
        limits: dict[str, Any] = {}
        if self.column.minimum is not None:
            limits["ge"] = low
        if self.column.maximum is not None:
            limits["le"] = high
        return limits

    def _limits(self) -> tuple[float, float]:
        """Return the declared limits, else those of all numbers."""
        low, high = self.column.minimum, self.column.maximum
        return (
            -MAX_MAGNITUDE if low is None else low,
            MAX_MAGNITUDE if high is None else high,
        )

    def example_cells(self) -> Iterator[str | float | bool]:
        """Yield numbers that training has seen, then those that are allowed."""
        for low, high in (self.silent_range, self._limits()):
            yield from self._between(max(low, -MAX_WHOLE), min(high, MAX_WHOLE))
            yield from self._between(low, high)

    def _between(self, low: float, high: float) -> Iterator[float]:
        """Yield numbers between two ends, whole ones first."""
        if low > high:
            return
        middle = low + (high - low) / 2
        for whole in (math.floor(middle), math.ceil(middle)):
            if low <= whole <= high:
                yield whole
        yield middle
