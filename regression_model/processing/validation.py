"""Validation: input of any form in, encoded rows and what is to be said about them out.

One record or a few go through a validator compiled by pydantic; a table is screened column by
column. Both decide only for cells about which there is nothing to say and ask ``Column.judge``
about the others, so that the verdict on a cell is the same whichever way it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic_core import SchemaValidator, core_schema

from regression_model.arrays import Floats
from regression_model.processing.blanks import clean_name, named_twice
from regression_model.processing.cells import has, is_a, type_name
from regression_model.processing.column_encoding import EncodedColumn, encode_column
from regression_model.processing.interruptions import pass_on
from regression_model.processing.kinds.base import UNDECIDED
from regression_model.processing.name_check import NameCheck, NameChecker, by_column, two_names
from regression_model.processing.report import Entry, Report
from regression_model.processing.sentences import say
from regression_model.processing.shown_values import name_of, short
from regression_model.processing.tables import Table, as_table, records_of
from regression_model.processing.verdicts import Code, Verdict

if TYPE_CHECKING:
    from regression_model.processing.column import Column
    from regression_model.processing.schema import Schema

__all__ = ["EncodedColumn", "Entry", "Floats", "Report", "Validator", "encode_column"]

FEW_RECORDS = 16
"""So many rows at most are read one by one; of more, columns are faster."""
BLOCK_ROWS = 16_384
"""Rows that are encoded at a time, so that memory does not grow with the table."""
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None), date, datetime, np.float64, np.int64})
"""Types of cells that pydantic gets to see: no method of theirs is a caller's, to fail in there."""


