"""The same cells give the same numbers and the same entries, whatever holds them and how many."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.processing.validation import Validator

BIG = 2**53
SCHEMA = Schema(
    (
        Column("number", "number", training_range=(0.0, 100.0), missing_means="none"),
        Column("integer", "integer", minimum=0, maximum=1000, required=True),
        Column("level", "category", levels=(str(BIG), str(BIG + 1), "1", "a", "true")),
        Column("closed", "ordered", levels=("1", "2", "2024-03-01"), closed=True),
        Column("flag", "boolean"),
        Column("day", "date", training_range=(0.0, 1.8e9)),
        Column("gap", "number", missing_values=("", "inf")),
    )
)
VALIDATOR = Validator(SCHEMA)
ALIASES = {
    "number": ("Number", "no."),
    "integer": ("whole",),
    "level": ("Level", "1", "níveis"),
    "flag": ("is it?",),
    "day": ("date",),
}
UNDER_ALIASES = Validator(
    Schema(tuple(replace(c, aliases=ALIASES.get(c.name, ())) for c in SCHEMA.columns))
)
FEW = (1, 4, 16, 17, 20)
MANY = 3_000

WHOLE = [None, 0, 1, 2, 5, 20240301, 1700, BIG, BIG + 1, BIG + 3, -1]
SMALL = [None, 0, 1, 2, 5, 100]
REAL = [None, 0.0, 1.0, 2.5, -0.0, 1e31, float("inf"), -float("inf"), 20240301.0, 2.0**60]
TEXTS: list[Any] = [
    None,
    "1",
    " 2 ",
    "a",
    "b",
    "true",
    "NA",
    "2024-03-01",
    "31/12/2024",
    "9" * 200,
    str(BIG),
    "inf",
]
MOMENTS = [
    None,
    datetime(1970, 1, 1),
    datetime(2024, 3, 1),
    datetime(2024, 3, 1, 14, 30, 5, 250000),
    datetime(2200, 1, 1),
]
FAR = [datetime(2400, 1, 1, 0, 0, 0, us) for us in range(1, 9)] + [datetime(2, 1, 1, 0, 0, 0, 7)]
POOLS: dict[str, tuple[list[Any], pa.DataType]] = {
    "int64": (WHOLE, pa.int64()),
    "uint64": ([*WHOLE[:-1], 2**64 - 1], pa.uint64()),
    "int8": (SMALL, pa.int8()),
    "uint16": (SMALL, pa.uint16()),
    "float64": (REAL, pa.float64()),
    "float32": ([None, 0.0, 1.0, 2.5, 0.1], pa.float32()),
    "text": (TEXTS, pa.string()),
    "large text": (TEXTS, pa.large_string()),
    "flags": ([None, True, False], pa.bool_()),
    "s": (MOMENTS[:3], pa.timestamp("s")),
    "ms": (MOMENTS, pa.timestamp("ms")),
    "us": ([*MOMENTS, *FAR], pa.timestamp("us")),
    "ns": (MOMENTS, pa.timestamp("ns")),
    "us in Tokyo": (MOMENTS, pa.timestamp("us", tz="Asia/Tokyo")),
    "ns in UTC": (MOMENTS, pa.timestamp("ns", tz="UTC")),
    "days": ([None, date(1970, 1, 1), date(2024, 3, 1)], pa.date32()),
    "days in ms": ([None, date(1960, 1, 1), date(2024, 3, 1)], pa.date64()),
    "spans": ([None, timedelta(0), timedelta(days=1, seconds=3)], pa.duration("us")),
    "decimals": ([None, Decimal("1.00"), Decimal("2.50")], pa.decimal128(9, 2)),
    "bytes": ([None, b"1", b"a"], pa.binary()),
    "lists": ([None, [1], [1, 2]], pa.list_(pa.int64())),
    "structs": ([None, {"a": 1}, {"a": 2}], pa.struct({"a": pa.int64()})),
    "times of day": ([None, time(14, 30)], pa.time64("us")),
    "nothing": ([None], pa.null()),
}


class Exporter:
    """A table of some library that is not known here."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def outcome(input_data: object, validator: Validator = VALIDATOR) -> tuple[list[str], str]:
    """Return encoded rows and entries in a form that compares to the last bit."""
    report = Report()
    blocks = [block + 0.0 for block in validator.blocks(input_data, report)]
    entries = [report.sorted_errors(), report.sorted_warnings()]
    return [block.tobytes().hex() for block in blocks], json.dumps(entries)


