"""Validation: input of any form in, encoded rows and what is to be said about them out.

One record or a few go through a validator compiled by pydantic; a table is screened column by
column. Both decide only for cells about which there is nothing to say and ask ``Column.judge``
about the others, so that the verdict on a cell is the same whichever way it came.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
from pydantic_core import SchemaValidator, core_schema

from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.dates import LAST_SECONDS, MIN_SECONDS, to_datetime
from regression_model.processing.schema import (
    MAX_WHOLE,
    Code,
    Column,
    Schema,
    Verdict,
    nearest,
    shown,
)
from regression_model.processing.tables import (
    Cells,
    ColumnData,
    Factored,
    Numbers,
    Table,
    Times,
    as_table,
    records_of,
)

Floats = npt.NDArray[np.float64]

FEW_RECORDS = 16
BLOCK_ROWS = 16_384
_SHOWN_NAMES = 5
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None), date, datetime, np.float64, np.int64})
_NUMBERS = re.compile(r"(?:(?:[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)?\n)*+", re.ASCII)
"""Lines that are numbers or empty: `schema`'s number, many at once and without going back."""
_ASK = -math.inf
"""Encoded value of a cell that the fast way does not decide; `Column.judge` is asked."""


class Entry(TypedDict):
    """One error or warning, as callers get it."""

    row: int | None
    column: str | None
    code: str
    value: str | int | float | bool | None
    message: str


@dataclass
class Report:
    """What was found so far: entries, and the rows that get no prediction."""

    errors: list[Entry] = field(default_factory=list)
    warnings: list[Entry] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    no_records: set[int] = field(default_factory=set)
    all_failed: bool = False

    def sorted_errors(self) -> list[Entry]:
        """Return errors of the whole input, then by row; within a row in the order found."""
        return sorted(self.errors, key=lambda entry: -1 if entry["row"] is None else entry["row"])

    def refuse(
        self, code: Code, message: str, *, row: int | None, column: str | None, value: object = None
    ) -> None:
        """Add an error of one row, or of all rows where `row` is None."""
        self.errors.append(_entry(code, message, row, column, value))
        if row is None:
            self.all_failed = True
        else:
            self.failed.add(row)

    def add(self, row: int, column: str, cell: object, verdict: Verdict) -> None:
        """Add what a verdict says about a cell of a row that is a record at all."""
        if row in self.no_records:
            return
        if verdict.error is not None:
            code, message = verdict.error
            self.refuse(code, message, row=row, column=column, value=cell)
        for code, message in verdict.warnings:
            self.warnings.append(_entry(code, message, row, column, cell))


def _entry(
    code: Code, message: str, row: int | None, column: str | None, value: object = None
) -> Entry:
    return Entry(row=row, column=column, code=code.value, value=shown(value), message=message)


