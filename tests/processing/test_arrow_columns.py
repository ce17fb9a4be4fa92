"""Columns of Arrow are read from their buffers as Arrow itself reads them, sliced and chunked."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.arrow_columns import arrow_column
from regression_model.processing.column_data import Cells, Factored, Numbers

SMALL = st.integers(0, 100)
CELLS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.int8(): SMALL,
    pa.uint16(): SMALL,
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.uint64(): st.integers(0, 2**64 - 1),
    pa.float16(): SMALL.map(np.float16),
    pa.float32(): st.floats(width=32, allow_nan=False),
    pa.float64(): st.floats(allow_nan=False),
    pa.string(): st.text(max_size=3),
    pa.large_string(): st.text(max_size=3),
    pa.string_view(): st.text(max_size=20),
    pa.decimal128(9, 2): st.decimals(-1000, 1000, places=2),
    pa.dictionary(pa.int8(), pa.string()): st.sampled_from(["a", "b", "c"]),
    pa.bool_(): st.booleans(),
    pa.null(): st.none(),
}


@st.composite
def columns(draw: st.DrawFn) -> pa.Array | pa.ChunkedArray:
    """Draw a column of any of the types, part of a longer one, in one chunk or in several."""
    kind = draw(st.sampled_from(list(CELLS)))
    cells = st.none() | CELLS[kind] if draw(st.booleans()) else CELLS[kind]
    chunks = [
        pa.array(draw(st.lists(cells, max_size=20)), kind) for _ in range(draw(st.integers(1, 3)))
    ]
    chunks = [chunk.slice(draw(st.integers(0, 12)), draw(st.integers(0, 12))) for chunk in chunks]
    return chunks[0] if len(chunks) == 1 else pa.chunked_array(chunks, kind)


@given(columns())
def test_every_cell_is_what_arrow_says(column: pa.Array) -> None:
    data = arrow_column(column)
    assert list(data.as_cells()) == column.to_pylist()
    if isinstance(data, Numbers):
        assert [data.cell(row) for row in range(len(column))] == column.to_pylist()
        assert isinstance(data.distinct(), list)


def test_numbers_of_a_caller_are_not_changed() -> None:
    column = pa.array([1.0, None, 3.0])
    data = arrow_column(column)
    assert isinstance(data, Numbers)
    assert not data.values.flags.writeable
    assert math.isclose(column[2].as_py(), 3.0)


@pytest.mark.parametrize("kind", [pa.int64(), pa.string(), pa.dictionary(pa.int8(), pa.string())])
def test_a_column_without_rows_has_no_cells(kind: pa.DataType) -> None:
    assert arrow_column(pa.array([], kind)) == Cells([])
    assert arrow_column(pa.chunked_array([], kind)) == Cells([])


def test_a_dictionary_that_is_longer_than_the_column_is_not_read_whole() -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([999, 3]), pa.array(list(map(str, range(1000)))))
    data = arrow_column(long)
    assert isinstance(data, Factored)
    assert data.cells == ["3", "999"]
    assert list(data.as_cells()) == ["999", "3"]


def test_pandas_is_not_imported_for_it() -> None:
    code = """
import sys
import pyarrow as pa
from regression_model.processing.arrow_columns import arrow_column
from regression_model.batch import arrow_answers, text_columns
import numpy as np

numbers = pa.Array.from_buffers(pa.float64(), 2, [None, pa.py_buffer(np.ones(2))])
levels = text_columns.texts_of(["a", "b"]).dictionary_encode()
long = pa.DictionaryArray.from_arrays(
    levels.indices, text_columns.texts_of(list("abcdefgh"))
)
for column in (numbers, numbers.cast("int8"), numbers.cast("string"), levels, long):
    arrow_column(column)
text_columns.joined([text_columns.numbers(np.array([1.5, 2.0]), ""), levels.cast("string")], ",")
arrow_answers.optional_texts({1: "a"}, 2)
sys.exit("pandas" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