def records_of(table: pa.Table) -> list[dict[str, Any]]:
    columns = {name: cells_of(table.column(name)) for name in table.column_names}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def cells_of(column: Any) -> list[Any]:
    """Return cells as Python's own: Arrow would make some of them pandas Timestamps."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", tz=kind.tz)).to_pylist()  # type: ignore[no-any-return]
    return column.to_pylist()  # type: ignore[no-any-return]


def forms(table: pa.Table) -> Iterator[tuple[str, object]]:
    records = records_of(table)
    yield "columns of lists", {name: [r[name] for r in records] for name in table.column_names}
    yield "Arrow", table
    yield "Arrow batch", table.combine_chunks().to_batches()[0]
    chunks = pa.concat_tables([table.slice(0, 1), table.slice(1)])
    yield "Arrow in chunks", chunks
    yield "Arrow with views of text", with_views(table)
    yield "Arrow dictionaries of views of text", with_views_in_dictionaries(table)
    yield "a reader of Arrow", table.to_reader(max_chunksize=2)
    yield "what exports a stream of Arrow", Exporter(table)
    yield "what exports chunks of Arrow", Exporter(chunks)
    yield "what exports views of text", Exporter(with_views(chunks))
    yield "columns of Arrow", {n: table.column(n).combine_chunks() for n in table.column_names}
    for index in (pa.int8(), pa.uint32(), pa.uint64()):
        coded = in_dictionaries(table, index)
        yield f"Arrow dictionaries of {index}", coded
        yield f"what exports dictionaries of {index}", Exporter(coded)
        yield f"pandas of {index}", coded.to_pandas(types_mapper=pd.ArrowDtype)
    frame = pl.DataFrame(table)
    yield "polars", frame
    yield "columns of polars", {s.name: s for s in frame}
    yield "polars Categorical", frame.with_columns(pl.col(pl.String).cast(pl.Categorical))
    yield "polars Enum", frame.with_columns(pl.col(pl.String).cast(pl.Enum([*TEXTS[1:], "Date"])))
    yield "polars to Arrow", frame.with_columns(pl.col(pl.String).cast(pl.Categorical)).to_arrow()
    yield "pandas of Arrow", table.to_pandas(types_mapper=pd.ArrowDtype)
    objects = {n: pd.Series([r[n] for r in records], dtype=object) for n in table.column_names}
    yield "pandas of objects", pd.DataFrame(objects)
    yield (
        "columns of objects",
        {n: np.array([*s, 0], dtype=object)[:-1] for n, s in objects.items()},
    )
    yield "columns of masked arrays", {n: masked(s) for n, s in objects.items()}
    yield "records of NumPy's scalars", [{n: scalar(c) for n, c in r.items()} for r in records]
    for name, as_pandas in PANDAS.items():
        yield name, pd.DataFrame({n: as_pandas(table.column(n)) for n in table.column_names})
        yield f"columns of {name}", {n: as_pandas(table.column(n)) for n in table.column_names}
    yield "columns of NumPy", {n: in_numpy(table.column(n)) for n in table.column_names}


def with_views(table: pa.Table) -> pa.Table:
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            # not cast: pyarrow before 26 crashes where what was cast is exported
            chunks = [pa.array(chunk.to_pylist(), pa.string_view()) for chunk in table[i].chunks]
            table = table.set_column(i, field.name, pa.chunked_array(chunks, pa.string_view()))
    return table


def in_dictionaries(table: pa.Table, index: pa.DataType) -> pa.Table:
    for i, field in enumerate(table.schema):
        if not pa.types.is_nested(field.type) and not pa.types.is_null(field.type):
            column = table.column(i).dictionary_encode()
            table = table.set_column(i, field.name, column.cast(pa.dictionary(index, field.type)))
    return table


def with_views_in_dictionaries(table: pa.Table) -> pa.Table:
    """Return texts as dictionaries of views, which Arrow can hold, but not make."""
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            coded = table.column(i).combine_chunks().dictionary_encode()
            levels = pa.array(coded.dictionary.to_pylist(), pa.string_view())
            column = pa.DictionaryArray.from_arrays(coded.indices, levels)
            table = table.set_column(i, field.name, column)
    return table


def masked(cells: "pd.Series[Any]") -> Any:
    gaps = cells.isna().to_numpy()
    known = cells[~gaps].tolist()
    fill = known[0] if known else 0
    if known and isinstance(fill, int | float) and not isinstance(fill, bool):
        kind = "uint64" if isinstance(fill, int) and max(known) > 2**63 else None
        data = np.array([7 if gap else cell for cell, gap in zip(cells, gaps, strict=True)], kind)
        return np.ma.array(data, mask=gaps)
    data = np.array([*cells, 0], dtype=object)[:-1]
    return np.ma.array(data, mask=gaps)


def scalar(cell: Any) -> Any:
    if isinstance(cell, datetime) and cell.tzinfo is None:
        return np.datetime64(cell)
    if isinstance(cell, timedelta):
        return np.timedelta64(cell)
    if isinstance(cell, bool | float | str):
        return np.array([cell])[0]
    if isinstance(cell, int):
        return np.uint64(cell) if cell > 2**63 else np.int64(cell)
    return np.array([1.0, 2.0])[cell:] if isinstance(cell, np.ndarray) else cell


def in_numpy(column: Any) -> Any:
    if column.null_count or pa.types.is_nested(column.type) or pa.types.is_null(column.type):
        return cells_of(column)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return column.to_numpy()
    return np.array([*cells_of(column), 0], dtype=object)[:-1]


def as_numpy_backed(column: Any) -> Any:
    kind = column.type
    if pa.types.is_integer(kind) and column.null_count:
        return pd.Series(cells_of(column), dtype=object)
    if pa.types.is_decimal(kind) or pa.types.is_binary(kind) or pa.types.is_nested(kind):
        return pd.Series(cells_of(column), dtype=object)
    return column.to_pandas()


def as_nullable(column: Any) -> Any:
    kind = column.type
    if pa.types.is_integer(kind):
        name: Any = str(kind).replace("int", "Int").replace("uInt", "UInt")
        return pd.Series(pd.array(cells_of(column), dtype=name))
    if pa.types.is_boolean(kind):
        return pd.Series(cells_of(column), dtype="boolean")
    if pa.types.is_string(kind):
        return pd.Series(cells_of(column), dtype="string")
    return as_numpy_backed(column)


def as_categories(column: Any) -> Any:
    return (
        as_nullable(column)
        if pa.types.is_nested(column.type)
        else as_nullable(column).astype("category")
    )


def as_numpy_categories(column: Any) -> Any:
    kind = column.type
    if not pa.types.is_integer(kind):
        return as_categories(column)
    cells = cells_of(column)
    levels = list(dict.fromkeys(cell for cell in cells if cell is not None))
    codes = [-1 if cell is None else levels.index(cell) for cell in cells]
    return pd.Categorical.from_codes(codes, pd.Index([*levels, 99], dtype=str(kind)))


PANDAS: dict[str, Callable[[Any], Any]] = {
    "pandas": as_numpy_backed,
    "pandas nullable": as_nullable,
    "pandas categories": as_categories,
    "pandas categories of NumPy": as_numpy_categories,
}


@st.composite
def tables(draw: Callable[[st.SearchStrategy[Any]], Any]) -> pa.Table:
    """Return a table of a few rows, each column of one type, which is not always its own."""
    n_rows = draw(st.integers(1, 4))
    names = draw(st.lists(st.sampled_from(SCHEMA.names), min_size=1, unique=True))
    columns = {}
    for name in names:
        pool, kind = POOLS[draw(st.sampled_from(list(POOLS)))]
        cells = draw(st.lists(st.sampled_from(pool), min_size=n_rows, max_size=n_rows))
        columns[name] = pa.array(cells, kind)
    return pa.table(columns)


def check_forms(table: pa.Table) -> None:
    expected = outcome(records_of(table))
    wrong = {name: found for name, data in forms(table) if (found := outcome(data)) != expected}
    assert not wrong, (expected, wrong)


def repeated(table: pa.Table, n_rows: int) -> pa.Table:
    return table.take(pa.array(np.arange(n_rows) % table.num_rows))


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(table=tables(), n_rows=st.sampled_from(FEW))
def test_the_same_cells_are_the_same_in_every_form(table: pa.Table, n_rows: int) -> None:
    check_forms(repeated(table, n_rows))


def any_names(names: list[str]) -> st.SearchStrategy[list[str]]:
    """Return for each column one of the names under which it may come."""
    return st.tuples(*(st.sampled_from((n, *ALIASES.get(n, ()))) for n in names)).map(list)


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(table=tables(), n_rows=st.sampled_from(FEW), data=st.data())
def test_a_column_is_the_same_under_each_of_its_names_in_every_form(
    table: pa.Table, n_rows: int, data: st.DataObject
) -> None:
    table = repeated(table, n_rows)
    expected = outcome(records_of(table))
    renamed = table.rename_columns(data.draw(any_names(table.column_names)))
    wrong = [name for name, held in forms(renamed) if outcome(held, UNDER_ALIASES) != expected]
    assert not wrong
    mixed = [
        dict(zip(data.draw(any_names(list(record))), record.values(), strict=True))
        for record in records_of(table)
    ]
    assert outcome(mixed, UNDER_ALIASES) == expected
    padded = [{f" {name}\u200b": cell for name, cell in record.items()} for record in mixed]
    assert outcome(padded, UNDER_ALIASES) == expected


@pytest.mark.parametrize("n_rows", FEW)
def test_two_names_of_one_column_are_an_error_of_the_table_or_of_the_row(n_rows: int) -> None:
    table = pa.table({"integer": [1] * n_rows, "no.": [2.0] * n_rows, "number": [3.0] * n_rows})
    message = "number has 2 names here, no. and number; leave one of them"
    for name, held in forms(table):
        report = Report()
        blocks = list(UNDER_ALIASES.blocks(held, report))
        assert sum(map(len, blocks)) == n_rows
        rows = range(n_rows) if name == "records of NumPy's scalars" else [None]
        expected = [("named_twice", "number", row, message) for row in rows]
        found = [(e["code"], e["column"], e["row"], e["message"]) for e in report.sorted_errors()]
        assert found == expected, name
    records = [{"integer": 1, "no.": 2.0, "number": 3.0}, *[{"whole": 1, "no.": 2.0}] * n_rows]
    report = Report()
    assert sum(map(len, UNDER_ALIASES.blocks(records, report))) == n_rows + 1
    assert (report.failed, report.all_failed) == ({0}, False)


@pytest.mark.parametrize(
    "kinds",
    [
        ("float64", "int64", "uint64", "int8", "flags", "ns", "float64"),
        ("float32", "uint16", "int64", "text", "nothing", "us in Tokyo", "text"),
    ],
)
def test_many_of_the_same_cells_are_the_same_in_every_form(kinds: tuple[str, ...]) -> None:
    columns = {}
    for name, kind in zip(SCHEMA.names, kinds, strict=True):
        pool, type_ = POOLS[kind]
        cells = [pool[2 % len(pool)]] * MANY
        cells[1000 : 1000 + len(pool)] = pool
        columns[name] = pa.array(cells, type_)
    check_forms(pa.table(columns))


@pytest.mark.parametrize("n_rows", FEW)
def test_a_date_of_arrow_has_no_time_of_day(n_rows: int) -> None:
    noon = pa.array([43_200_000 - 86_400_000, None] * n_rows, pa.int64()).view(pa.date64())
    table = pa.table({"integer": [1] * n_rows, "day": noon[:n_rows]})
    expected = outcome(records_of(table))
    held = [
        table,
        {n: table.column(n) for n in table.column_names},
        in_dictionaries(table, pa.int8()),
    ]
    held += [arrow.to_pandas(types_mapper=pd.ArrowDtype) for arrow in (held[0], held[2])]
    assert [outcome(data) == expected for data in held] == [True] * len(held)


@pytest.mark.parametrize("n_rows", FEW)
def test_decimals_of_every_width_are_the_numbers_that_they_are(n_rows: int) -> None:
    pool = [Decimal("1.00"), None, Decimal("2.50")]
    cells = [pool[row % 3] for row in range(n_rows)]
    expected = outcome({"integer": [1] * n_rows, "number": cells, "level": cells})
    kinds: list[pa.DataType] = [pa.decimal256(40, 2)]
    if hasattr(pa, "decimal32"):  # which the oldest libraries have not
        kinds += [pa.decimal32(9, 2), pa.decimal64(12, 2)]
    for kind in kinds:
        column = pa.array(cells, kind)
        table = pa.table({"integer": [1] * n_rows, "number": column, "level": column})
        for held in (table, Exporter(table), table.to_reader(max_chunksize=3)):
            assert outcome(held) == expected


def test_a_stream_that_fails_half_way_says_why() -> None:
    table = pa.table({"integer": [1, 2]})

    def batches() -> Iterator[pa.RecordBatch]:
        yield from table.to_batches()
        reason = "the third cell is 'ten' " + "x" * 1_000
        raise ValueError(reason)

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    message = (
        r"a RecordBatchReader that fails while it is read, \w+: .*the third cell is 'ten' x+…$"
    )
    with pytest.raises(TypeError, match=message) as raised:
        outcome(reader)
    assert len(str(raised.value)) < 250


def test_a_stream_is_read_once() -> None:
    capsule = pa.table({"integer": [1, 2]}).__arrow_c_stream__()

    class Spent:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return capsule

    assert outcome(Spent()) == outcome({"integer": [1, 2]})
    with pytest.raises(TypeError, match="input_data is a Spent that was read before; export it an"):
        outcome(Spent())
