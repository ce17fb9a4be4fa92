"""Every input form gives the same columns, and none is changed."""

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regression_model.processing.schema import Column, shown
from regression_model.processing.tables import as_table, records_of
from regression_model.processing.validation import encode_column

DATA: dict[str, list[Any]] = {
    "number": [1.5, None, -2.0, 1e6, 0.0, None],
    "whole": [1, 2, None, 4, 2**40, None],
    "level": ["A", "B", None, "A", "unseen", "NA"],
    "coded": [20, 30, None, 20, 99, 30],
    "flag": [True, False, None, True, True, None],
    "text": ["12", "x", None, "", " 7 ", "1e400"],
}
COLUMNS = (
    Column("number", "number", training_range=(-1.0, 10.0)),
    Column("whole", "integer", required=True),
    Column("level", "category", levels=(None, "A", "B"), missing_means="none"),
    Column("coded", "category", levels=("20", "30"), closed=True),
    Column("flag", "boolean"),
    Column("text", "number"),
)
ODD_INDEX = [7, 7, -1, 3, 0, 7]

Encoded = dict[str, tuple[list[Any], list[Any]]]


def encoded(input_data: object, start: int = 0, stop: int = 6) -> Encoded:
    """Return the encoded values of every column, and what is said about its cells."""
    table = as_table(input_data)
    found: Encoded = {}
    for column in COLUMNS:
        data = table.read(table.names.index(column.name), start, stop)
        result = encode_column(column, data)
        values = [None if math.isnan(value) else value for value in result.values.tolist()]
        said = [
            (row, shown(cell), notice.code)
            for row, cell, verdict in result.remarks
            for notice in ((verdict.error,) if verdict.error else verdict.warnings)
        ]
        found[column.name] = (values, said)
    return found


def pandas_frame(**dtypes: object) -> pd.DataFrame:
    typed = {
        name: pd.Series(cells, dtype=dtypes.get(name, dtypes.get("rest", object)))  # type: ignore[call-overload]
        for name, cells in DATA.items()
    }
    return pd.DataFrame(typed)


def records() -> list[dict[str, Any]]:
    return [{name: cells[i] for name, cells in DATA.items()} for i in range(6)]


def arrow_table() -> pa.Table:
    return pa.table(DATA)


def arrow_dictionaries() -> pa.Table:
    arrays = {name: pa.array(cells) for name, cells in DATA.items()}
    for name in ("level", "text", "coded"):
        arrays[name] = arrays[name].dictionary_encode()
    return pa.table(arrays)


def arrow_in_chunks() -> pa.Table:
    return pa.concat_tables(
        [arrow_table().slice(a, n) for a, n in ((0, 1), (1, 3), (4, 0), (4, 2))]
    )


def arrow_dictionaries_in_chunks() -> pa.Table:
    parts = []
    for start, stop in ((0, 2), (2, 3), (3, 6)):
        part = {name: pa.array(cells[start:stop]) for name, cells in DATA.items()}
        part["number"] = part["number"].cast(pa.float64())
        part["whole"] = part["whole"].cast(pa.int64())
        part["flag"] = part["flag"].cast(pa.bool_())
        for name, kind in (("level", pa.string()), ("text", pa.string()), ("coded", pa.int64())):
            part[name] = part[name].cast(kind).dictionary_encode()
        parts.append(pa.table(part))
    return pa.concat_tables(parts)


def polars_frame(level: Any = pl.String) -> pl.DataFrame:
    return pl.DataFrame(DATA).with_columns(pl.col("level").cast(level))


