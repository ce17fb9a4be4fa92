"""What a caller's objects raise is an entry of their row, and never an exception."""

import json
import math
from collections import UserDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.processing.validation import Validator

SCHEMA = Schema(
    (
        Column("number", "number", required=True),
        Column("integer", "integer"),
        Column("category", "category", levels=("a", "5", "True")),
        Column("ordered", "ordered", levels=("a", "b"), closed=True),
        Column("boolean", "boolean"),
        Column("date", "date"),
    )
)
VALIDATOR = Validator(SCHEMA)


class BoomError(Exception):
    pass


def fails(*_: object, **__: object) -> NoReturn:
    raise BoomError


METHODS = [
    "__float__", "__eq__", "__ne__", "__len__", "__str__", "__repr__", "__hash__", "__bool__",
    "__int__", "__index__", "__iter__", "__array__", "__getattr__", "__class__", "strip", "keys",
    "bit_length", "model_dump", "item", "is_nan", "casefold", "ndim", "utcoffset",
]  # fmt: skip


def failing(base: type, method: str, *arguments: Any) -> Any:
    """Return an object of a subclass of which one method raises."""
    body = property(fails) if method in ("__class__", "ndim") else fails
    return type("Failing", (base,), {method: body})(*arguments)


class NominalReal(Real):
    """A real number that is one in name only."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value


for _name in NominalReal.__abstractmethods__:
    setattr(NominalReal, _name, fails)
NominalReal.__abstractmethods__ = frozenset()
Quantity: Any = NominalReal  # which is abstract no more


class Claims:
    """An object that says it is of another class."""

    def __init__(self, claimed: type) -> None:
        self.claimed = claimed

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return self.claimed


class NoZone(tzinfo):
    utcoffset = dst = tzname = fails


class FailingMeta(type):
    __name__ = property(fails)
    __module__ = property(fails)


class OfMeta(metaclass=FailingMeta):
    pass


class FailingMapping(Mapping[str, Any]):
    __iter__ = __len__ = __getitem__ = fails


class FailingSequence(Sequence[Any]):
    __getitem__ = fails

    def __len__(self) -> int:
        return 3


class NoLength:
    __array__ = __len__ = fails


def endless() -> list[Any]:
    cell: list[Any] = [1]
    cell.append(cell)
    return cell


def wide() -> list[Any]:
    cell: list[Any] = [1]
    for _ in range(60):
        cell = [cell] * 10
    return cell


HOSTILE: list[Any] = [
    *[failing(object, method) for method in METHODS],
    *[failing(str, method, "5") for method in METHODS],
    *[failing(float, method, 5.5) for method in METHODS],
    *[failing(int, method, 7) for method in METHODS if method != "__class__"],
    *[failing(dict, method, {"number": 1}) for method in METHODS],
    *[failing(list, method, [1]) for method in METHODS],
    *[Claims(kind) for kind in (str, float, int, bool, dict, list, Decimal, datetime, Real)],
    *[Claims(kind) for kind in (np.ndarray, np.float64, np.datetime64, Mapping, Sequence)],
    Quantity(math.nan), Quantity(5.0), Quantity(math.inf), datetime(2020, 1, 1, tzinfo=NoZone()),
    OfMeta(), FailingMapping(), FailingSequence(), NoLength(), endless(), wide(),
    np.array(5), np.array("a"), np.array(np.datetime64("2020")), np.array(None), np.array({1: 2}),
    np.ma.masked, np.ma.array(5, mask=True), np.ma.array(5, mask=False),
    np.longdouble("1e400"), np.longdouble(2) ** 60 + 1, np.float16("inf"), np.void(b"abc"),
    np.datetime64(2**62, "s"), np.timedelta64(5), np.timedelta64(5, "Y"), np.datetime64(5, "as"),
    Decimal("1e999999"), Decimal("9" * 9999), Decimal("sNaN"), Fraction(10**5000, 3), 10**9999,
    pd.Period("2020"), pd.Interval(0, 1), pd.Timestamp("2020", tz="UTC"), pa.scalar(5),
    pl.Series([1]),
    "²", "٣", "\ud800" * 200, "\0", "1e-999999999", timedelta.max, datetime.max, type, range(1000),
]  # fmt: skip


def outcome(input_data: object) -> tuple[int, Report]:
    report = Report()
    blocks = list(VALIDATOR.blocks(input_data, report))
    said = json.dumps([report.sorted_errors(), report.sorted_warnings()], allow_nan=False)
    n_rows = sum(map(len, blocks))
    assert len(said) < 20_000 * max(n_rows, 1)
    return n_rows, report


def name_of(cell: object) -> str:
    return str(type.__dict__["__name__"].__get__(type(cell)))


CELLS = [pytest.param(cell, id=name_of(cell)) for cell in HOSTILE]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_that_fails_costs_its_row_alone(cell: Any) -> None:
    good = {"number": 1.0, "category": "a"}
    objects = np.empty(3, dtype=object)
    objects[1] = cell
    forms: list[Callable[[], object]] = [
        lambda: [good, {**good, **dict.fromkeys(SCHEMA.names, cell)}, good],
        lambda: [good, {**good, **dict.fromkeys(SCHEMA.names, cell)}, *[good] * 20],
        lambda: {name: [None, cell, None] for name in SCHEMA.names},
        lambda: pd.DataFrame({name: pd.Series(objects, dtype=object) for name in SCHEMA.names}),
    ]
    for form in forms:
        n_rows, report = outcome(form())
        assert n_rows >= 3
        assert {entry["row"] for entry in report.errors if entry["column"] != "number"} <= {1}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("record", CELLS)
def test_a_record_that_fails_costs_its_row_alone(record: Any) -> None:
    for n_good in (1, 20):
        n_rows, report = outcome([{"number": 1}, record, *[{"number": 1}] * n_good])
        assert n_rows == n_good + 2
        assert report.failed <= {1}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cell", CELLS)
def test_what_fails_as_a_whole_is_an_answer_or_a_type_error(cell: Any) -> None:
    for input_data in (cell, {"number": cell}, {"number": cell, "integer": [1]}):
        try:
            outcome(input_data)
        except TypeError as problem:
            assert "input_data" in str(problem)  # noqa: PT017 - either is right


class Length(float):
    """A number of another library that is a float."""


@pytest.mark.parametrize(
    "cell", [Quantity(math.nan), Length(math.nan), np.ma.masked, np.ma.array(5, mask=True)]
)
def test_what_is_missing_by_another_name_is_missing(cell: object) -> None:
    assert [c.judge(cell).silent for c in SCHEMA.columns] == [False, True, True, True, True, True]


def test_a_cell_that_fails_says_what_it_is() -> None:
    error = SCHEMA["date"].judge(datetime(2020, 1, 1, tzinfo=NoZone())).error
    assert error is not None
    assert error.code == "unreadable"
    assert error.message == (
        "date holds a datetime that cannot be read (BoomError); give a plain value"
    )


class OddKey(str):
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise BoomError


@pytest.mark.parametrize("n_rows", [1, 20])
def test_a_key_that_fails_names_no_column(n_rows: int) -> None:
    records = [{OddKey("number"): 5, 10**5000: 1, failing(object, "__str__"): 2}] * n_rows
    n_found, report = outcome(records)
    assert n_found == n_rows
    assert {entry["column"] for entry in report.warnings} == {
        "a Failing whose str fails with BoomError",
        "a int whose str fails with ValueError",
    }


def test_a_key_that_fails_where_it_is_compared_names_no_column() -> None:
    assert VALIDATOR.encode_record({OddKey("number"): 5}) is None
    complete = {"number": 1, **dict.fromkeys(SCHEMA.names[1:])}
    for key in ("other", OddKey("other")):  # the first is kept, and the second compared with it
        record = {**complete, key: 1}
        assert VALIDATOR.encode_record(record) is not None
        check = VALIDATOR.check_names(record)
        assert check is not None
        assert [entry["column"] for entry in check.warnings] == ["other"]


class FailingArray(np.ndarray[Any, Any]):
    """A column that is there and cannot be read."""

    def __getitem__(self, _: object) -> NoReturn:
        raise BoomError


class FailingFrame(pd.DataFrame):
    columns = property(fails)


def test_a_column_that_fails_costs_its_rows_and_is_named() -> None:
    n_rows, report = outcome({"number": np.zeros(20).view(FailingArray), "integer": [1] * 20})
    assert n_rows == 20
    assert {(entry["column"], entry["code"]) for entry in report.errors} == {
        ("number", "unreadable")
    }
    assert {entry["value"] for entry in report.errors} == {
        "a cell whose column fails with BoomError"
    }


def test_a_frame_that_fails_as_a_whole_is_no_table() -> None:
    frame = FailingFrame.__new__(FailingFrame)
    with pytest.raises(TypeError, match="input_data is a FailingFrame that fails with BoomError"):
        outcome(frame)


@pytest.mark.parametrize("n_rows", [2, 20])
def test_a_column_of_rows_has_no_single_values(n_rows: int) -> None:
    _, report = outcome({"number": [1.0] * n_rows, "integer": np.zeros((n_rows, 2))})
    assert {(entry["column"], entry["code"]) for entry in report.errors} == {
        ("integer", "not_a_scalar")
    }


def test_masked_cells_are_missing_in_few_rows_and_in_many() -> None:
    for n in (3, 20):
        mask = np.arange(n) == 1
        for values in (np.arange(n), np.arange(n) / 2, np.arange(n).astype("datetime64[s]")):
            name = "date" if values.dtype.kind == "M" else "integer" if n == 3 else "number"
            plain = {
                "number": [1.0] * n,
                name: [None if m else v for v, m in zip(values, mask, strict=True)],
            }
            masked = {"number": [1.0] * n, name: np.ma.array(values, mask=mask)}
            expected, found = (
                np.vstack(list(VALIDATOR.blocks(d, Report()))) for d in (plain, masked)
            )
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("n_rows", [1, 20])
def test_dates_that_polars_alone_has_cost_their_rows(n_rows: int) -> None:
    days = pl.Series([10**6 * 365, None, 3] * n_rows, dtype=pl.Int32).cast(pl.Date)
    frame = pl.DataFrame({"number": [1] * (3 * n_rows)}).with_columns(days.alias("date"))
    nested = frame.with_columns(pl.struct("date").alias("category"))
    for input_data in (frame, {s.name: s for s in frame}, nested, {s.name: s for s in nested}):
        n_found, report = outcome(input_data)
        assert n_found == 3 * n_rows
        dates = [entry for entry in report.errors if entry["column"] == "date"]
        assert {entry["value"] for entry in dates} == {"after the year 9999"}
        assert [entry["row"] for entry in dates] == list(range(0, 3 * n_rows, 3))


def test_text_that_is_not_utf8_costs_its_row_alone() -> None:
    offsets = pa.array([0, 1, 2, 3], pa.int32()).buffers()[1]
    texts = pa.Array.from_buffers(pa.string(), 3, [None, offsets, pa.py_buffer(b"a\xffb")])
    for n in (1, 10):
        table = pa.table({"number": [1] * (3 * n), "ordered": pa.chunked_array([texts] * n)})
        n_rows, report = outcome(table)
        assert n_rows == 3 * n
        assert [(e["row"], e["code"]) for e in report.errors] == [
            (row, "unreadable") for row in range(1, 3 * n, 3)
        ]


def test_a_mapping_of_another_kind_is_a_record() -> None:
    assert outcome(UserDict(number=1))[1].errors == []
