"""What a kind of column says, and what holds for each of them.

A kind is a class; an object of it stands for one column. What is true of all columns of a kind are
class attributes, for the config, the pipeline, `init` and the artifact, which ask before there is a
column. What one column's cells mean are methods. A kind that only judges, decodes and says how it
is spelled works everywhere; the rest makes it fast or is a better word.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

from regression_model.processing.blanks import BLANKS
from regression_model.processing.cached_property import cached_property
from regression_model.processing.cells import (
    Unreadable,
    is_infinite,
    is_missing,
    is_scalar,
    type_name,
    unwrapped,
)
from regression_model.processing.interruptions import pass_on
from regression_model.processing.kinds.screening import EncodedColumn, judge_distinct
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import plain, short
from regression_model.processing.verdicts import Code, Notice, Verdict, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import CoreSchema

    from regression_model.arrays import Floats
    from regression_model.processing.column_data import ColumnData
    from regression_model.processing.column_description import ColumnDescription
    from regression_model.processing.kinds.claims import Claim, Refusal
    from regression_model.processing.kinds.evidence import Evidence

UNDECIDED = -math.inf
"""Encoded value of a cell that a fast way does not decide; `judge` is asked about it."""


class Asked(IntEnum):
    """When `init` asks a kind whether a column is of it: the narrower first."""

    BY_FORM = 1
    """Of every column: its texts have a form that nothing else has, as dates or yes and no."""
    OF_SOME_NUMBERS = 2
    """Where every cell is a number: numbers of a narrower sort, such as counts."""
    OF_ANY_NUMBERS = 3
    """Where every cell is a number, and no narrower kind took it."""
    OF_SOME_TEXTS = 4
    """Of what is left: texts of a narrower sort, such as levels that have an order."""
    OF_ANY_TEXTS = 5
    """Of what is left, and no narrower kind took."""


class ColumnKind(ABC):
    """A kind of column; an object is the kind of one column.

    Parameters
    ----------
    column : ColumnDescription
        What is known of the column.

    Attributes
    ----------
    name : str
        As configs and artifacts name it.
    page_title : str
        What stands above its columns in the config that `init` writes.
    page_place : int
        Where on that page they stand, from the top.
    asked : Asked or None
        When `init` asks it; None: never.
    takes : frozenset of str
        Fields of a column that are for this kind, among those that are not for all.
    needs_levels : bool
        Whether levels must be declared, as their order is not learned.
    has_levels : bool
        Whether a cell is encoded as the position of its level.
    has_order : bool
        Whether larger encoded values mean more, so that estimators take them as numbers.
    has_parts : bool
        Whether estimators get its parts (year, month, ...) in its place.
    is_number : bool
        Whether cells are numbers as they stand, which texts may write in a format.
    keeps_cells : bool
        Whether a frame of a table from a file holds its cells as they are, not what they mean.
    never_below : float
        No known cell is encoded as less, unless limits say so; -inf: there is no such bound.
    further_missing_texts : frozenset of str
        Texts that stand for a missing value besides those that the column declares.
    """

    name: ClassVar[str]
    page_title: ClassVar[str]
    page_place: ClassVar[int] = 100
    asked: ClassVar[Asked | None] = None
    takes: ClassVar[frozenset[str]] = frozenset({"missing_means"})
    needs_levels: ClassVar[bool] = False
    has_levels: ClassVar[bool] = False
    has_order: ClassVar[bool] = True
    has_parts: ClassVar[bool] = False
    is_number: ClassVar[bool] = False
    keeps_cells: ClassVar[bool] = True
    never_below: ClassVar[float] = -math.inf
    further_missing_texts: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, column: ColumnDescription) -> None:
        self.column = column

    def judge(self, cell: object, *, from_file: bool = False, hint: bool = True) -> Verdict:
        """Say what a cell means; see `Column.judge`."""
        try:
            verdict = self._judge_any(cell, from_file=from_file)
        except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
            pass_on(problem, cell)
            return refuse(
                Code.UNREADABLE,
                f"{self.shown_name} holds a {type_name(cell)} that cannot be read "
                f"({type_name(problem)}); give a plain value",
            )
        return self._with_hint(cell, verdict) if hint and not verdict.silent else verdict

    def _judge_any(self, cell: object, *, from_file: bool) -> Verdict:
        cell = unwrapped(cell)
        if self.is_missing(cell):
            return self._judge_missing()
        if isinstance(cell, Unreadable):
            news = f"{self.shown_name} holds {short(cell.reason)}, which cannot be read"
            return refuse(Code.UNREADABLE, f"{news}; give a plain value")
        if not is_scalar(cell):
            news = say("not_a_scalar", name=self.shown_name, kind=type_name(cell))
            return refuse(Code.NOT_A_SCALAR, news)
        return self.judge_known(cell, from_file=from_file)

    def _judge_missing(self) -> Verdict:
        if self.column.required:
            news = say("missing_required", name=self.shown_name)
            return refuse(Code.MISSING_REQUIRED, news)
        return Verdict(self.missing_code)

    @abstractmethod
    def judge_known(self, cell: object, *, from_file: bool) -> Verdict:
        """Say what a cell means that is one value and not missing.

        Parameters
        ----------
        cell : object
            Python's own text, number, boolean, date or the like.
        from_file : bool
            Whether cells are the texts of a file.
        """

    def _with_hint(self, cell: object, verdict: Verdict) -> Verdict:
        error, warnings = verdict.error, verdict.warnings
        if error is not None:
            error = Notice(error.code, error.message + self.hint_for(cell, error.code))
        warnings = tuple(Notice(code, text + self.hint_for(cell, code)) for code, text in warnings)
        return Verdict(verdict.value, error, warnings)

    def hint_for(self, cell: object, code: str) -> str:  # noqa: ARG002
        """Return what stands behind a message, to help further; see `Column.hint_for`."""
        return ""

    @cached_property
    def shown_name(self) -> str:
        """The column's name as messages say it."""
        return short(self.column.name)

    @cached_property
    def missing_code(self) -> float:
        """What a missing cell is encoded as: NaN for unknown, 0 for "has none"."""
        return 0.0 if self.column.missing_means == "none" else math.nan

    @cached_property
    def _missing_texts(self) -> frozenset[str]:
        return self.further_missing_texts.union(self.column.missing_values)

    @cached_property
    def _infinity_is_missing(self) -> bool:
        """Whether a text for infinity is among the missing ones: then any infinity is missing."""
        return any(map(is_infinite, self.column.missing_values))

    def is_missing(self, cell: object) -> bool:
        """Tell whether a cell stands for a missing value in this column, whatever its form."""
        if isinstance(cell, str):
            if self.is_missing_text(cell):
                return True
            if not self.is_number:  # a level may be called "inf" as well as anything else
                return False
        elif is_missing(cell):
            return True
        return self._infinity_is_missing and is_infinite(cell)

    def is_missing_text(self, text: str) -> bool:
        """Tell whether a text stands for a missing value in this column."""
        return text in self._missing_texts or text.strip(BLANKS) in self._missing_texts

    @property
    @abstractmethod
    def silent_range(self) -> tuple[float, float]:
        """The closed interval of encoded values about which there is nothing to say."""

    def decode(self, value: float) -> Any:
        """Return the cell that an encoded value, not NaN, stands for; None for an unknown one."""
        return value

    @classmethod
    def can_range(cls, low: float, high: float) -> bool:
        """Tell whether training may have seen encoded values from one to another."""
        return low <= high

    @classmethod
    def show(cls, value: float) -> str:
        """Return an encoded value as text for a person."""
        return plain(value)

    @property
    def shown_span(self) -> str:
        """What training has seen, for a table on the screen."""
        low, high = self.column.training_range or (0.0, 1.0)
        return f"{low:g} to {high:g}"

    def encode(self, data: ColumnData, *, from_file: bool, hint: bool) -> EncodedColumn:
        """Encode a column of cells and list what there is to say about them."""
        return judge_distinct(self.judge, data, from_file=from_file, hint=hint)

    def fast_schema(self) -> CoreSchema | None:
        """Return what encodes a cell of a record without Python, None where `judge` does it.

        It fails, or returns `UNDECIDED`, for each cell about which `judge` has something to say,
        and may do so for others.
        """
        return None

    def typed(self, values: Floats) -> Any:
        """Return encoded values as the column of a frame, where it does not keep cells.

        Parameters
        ----------
        values : ndarray of shape (n_rows,)
            NaN where missing.
        """
        return values

    @abstractmethod
    def record_type(self) -> Any:
        """Return the type of a cell in the pydantic model of a record."""

    def record_limits(self) -> dict[str, Any]:
        """Return the declared limits that the field of a record has: ``ge`` and ``le``."""
        return {}

    def record_examples(self) -> list[str | None] | None:
        """Return cells that the field of a record names as examples, None for no such list."""
        return None

    @abstractmethod
    def example_cells(self) -> Iterator[str | float | bool]:
        """Yield cells of which one may be no error, the best first."""

    @classmethod
    def guess(cls, evidence: Evidence) -> Claim | Refusal | None:  # noqa: ARG003
        """Say whether a column of a table is of this kind, or would be and is of no use."""
        return None