class Validator:
    """Checks and encodes input for one schema; made once, used by any number of threads.

    Parameters
    ----------
    schema : Schema
        The columns that the model eats.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._names = frozenset(schema.names)
        self._record_validator = _compile(schema)

    def encode_record(self, record: dict[str, Any]) -> tuple[float, ...] | None:
        """Return the encoded row if all columns are there and no cell needs a word, else None."""
        values = self._ask_pydantic(record)
        return None if values is None or _ASK in values else values

    def report_names(self, record: dict[Any, Any]) -> Report | None:
        """Return what there is to say about the keys of a record that has all columns."""
        if len(record) == len(self.schema):
            return None
        report = Report()
        self._check_names([str(key) for key in record], report)
        return report

    def _ask_pydantic(self, record: dict[str, Any]) -> tuple[float, ...] | None:
        """Return encoded values, some of them `_ASK`; None if a cell is of no plain type."""
        if not _PLAIN_TYPES.issuperset(map(type, record.values())):
            return None
        return tuple(self._record_validator.validate_python(record).values())

    def blocks(
        self,
        input_data: object,
        report: Report,
        *,
        from_file: bool = False,
        number_format: str | None = None,
    ) -> Iterator[Floats]:
        """Yield encoded rows, block by block, and add to the report what there is to say.

        Parameters
        ----------
        input_data : record, records or table
            Any of the accepted forms.
        report : Report
            Receives errors and warnings; rows with an error are encoded with NaN.
        from_file : bool
            Whether cells are the texts of a file, where a number in text is no news.
        number_format : str, optional
            How numbers are written in it, where a column does not say so itself.

        Yields
        ------
        ndarray of shape (n_rows_of_block, n_columns)

        Raises
        ------
        TypeError
            If `input_data` is no table at all.
        """
        schema = self.schema.with_number_format(number_format)
        records = records_of(input_data)
        mappings = None if records is None else self._mappings(records, report)
        if mappings is None or len(mappings) > FEW_RECORDS:
            table = as_table(input_data if mappings is None else mappings)
            mappings = _few_records(table)
            if mappings is None:
                yield from self._table_blocks(schema, table, report, from_file=from_file)
                return
            mappings = [self._with_clean_keys(record) for record in mappings]
            names = table.names
        else:
            names = list(dict.fromkeys(key for record in mappings for key in record))
        is_nothing = not names and not mappings
        absent = set() if is_nothing else self._check_names(names, report)
        rows = [
            self._encode(schema, record, row, absent, report, from_file=from_file)
            for row, record in enumerate(mappings)
        ]
        yield np.array(rows, dtype=np.float64).reshape(len(rows), len(self.schema))

    def _encode(
        self,
        schema: Schema,
        record: dict[str, Any],
        row: int,
        absent: set[str],
        report: Report,
        *,
        from_file: bool,
    ) -> list[float]:
        """Encode one record, asking `judge` about what pydantic did not decide."""
        values = self._ask_pydantic(record)
        encoded = [_ASK] * len(self.schema) if values is None else list(values)
        for i, column in enumerate(schema.columns):
            if column.name in absent:
                encoded[i] = column.missing_code
            elif encoded[i] == _ASK:
                cell = record.get(column.name)
                verdict = column.judge(cell, from_file=from_file)
                encoded[i] = verdict.value
                report.add(row, column.name, cell, verdict)
        return encoded

    def _table_blocks(
        self, schema: Schema, table: Table, report: Report, *, from_file: bool
    ) -> Iterator[Floats]:
        absent = self._check_names(table.names, report)
        position = {name: i for i, name in enumerate(table.names)}
        for start in range(0, max(table.n_rows, 1), BLOCK_ROWS):
            stop = min(start + BLOCK_ROWS, table.n_rows)
            block = np.empty((len(self.schema), stop - start))
            found: list[tuple[int, int, object, Verdict]] = []
            for i, column in enumerate(schema.columns):
                if column.name in absent:
                    block[i] = column.missing_code
                    continue
                data = table.read(position[column.name], start, stop)
                encoded = encode_column(column, data, from_file=from_file)
                block[i] = encoded.values
                found += ((start + row, i, cell, v) for row, cell, v in encoded.remarks)
            for row, i, cell, verdict in sorted(found, key=lambda f: f[:2]):
                report.add(row, self.schema.names[i], cell, verdict)
            yield block.T

    def _check_names(self, names: Sequence[str], report: Report) -> set[str]:
        """Report duplicate, unused and missing required columns; return the absent ones."""
        counts = Counter(map(clean_name, names))
        if counts and self._names.isdisjoint(counts):
            report.refuse(Code.NO_KNOWN_COLUMN, self._said_unknown(counts), row=None, column=None)
            return set(self._names)
        for name, count in counts.items():
            if name not in self._names:
                report.warnings.append(_unused(name, set(self._names) - set(counts)))
            elif count > 1:
                message = f"{name} stands {count} times in the input; leave one column of that name"
                report.refuse(Code.DUPLICATE_COLUMN, message, row=None, column=name)
        for column in self.schema.columns:
            if column.required and column.name not in counts:
                near = nearest(column.name, set(counts) - self._names)
                hint = f"; is it {' or '.join(near)}?" if near else ""
                message = f"{column.name} is required and missing from the input{hint}"
                report.refuse(Code.MISSING_COLUMN, message, row=None, column=column.name)
        return set(self._names - counts.keys())

    def _said_unknown(self, names: Iterable[str]) -> str:
        """Say what came in the place of the model's columns."""
        came, known = list(names), self.schema.names
        few = [str(shown(name)) for name in came[:_SHOWN_NAMES]]
        near = [f"{a} (near: {n[0]})" if (n := nearest(a, known)) else a for a in few]
        tail = ", …" if len(came) > len(few) else ""
        wanted = ", ".join(known[:_SHOWN_NAMES]) + (", …" if len(known) > _SHOWN_NAMES else "")
        remedy = "give each cell under its column's name"
        if all(name.isdecimal() for name in came):
            remedy = "give the columns their names in the place of their numbers"
        elif len(came) == 1:
            remedy = f"if a record stands under {few[0]!r}, give what stands there alone"
        return (
            f"no column of the input is one of the model's: it has {', '.join(near)}{tail}; "
            f"expected {wanted}; {remedy}"
        )

    def _mappings(self, records: Sequence[Any], report: Report) -> list[dict[str, Any]]:
        """Return records as dicts; what is no mapping is reported, and stands as an empty one."""
        mappings = _mappings(records, report)
        cleaned = [self._with_clean_keys(record) for record in mappings]
        twice = {
            name
            for raw, record in zip(mappings, cleaned, strict=True)
            if len(record) < len(raw)
            for name in named_twice(map(clean_name, raw))
        }
        for name in sorted(twice & self._names):
            message = f"{name} stands twice in a record, with other blanks around it; leave one"
            report.refuse(Code.DUPLICATE_COLUMN, message, row=None, column=name)
        return cleaned

    def _with_clean_keys(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record under clean names; nearly always it has them."""
        if all(name == clean_name(name) for name in record.keys() - self._names):
            return record
        return {clean_name(name): cell for name, cell in record.items()}


def _few_records(table: Table) -> list[dict[str, Any]] | None:
    """Return the records of a small table, or None where columns are faster or the only way."""
    if table.n_rows > FEW_RECORDS or len(set(table.names)) < len(table.names):
        return None
    try:
        return table.records()
    except (ValueError, OverflowError):  # Python has no date for one of the cells
        return None


def _unused(name: str, absent: set[str]) -> Entry:
    near = nearest(name, absent)
    hint = f"; is it {' or '.join(near)}?" if near else ""
    return _entry(Code.UNUSED_COLUMN, f"the model does not use {name}{hint}", None, name)


def _mappings(records: Sequence[Any], report: Report) -> list[dict[str, Any]]:
    """Return records as dicts; what is no mapping is reported and stands as an empty record."""
    mappings: list[dict[str, Any]] = []
    for row, record in enumerate(records):
        if isinstance(record, dict):
            mappings.append(_with_text_keys(record))
        elif isinstance(record, Mapping):
            mappings.append(_with_text_keys(dict(record)))
        elif hasattr(record, "model_dump"):
            mappings.append(record.model_dump(by_alias=True))
        else:
            message = f"row {row} is a {type(record).__name__}; give a dict of column to value"
            report.refuse(Code.NOT_A_RECORD, message, row=row, column=None, value=record)
            report.no_records.add(row)
            mappings.append({})
    return mappings


def _with_text_keys(record: dict[Any, Any]) -> dict[str, Any]:
    if {str}.issuperset(map(type, record)):
        return record
    return {str(key): cell for key, cell in record.items()}


class _Levels(dict[Any, float]):
    """Encoded values by cell; a cell that is not listed is to be asked about."""

    def __missing__(self, cell: object) -> float:
        return _ASK


def _silent_levels(column: Column) -> _Levels:
    """List the cells of a categorical column about which `judge` has nothing to say."""
    cells: list[Any] = [None, *column.missing_values, *column.levels]
    cells += [
        int(level) for level in column.levels if level and level.isascii() and level.isdigit()
    ]
    verdicts = {cell: column.judge(cell) for cell in cells}
    return _Levels(
        {
            cell: verdict.value
            for cell, verdict in verdicts.items()
            if verdict.silent and _same_as_boolean(column, cell, verdict)
        }
    )


def _same_as_boolean(column: Column, cell: object, verdict: Verdict) -> bool:
    """In a dict 1 and True are one key: list them only where they mean the same."""
    if isinstance(cell, str) or cell not in (0, 1):
        return True
    return column.judge(bool(cell)).value == verdict.value


def _compile(schema: Schema) -> SchemaValidator:
    """Compile the validator of one record: a dict of every column to its encoded value."""
    fields = {c.name: core_schema.typed_dict_field(_cell_schema(c)) for c in schema.columns}
    return SchemaValidator(core_schema.typed_dict_schema(fields, extra_behavior="ignore"))


def _cell_schema(column: Column) -> core_schema.CoreSchema:
    low, high = column.silent_range
    inner: core_schema.CoreSchema
    if column.has_levels:
        levels = _silent_levels(column)
        inner = core_schema.no_info_plain_validator_function(levels.__getitem__)
    elif column.kind == "boolean":
        inner = core_schema.bool_schema(strict=True)
    elif column.kind == "date":
        inner = core_schema.no_info_plain_validator_function(partial(_silent_date, column))
    elif column.kind == "integer":
        low, high = math.ceil(max(low, -MAX_WHOLE)), math.floor(min(high, MAX_WHOLE))
        inner = core_schema.int_schema(strict=True, ge=low, le=high)
    else:
        low, high = max(low, -MAX_WHOLE), min(high, MAX_WHOLE)
        inner = core_schema.float_schema(strict=True, ge=low, le=high, allow_inf_nan=False)
    if column.kind not in ("ordered", "category", "date") and not column.required:
        inner = core_schema.union_schema(
            [inner, _missing_schema(column.missing_code)], mode="left_to_right"
        )
    return core_schema.with_default_schema(inner, default=_ASK, on_error="default")


def _silent_date(column: Column, cell: object) -> float:
    verdict = column.judge(cell)
    return verdict.value if verdict.silent else _ASK


def _missing_schema(code: float) -> core_schema.CoreSchema:
    """Turn None into the code of a missing cell: None passes, then fails to be a number."""
    never = core_schema.float_schema(strict=True)
    replaced = core_schema.with_default_schema(never, default=code, on_error="default")
    return core_schema.chain_schema([core_schema.none_schema(), replaced])


@dataclass(frozen=True, slots=True)
class EncodedColumn:
    """A column's encoded values, and (row, cell, verdict) where there is something to say."""

    values: Floats
    remarks: list[tuple[int, object, Verdict]]


def encode_column(column: Column, data: ColumnData, *, from_file: bool = False) -> EncodedColumn:
    """Encode a column and list what there is to say about its cells.

    Parameters
    ----------
    column : Column
        What is known of the column.
    data : Numbers, Factored or Cells
        Its cells.
    from_file : bool
        Whether cells are the texts of a file, where a number in text is no news.

    Returns
    -------
    EncodedColumn
        ``values`` of shape (n_rows,), NaN where a cell has an error.
    """
    cells: Sequence[Any] | None = None
    if isinstance(data, Times):
        if column.kind == "date":
            return _screen_dates(column, data.seconds)
        data = Cells(data.objects())
    if isinstance(data, Cells):
        cells = data.cells
        read = _read_numbers(column, cells) if from_file else None
        data = read or _as_numbers(column, cells) or _factorize(cells)
    if isinstance(data, Numbers) and column.kind in ("number", "integer"):
        return _screen_numbers(column, data.values, cells, from_file=from_file)
    if isinstance(data, Numbers):
        distinct, codes = np.unique(data.values, return_inverse=True)
        data = Factored(codes, distinct.tolist())
    return _judge_distinct(column, data, from_file=from_file)


def _as_numbers(column: Column, cells: Sequence[Any]) -> Numbers | None:
    """Return Python floats and integers as one array, or None where other cells are among them."""
    is_number = column.kind in ("number", "integer")
    if not is_number or not {float, int, type(None)}.issuperset(map(type, cells)):
        return None
    try:
        return Numbers(np.array(cells, dtype=np.float64))
    except OverflowError:
        return None


def _read_numbers(column: Column, cells: Sequence[Any]) -> Numbers | None:
    """Return the texts of a file as one array, or None where one is neither number nor missing."""
    is_number = column.kind in ("number", "integer") and "" in column.missing_values
    if not is_number or not {str}.issuperset(map(type, cells)):
        return None
    if column.number_format is None:
        texts = ["" if column.is_missing_text(cell) else cell.strip() for cell in cells]
    else:
        texts = [
            "" if column.is_missing_text(cell) else column.plain_text(cell) or "?" for cell in cells
        ]
    lines = "\n".join([*texts, ""])
    if lines.count("\n") > len(texts) or not _NUMBERS.fullmatch(lines):
        return None
    return Numbers(np.array([float(text) if text else math.nan for text in texts]))


def _factorize(cells: Sequence[Any]) -> Factored:
    """Give every distinct cell a code; 1, 1.0 and True are distinct, as their types are."""
    codes: dict[Any, int] = {}
    distinct: list[Any] = []
    found = np.empty(len(cells), dtype=np.intp)
    if {str, type(None)}.issuperset(map(type, cells)):
        distinct = list(dict.fromkeys(cells))
        codes = {cell: i for i, cell in enumerate(distinct)}
        found[:] = [codes[cell] for cell in cells]
        return Factored(found, distinct)
    for i, cell in enumerate(cells):
        try:
            code = codes.setdefault((type(cell), cell), len(distinct))
        except TypeError:  # a cell that cannot be hashed stands for itself
            code = len(distinct)
        if code == len(distinct):
            distinct.append(cell)
        found[i] = code
    return Factored(found, distinct)


def _screen_numbers(
    column: Column, numbers: npt.NDArray[Any], cells: Sequence[Any] | None, *, from_file: bool
) -> EncodedColumn:
    """Judge numbers that are not silently right; `cells` are what they were given as."""
    values = numbers.astype(np.float64)
    low, high = column.silent_range
    low, high = max(low, -MAX_WHOLE), min(high, MAX_WHOLE)
    suspicious = (values < low) | (values > high)
    if column.kind == "integer":
        suspicious |= np.floor(values) < values
    missing = np.isnan(values)
    if column.required:
        suspicious |= missing
    elif column.missing_means == "none":
        values[missing] = column.missing_code
    remarks: list[tuple[int, object, Verdict]] = []
    for row in np.flatnonzero(suspicious).tolist():
        cell = numbers[row].item() if cells is None else cells[row]
        verdict = column.judge(cell, from_file=from_file)
        values[row] = verdict.value
        if not verdict.silent:
            remarks.append((row, cell, verdict))
    return EncodedColumn(values, remarks)


def _screen_dates(column: Column, seconds: Floats) -> EncodedColumn:
    """Judge dates that are not silently right."""
    low, high = column.silent_range
    suspicious = (seconds < low) | (seconds > high)
    if column.required:
        suspicious |= np.isnan(seconds)
    values = seconds.copy()
    remarks: list[tuple[int, object, Verdict]] = []
    for row in np.flatnonzero(suspicious).tolist():
        cell: object = None
        if MIN_SECONDS <= seconds[row] <= LAST_SECONDS:
            cell = to_datetime(seconds[row])
        elif not np.isnan(seconds[row]):
            cell = "before the year 1" if seconds[row] < 0 else "after the year 9999"
        verdict = column.judge(cell)
        if verdict.error is not None:
            values[row] = np.nan
        if not verdict.silent:
            remarks.append((row, cell, verdict))
    return EncodedColumn(values, remarks)


def _judge_distinct(column: Column, data: Factored, *, from_file: bool) -> EncodedColumn:
    """Judge every distinct cell once; the last verdict is that on a missing cell (code -1)."""
    cells = [*data.cells, None]
    verdicts = [column.judge(cell, from_file=from_file) for cell in cells]
    values = np.array([verdict.value for verdict in verdicts])[data.codes]
    loud = np.array([not verdict.silent for verdict in verdicts])
    remarks: list[tuple[int, object, Verdict]] = []
    if loud.any():
        for row in np.flatnonzero(loud[data.codes]).tolist():
            code = data.codes[row]
            remarks.append((row, cells[code], verdicts[code]))
    return EncodedColumn(values, remarks)