FORMS: dict[str, Callable[[], object]] = {
    "dict of lists": lambda: DATA,
    "dict of tuples": lambda: {name: tuple(cells) for name, cells in DATA.items()},
    "list of dicts": records,
    "tuple of dicts": lambda: tuple(records()),
    "dict of object arrays": lambda: {n: np.array(c, dtype=object) for n, c in DATA.items()},
    "dict of float arrays": lambda: {
        **DATA,
        **{n: np.array(DATA[n], dtype=np.float64) for n in ("number", "whole", "coded")},
    },
    "dict of pandas Series": lambda: {n: pd.Series(c) for n, c in DATA.items()},
    "dict of pandas Series with float index": lambda: {
        n: pd.Series(c, index=[0.5, 9.0, 2.0, 1.0, 0.0, 3.0]) for n, c in DATA.items()
    },
    "dict of pandas Categorical": lambda: {n: pd.Categorical(c) for n, c in DATA.items()},
    "dict of pandas Index": lambda: {n: pd.Index(c, dtype=object) for n, c in DATA.items()},
    "dict of polars Series": lambda: {n: pl.Series(c) for n, c in DATA.items()},
    "dict of Arrow arrays": lambda: {n: pa.array(c) for n, c in DATA.items()},
    "pandas as it guesses": lambda: pd.DataFrame(DATA),
    "pandas object": pandas_frame,
    "pandas str": lambda: pandas_frame(level="str", text="str"),
    "pandas string": lambda: pandas_frame(level="string", text="string"),
    "pandas string[pyarrow]": lambda: pandas_frame(level="string[pyarrow]", text="string[pyarrow]"),
    "pandas string[python]": lambda: pandas_frame(level="string[python]", text="string[python]"),
    "pandas float64": lambda: pandas_frame(number="float64", whole="float64", coded="float64"),
    "pandas nullable": lambda: pandas_frame(
        number="Float64", whole="Int64", coded="Int64", flag="boolean"
    ),
    "pandas nullable, small": lambda: pandas_frame(coded="UInt8", number="Float32"),
    "pandas of Arrow": lambda: pandas_frame(
        number="float64[pyarrow]", whole="int64[pyarrow]", coded="int64[pyarrow]",
        flag="bool[pyarrow]", level=pd.ArrowDtype(pa.string()),
        text=pd.ArrowDtype(pa.large_string()),
    ),
    "pandas of Arrow dictionaries": lambda: pandas_frame(
        level=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string())),
        text=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string())),
    ),
    "pandas categorical": lambda: pandas_frame(rest="category"),
    "pandas ordered categorical": lambda: pandas_frame(
        level=pd.CategoricalDtype(["unseen", "NA", "B", "A", "C"], ordered=True)
    ),
    "pandas sparse": lambda: pandas_frame(number="Sparse[float64]"),
    "pandas with an odd index": lambda: pd.DataFrame(DATA, index=ODD_INDEX),
    "pandas with a text index": lambda: pd.DataFrame(DATA, index=list("zyxxyz")),
    "pandas with an index of two": lambda: pd.DataFrame(
        DATA, index=pd.MultiIndex.from_arrays([ODD_INDEX, ODD_INDEX])
    ),
    "pandas sliced": lambda: pd.concat([pd.DataFrame(DATA)] * 3).iloc[6:12],
    "polars": polars_frame,
    "polars Categorical": lambda: polars_frame(pl.Categorical),
    "polars Enum": lambda: polars_frame(pl.Enum(["unseen", "B", "A", "NA", "C"])),
    "polars small": lambda: pl.DataFrame(DATA).with_columns(
        pl.col("coded").cast(pl.UInt8), pl.col("number").cast(pl.Float32)
    ),
    "polars Int128": lambda: pl.DataFrame(DATA).with_columns(pl.col("whole").cast(pl.Int128)),
    "polars Object": lambda: pl.DataFrame(
        {n: pl.Series(n, c, dtype=pl.Object) for n, c in DATA.items()}
    ),
    "polars in chunks": lambda: pl.concat(
        [polars_frame().slice(0, 1), polars_frame().slice(1, 4), polars_frame().slice(5)],
        rechunk=False,
    ),
    "polars sliced": lambda: pl.concat([polars_frame()] * 3).slice(6, 6),
    "Arrow table": arrow_table,
    "Arrow batch": lambda: arrow_table().to_batches()[0],
    "Arrow in chunks": arrow_in_chunks,
    "Arrow dictionaries": arrow_dictionaries,
    "Arrow dictionaries in chunks": arrow_dictionaries_in_chunks,
    "Arrow batch of dictionaries": lambda: arrow_dictionaries().to_batches()[0],
    "Arrow sliced": lambda: pa.concat_tables([arrow_table()] * 3).slice(6, 6),
    "Arrow dictionaries sliced": lambda: pa.concat_tables([arrow_dictionaries()] * 3).slice(6, 6),
    "Arrow batch sliced": lambda: arrow_dictionaries().to_batches()[0].slice(0, 6),
    "Arrow large string": lambda: arrow_table().cast(
        pa.schema([
            (f.name, pa.large_string() if f.type == pa.string() else f.type)
            for f in arrow_table().schema
        ])
    ),
    "Arrow string view": lambda: arrow_table().set_column(
        2, "level", arrow_table().column("level").cast(pa.string_view())
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_columns(form: str) -> None:
    input_data = FORMS[form]()
    table = as_table(input_data)
    assert table.names == list(DATA)
    assert table.n_rows == 6
    assert encoded(input_data) == encoded(DATA)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("start", "stop"), [(0, 2), (1, 5), (3, 6), (2, 3), (4, 4)])
