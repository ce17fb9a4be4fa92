"""Columns of texts: with pyarrow and without it the same lines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regression_model.batch import text_columns
from regression_model.batch.text_columns import joined, numbers, positions, repeated, with_some

if TYPE_CHECKING:
    from regression_model.batch.text_columns import Texts

ANY_NUMBERS = st.lists(st.floats() | st.floats(1e-5, 1e17) | st.integers(-9999, 9999).map(float))
NUMBERS_OF_ONE_KIND = st.lists(st.floats(1e-4, 1e10) | st.just(math.nan))


@pytest.fixture(params=["pyarrow", "none"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "none":
        monkeypatch.setattr(text_columns, "_has_arrow", lambda: False)


@given(ANY_NUMBERS | NUMBERS_OF_ONE_KIND)
@example([0.0001, 9999999999.5, 1e10 - 0.25])
@example([1e10 + 0.5, 0.5])
@example([0.5, 3.0])
@example([-0.0])
def test_numbers_are_spelled_as_python_spells_them(values: list[float]) -> None:
    lines = joined([numbers(np.array(values, dtype=np.float64), "none"), _ends(len(values))], "")
    spelled = ["none" if math.isnan(value) else repr(value) for value in values]
    assert lines.decode().split("\n") == [*spelled, ""]


def _ends(n_rows: int) -> Texts:
    return repeated("\n", n_rows)


@pytest.mark.usefixtures("library")
def test_columns_are_joined_row_by_row() -> None:
    columns = [
        positions(5, 3),
        text_columns.texts_of(["é", "", "\ud800"]),
        numbers(np.array([1.5, math.nan, 2.0]), "-"),
        with_some({1: "some\n"}, "\n", 3),
    ]
    assert joined(columns, ",").decode() == "5,é,1.5,\n6,,-,some\n7,\\ud800,2.0,\n"


@pytest.mark.usefixtures("library")
def test_no_rows_make_no_lines() -> None:
    assert joined([positions(5, 0), with_some({}, "\n", 0)], ",") == b""


def test_lists_and_arrays_are_joined_where_pyarrow_was_imported_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arrays = positions(5, 2)
    assert isinstance(arrays, pa.Array)
    monkeypatch.setattr(text_columns, "_has_arrow", lambda: False)
    assert joined([arrays, repeated("x\n", 2)], ",") == b"5,x\n6,x\n"
