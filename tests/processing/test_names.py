"""The names of an input's columns are judged once for each set of names, and never at length."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from regression_model.model import Model
from regression_model.processing.names import MAX_NAME_HINTS, MAX_UNUSED, NameChecker
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
    hinted = [w["message"].endswith("; is it beta?") for w in warnings[:-1]]
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
