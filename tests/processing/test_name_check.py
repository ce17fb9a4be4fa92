"""The names of an input's columns are judged once for each set of names, and never at length."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regression_model.artifact.model import Model
from regression_model.processing.name_check import MAX_NAME_HINTS, MAX_UNUSED, NameChecker
from regression_model.processing.schema import Column, Schema

SCHEMA = Schema((Column("alpha", "number", required=True), Column("beta", "number")))


def kept(checker: NameChecker) -> dict[Any, Any]:
    return checker._kept  # noqa: SLF001 - that it is bounded is what is to be shown


def test_names_are_judged_once() -> None:
    checker = NameChecker(SCHEMA)
    first = checker.check(["alpha", "gamma"])
    assert checker.check(["alpha", "gamma"]) is first
    assert checker.check_keys({"alpha": 1, "gamma": 2}) is first
    assert checker.check(["gamma", "alpha"]) is not first


def test_what_is_kept_of_hostile_names_is_bounded() -> None:
    checker = NameChecker(SCHEMA)
    for i in range(1000):
        checker.check(["alpha", f"key {i}"])
        assert len(kept(checker)) <= 64
    checker = NameChecker(SCHEMA)
    checker.check(["alpha", "x" * 100_000])
    checker.check([f"key {i}" for i in range(10_000)])
    checker.check(["alpha", *[""] * 10_000])
    assert not kept(checker)


def test_threads_may_judge_names_at_once() -> None:
    checker = NameChecker(SCHEMA)
    sets = [["alpha", f"key {i % 200}"] for i in range(4000)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(checker.check, sets))
    assert [f.warnings[0]["column"] for f in found] == [names[1] for names in sets]


def test_unused_names_are_listed_and_the_rest_counted() -> None:
    names = ["alpha", *[f"bta {i}" for i in range(MAX_UNUSED + 900)]]
    warnings = NameChecker(SCHEMA).check(names).warnings
    assert [w["column"] for w in warnings[:-1]] == names[1 : MAX_UNUSED + 1]
    assert (warnings[-1]["code"], warnings[-1]["value"]) == ("further_warnings", 900)
    assert warnings[-1]["message"] == "900 further columns that the model does not use"
    hinted = [w["message"].endswith("; did you mean beta?") for w in warnings[:-1]]
    assert hinted == [i < MAX_NAME_HINTS for i in range(MAX_UNUSED)]


@pytest.mark.parametrize("n_rows", [None, 1, 20])
def test_what_a_caller_does_to_an_answer_changes_no_other(
    small_model: Model, n_rows: int | None
) -> None:
    record = {**dict.fromkeys(small_model.schema.names), "GrLivArea": 1500, "Id": 7}
    input_data = record if n_rows is None else [record] * n_rows
    first = small_model.predict(input_data)
    assert first["warnings"] is not None
    expected = [dict(entry) for entry in first["warnings"]]
    first["warnings"][0]["message"] = "mine"
    first["warnings"].clear()
    assert small_model.predict(input_data)["warnings"] == expected


@pytest.mark.parametrize(
    "extra", [7, [1, 2], {"a": 1}, object(), None, "x"], ids=lambda extra: type(extra).__name__
)
def test_a_column_that_is_not_used_does_not_matter_whatever_it_holds(
    small_model: Model, extra: object
) -> None:
    record = {**dict.fromkeys(small_model.schema.names), "GrLivArea": 1500}
    plain = small_model.predict(record)
    beside = small_model.predict({"Id": extra, **record})
    assert beside["predictions"] == plain["predictions"]
    assert beside["errors"] is None
    assert [w["column"] for w in beside["warnings"] or []] == ["Id"]


FORMS = {
    "record": lambda columns: {name: cells[0] for name, cells in columns.items()},
    "records": lambda columns: pd.DataFrame(columns).to_dict("records"),
    "columns": dict,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "Arrow": pa.table,
}


@pytest.mark.parametrize("n_rows", [1, 20])
@pytest.mark.parametrize("form", FORMS)
def test_padding_around_names_changes_nothing(small_model: Model, form: str, n_rows: int) -> None:
    plain = {"GrLivArea": [1500.0] * n_rows, "Neighborhood": ["NAmes"] * n_rows}
    padded = {f"\ufeff\u200b {name}\u00a0\t": cells for name, cells in plain.items()}
    make = FORMS[form]
    assert small_model.predict(make(padded)) == small_model.predict(make(plain))


@pytest.mark.parametrize("n_rows", [1, 20])
@pytest.mark.parametrize("form", FORMS)
def test_two_names_that_are_one_are_refused(small_model: Model, form: str, n_rows: int) -> None:
    columns = {"GrLivArea": [1500.0] * n_rows, " GrLivArea": [1400.0] * n_rows}
    result = small_model.predict(FORMS[form](columns))
    assert set(result["predictions"]) == {None}
    errors = result["errors"] or []
    assert {(e["column"], e["code"]) for e in errors} == {("GrLivArea", "duplicate_column")}
    of_records = list(range(len(result["predictions"])))
    assert [e["row"] for e in errors] == (of_records if form.startswith("record") else [None])


@pytest.mark.parametrize("n_rows", [1, 20])
@pytest.mark.parametrize("form", FORMS)
def test_an_input_without_any_known_column_is_refused(
    small_model: Model, form: str, n_rows: int
) -> None:
    result = small_model.predict(FORMS[form]({"GrLivAre": [1.0] * n_rows, "foo": [1.0] * n_rows}))
    assert set(result["predictions"]) == {None}
    (error,) = result["errors"] or []
    assert (error["row"], error["column"], error["code"]) == (None, None, "no_known_column")
    assert "it has GrLivAre (near: GrLivArea), foo; expected " in error["message"]
    assert result["warnings"] is None


@pytest.mark.parametrize(
    ("input_data", "remedy"),
    [
        ({"data": {"GrLivArea": 1500}}, "if a record stands under data, give what stands there"),
        (pd.DataFrame([[1, 2, 3]]), "give the columns their names in the place of their numbers"),
        ([{"foo": 1}, {"bar": 2}], "give each cell under its column's name"),
    ],
    ids=["wrapped", "frame of an array", "records"],
)
def test_what_to_do_about_unknown_columns_is_said(
    small_model: Model, input_data: object, remedy: str
) -> None:
    (error,) = small_model.predict(input_data)["errors"] or []
    assert remedy in error["message"]


@pytest.mark.parametrize("n_good", [0, 2, 40])
def test_a_column_that_stands_twice_in_a_record_costs_its_row_alone(
    small_model: Model, n_good: int
) -> None:
    good = {**dict.fromkeys(small_model.schema.names), "GrLivArea": 1500}
    record = {**good, " GrLivArea ": 1600}
    rows = [record, *[good] * n_good]
    result = small_model.predict(rows if n_good else record)
    assert [p is None for p in result["predictions"]] == [True, *[False] * n_good]
    assert [(e["row"], e["column"], e["code"]) for e in result["errors"] or []] == [
        (0, "GrLivArea", "duplicate_column")
    ]


def test_all_names_that_may_have_been_meant_are_given() -> None:
    schema = Schema((Column("1st_floor", "number"), Column("2nd_floor", "number")))
    check = NameChecker(schema).check(["1st_floor", "2nd_flor"])
    assert check.warnings[0]["message"].endswith("; did you mean 2nd_floor?")
    check = NameChecker(SCHEMA).check(["beta", "alfa", "alpa"])
    assert check.errors[0]["message"].endswith("; did you mean alpa or alfa?")


def test_an_input_with_a_mistyped_alias_alone_names_the_alias() -> None:
    checker = NameChecker(Schema((Column("area", "number", aliases=("Wohnfläche",)),)))
    (error,) = checker.check(["Wohnflache"]).errors
    assert "it has Wohnflache (near: Wohnfläche); expected area; " in error["message"]
