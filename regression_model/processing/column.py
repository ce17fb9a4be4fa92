"""A column, and what one cell of it means.

``Column.judge`` is the single definition of a cell's meaning. Everything faster (the record
validator and the columnar screen of ``encoding``) only decides for cells about which ``judge``
would have nothing to say, and asks it about all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from regression_model.processing.blanks import BLANKS
from regression_model.processing.cells import (
    MAX_MAGNITUDE,
    MAX_WHOLE,
    Unreadable,
    as_number,
    is_infinite,
    is_missing,
    is_number_text,
    is_number_without_padding,
    is_scalar,
    is_whole,
    type_name,
    unwrapped,
)
from regression_model.processing.dates import (
    LAST_SECONDS,
    MIN_SECONDS,
    DateOrder,
    ambiguous,
    to_seconds,
    to_text,
)
from regression_model.processing.interruptions import pass_on
from regression_model.processing.lazy import cached_property
from regression_model.processing.number_formats import parse_format
from regression_model.processing.verdicts import Code, Notice, Verdict, refuse
from regression_model.processing.words import Words, kind_of, level_text, plain, said, short

Kind = Literal["number", "integer", "ordered", "category", "boolean", "date"]
MissingMeans = Literal["unknown", "none"]

MISSING_TEXTS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
"""How tables usually spell a missing value: the texts that ``pandas.read_csv`` reads as NaN."""

MAX_ALIASES = 20
"""How many other names a column may have: a record is looked into for each of them."""
MAX_ALIAS_CHARACTERS = 1_000

_TRUE = frozenset({"true", "t", "yes", "y", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "off"})
_ORDERS = {"dmy": " in the order day, month, year", "mdy": " in the order month, day, year"}
_NAMED_LEVELS = 5


@dataclass(frozen=True)
class Column:
    """What is known of one input column.

    Parameters
    ----------
    name : str
        The column's name, any text.
    kind : {"number", "integer", "ordered", "category", "boolean", "date"}
        What its cells are.
    missing_values : tuple of str
        Texts that stand for a missing value; ``inf`` also for any infinity that is no text.
    missing_means : {"unknown", "none"}
        ``none``: the thing is not there, which is the first level, or zero for a number.
    required : bool
        Whether a missing value is an error.
    minimum, maximum : float or None
        Declared limits; a number outside is an error.
    levels : tuple of (str or None)
        Levels by position; None is "has none".
    closed : bool
        Whether a level that is not listed is an error instead of a warning.
    training_range : (float, float) or None
        Smallest and largest number seen in training; outside is a warning.
    missing_share : float
        Share of missing cells in training, 0 to 1.
    date_order : {"ymd", "dmy", "mdy"}
        How texts such as 03/04/2024 are read.
    number_format : str or None
        A number as texts write it (see `number_formats`), where otherwise than with a point alone.
    aliases : tuple of str
        Other names under which callers send it, without blanks around them.
    """

    name: str
    kind: Kind
    missing_values: tuple[str, ...] = MISSING_TEXTS
    missing_means: MissingMeans = "unknown"
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[str | None, ...] = ()
    closed: bool = False
    training_range: tuple[float, float] | None = None
    missing_share: float = 0.0
    date_order: DateOrder = "ymd"
    number_format: str | None = None
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.number_format is not None:
            parse_format(self.number_format)

    @property
    def has_levels(self) -> bool:
        """Whether cells are levels (positions) and not quantities."""
        return self.kind in ("ordered", "category")

    @cached_property
    def missing_code(self) -> float:
        """What a missing cell is encoded as: NaN for unknown, 0 for "has none"."""
        return 0.0 if self.missing_means == "none" else math.nan

    @cached_property
    def silent_range(self) -> tuple[float, float]:
        """The closed interval of encoded values about which there is nothing to say."""
        if self.has_levels:
            return 0.0, len(self.levels) - 1.0
        if self.kind == "boolean":
            return 0.0, 1.0
        if self.kind == "date":
            return self.training_range or (MIN_SECONDS, LAST_SECONDS)
        low, high = self.training_range or (-MAX_MAGNITUDE, MAX_MAGNITUDE)
        if self.missing_means == "none":
            low, high = min(low, 0.0), max(high, 0.0)
        if self.minimum is not None:
            low = max(low, self.minimum)
        if self.maximum is not None:
            high = min(high, self.maximum)
        return low, high

    @cached_property
    def _missing_texts(self) -> frozenset[str]:
        return frozenset(self.missing_values) | ({"NaT"} if self.kind == "date" else set())

    @cached_property
    def _infinity_is_missing(self) -> bool:
        """Whether a text for infinity is among the missing ones: then any infinity is missing."""
        return any(map(is_infinite, self.missing_values))

    @cached_property
    def _shown_name(self) -> str:
        """The name as messages say it."""
        return short(self.name)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {level: i for i, level in enumerate(self.levels) if level is not None}

    @cached_property
    def _positions_by_number(self) -> dict[float, int]:
        """Positions of levels that are numbers; the plain spelling wins over others."""
        found: dict[float, list[str]] = {}
        for level in self._positions:
            if is_number_text(level):
                found.setdefault(float(level), []).append(level)
        return {
            number: self._positions[plain(number) if plain(number) in spelt else spelt[0]]
            for number, spelt in found.items()
            if len(spelt) == 1 or plain(number) in spelt
        }

    @cached_property
    def _positions_by_boolean(self) -> dict[bool, int | None]:
        by_text: dict[str, int] = {}
        for level, position in self._positions.items():
            by_text.setdefault(level.casefold(), position)
        by_number = self._positions_by_number
        return {
            cell: by_text.get(str(cell).casefold(), by_number.get(float(cell)))
            for cell in (False, True)
        }

    @cached_property
    def _words(self) -> Words:
        return Words(self._positions)

    def is_missing(self, cell: object) -> bool:
        """Tell whether a cell stands for a missing value in this column, whatever its form."""
        if self.is_missing_text(cell) if isinstance(cell, str) else is_missing(cell):
            return True
        can_be_infinite = not isinstance(cell, str) or self.kind in ("number", "integer")
        return can_be_infinite and self._infinity_is_missing and is_infinite(cell)

    def is_missing_text(self, text: str) -> bool:
        """Tell whether a text stands for a missing value in this column."""
        return text in self._missing_texts or text.strip(BLANKS) in self._missing_texts

    def plain_text(self, text: str) -> str | None:
        """Return the text of a number as it is with a decimal point alone, None if it is none."""
        if self.number_format is None:
            return text.strip(BLANKS)
        return parse_format(self.number_format).plain_text(text)

    def judge(self, cell: object, *, from_file: bool = False, hint: bool = True) -> Verdict:
        """Say what a cell means.

        Parameters
        ----------
        cell : object
            Any Python or NumPy scalar, or whatever else a caller put there.
        from_file : bool
            In a file every cell is text, so a number in text is no news.
        hint : bool
            Whether to name the levels that are like an unknown one; see `hint_for`.

        Returns
        -------
        Verdict
            The encoded value (NaN where there is an error), with errors and warnings.
        """
        try:
            verdict = self._judge(cell, from_file=from_file)
        except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
            pass_on(problem, cell)
            return refuse(
                Code.UNREADABLE,
                f"{self._shown_name} holds a {type_name(cell)} that cannot be read "
                f"({type_name(problem)}); give a plain value",
            )
        return self._with_hint(cell, verdict) if hint and not verdict.silent else verdict

    def _judge(self, cell: object, *, from_file: bool) -> Verdict:
        cell = unwrapped(cell)
        if self.is_missing(cell):
            return self._judge_missing()
        if isinstance(cell, Unreadable):
            news = f"{self._shown_name} holds {short(cell.reason)}, which cannot be read"
            return refuse(Code.UNREADABLE, f"{news}; give a plain value")
        if not is_scalar(cell):
            news = f"{self._shown_name} holds a {type_name(cell)}; give one value per cell"
            return refuse(Code.NOT_A_SCALAR, news)
        if self.kind in ("number", "integer"):
            return self._judge_number(cell, from_file=from_file)
        return self._judge_quality(cell)

    def _judge_quality(self, cell: object) -> Verdict:
        if self.has_levels:
            return self._judge_level(cell)
        return self._judge_date(cell) if self.kind == "date" else self._judge_boolean(cell)

    def hint_for(self, cell: object, code: str) -> str:
        """Return which known levels are like an unknown one, to stand behind what `judge` says.

        Parameters
        ----------
        cell : object
            The cell that was judged.
        code : str
            Of the error or warning; only those about levels have a hint.

        Returns
        -------
        str
        """
        if code not in (Code.UNKNOWN_LEVEL, Code.UNSEEN_LEVEL):
            return ""
        near = self._words.nearest(level_text(cell)) or islice(self._positions, _NAMED_LEVELS)
        named = ", ".join(map(short, near))
        return f"; the nearest known: {named}" if named else ""

    def _with_hint(self, cell: object, verdict: Verdict) -> Verdict:
        error, warnings = verdict.error, verdict.warnings
        if error is not None:
            error = Notice(error.code, error.message + self.hint_for(cell, error.code))
        warnings = tuple(Notice(code, text + self.hint_for(cell, code)) for code, text in warnings)
        return Verdict(verdict.value, error, warnings)

    def _judge_missing(self) -> Verdict:
        if self.required:
            return refuse(Code.MISSING_REQUIRED, f"{self._shown_name} is required; give it a value")
        return Verdict(self.missing_code)

    def _judge_number(self, cell: object, *, from_file: bool) -> Verdict:
        plain_cell = self.plain_text(cell) if isinstance(cell, str) else cell
        number = as_number(plain_cell)
        if number is None:
            written = self.number_format
            how = "digits with a decimal point" if written is None else f"it like {written}"
            return refuse(
                Code.NOT_A_NUMBER,
                f"{self._shown_name} is {said(cell)} ({kind_of(cell)}), which is not a number; "
                f"write {how}, or leave it empty if it is not known",
            )
        refusal = self._refuse_number(number, is_whole=is_whole(plain_cell))
        if refusal is not None:
            return Verdict(math.nan, refusal)
        warnings = []
        if isinstance(cell, str) and not from_file and self.number_format is None:
            name = self._shown_name
            news = f"{name} is the text {said(cell)}, read as the number {plain(number)}"
            warnings.append(Notice(Code.TEXT_AS_NUMBER, news))
        low, high = self.silent_range
        if not low <= number <= high:
            news = (
                f"{self._shown_name} is {plain(number)}, outside the training range "
                f"{plain(low)} to {plain(high)}; the prediction is an extrapolation"
            )
            warnings.append(Notice(Code.OUT_OF_TRAINING_RANGE, news))
        return Verdict(number, None, tuple(warnings))

    def _refuse_number(self, number: float, *, is_whole: bool) -> Notice | None:
        name = self._shown_name
        if math.isinf(number):
            return Notice(Code.INFINITE, f"{name} is infinite; leave it empty if it is not known")
        if abs(number) > MAX_MAGNITUDE:
            return Notice(
                Code.TOO_LARGE, f"{name} is larger than {MAX_MAGNITUDE:g}; check its unit"
            )
        if abs(number) > MAX_WHOLE and (is_whole or self.kind == "integer"):
            return Notice(
                Code.TOO_LARGE,
                f"{name} is a whole number beyond 2^53, more digits than a number keeps; "
                "declare it as a category if it is an identifier, else write it as 1.2e18",
            )
        if self.kind == "integer" and number != math.floor(number):
            news = f"{name} is {plain(number)}, which is not a whole number"
            return Notice(Code.NOT_AN_INTEGER, news)
        return self._refuse_outside(number)

    def _refuse_outside(self, number: float) -> Notice | None:
        name = self._shown_name
        if self.minimum is not None and number < self.minimum:
            news = f"{name} is {plain(number)}; the least that is allowed is {plain(self.minimum)}"
            return Notice(Code.OUT_OF_LIMITS, news)
        if self.maximum is not None and number > self.maximum:
            news = f"{name} is {plain(number)}; the most that is allowed is {plain(self.maximum)}"
            return Notice(Code.OUT_OF_LIMITS, news)
        return None

    def _judge_boolean(self, cell: object) -> Verdict:
        number = float(cell) if isinstance(cell, bool) else as_number(cell)
        if number in (0, 1):
            return Verdict(abs(number))
        text = cell.strip(BLANKS).casefold() if isinstance(cell, str) else ""
        if text in _TRUE or text in _FALSE:
            return Verdict(float(text in _TRUE))
        return refuse(
            Code.NOT_A_BOOLEAN,
            f"{self._shown_name} is {said(cell)}, neither true nor false; write true or false",
        )

    def _judge_date(self, cell: object) -> Verdict:
        seconds = to_seconds(cell, self.date_order)
        if seconds is None:
            return self._refuse_date(cell)
        low, high = self.silent_range
        if low <= seconds <= high:
            return Verdict(seconds)
        news = (
            f"{self._shown_name} is {to_text(seconds)}, outside the training range "
            f"{to_text(low)} to {to_text(high)}; the prediction is an extrapolation"
        )
        return Verdict(seconds, None, (Notice(Code.OUT_OF_TRAINING_RANGE, news),))

    def _refuse_date(self, cell: object) -> Verdict:
        name, order, remedy = self._shown_name, "", ""
        if ambiguous(cell):
            order = _ORDERS.get(self.date_order, "")
            remedy = "" if order else ", or set date_order: dmy or mdy in the config"
        return refuse(
            Code.NOT_A_DATE,
            f"{name} is {said(cell)}, which is not a date{order}; write it as 2024-03-01 "
            f"or 2024-03-01T14:30{remedy}",
        )

    def _judge_level(self, cell: object) -> Verdict:
        if not isinstance(cell, str | bool) and as_number(cell) is None:
            return refuse(
                Code.NOT_TEXT,
                f"{self._shown_name} holds a {kind_of(cell)}; give its level as text",
            )
        position = self._find_level(cell)
        if position is not None:
            return Verdict(float(position))
        level = short(level_text(cell))
        if self.closed:
            news = f"{self._shown_name} is {level!r}, which is not one of its levels"
            return refuse(Code.UNKNOWN_LEVEL, news)
        news = f"{self._shown_name} is {level!r}, a level not seen in training"
        return Verdict(-1.0, None, (Notice(Code.UNSEEN_LEVEL, news),))

    def _find_level(self, cell: object) -> int | None:
        """Return the position of a level given as text, number or boolean, or None."""
        if isinstance(cell, bool):
            return self._positions_by_boolean[cell]
        for text in (cell, level_text(cell)):
            if isinstance(text, str) and text in self._positions:
                return self._positions[text]
        if isinstance(cell, str) and not is_number_without_padding(cell.strip(BLANKS)):
            return None
        number = as_number(cell)
        return None if number is None else self._positions_by_number.get(number)
