"""The input schema: what a column is, and what one cell of it means.

``Column.judge`` is the single definition of a cell's meaning. Everything faster (the record
validator and the columnar screen of ``validation``) only decides for cells about which ``judge``
would have nothing to say, and asks it about all others.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np

from regression_model.processing.blanks import BLANKS
from regression_model.processing.dates import (
    LAST_SECONDS,
    MIN_SECONDS,
    DateOrder,
    ambiguous,
    to_seconds,
    to_text,
)
from regression_model.processing.number_formats import parse_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

Kind = Literal["number", "integer", "ordered", "category", "boolean", "date"]
MissingMeans = Literal["unknown", "none"]

MAX_MAGNITUDE = 1e30
MAX_WHOLE = 2.0**53 - 1
"""Beyond it a float64 is not every whole number; one given as digits would lose some of them."""
MISSING_TEXTS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
"""How tables usually spell a missing value: the texts that ``pandas.read_csv`` reads as NaN."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_TRUE = frozenset({"true", "t", "yes", "y", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "off"})
_ORDERS = {"dmy": " in the order day, month, year", "mdy": " in the order month, day, year"}
_SHOWN_CHARACTERS = 100
_WORD_BITS = 64
_MISSING_TYPES = frozenset({"NAType", "NaTType"})


class Code(StrEnum):
    """What an entry of ``errors`` or ``warnings`` is about."""

    NOT_A_NUMBER = "not_a_number"
    NOT_AN_INTEGER = "not_an_integer"
    NOT_A_BOOLEAN = "not_a_boolean"
    NOT_A_DATE = "not_a_date"
    NOT_TEXT = "not_text"
    NOT_A_SCALAR = "not_a_scalar"
    NOT_A_RECORD = "not_a_record"
    INFINITE = "infinite"
    TOO_LARGE = "too_large"
    OUT_OF_LIMITS = "out_of_limits"
    UNKNOWN_LEVEL = "unknown_level"
    MISSING_REQUIRED = "missing_required"
    MISSING_COLUMN = "missing_column"
    DUPLICATE_COLUMN = "duplicate_column"
    NO_KNOWN_COLUMN = "no_known_column"
    WRONG_CELL_COUNT = "wrong_cell_count"
    BROKEN_ROW = "broken_row"
    NOT_FINITE_PREDICTION = "not_finite_prediction"
    UNSEEN_LEVEL = "unseen_level"
    OUT_OF_TRAINING_RANGE = "out_of_training_range"
    UNUSED_COLUMN = "unused_column"
    TEXT_AS_NUMBER = "text_as_number"


class Notice(NamedTuple):
    """One thing to say about a cell: a code and a sentence."""

    code: Code
    message: str