def test_every_form_gives_the_same_slices(form: str, start: int, stop: int) -> None:
    part = {name: cells[start:stop] for name, cells in DATA.items()}
    assert encoded(FORMS[form](), start, stop) == encoded(part, 0, stop - start)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_changed_by_reading(form: str) -> None:
    input_data = FORMS[form]()
    before = copy.deepcopy(input_data)
    encoded(input_data)
    assert_same(input_data, before)


def assert_same(value: Any, expected: Any) -> None:
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(value, expected)
    elif isinstance(value, pl.DataFrame):
        assert value.schema == expected.schema
        assert value.rows() == expected.rows()
    elif isinstance(value, pa.Table | pa.RecordBatch):
        assert value.equals(expected)
    elif isinstance(value, dict):
        assert list(value) == list(expected)
        for cells, same in zip(value.values(), expected.values(), strict=True):
            assert type(cells) is type(same)
            assert repr(list(cells)) == repr(list(same))
    else:
        assert repr(value) == repr(expected)


def test_the_data_says_something_of_every_column() -> None:
    found = encoded(DATA)
    assert found["number"] == (
        [1.5, None, -2.0, 1e6, 0.0, None],
        [(2, -2.0, "out_of_training_range"), (3, 1e6, "out_of_training_range")],
    )
    assert found["whole"] == (
        [1.0, 2.0, None, 4.0, 2.0**40, None],
        [(2, None, "missing_required"), (5, None, "missing_required")],
    )
    assert found["level"] == ([1.0, 2.0, 0.0, 1.0, -1.0, 0.0], [(4, "unseen", "unseen_level")])
    assert found["coded"] == ([0.0, 1.0, None, 0.0, None, 1.0], [(4, 99, "unknown_level")])
    assert found["flag"] == ([1.0, 0.0, None, 1.0, 1.0, None], [])
    assert found["text"] == (
        [12.0, None, None, None, 7.0, None],
        [
            (0, "12", "text_as_number"),
            (1, "x", "not_a_number"),
            (4, " 7 ", "text_as_number"),
            (5, "1e400", "too_large"),
        ],
    )


MIXED: list[Any] = [3, 3.0, True, "3", None, math.nan, [3], {"a": 1}, b"3", (1, [2]), 10**31, -0.0]


