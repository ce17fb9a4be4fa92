"""One verdict, whichever form a row comes in and whatever rows stand beside it."""

import functools
import math
import re
from collections import OrderedDict, UserDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regression_model.artifact.model import Model
from regression_model.processing.schema import Column, Schema
from regression_model.processing.tables import Cells
from regression_model.processing.validation import Entry, Report, Validator, encode_column

BROAD = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = 40
"""More records than are ever looked at one by one."""

GOOD: dict[str, Any] = {
    "GrLivArea": 1500, "LotFrontage": 70.0, "LotArea": 8450, "1stFlrSF": 900, "2ndFlrSF": 600,
    "TotalBsmtSF": 850, "OverallQual": 6, "YearBuilt": 1990, "GarageYrBlt": 1991, "YrSold": 2008,
    "CentralAir": True, "MSSubClass": 20, "Neighborhood": "CollgCr", "Alley": None,
    "Street": "Pave", "KitchenQual": "Gd", "BsmtQual": "TA",
}  # fmt: skip
LEVELS = ["20", "60", "CollgCr", "Pave", "Grvl", "Po", "Ex", "TA"]


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


NUMBERS: list[Any] = [
    0, 1, 2, 5, 5.0, 20, 20.0, 1990, 2008.0, 0.5, -1, -0.0, 0.0, 1.0, 99, 99.0, 20001, 1e5, 1e30,
    1.1e30, -1e30, 10**20, 10**31, 2**53 + 1, 2**60 + 1, 10**400, 10**5000, math.inf, -math.inf,
    np.float32(0.1), np.int64(5), np.uint8(20), np.float64(20), Decimal(20),
    Decimal("2.5"), Decimal("1e400"), Fraction(20), Fraction(1, 3),
]  # fmt: skip
TEXTS: list[Any] = [
    *LEVELS, "5", " 5 ", "5.5", "-0", "020", "20.0", "1e400", "inf", "ten", "yes", "No",
    "true", "True", "unseen", "paved", "ta", "1_000", "١٢", "x" * 300, "🏠", np.str_("20"),
]  # fmt: skip
MISSING: list[Any] = [
    None, math.nan, np.float32("nan"), pd.NA, pd.NaT, Decimal("NaN"), Decimal("sNaN"),
    "", "NA", " nan ",
]  # fmt: skip
OTHERS: list[Any] = [
    True, False, np.True_, b"20", 20 + 0j, 1j, [1], [], {"a": 1}, (20,), (1, [2]), {20},
    datetime(2020, 1, 1, tzinfo=UTC), np.array([1]), np.array(20), object(), int,
    Unprintable(), "\ud800",
]  # fmt: skip
CELLS = st.sampled_from([*NUMBERS, *TEXTS, *MISSING, *OTHERS])
ABSENT = object()


@functools.cache
def validator_of(model: Model) -> Validator:
    """Return a validator made once, as a model makes its own: it judges all levels in advance."""
    return Validator(model.schema)


class Outcome:
    """What was found for each row of an input, in a form that compares to the last bit."""

    def __init__(self, model: Model, input_data: object, *, from_file: bool = False) -> None:
        report = Report()
        blocks = validator_of(model).blocks(input_data, report, from_file=from_file)
        self.x = [
            [repr(value + 0.0) for value in row] for block in blocks for row in block.tolist()
        ]
        result = model.predict(input_data, from_file=from_file)
        self.predictions = list(map(repr, result["predictions"]))
        self.errors = [comparable(entry) for entry in result["errors"] or []]
        self.warnings = [comparable(entry) for entry in result["warnings"] or []]
        assert [comparable(entry) for entry in report.errors] == self.errors
        assert [comparable(entry) for entry in report.warnings] == self.warnings
        assert len(self.x) == len(self.predictions)
        failed = {entry[0] for entry in self.errors}
        assert failed == {i for i, value in enumerate(self.predictions) if value == "None"}

    def rows(self, *, plain: bool = False) -> list[tuple[Any, ...]]:
        """Return the outcome row by row; `plain` writes 5.0 in messages as 5."""
        found: list[tuple[Any, ...]] = []
        for i, values in enumerate(self.x):
            said = [
                [tuple(plainly(e) if plain else e)[1:] for e in entries if e[0] == i]
                for entries in (self.errors, self.warnings)
            ]
            found.append((values, self.predictions[i], *said))
        return found