class Verdict(NamedTuple):
    """The meaning of a cell: its encoded value, and what is to be said about it."""

    value: float
    error: Notice | None = None
    warnings: tuple[Notice, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether there is nothing to say."""
        return self.error is None and not self.warnings


def _refuse(code: Code, message: str) -> Verdict:
    return Verdict(math.nan, Notice(code, message))


def shown(value: object) -> str | int | float | bool | None:
    """Return `value` as something JSON can hold: scalars as they are, all else as short text."""
    if is_missing(value):
        return None
    if isinstance(value, np.datetime64 | date):
        return str(value) if isinstance(value, np.datetime64) else value.isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return (
            value
            if value.bit_length() <= _WORD_BITS
            else f"an integer of {value.bit_length()} bits"
        )
    text = value if isinstance(value, str) else _safe_repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _safe_repr(value: object) -> str:
    try:
        return repr(value)
    except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything at all
        return f"a {type(value).__name__} whose repr fails with {type(problem).__name__}"


def plain(number: float) -> str:
    """Return a number as a person would write it: ``8450``, not ``8450.0``."""
    return f"{number + 0.0:.15g}"  # no minus before a zero


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """Return up to three of `words` that look like `word`, best first, ignoring case."""
    by_lower = {w.casefold(): w for w in words}
    return [by_lower[m] for m in difflib.get_close_matches(word.casefold(), by_lower, 3, 0.6)]


def is_missing(cell: object) -> bool:
    """Tell whether a cell that is no text stands for a missing value (None, NaN, NA, NaT)."""
    if cell is None or type(cell).__name__ in _MISSING_TYPES:
        return True
    if isinstance(cell, float):
        return cell != cell  # noqa: PLR0124 - the definition of NaN
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return isinstance(cell, np.floating | np.datetime64 | np.timedelta64) and bool(cell != cell)  # noqa: PLR0124


def _unwrapped(cell: Any) -> object:
    """Return NumPy's numbers, booleans and zero-dimensional arrays as Python's own."""
    if isinstance(cell, np.timedelta64):  # NumPy takes it for a number
        return cell
    if isinstance(cell, np.number | np.bool_) or (isinstance(cell, np.ndarray) and cell.ndim == 0):
        return cell.item()
    return cell


def _is_scalar(cell: object) -> bool:
    return isinstance(cell, str | bytes) or not hasattr(cell, "__len__")


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
        Texts that stand for a missing value.
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
    def _positions(self) -> dict[str, int]:
        return {level: i for i, level in enumerate(self.levels) if level is not None}

    @cached_property
    def _positions_by_number(self) -> dict[float, int]:
        """Positions of levels that are numbers; the plain spelling wins over others."""
        found: dict[float, list[str]] = {}
        for level in self._positions:
            if _NUMBER.fullmatch(level):
                found.setdefault(float(level), []).append(level)
        return {
            number: self._positions[plain(number) if plain(number) in spelt else spelt[0]]
            for number, spelt in found.items()
            if len(spelt) == 1 or plain(number) in spelt
        }

    def is_missing_text(self, text: str) -> bool:
        """Tell whether a text stands for a missing value in this column."""
        return text in self._missing_texts or text.strip(BLANKS) in self._missing_texts

    def plain_text(self, text: str) -> str | None:
        """Return the text of a number as it is with a decimal point alone, None if it is none."""
        if self.number_format is None:
            return text.strip(BLANKS)
        return parse_format(self.number_format).plain_text(text)

    def judge(self, cell: object, *, from_file: bool = False) -> Verdict:
        """Say what a cell means.

        Parameters
        ----------
        cell : object
            Any Python or NumPy scalar, or whatever else a caller put there.
        from_file : bool
            In a file every cell is text, so a number in text is no news.

        Returns
        -------
        Verdict
            The encoded value (NaN where there is an error), with errors and warnings.
        """
        cell = _unwrapped(cell)
        if is_missing(cell) or (isinstance(cell, str) and self.is_missing_text(cell)):
            return self._judge_missing()
        if not _is_scalar(cell):
            return _refuse(
                Code.NOT_A_SCALAR,
                f"{self.name} holds a {type(cell).__name__}; give one value per cell",
            )
        if self.has_levels:
            return self._judge_level(cell)
        if self.kind == "boolean":
            return self._judge_boolean(cell)
        if self.kind == "date":
            return self._judge_date(cell)
        return self._judge_number(cell, from_file=from_file)

    def _judge_missing(self) -> Verdict:
        if self.required:
            return _refuse(Code.MISSING_REQUIRED, f"{self.name} is required; give it a value")
        return Verdict(self.missing_code)

    def _judge_number(self, cell: object, *, from_file: bool) -> Verdict:
        plain_cell = self.plain_text(cell) if isinstance(cell, str) else cell
        number = _as_number(plain_cell)
        if number is None:
            return self._refuse_no_number(cell)
        refusal = self._refuse_number(number, is_whole=_is_whole(plain_cell))
        if refusal is not None:
            return Verdict(math.nan, refusal)
        warnings = []
        if isinstance(cell, str) and not from_file and self.number_format is None:
            said = f"{self.name} is the text {shown(cell)!r}, read as the number {plain(number)}"
            warnings.append(Notice(Code.TEXT_AS_NUMBER, said))
        low, high = self.silent_range
        if not low <= number <= high:
            said = (
                f"{self.name} is {plain(number)}, outside the training range "
                f"{plain(low)} to {plain(high)}; the prediction is an extrapolation"
            )
            warnings.append(Notice(Code.OUT_OF_TRAINING_RANGE, said))
        return Verdict(number, None, tuple(warnings))

    def _refuse_no_number(self, cell: object) -> Verdict:
        kind = "text" if isinstance(cell, str) else type(cell).__name__
        how = "digits with a decimal point"
        if self.number_format is not None:
            how = f"it like {self.number_format}"
        return _refuse(
            Code.NOT_A_NUMBER,
            f"{self.name} is {shown(cell)!r} ({kind}), which is not a number; "
            f"write {how}, or leave it empty if it is not known",
        )

    def _refuse_number(self, number: float, *, is_whole: bool) -> Notice | None:
        name = self.name
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
            said = f"{name} is {plain(number)}, which is not a whole number"
            return Notice(Code.NOT_AN_INTEGER, said)
        return self._refuse_outside(number)

    def _refuse_outside(self, number: float) -> Notice | None:
        name = self.name
        if self.minimum is not None and number < self.minimum:
            said = f"{name} is {plain(number)}; the least that is allowed is {plain(self.minimum)}"
            return Notice(Code.OUT_OF_LIMITS, said)
        if self.maximum is not None and number > self.maximum:
            said = f"{name} is {plain(number)}; the most that is allowed is {plain(self.maximum)}"
            return Notice(Code.OUT_OF_LIMITS, said)
        return None

    def _judge_boolean(self, cell: object) -> Verdict:
        number = float(cell) if isinstance(cell, bool | np.bool_) else _as_number(cell)
        if number in (0, 1):
            return Verdict(abs(number))
        text = cell.strip(BLANKS).casefold() if isinstance(cell, str) else ""
        if text in _TRUE or text in _FALSE:
            return Verdict(float(text in _TRUE))
        return _refuse(
            Code.NOT_A_BOOLEAN,
            f"{self.name} is {shown(cell)!r}, neither true nor false; write true or false",
        )

    def _judge_date(self, cell: object) -> Verdict:
        seconds = to_seconds(cell, self.date_order)
        if seconds is None:
            return self._refuse_date(cell)
        low, high = self.silent_range
        if low <= seconds <= high:
            return Verdict(seconds)
        said = (
            f"{self.name} is {to_text(seconds)}, outside the training range "
            f"{to_text(low)} to {to_text(high)}; the prediction is an extrapolation"
        )
        return Verdict(seconds, None, (Notice(Code.OUT_OF_TRAINING_RANGE, said),))

    def _refuse_date(self, cell: object) -> Verdict:
        order, remedy = "", ""
        if ambiguous(cell):
            order = _ORDERS.get(self.date_order, "")
            remedy = "" if order else ", or set date_order: dmy or mdy in the config"
        return _refuse(
            Code.NOT_A_DATE,
            f"{self.name} is {shown(cell)!r}, which is not a date{order}; write it as 2024-03-01 "
            f"or 2024-03-01T14:30{remedy}",
        )

    def _judge_level(self, cell: object) -> Verdict:
        is_level = isinstance(cell, str | bool | np.bool_) or _as_number(cell) is not None
        if not is_level:
            return _refuse(
                Code.NOT_TEXT,
                f"{self.name} holds a {type(cell).__name__}; give its level as text",
            )
        position = self._find_level(cell)
        if position is not None:
            return Verdict(float(position))
        known = list(self._positions)
        near = nearest(level_text(cell), known) or known[:5]
        hint = f"; the nearest known: {', '.join(near)}" if near else ""
        if self.closed:
            said = f"{self.name} is {level_text(cell)!r}, which is not one of its levels{hint}"
            return _refuse(Code.UNKNOWN_LEVEL, said)
        said = f"{self.name} is {level_text(cell)!r}, a level not seen in training{hint}"
        return Verdict(-1.0, None, (Notice(Code.UNSEEN_LEVEL, said),))

    def _find_level(self, cell: object) -> int | None:
        """Return the position of a level given as text, number or boolean, or None."""
        if isinstance(cell, bool | np.bool_):
            return self._find_boolean_level(bool(cell))
        for text in (cell, level_text(cell)):
            if isinstance(text, str) and text in self._positions:
                return self._positions[text]
        if isinstance(cell, str) and not _is_number_without_padding(cell.strip(BLANKS)):
            return None
        number = _as_number(cell)
        return None if number is None else self._positions_by_number.get(number)

    def _find_boolean_level(self, cell: bool) -> int | None:  # noqa: FBT001
        for level, position in self._positions.items():
            if level.casefold() == str(cell).casefold():
                return position
        return self._positions_by_number.get(float(cell))


def level_text(cell: object) -> str:
    """Return the text that names a level: ``60`` for ``60``, ``60.0`` and ``"60.0"``.

    Digits alone stay as they are, so that ``"007"`` is not ``"7"``; long texts are shortened.
    """
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, str):
        text = cell.strip(BLANKS)
        if text.lstrip("+-").isdigit() or not _is_number_without_padding(text):
            return text
        cell = float(text)
    if isinstance(cell, float) and math.isfinite(cell) and cell == math.floor(cell):
        cell = int(cell)
    return str(shown(cell))


def _is_number_without_padding(text: str) -> bool:
    digits = text.lstrip("+-")
    padded = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return bool(_NUMBER.fullmatch(text)) and not padded


def _is_whole(cell: object) -> bool:
    """Tell whether a number is given to its last digit: an integer, or digits alone."""
    if isinstance(cell, str):
        return cell.strip(BLANKS).lstrip("+-").isdigit()
    if isinstance(cell, Decimal):
        return cell.as_tuple().exponent == 0
    return isinstance(cell, int) and not isinstance(cell, bool)


def _text_as_number(text: str) -> float | None:
    if _INFINITE.fullmatch(text):
        return math.inf
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return 2 * MAX_MAGNITUDE if math.isinf(number) else number


def _as_number(cell: object) -> float | None:
    """Return a cell as a float (past all limits if it overflows), or None if it is no number."""
    if isinstance(cell, str):
        return _text_as_number(cell.strip(BLANKS))
    if isinstance(cell, bool | np.bool_ | np.timedelta64) or not isinstance(cell, Real | Decimal):
        return None
    try:
        number = float(cell)
    except OverflowError:
        return 2 * MAX_MAGNITUDE
    if isinstance(cell, Decimal) and cell.is_finite() and math.isinf(number):
        return 2 * MAX_MAGNITUDE
    return number


@dataclass(frozen=True)
class Schema:
    """All columns that a model eats, in the order of its input matrix."""

    columns: tuple[Column, ...]
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))

    def __len__(self) -> int:
        return len(self.columns)

    def __getitem__(self, name: str) -> Column:
        return self.columns[self.names.index(name)]

    @cached_property
    def record_model(self) -> type[BaseModel]:
        """A pydantic model of one record, made when it is first asked for.

        Examples
        --------
        >>> Schema((Column("area", "number", minimum=0),)).record_model(area=12.5).area
        12.5
        """
        from regression_model.processing.record_model import make_record_model

        return make_record_model(self)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the columns as what JSON can hold; defaults are left out."""
        defaults = {f.name: f.default for f in fields(Column)}
        return [
            {key: value for key, value in asdict(column).items() if value != defaults[key]}
            for column in self.columns
        ]

    @classmethod
    def from_dict(cls, columns: list[dict[str, Any]]) -> Self:
        """Make a schema of what `to_dict` returned, also after a trip through JSON."""
        return cls(tuple(Column(**{k: _tuples(v) for k, v in c.items()}) for c in columns))

    def with_number_format(self, number_format: str | None) -> Self:
        """Return a schema whose numbers are written like this where a column says nothing."""
        if number_format is None:
            return self
        return self.replace_columns(
            {
                column.name: replace(column, number_format=number_format)
                for column in self.columns
                if column.kind in ("number", "integer") and column.number_format is None
            }
        )

    def decode(self, values: Sequence[float]) -> dict[str, Any]:
        """Return an encoded row of len(self) values as a record; None for what is not known."""
        record: dict[str, Any] = {}
        for column, value in zip(self.columns, values, strict=True):
            if math.isnan(value) or (value < 0 and column.has_levels):
                record[column.name] = None
            elif column.has_levels:
                record[column.name] = column.levels[int(value)]
            elif column.kind == "date":
                record[column.name] = to_text(value)
            else:
                record[column.name] = int(value) if column.kind == "integer" else value
        return record

    def replace_columns(self, changed: dict[str, Column]) -> Self:
        """Return a schema in which the columns named in `changed` are exchanged."""
        return replace(self, columns=tuple(changed.get(c.name, c) for c in self.columns))


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