@pytest.mark.parametrize(
    "input_data",
    [
        {"c": MIXED},
        {"c": tuple(MIXED)},
        [{"c": cell} for cell in MIXED],
        pd.DataFrame({"c": pd.Series(MIXED, dtype=object)}),
        pl.DataFrame({"c": pl.Series(MIXED, dtype=pl.Object)}),
    ],
    ids=["columns", "tuple", "records", "pandas", "polars"],
)
@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "category"])
def test_mixed_cells_are_judged_one_by_one(input_data: object, kind: Any) -> None:
    column = Column("c", kind, levels=("3", "True") if kind == "category" else ())
    result = encode_column(column, as_table(input_data).read(0, 0, len(MIXED)))
    expected = [column.judge(cell) for cell in MIXED]
    assert repr(result.values.tolist()) == repr([verdict.value for verdict in expected])
    loud = [(i, verdict) for i, verdict in enumerate(expected) if not verdict.silent]
    assert repr([(row, verdict) for row, _, verdict in result.remarks]) == repr(loud)


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([pd.Timestamp("2020-01-01"), pd.NaT]),
        pd.Series([1 + 2j, None], dtype=object),
        pd.Series([[1], None], dtype=object),
        pd.Series([{"a": 1}, None], dtype=pd.ArrowDtype(pa.struct([("a", pa.int64())]))),
        pd.Series([[1], None], dtype=pd.ArrowDtype(pa.list_(pa.int64()))),
        pd.Series(pd.to_timedelta(["1h", None])),
        pd.Series([b"x", None], dtype=object),
        pd.Series([pd.Period("2020", freq="Y"), pd.NaT]),
    ],
    ids=lambda cells: f"{cells.dtype} {type(cells[0]).__name__}",
)
@pytest.mark.parametrize("kind", ["number", "boolean", "category"])
def test_cells_that_are_no_numbers_are_errors_in_a_pandas_column(
    cells: "pd.Series[Any]", kind: Any
) -> None:
    result = encode_column(Column("c", kind), as_table(cells.to_frame("c")).read(0, 0, 2))
    assert np.isnan(result.values).all()
    ((row, _, verdict),) = result.remarks
    assert row == 0
    assert verdict.error is not None


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([[1], None]),
        pa.array([{"a": 1}, None]),
        pa.array([b"x", None]),
        pa.array([0, None], pa.timestamp("ns")),
        pa.array([0, None], pa.duration("s")),
        pa.array([0, None], pa.date32()),
        pa.array([0, None], pa.time64("us")),
    ],
    ids=lambda cells: str(cells.type),
)
@pytest.mark.parametrize("kind", ["number", "boolean", "category"])
@pytest.mark.parametrize("library", ["arrow", "polars"])
def test_cells_that_are_no_numbers_are_errors_in_a_typed_column(
    cells: "pa.Array", kind: Any, library: str
) -> None:
    table = pa.table({"c": cells})
    frame = table if library == "arrow" else pl.from_arrow(table)
    result = encode_column(Column("c", kind), as_table(frame).read(0, 0, 2))
    assert np.isnan(result.values).all()
    ((row, _, verdict),) = result.remarks
    assert row == 0
    assert verdict.error is not None


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([None, None]),
        pa.array([None, None], pa.string()),
        pa.array([None, None], pa.int8()),
        pa.array([None, None], pa.bool_()),
        pa.array([None, None], pa.dictionary(pa.int8(), pa.string())),
        pa.array([None, None], pa.decimal128(5, 2)),
    ],
    ids=lambda cells: str(cells.type),
)
@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "category"])
@pytest.mark.parametrize("library", ["arrow", "batch", "polars", "pandas", "pandas of Arrow"])
def test_a_column_of_nothing_is_missing(cells: "pa.Array", kind: Any, library: str) -> None:
    table = pa.table({"c": cells})
    frames: Mapping[str, Callable[[], object]] = {
        "arrow": lambda: table,
        "batch": lambda: table.to_batches()[0],
        "polars": lambda: pl.from_arrow(table),
        "pandas": table.to_pandas,
        "pandas of Arrow": lambda: table.to_pandas(types_mapper=pd.ArrowDtype),
    }
    result = encode_column(Column("c", kind), as_table(frames[library]()).read(0, 0, 2))
    assert np.isnan(result.values).all()
    assert not result.remarks


def test_a_missing_cell_in_a_dictionary_is_missing() -> None:
    cells = pa.DictionaryArray.from_arrays([0, 1, None], pa.array([None, "A"]))
    data = as_table(pa.table({"c": cells})).read(0, 0, 3)
    result = encode_column(Column("c", "category", levels=("A",)), data)
    assert repr(result.values.tolist()) == "[nan, 0.0, nan]"
    assert not result.remarks


@pytest.mark.parametrize(
    "empty",
    [
        pd.DataFrame({"c": []}),
        pd.DataFrame({"c": pd.Series([], dtype="str")}),
        pd.DataFrame({"c": pd.Series([], dtype="category")}),
        pl.DataFrame({"c": []}),
        pl.DataFrame({"c": []}, schema={"c": pl.String}),
        pl.DataFrame({"c": []}, schema={"c": pl.Categorical}),
        pa.table({"c": pa.array([], pa.string())}),
        pa.table({"c": pa.array([], pa.dictionary(pa.int8(), pa.string()))}),
        pa.table({"c": pa.chunked_array([], pa.dictionary(pa.int8(), pa.string()))}),
        pa.table({"c": pa.chunked_array([], pa.int64())}),
        {"c": []},
        {"c": np.array([])},
    ],
    ids=lambda empty: type(empty).__module__.split(".")[0],
)
@pytest.mark.parametrize("kind", ["number", "boolean", "category"])
def test_a_column_of_no_rows_is_read(empty: object, kind: Any) -> None:
    table = as_table(empty)
    assert (table.names, table.n_rows) == (["c"], 0)
    result = encode_column(Column("c", kind), table.read(0, 0, 0))
    assert result.values.shape == (0,)
    assert not result.remarks


