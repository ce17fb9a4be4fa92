"""The same dates in every form of table give the same numbers, or the same errors."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.schema import Column, Schema
from regression_model.processing.validation import Report, Validator

DATES = Validator(Schema((Column("d", "date"),)))
TYPES = {
    "date32": pa.date32(),
    "date64": pa.date64(),
    "s": pa.timestamp("s"),
    "ms": pa.timestamp("ms"),
    "us": pa.timestamp("us"),
    "ns": pa.timestamp("ns"),
    "us in Tokyo": pa.timestamp("us", tz="Asia/Tokyo"),
    "ns in UTC": pa.timestamp("ns", tz="UTC"),
}
MANY = 20


def encode(validator: Validator, input_data: object) -> tuple[list[float], list[Any]]:
    report = Report()
    blocks = list(validator.blocks(input_data, report))
    return np.vstack(blocks)[:, 0].tolist(), [e["code"] for e in report.sorted_errors()]


def forms(array: "pa.Array") -> Iterator[tuple[str, object]]:
    column = pa.table({"d": array})
    yield "Arrow", column
    yield "columns of Arrow", {"d": array}
    yield "polars", pl.DataFrame(column)
    yield "columns of polars", {"d": pl.DataFrame(column)["d"]}
    yield "pandas", column.to_pandas()
    yield "pandas of Arrow", column.to_pandas(types_mapper=pd.ArrowDtype)
    yield "pandas of objects", column.to_pandas().astype(object)
    yield "pandas of categories", column.to_pandas().astype("category")
    yield "columns of pandas", {"d": column.to_pandas()["d"]}
    yield "columns of NumPy", {"d": array.to_numpy(zero_copy_only=False)}
    yield "records of NumPy", [{"d": cell} for cell in array.to_numpy(zero_copy_only=False)]
    yield "records", column.to_pylist()


@given(
    st.lists(st.none() | st.datetimes(datetime(1700, 1, 1), datetime(2250, 1, 1)), min_size=1),
    st.sampled_from(list(TYPES)),
)
def test_a_date_is_one_number_in_every_form(cells: list[datetime | None], kind: str) -> None:
    array = pa.array(cells, pa.timestamp("us")).cast(TYPES[kind], safe=False)
    expected = encode(DATES, [{"d": cell} for cell in array.to_pylist()])
    assert expected[1] == []
    wrong = {}
    for repeats in (1, MANY):
        for form, input_data in forms(pa.concat_arrays([array] * repeats)):
            found, errors = encode(DATES, input_data)
            if errors or not np.array_equal(found, expected[0] * repeats, equal_nan=True):
                wrong[form, repeats] = found, errors
    assert not wrong


@pytest.mark.parametrize("n_rows", [1, MANY])
@pytest.mark.parametrize("seconds", [568_971_820_800, -62_325_000_000_000, 2**62, -(2**62)])
def test_a_year_that_no_date_has_costs_its_row_alone(seconds: int, n_rows: int) -> None:
    array = pa.array([0, seconds] * n_rows, pa.timestamp("s"))
    moments = array.to_numpy(zero_copy_only=False)
    for input_data in (
        pa.table({"d": array}),
        pd.DataFrame({"d": moments}),
        {"d": moments},
        [{"d": cell} for cell in moments],
    ):
        found, errors = encode(DATES, input_data)
        assert errors == ["not_a_date"] * n_rows
        assert found[0] == 0
        assert np.isnan(found[1])


@pytest.mark.parametrize("n_rows", [1, MANY])
def test_a_year_that_polars_alone_has_costs_its_row_alone(n_rows: int) -> None:
    cells = pl.Series("d", [0, 568_971_820_800_000] * n_rows).cast(pl.Datetime("ms"))
    for kind in ("date", "number"):
        validator = Validator(Schema((Column("d", kind),)))
        found, errors = encode(validator, pl.DataFrame([cells]))
        assert errors[-1] == ("not_a_date" if kind == "date" else "not_a_number")
        assert np.isnan(found[-1])


@pytest.mark.parametrize("n_rows", [1, MANY])
@pytest.mark.parametrize("unit", ["ns", "us", "s", "D"])
def test_spans_of_time_are_no_numbers(unit: str, n_rows: int) -> None:
    cells = np.array([1] * n_rows, f"timedelta64[{unit}]")
    numbers: str = "number"
    validator = Validator(Schema((Column("d", numbers),)))
    for input_data in ({"d": cells}, [{"d": cell} for cell in cells]):
        assert encode(validator, input_data)[1] == ["not_a_number"] * n_rows
    assert encode(validator, {"d": [timedelta(1)] * n_rows})[1] == ["not_a_number"] * n_rows


@pytest.mark.parametrize("cell", ["NaT", pd.NaT, np.datetime64("NaT"), None, "", pd.NA])
def test_no_date_is_missing_however_it_is_spelt(cell: object) -> None:
    assert encode(DATES, [{"d": cell}])[1] == []
    assert encode(DATES, {"d": [cell] * MANY})[1] == []


@pytest.mark.parametrize(
    ("order", "cell", "said"),
    [
        (
            "ymd",
            "31/12/2024",
            "not a date; write it as 2024-03-01 or 2024-03-01T14:30, or set date_",
        ),
        ("dmy", "12/31/2024", "not a date in the order day, month, year; write it as"),
        ("mdy", "31/12/2024", "not a date in the order month, day, year; write it as"),
    ],
)
def test_three_numbers_are_told_of_their_order(order: Any, cell: str, said: str) -> None:
    error = Column("d", "date", date_order=order).judge(cell).error
    assert error is not None
    assert said in error.message
    other = Column("d", "date", date_order=order).judge("2018-02-30").error
    assert other is not None
    assert "order" not in other.message
