"""Ten times the input is at most twelve times the work, counted in calls and comparisons."""

import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regression_model.processing.dates import to_seconds
from regression_model.processing.report import Report
from regression_model.processing.schema import Column, Schema
from regression_model.processing.shown_values import shown
from regression_model.processing.similar_words import Words
from regression_model.processing.validation import Validator

SCHEMA = Schema(
    (
        *(Column(f"column {i}", "number") for i in range(30)),
        Column("required", "number", required=True),
        Column("level", "category", levels=tuple(f"level {i}" for i in range(3000))),
        Column("closed", "ordered", levels=tuple(f"step {i}" for i in range(300)), closed=True),
        Column("day", "date"),
    )
)
VALIDATOR = Validator(SCHEMA)
MERSENNE = 2**61 - 1
"""Multiples of it have one hash."""


def calls(work: Callable[[], object]) -> int:
    """Count the calls of functions, those written in C as well, that a piece of work makes."""
    n_calls = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal n_calls
        n_calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return n_calls


def judged(input_data: object) -> Report:
    report = Report()
    for _ in VALIDATOR.blocks(input_data, report):
        pass
    report.sorted_errors()
    report.sorted_warnings()
    return report


INPUTS: dict[str, Callable[[int], object]] = {
    "unknown keys": lambda n: {"required": 1, **{f"kolumn {i}": 1 for i in range(n)}},
    "unknown keys, all required absent": lambda n: {f"requird {i}": 1 for i in range(n)},
    "an unknown key a row": lambda n: [{"required": 1, f"kolm {n} {i}": 1} for i in range(n)],
    "unseen levels": lambda n: {"required": [1] * n, "level": [f"levl {i}" for i in range(n)]},
    "unknown levels": lambda n: [{"required": 1, "closed": f"stp {i}"} for i in range(n)],
    "levels by number": lambda n: {"required": [1] * n, "level": np.arange(n)},
    "true in a category": lambda n: {"required": [1] * n, "level": [True, False] * (n // 2)},
    "nothing right": lambda n: [dict.fromkeys(SCHEMA.names, "x")] * (n // 10),
    "no records": lambda n: [5] * n,
    "floats as dates": lambda n: {"required": [1] * n, "day": [i / 3 for i in range(n)]},
    "whole numbers as dates": lambda n: {"required": [1] * n, "day": np.arange(n)},
    "objects": lambda n: {"required": [1] * n, "level": [object() for _ in range(n)]},
}


@pytest.mark.parametrize("name", INPUTS)
def test_ten_times_the_input_is_at_most_twelve_times_the_calls(name: str) -> None:
    judged(INPUTS[name](100))
    few, many = (calls(partial(judged, INPUTS[name](n))) for n in (200, 2000))
    assert many <= 12 * few


DICTIONARIES: dict[str, Callable[..., object]] = {
    "pandas": pd.Categorical.from_codes,
    "Arrow": pa.DictionaryArray.from_arrays,
    "Arrow in chunks": lambda codes, levels: pa.chunked_array(
        [pa.DictionaryArray.from_arrays(codes[a : a + 5], levels) for a in range(0, len(codes), 5)]
    ),
}


@pytest.mark.parametrize("name", DICTIONARIES)
@pytest.mark.parametrize("n_rows", [10, 50])
def test_a_dictionary_costs_what_occurs_of_it(name: str, n_rows: int) -> None:
    def table(n: int) -> object:
        codes = [row % 7 for row in range(n_rows)]
        column = DICTIONARIES[name](codes, [f"levl {i}" for i in range(n)])
        return {"required": [1] * n_rows, "level": column}

    few, many = (calls(partial(judged, table(n))) for n in (20, 20_000))
    assert many <= 1.2 * few


@pytest.mark.parametrize(
    "cell", ["1" * 1000 + "x", " 1" * 1000, "x" * 1000, "0." + "0" * 1000 + "1"]
)
@pytest.mark.parametrize("name", ["required", "level", "closed", "day"])
def test_the_calls_do_not_depend_on_the_length_of_a_cell(name: str, cell: str) -> None:
    short, long = (calls(partial(judged, [{name: cell * n}])) for n in (1, 100))
    assert long <= 1.2 * short


class Counted(float):
    """A number that counts how often it is compared."""

    compared = 0

    def _compare(self, answer: bool) -> bool:  # noqa: FBT001
        Counted.compared += 1
        return answer

    def __eq__(self, other: object) -> bool:
        return self._compare(float.__eq__(self, other))

    def __ge__(self, other: float) -> bool:
        return self._compare(float.__ge__(self, other))

    def __le__(self, other: float) -> bool:
        return self._compare(float.__le__(self, other))

    __hash__ = float.__hash__


@pytest.mark.parametrize("number", [1.5, 20240301.5, 20240301.0, -1.0, 1.7e9, 1e300, float("inf")])
def test_a_number_in_a_date_column_is_compared_a_few_times(number: float) -> None:
    Counted.compared = 0
    to_seconds(Counted(number))
    assert Counted.compared <= 4


class Whole(int):
    """A whole number that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Whole.compared += 1
        return int.__eq__(self, other)

    __hash__ = int.__hash__


def test_numbers_of_one_hash_are_not_compared_with_each_other() -> None:
    def cells(n: int) -> dict[str, Any]:
        return {"required": [1] * n, "level": [k * MERSENNE for k in range(1, n + 1)]}

    few, many = (calls(partial(judged, cells(n))) for n in (200, 2000))
    assert many <= 12 * few
    judged({"required": [1] * 400, "level": [Whole(k * MERSENNE) for k in range(1, 401)]})
    assert Whole.compared == 0


def test_an_unseen_level_costs_the_same_beside_many_known_ones() -> None:
    few, many = (Words(f"level {i}" for i in range(n)) for n in (500, 50_000))
    assert calls(lambda: many.nearest("levle 77")) <= 2 * calls(lambda: few.nearest("levle 77"))


def test_a_level_is_looked_for_once_however_many_rows_have_it() -> None:
    def rows(n: int) -> list[dict[str, Any]]:
        return [{"required": 1, "level": f"levl {i % 5}"} for i in range(n)]

    once = calls(lambda: VALIDATOR.schema["level"].judge("levl 1"))
    assert calls(lambda: judged(rows(200))) - calls(lambda: judged(rows(100))) < 100 * once / 5


@pytest.mark.parametrize(
    "cell",
    [
        "x" * 5_000_000, "\0" * 100_000, b"x" * 1_000_000, [0] * 100_000, {"k" * 1_000_000: 1},
        dict.fromkeys(range(100_000)), {"a": ["x" * 1_000_000] * 1000}, 10**100_000,
        set(range(99_999)),
    ],
    ids=lambda cell: type(cell).__name__,
)  # fmt: skip
def test_what_is_long_is_shown_shortened(cell: object) -> None:
    report = judged([dict.fromkeys(SCHEMA.names, cell), cell])
    entries = [*report.sorted_errors(), *report.sorted_warnings()]
    assert entries
    for entry in entries:
        assert len(json.dumps(entry)) < 4_000
    assert calls(lambda: shown(cell)) < 2_000


@pytest.mark.parametrize("n_rows", [3, 20])
@pytest.mark.parametrize("library", [pl.DataFrame, lambda table: table])
def test_what_a_cell_is_of_is_shown_shortened(library: Any, n_rows: int) -> None:
    far = pa.array([2**60] * n_rows).cast(pa.timestamp("s"))
    struct = pa.StructArray.from_arrays([far], ["n" * 100_000])
    table = pa.table({"required": [1] * n_rows, **dict.fromkeys(SCHEMA.names[:2], struct)})
    entries = judged(library(table)).sorted_errors()
    assert len(entries) == 2 * n_rows
    assert len(json.dumps(entries)) < 400 * len(entries)


def test_a_name_is_shown_shortened() -> None:
    name = "n" * 1_000_000
    (warning,) = judged({"required": 1, name: 1}).sorted_warnings()
    assert len(json.dumps(warning)) < 400
    long = Validator(Schema((Column(name, "number", required=True),)))
    report = Report()
    list(long.blocks([{name: "x"}, {name[1:]: 1}], report))
    assert all(len(entry["message"]) < 400 for entry in report.errors)