def comparable(entry: Entry) -> tuple[Any, ...]:
    value = entry["value"]
    shape = (isinstance(value, bool), value)
    return entry["row"], entry["column"], entry["code"], shape, entry["message"]


def plainly(entry: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*entry[:-1], re.sub(r"(\d)\.0\b", r"\1", entry[-1]))


def each_by_itself(model: Model, records: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [row for record in records for row in Outcome(model, record).rows()]


def differences(
    found: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]
) -> list[tuple[Any, Any]]:
    assert len(found) == len(expected)
    pairs = zip(found, expected, strict=True)
    return [
        (part, same)
        for row, wanted in pairs
        for part, same in zip(row, wanted, strict=True)
        if part != same
    ]


def columns_of(records: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [record.get(name) for record in records] for name in GOOD}


def object_frame(records: list[dict[str, Any]]) -> pd.DataFrame:
    columns = columns_of(records)
    return pd.DataFrame({n: pd.Series(cells, dtype=object) for n, cells in columns.items()})


def object_polars(records: list[dict[str, Any]]) -> pl.DataFrame:
    columns = columns_of(records)
    return pl.DataFrame([pl.Series(n, cells, dtype=pl.Object) for n, cells in columns.items()])


@st.composite
def broken_records(draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[dict[str, Any]]:
    """Records that are good but for a few columns, which hold anything at all."""
    n_rows = draw(st.integers(1, 12))
    names = draw(st.lists(st.sampled_from(list(GOOD)), min_size=1, max_size=4, unique=True))
    records = [dict(GOOD) for _ in range(n_rows)]
    for name in names:
        pool = CELLS if name == "GrLivArea" else CELLS | st.just(ABSENT)
        for record in records:
            record[name] = draw(pool)
    return [{k: v for k, v in record.items() if v is not ABSENT} for record in records]


@settings(BROAD, max_examples=500)
@given(records=broken_records())
def test_a_row_has_one_outcome_whichever_way_it_comes(
    small_model: Model, records: list[dict[str, Any]]
) -> None:
    expected = each_by_itself(small_model, records)
    beside = [*records, *([GOOD] * MANY)]
    forms: dict[str, object] = {
        "a few records": records,
        "many records": beside,
        "records from the end": beside[::-1],
        "columns": columns_of(records),
        "columns of arrays": {
            name: np.fromiter(cells, dtype=object) for name, cells in columns_of(records).items()
        },
        "pandas": object_frame(records),
        "polars": object_polars(records),
    }
    wrong = {}
    for form, input_data in forms.items():
        rows = Outcome(small_model, input_data).rows()
        found = rows[::-1][: len(records)] if form.endswith("end") else rows[: len(records)]
        if different := differences(found, expected):
            wrong[form] = different
    assert not wrong


TYPED: dict[str, tuple[list[Any], pa.DataType]] = {
    "floats": (
        [None, 5.0, 20.0, 0.5, 1.0, 0.0, -0.0, -1.0, 2008.0, 99.0, 1e5, 1e31, math.inf, -math.inf],
        pa.float64(),
    ),
    "small floats": ([None, 5.0, 0.5, 1.0, 99.0, math.inf], pa.float32()),
    "integers": ([None, 5, 20, 0, 1, 2, -1, 2008, 99, 100_000, 2**40], pa.int64()),
    "small integers": ([None, 5, 20, 0, 1, 99, 255], pa.uint8()),
    "texts": ([None, *TEXTS[:-1], "", "NA", " nan "], pa.string()),
    "booleans": ([None, True, False], pa.bool_()),
    "decimals": ([None, Decimal("20.00"), Decimal("2.50"), Decimal("1.00")], pa.decimal128(9, 2)),
    "bytes": ([None, b"20", b""], pa.binary()),
    "nothing": ([None], pa.null()),
}  # fmt: skip


@st.composite
def typed_tables(draw: Callable[[st.SearchStrategy[Any]], Any]) -> pa.Table:
    """Return an Arrow table of which a few columns are of one type each, and not always theirs."""
    n_rows = draw(st.integers(1, 12))
    names = draw(st.lists(st.sampled_from(list(GOOD)), min_size=1, max_size=4, unique=True))
    columns = {name: pa.array([value] * n_rows) for name, value in GOOD.items()}
    for name in names:
        pool, kind = TYPED[draw(st.sampled_from(list(TYPED)))]
        cells = draw(st.lists(st.sampled_from(pool), min_size=n_rows, max_size=n_rows))
        columns[name] = pa.array(cells, kind)
    return pa.table(columns)


def typed_forms(table: pa.Table) -> Iterator[tuple[str, object]]:
    texts = [f.name for f in table.schema if f.type == pa.string()]
    dictionaries = table
    for name in texts:
        i = table.schema.names.index(name)
        dictionaries = dictionaries.set_column(i, name, table.column(name).dictionary_encode())
    frame = pl.DataFrame(table)
    pandas = table.to_pandas(types_mapper=pd.ArrowDtype)
    nullable = table.to_pandas().convert_dtypes()
    half = table.num_rows // 2
    yield "columns", table.to_pydict()
    yield "Arrow", table
    yield "Arrow batch", table.combine_chunks().to_batches()[0]
    yield "Arrow in chunks", pa.concat_tables([table.slice(0, half), table.slice(half)])
    yield "Arrow dictionaries", dictionaries
    yield "polars", frame
    yield "polars Categorical", frame.with_columns(pl.col(texts).cast(pl.Categorical))
    yield "pandas of Arrow", pandas
    yield "pandas", table.to_pandas()
    yield "pandas nullable", nullable
    yield "pandas categorical", table.to_pandas().astype(dict.fromkeys(texts, "category"))
    yield "pandas with an odd index", table.to_pandas().set_axis([7] * table.num_rows)


@settings(BROAD, max_examples=200)
@given(table=typed_tables())
def test_a_row_has_one_outcome_whichever_library_holds_it(
    small_model: Model, table: pa.Table
) -> None:
    alone = [Outcome(small_model, record).rows(plain=True)[0] for record in table.to_pylist()]
    wrong = {}
    for form, input_data in typed_forms(table):
        if different := differences(Outcome(small_model, input_data).rows(plain=True), alone):
            wrong[form] = different
    assert not wrong


FILE_CELLS = st.sampled_from([*TEXTS[:-1], "", "NA", "7", "1500", "99999"])


@settings(BROAD, max_examples=100)
@given(
    cells=st.lists(FILE_CELLS, min_size=1, max_size=10),
    name=st.sampled_from(list(GOOD)),
    other=st.sampled_from(list(GOOD)),
)
def test_the_cells_of_a_file_have_one_outcome_whichever_way_they_come(
    small_model: Model, cells: list[str], name: str, other: str
) -> None:
    good = {key: "" if value is None else str(value) for key, value in GOOD.items()}
    records = [{**good, name: cell, other: cells[0]} for cell in cells]
    columns = columns_of(records)
    expected = Outcome(small_model, columns, from_file=True)
    assert "text_as_number" not in {entry[2] for entry in expected.warnings}
    for input_data in (records, pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        found = Outcome(small_model, input_data, from_file=True)
        assert not differences(found.rows(), expected.rows())
    alone = [row for r in records for row in Outcome(small_model, r, from_file=True).rows()]
    assert not differences(alone, expected.rows())


def entries(model: Model, input_data: object) -> tuple[list[Entry], list[Entry]]:
    result = model.predict(input_data)
    return result["errors"] or [], result["warnings"] or []


def forms_of(columns: dict[str, Any], n_rows: int = 3) -> list[Any]:
    """Return a table of equal rows in every form."""
    lists = {name: [value] * n_rows for name, value in columns.items()}
    forms: dict[str, object] = {
        "a record": columns,
        "a few records": [columns] * n_rows,
        "many records": [columns] * MANY,
        "columns": lists,
        "pandas": pd.DataFrame(lists),
        "polars": pl.DataFrame(lists),
        "Arrow": pa.table(lists),
        "Arrow batch": pa.RecordBatch.from_pydict(lists),
    }
    return [pytest.param(form, id=name) for name, form in forms.items()]


@pytest.mark.parametrize("input_data", forms_of({**GOOD, "LotAria": 5}))
def test_a_column_that_is_not_used_is_one_warning(small_model: Model, input_data: object) -> None:
    errors, warnings = entries(small_model, input_data)
    assert (errors, warnings) == (
        [],
        [
            {
                "row": None,
                "column": "LotAria",
                "code": "unused_column",
                "value": None,
                "message": "the model does not use LotAria",
            }
        ],
    )


@pytest.mark.parametrize("input_data", forms_of({"GrLivArea": 1500, "LotAria": 5, "zzz": 1}))
def test_a_column_that_is_not_used_is_told_the_nearest_absent_one(
    small_model: Model, input_data: object
) -> None:
    _, warnings = entries(small_model, input_data)
    assert [warning["message"] for warning in warnings] == [
        "the model does not use LotAria; did you mean LotArea?",
        "the model does not use zzz",
    ]


@pytest.mark.parametrize("input_data", forms_of({"grlivarea": 1500, "LotArea": 5000}))
def test_a_required_column_that_is_missing_is_one_error(
    small_model: Model, input_data: object
) -> None:
    result = small_model.predict(input_data)
    assert set(result["predictions"]) == {None}
    assert result["errors"] == [
        {
            "row": None,
            "column": "GrLivArea",
            "code": "missing_column",
            "value": None,
            "message": "GrLivArea is required and missing from the input; did you mean grlivarea?",
        }
    ]
    assert [w["message"] for w in result["warnings"] or []] == [
        "the model does not use grlivarea; did you mean GrLivArea?"
    ]


@pytest.mark.parametrize("input_data", forms_of({"LotArea": "ten"}))
def test_cells_are_told_of_also_where_a_required_column_is_missing(
    small_model: Model, input_data: object
) -> None:
    errors, _ = entries(small_model, input_data)
    assert (errors[0]["row"], errors[0]["code"]) == (None, "missing_column")
    assert {error["code"] for error in errors[1:]} == {"not_a_number"}


@pytest.mark.parametrize("n_rows", [2, 16, 17, MANY])
def test_a_required_cell_that_some_records_lack_is_an_error_of_theirs(
    small_model: Model, n_rows: int
) -> None:
    records = [dict(GOOD) for _ in range(n_rows)]
    del records[1]["GrLivArea"]
    result = small_model.predict(records)
    assert [(e["row"], e["code"]) for e in result["errors"] or []] == [(1, "missing_required")]
    assert [i for i, p in enumerate(result["predictions"]) if p is None] == [1]


@pytest.mark.parametrize("n_rows", [1, 3, MANY])
def test_optional_columns_may_be_absent_or_missing(small_model: Model, n_rows: int) -> None:
    absent = small_model.predict([{"GrLivArea": 1500}] * n_rows)
    missing = small_model.predict([{**dict.fromkeys(GOOD), "GrLivArea": 1500}] * n_rows)
    assert absent == missing
    assert absent["errors"] is absent["warnings"] is None


@pytest.mark.parametrize(
    "input_data",
    [
        pd.DataFrame([[1500, 5, 6]], columns=["GrLivArea", "LotArea", "LotArea"]),
        pa.Table.from_arrays([pa.array([1500]), pa.array([5]), pa.array([6])],
                             names=["GrLivArea", "LotArea", "LotArea"]),
        pa.RecordBatch.from_arrays([pa.array([1500]), pa.array([5]), pa.array([6])],
                                   names=["GrLivArea", "LotArea", "LotArea"]),
    ],
    ids=["pandas", "Arrow", "Arrow batch"],
)  # fmt: skip
def test_a_column_that_stands_twice_is_an_error_of_all_rows(
    small_model: Model, input_data: object
) -> None:
    result = small_model.predict(input_data)
    assert result["predictions"] == [None]
    assert [(e["row"], e["column"], e["code"]) for e in result["errors"] or []] == [
        (None, "LotArea", "duplicate_column")
    ]
    assert "stands 2 times" in (result["errors"] or [])[0]["message"]


def test_an_unused_column_may_stand_twice(small_model: Model) -> None:
    frame = pd.DataFrame([[1500, 5, 6]], columns=["GrLivArea", "zzz", "zzz"])
    errors, warnings = entries(small_model, frame)
    assert not errors
    assert [w["column"] for w in warnings] == ["zzz"]


@pytest.mark.parametrize("n_good", [2, 15, MANY])
@pytest.mark.parametrize(
    "row", [5, None, "text", [1], ("GrLivArea", 1500), pd.Series({"GrLivArea": 1500}), b"", {1}],
    ids=lambda row: type(row).__name__,
)  # fmt: skip
def test_a_row_that_is_no_record_is_one_error(small_model: Model, row: object, n_good: int) -> None:
    good = small_model.predict(GOOD)["predictions"]
    result = small_model.predict([GOOD, row, *[GOOD] * (n_good - 1)])
    assert result["predictions"] == [*good, None, *good * (n_good - 1)]
    assert [(e["row"], e["column"], e["code"]) for e in result["errors"] or []] == [
        (1, None, "not_a_record")
    ]
    assert "row 1 is a " in (result["errors"] or [])[0]["message"]


@pytest.mark.parametrize("n_rows", [1, 3, MANY])
def test_rows_of_which_none_is_a_record_have_one_error_each(
    small_model: Model, n_rows: int
) -> None:
    result = small_model.predict([5] * n_rows)
    assert result["predictions"] == [None] * n_rows
    found = [e["row"] for e in result["errors"] or [] if e["code"] == "not_a_record"]
    assert found == list(range(n_rows))


@pytest.mark.parametrize("n_rows", [1, 3, MANY])
@pytest.mark.parametrize("kind", [MappingProxyType, OrderedDict, UserDict])
def test_a_record_may_be_any_mapping(
    small_model: Model, kind: Callable[[dict[str, Any]], Any], n_rows: int
) -> None:
    expected = small_model.predict(GOOD)["predictions"]
    assert small_model.predict(kind(GOOD))["predictions"] == expected
    assert small_model.predict([kind(GOOD)] * n_rows)["predictions"] == expected * n_rows


@pytest.mark.parametrize("n_rows", [1, 3, MANY])
def test_keys_that_are_no_text_are_columns_that_are_not_used(
    small_model: Model, n_rows: int
) -> None:
    _, warnings = entries(small_model, [{**GOOD, 1: 2, ("a", "b"): 3, None: 4}] * n_rows)
    assert [w["column"] for w in warnings] == ["1", "('a', 'b')", "None"]
    assert {w["code"] for w in warnings} == {"unused_column"}


@pytest.mark.parametrize("n_rows", [1, 3, MANY])
def test_a_key_that_is_a_number_names_the_column_of_that_text(n_rows: int) -> None:
    validator = Validator(Schema((Column("1", "number"),)))
    for input_data in ([{1: 7}] * n_rows, {1: [7] * n_rows}, pd.DataFrame({1: [7] * n_rows})):
        blocks = list(validator.blocks(input_data, Report()))
        assert np.concatenate(blocks).tolist() == [[7.0]] * n_rows


@pytest.mark.parametrize(
    "input_data",
    [
        [],
        (),
        {"GrLivArea": []},
        {"GrLivArea": np.array([])},
        pd.DataFrame({"GrLivArea": []}),
        pd.DataFrame(GOOD, index=[0]).iloc[:0],
        pd.DataFrame(),
        pl.DataFrame({"GrLivArea": []}),
        pl.DataFrame(),
        pa.table({"GrLivArea": []}),
        pa.table(pl.DataFrame([GOOD]).to_arrow()).slice(1),
        pa.RecordBatch.from_pydict({"GrLivArea": []}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_rows_give_no_predictions(small_model: Model, input_data: object) -> None:
    result = small_model.predict(input_data)
    assert result["predictions"] == []
    assert {error["row"] for error in result["errors"] or []} <= {None}


def test_a_frame_of_rows_without_columns_is_answered_row_by_row(small_model: Model) -> None:
    result = small_model.predict(pd.DataFrame(index=range(3)))
    assert result["predictions"] == [None] * 3
    assert [e["code"] for e in result["errors"] or []] == ["missing_column"]


@pytest.mark.parametrize(
    "make",
    [
        lambda columns: columns,
        pd.DataFrame,
        pl.DataFrame,
        pa.table,
        lambda columns: pd.DataFrame(columns).to_dict("records"),
    ],
    ids=["columns", "pandas", "polars", "Arrow", "records"],
)
def test_a_large_table_is_answered_as_its_rows_are(
    small_model: Model, make: Callable[[dict[str, Any]], object]
) -> None:
    n_rows = 33_333
    areas = np.resize(np.arange(400.0, 4000.0, 7.0), n_rows)
    qualities = np.resize(np.arange(1, 11), n_rows)
    places = np.resize(np.array(["NAmes", "OldTown", "StoneBr"], dtype=object), n_rows)
    broken = [0, 2047, 2048, 16_383, 16_384, 16_385, 20_000, 32_768, 33_332]
    warned = [1, 16_382, 16_386, 32_767, 32_769]
    areas[broken] = -1.0
    places[warned] = "Atlantis"
    columns = {"GrLivArea": areas, "OverallQual": qualities, "Neighborhood": places}
    result = small_model.predict(make(columns))
    assert [(e["row"], e["column"]) for e in result["errors"] or []] == [
        (row, "GrLivArea") for row in broken
    ]
    assert [(e["row"], e["column"]) for e in result["warnings"] or []] == [
        (row, "Neighborhood") for row in warned
    ]
    assert len(result["predictions"]) == n_rows
    for row in (*broken, *warned, 5, 4095, 4096, 16_380, 30_001):
        record = {name: cells[row] for name, cells in columns.items()}
        assert small_model.predict(record)["predictions"] == [result["predictions"][row]]


@pytest.mark.parametrize("n_rows", [1, 3, 16, 17, MANY])
def test_a_number_in_text_is_news_unless_it_comes_from_a_file(
    small_model: Model, n_rows: int
) -> None:
    record = {**GOOD, "LotArea": "8450", "OverallQual": " 6 "}
    forms = [record, [record] * n_rows, {n: [v] * n_rows for n, v in record.items()}]
    for input_data in forms:
        _, warnings = entries(small_model, input_data)
        assert {w["code"] for w in warnings} == {"text_as_number"}
        silent = small_model.predict(input_data, from_file=True)
        assert silent["warnings"] is None
        assert silent["predictions"] == small_model.predict(input_data)["predictions"]


@pytest.mark.parametrize("n_good", [0, MANY])
def test_entries_stand_by_row_then_by_column(small_model: Model, n_good: int) -> None:
    wrong = {"Street": "Dirt", "GrLivArea": "big", "LotArea": [1], "CentralAir": "perhaps"}
    odd = {"BsmtQual": "odd", "MSSubClass": 1, "LotFrontage": 999.0, "Neighborhood": "odd"}
    rows = [{**GOOD, **wrong}, GOOD, {**GOOD, **odd}, {**GOOD, **wrong}, {**GOOD, **odd}]
    errors, warnings = entries(small_model, [*rows, *[GOOD] * n_good])
    names = list(small_model.schema.names)
    assert [(e["row"], e["column"]) for e in errors] == [
        (row, name) for row in (0, 3) for name in names if name in wrong
    ]
    assert [(e["row"], e["column"]) for e in warnings] == [
        (row, name) for row in (2, 4) for name in names if name in odd
    ]


@pytest.mark.parametrize("n_good", [0, MANY])
def test_entries_stand_by_row_also_where_rows_are_no_records(
    small_model: Model, n_good: int
) -> None:
    rows: list[Any] = [{**GOOD, "LotArea": "x"}, 5, {**GOOD, "LotArea": "y"}, "z"]
    errors, _ = entries(small_model, [*rows, *[GOOD] * n_good])
    assert [error["row"] for error in errors] == [0, 1, 2, 3]


def test_entries_of_columns_stand_before_those_of_rows(small_model: Model) -> None:
    frame = pd.DataFrame({"LotArea": ["x"], "Neighborhood": ["odd"], "zzz": [1]})
    errors, warnings = entries(small_model, frame)
    assert [e["row"] for e in errors] == [None, 0]
    assert [w["row"] for w in warnings] == [None, 0]


def test_a_row_may_have_many_entries(small_model: Model) -> None:
    (error,) = entries(small_model, {**GOOD, "LotArea": "ten"})[0]
    assert error == {
        "row": 0,
        "column": "LotArea",
        "code": "not_a_number",
        "value": "ten",
        "message": (
            "LotArea is 'ten' (text), which is not a number; write digits with a decimal point, "
            "or leave it empty if it is not known"
        ),
    }
    _, warnings = entries(small_model, {**GOOD, "LotArea": "999999"})
    assert [w["code"] for w in warnings] == ["text_as_number", "out_of_training_range"]


def test_rows_with_an_error_are_encoded_with_nan_and_stand_in_the_report(
    small_model: Model,
) -> None:
    report = Report()
    columns = {"GrLivArea": [1500, -1, 1600], "LotArea": [1, 2, "x"]}
    (block,) = Validator(small_model.schema).blocks(columns, report)
    assert block.shape == (3, len(small_model.schema))
    assert report.failed == {1, 2}
    assert not report.all_failed
    assert np.isnan(block[[1, 2], [0, 2]]).all()


def test_no_rows_say_something_about_their_columns_alone(small_model: Model) -> None:
    assert small_model.predict([])["errors"] is None
    assert small_model.predict({})["errors"] is not None
    assert small_model.predict(pd.DataFrame({"GrLivArea": []}))["errors"] is None
    errors = small_model.predict(pd.DataFrame({"LotArea": []}))["errors"]
    assert errors is not None
    assert [(e["column"], e["code"]) for e in errors] == [("GrLivArea", "missing_column")]


plain_numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["1.", ".5", "+3", "-0", "1e999", "1E2", " 7 ", "\t8", "", "NA", " NA", "-1"]),
)
odd_texts = st.sampled_from(
    ["inf", "nan", "1_0", "1 2", "1\n2", "x", ".", "٣", "1e", "0x1", "1,5", "\x1f5"]
)


@settings(deadline=None)
@given(
    cells=st.lists(plain_numbers) | st.lists(plain_numbers | odd_texts),
    column=st.builds(
        Column,
        st.just("x"),
        st.sampled_from(["number", "integer"]),
        missing_values=st.sampled_from([("", "NA"), ("", "-1"), ("NA",)]),
        missing_means=st.sampled_from(["unknown", "none"]),
        required=st.booleans(),
        minimum=st.sampled_from([None, 0.0]),
        training_range=st.sampled_from([None, (-50.0, 90.0)]),
    ),
)
def test_texts_of_a_file_read_at_once_mean_what_judge_says(
    cells: list[str], column: Column
) -> None:
    encoded = encode_column(column, Cells(cells), from_file=True)
    verdicts = [column.judge(cell, from_file=True) for cell in cells]
    np.testing.assert_array_equal(encoded.values, [verdict.value for verdict in verdicts])
    assert encoded.remarks == [
        (row, cell, verdict)
        for row, (cell, verdict) in enumerate(zip(cells, verdicts, strict=True))
        if not verdict.silent
    ]