class Validator:
    """Checks and encodes input for one schema; made once, used by any number of threads.

    Parameters
    ----------
    schema : Schema
        The columns that the model eats.
    """

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._names = NameChecker(schema)
        cells = [column.of_kind.fast_schema() for column in schema.columns]
        self._record_validator = _compile(schema.columns, cells)
        self._slow = [(i, schema.columns[i]) for i, cell in enumerate(cells) if cell is None]

    def encode_record(self, record: dict[str, Any]) -> tuple[float, ...] | None:
        """Return the encoded row if all columns are there and no cell needs a word, else None."""
        values = self._ask_pydantic(record)
        return None if values is None or UNDECIDED in values else values

    def check_names(self, record: dict[Any, Any]) -> NameCheck | None:
        """Return what there is to say about the keys of a record, None where they are the columns.

        Only for a record that `encode_record` encodes, so that no column is absent.
        """
        if len(record) == len(self.schema):
            return None
        return self._names.check_keys(record)

    def _ask_pydantic(self, record: dict[Any, Any]) -> tuple[float, ...] | None:
        """Return encoded values, some undecided; None where a key is of a caller's making."""
        if not _PLAIN_TYPES.issuperset(map(type, record.values())):
            # without them those columns are absent for pydantic, so undecided
            record = {key: cell for key, cell in record.items() if type(cell) in _PLAIN_TYPES}
        try:
            values = tuple(self._record_validator.validate_python(record).values())
        except Exception as problem:  # noqa: BLE001 - what compares as a name may raise anything
            pass_on(problem)
            return None
        return self._judged(values) if self._slow else values

    def _judged(self, cells: tuple[Any, ...]) -> tuple[float, ...]:
        """Encode the cells of columns, such as dates, that pydantic leaves as they are."""
        values = list(cells)
        for i, column in self._slow:
            if values[i] is UNDECIDED:  # the column is absent
                continue
            verdict = column.judge(values[i], hint=False)
            values[i] = verdict.value if verdict.silent else UNDECIDED
        return tuple(values)

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
        columns = self.schema.with_number_format(number_format).columns
        records = records_of(input_data)
        if records is None:
            table = as_table(input_data)
            few, names = self._few_records(table), table.names
        else:
            mappings = self._mappings(records, report)
            if len(mappings) <= FEW_RECORDS:
                few, names = mappings, _names_of(mappings)
            else:
                table, few = as_table(mappings), None
        if few is None:
            yield from self._table_blocks(columns, table, report, from_file=from_file)
        else:
            yield self._few_rows(columns, few, names, report, from_file=from_file)

    def _few_rows(
        self,
        columns: Sequence[Column],
        records: Sequence[dict[str, Any]],
        names: Sequence[str],
        report: Report,
        *,
        from_file: bool,
    ) -> Floats:
        """Encode records one by one."""
        absent = frozenset[str]()
        if names or records:  # of an input with nothing in it no column is missed
            absent = self._check_names(names, report)
        rows: list[list[float]] = []
        for row, record in enumerate(records):
            rows.append(self._encode(columns, record, row, absent, report, from_file=from_file))
        # no rows at all would make an array of another shape
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(self.schema))

    def _few_records(self, table: Table) -> list[dict[str, Any]] | None:
        """Return the records of a small table, or None where columns are faster or the only way."""
        names = self._names.under_main_names(table.names)
        if table.n_rows > FEW_RECORDS or len(set(names)) < len(names):
            return None
        used = [i for i, name in enumerate(names) if name in self._names.main_names]
        rows = table.rows(used)
        if rows is None:
            return None
        used_names = [names[i] for i in used]
        return [dict(zip(used_names, row, strict=True)) for row in rows]

    def _encode(
        self,
        columns: Sequence[Column],
        record: dict[str, Any],
        row: int,
        absent: frozenset[str],
        report: Report,
        *,
        from_file: bool,
    ) -> list[float]:
        """Encode one record, asking `judge` about what pydantic did not decide."""
        values = self._ask_pydantic(record)
        encoded = [UNDECIDED] * len(self.schema) if values is None else list(values)
        for i, column in enumerate(columns):
            if column.name in absent:
                encoded[i] = column.missing_code
            elif encoded[i] == UNDECIDED:
                cell = record.get(column.name)
                verdict = column.judge(cell, from_file=from_file, hint=False)
                encoded[i] = verdict.value
                report.add(row, column, cell, verdict)
        return encoded

    def _table_blocks(
        self, columns: Sequence[Column], table: Table, report: Report, *, from_file: bool
    ) -> Iterator[Floats]:
        absent = self._check_names(table.names, report)
        names = self._names.under_main_names(table.names)
        position = {name: i for i, name in enumerate(names)}
        for start in range(0, max(table.n_rows, 1), BLOCK_ROWS):  # a table of no rows is one block
            stop = min(start + BLOCK_ROWS, table.n_rows)
            # a row for each column, as each is written at once; callers get it the other way round
            block = np.empty((len(self.schema), stop - start))
            remarks: list[tuple[int, int, object, Verdict]] = []
            for i, column in enumerate(columns):
                if column.name in absent:
                    block[i] = column.missing_code
                    continue
                data = table.read(position[column.name], start, stop)
                encoded = encode_column(column, data, from_file=from_file, hint=False)
                block[i] = encoded.values
                for row, cell, verdict in encoded.remarks:
                    remarks.append((start + row, i, cell, verdict))
            # by row and column, and never by cell: those may not be comparable
            for row, i, cell, verdict in sorted(remarks, key=itemgetter(0, 1)):
                report.add(row, self.schema.columns[i], cell, verdict)
            yield block.T

    def _check_names(self, names: Sequence[str], report: Report) -> frozenset[str]:
        """Report duplicate, unused and missing required columns; return the absent ones."""
        check = self._names.check(names)
        check.tell(report)
        return check.absent

    def _mappings(self, records: Sequence[Any], report: Report) -> list[dict[str, Any]]:
        """Return records as dicts; what is no mapping is reported, and stands as an empty one."""
        mappings: list[dict[str, Any]] = []
        clean = set(self._names.main_names)
        for row, record in enumerate(records):
            failure = ""
            try:
                mapping = self._as_dict(record, row, clean, report)
            except Exception as problem:  # noqa: BLE001 - a caller's object may raise anything
                pass_on(problem)
                mapping, failure = None, f" that fails with {type_name(problem)}"
            if mapping is None:
                message = say("not_a_record", row=row, kind=f"{type_name(record)}{failure}")
                report.refuse(Code.NOT_A_RECORD, message, row=row, column=None, value=record)
                report.no_records.add(row)
                mapping = {}
            mappings.append(mapping)
        return mappings

    def _as_dict(
        self, record: Any, row: int, clean: set[str], report: Report
    ) -> dict[str, Any] | None:
        """Return a record as a dict of its columns' own names to cells, or None if it is none."""
        if type(record) is not dict:
            if is_a(record, Mapping):
                record = dict(record)
            elif has(record, "model_dump"):
                record = dict(record.model_dump(by_alias=True))
            else:
                return None
        # nearly all records have clean names, and then none is cleaned
        if {str}.issuperset(map(type, record)) and _are_clean(record, clean):
            return self._under_main_names(record, row, report)
        names = [clean_name(name_of(key)) for key in record]
        for name in named_twice(names):
            if name in self._names.main_names:
                message = say("twice_in_record", name=short(name))
                column = self._names.main_names[name]
                report.refuse(Code.DUPLICATE_COLUMN, message, row=row, column=column)
        cleaned = dict(zip(names, record.values(), strict=True))
        return self._under_main_names(cleaned, row, report)

    def _under_main_names(self, record: dict[str, Any], row: int, report: Report) -> dict[str, Any]:
        """Return a record with columns' own names in the place of their aliases.

        Of a column that comes under two names one cell is kept, and the row is refused.
        """
        aliases = self._names.aliases
        if not aliases or aliases.isdisjoint(record):
            return record
        renamed = dict(record)
        for name in record:
            if name in aliases:
                renamed[self._names.main_names[name]] = renamed.pop(name)
        if len(renamed) < len(record):
            self._refuse_two_names(record, row, report)
        return renamed

    def _refuse_two_names(self, record: dict[str, Any], row: int, report: Report) -> None:
        for main, given in by_column(record, self.schema).items():
            if len(given) > 1:
                message = two_names(main, given)
                report.refuse(Code.NAMED_TWICE, message, row=row, column=main)


def _are_clean(record: dict[str, Any], clean: set[str]) -> bool:
    """Tell whether all names are clean; those found to be are added to `clean`."""
    if clean.issuperset(record):
        return True
    names = record.keys() - clean
    if any(name != clean_name(name) for name in names):
        return False
    clean |= names
    return True


def _names_of(records: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(chain.from_iterable(records)))


def _compile(
    columns: Sequence[Column], cells: Sequence[core_schema.CoreSchema | None]
) -> SchemaValidator:
    """Compile the validator of one record: a dict of every column to its encoded value.

    None of it is written in Python: pydantic would keep to itself what a signal handler raises.
    """
    fields: dict[str, core_schema.TypedDictField] = {}
    for column, fast in zip(columns, cells, strict=True):
        cell = core_schema.any_schema() if fast is None else fast
        decided = core_schema.with_default_schema(cell, default=UNDECIDED, on_error="default")
        places = _places(column)
        fields[column.name] = core_schema.typed_dict_field(decided, validation_alias=places)
    return SchemaValidator(core_schema.typed_dict_schema(fields, extra_behavior="ignore"))


def _places(column: Column) -> list[list[str | int]] | None:
    """Return where a record may have a column, the first place first; None: under its name."""
    if not column.aliases:
        return None
    places: list[list[str | int]] = [[column.name]]
    places += [[alias] for alias in column.aliases]
    return places