@pytest.mark.parametrize(
    "input_data",
    [
        pd.DataFrame([[1, 2]], columns=["c", "c"]),
        pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["c", "c"]),
        pa.RecordBatch.from_arrays([pa.array([1]), pa.array([2])], names=["c", "c"]),
    ],
    ids=["pandas", "Arrow table", "Arrow batch"],
)
def test_columns_of_one_name_are_all_read(input_data: object) -> None:
    table = as_table(input_data)
    assert table.names == ["c", "c"]
    column = Column("c", "number")
    values = [encode_column(column, table.read(i, 0, 1)).values.tolist() for i in range(2)]
    assert values == [[1.0], [2.0]]


def test_column_names_become_text() -> None:
    frame = pd.DataFrame([[1, 2, 3]], columns=pd.Index([1, ("a", "b"), None], dtype=object))
    assert as_table(frame).names == ["1", "('a', 'b')", "None"]


def test_a_subclass_of_a_frame_is_a_frame() -> None:
    class MyFrame(pd.DataFrame):
        pass

    assert as_table(MyFrame(DATA)).n_rows == 6


@pytest.mark.parametrize(
    ("input_data", "said"),
    [
        ("some text", r"input_data is a str; expected a record \(dict\), a list of records"),
        (b"bytes", "input_data is a bytes; expected"),
        (5, "input_data is a int; expected"),
        (None, "input_data is a NoneType; expected"),
        ({1, 2}, "input_data is a set; expected"),
        (iter([{"a": 1}]), "input_data is a list_iterator; expected"),
        (np.zeros((2, 2)), "ndarray; expected .*; give the columns their names"),
        (pd.Series([1]), r"Series; expected .*; for one row pass row\.to_dict\(\)"),
        (pl.Series([1]), "input_data is a Series; expected"),
        (pl.LazyFrame({"a": [1]}), r"LazyFrame; expected .*; call \.collect\(\) first"),
        (pa.array([1]), "input_data is a Int64Array; expected"),
        (pd.DataFrame, "input_data is a type; expected"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_table_is_a_type_error(input_data: object, said: str) -> None:
    assert records_of(input_data) is None
    with pytest.raises(TypeError, match=said):
        as_table(input_data)


@pytest.mark.parametrize(
    "columns",
    [
        {"a": [1, 2], "b": [1]},
        {"a": np.array([1, 2]), "b": [1]},
        {"a": [], "b": (1,)},
        {"a": pd.Series([1, 2]), "b": pl.Series([1])},
    ],
)
def test_ragged_columns_are_a_type_error(columns: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"columns of input_data have different lengths \(a: \d"):
        as_table(columns)


@pytest.mark.parametrize(
    ("input_data", "n_records"),
    [
        ({"a": 1}, 1),
        ({}, 1),
        ({"a": [1], "b": 2}, 1),
        ({"a": "text", "b": b"bytes"}, 1),
        ({"a": bytearray(b"12")}, 1),
        ({"a": {"b": 1}}, 1),
        ([], 0),
        ([{"a": 1}, {"b": 2}], 2),
        (({"a": 1},), 1),
        ([5], 1),
    ],
)
def test_records_are_told_from_columns(input_data: object, n_records: int) -> None:
    found = records_of(input_data)
    assert found is not None
    assert len(found) == n_records


@pytest.mark.parametrize("input_data", [{"a": [1]}, {"a": np.array([1]), "b": (2,)}])
def test_columns_are_told_from_records(input_data: object) -> None:
    assert records_of(input_data) is None


@pytest.mark.parametrize("kind", ["number", "integer", "category"])
@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_whole_numbers_beside_a_gap_lose_no_digits(dtype: str, kind: Any) -> None:
    big = 2**53 + 1
    column = Column("a", kind, levels=(str(big), str(big - 1)) if kind == "category" else ())
    array = pa.array([big, None], dtype)
    nullable: Any = dtype.replace("i", "I").replace("u", "U")
    forms: list[object] = [
        pa.table({"a": array}),
        pl.DataFrame(pa.table({"a": array})),
        pd.DataFrame({"a": pd.array([big, None], dtype=nullable)}),
        pd.DataFrame({"a": pd.Series([big, None], dtype=f"{dtype}[pyarrow]")}),
        {"a": [big, None]},
    ]
    for form in forms:
        result = encode_column(column, as_table(form).read(0, 0, 2))
        if kind == "category":
            assert result.values[0] == 0
        else:
            assert [cell for _, cell, _ in result.remarks] == [big]
            assert math.isnan(result.values[0])
        assert math.isnan(result.values[1])
