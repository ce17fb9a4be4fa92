"""Counts as text in a manifest: read as they were, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from regression_model.arrays import Floats
from regression_model.batch.packed_counts import packed, unpacked

COUNTS = arrays.arrays(np.float64, st.integers(0, 40), elements=st.floats(0, 1e100))


@given(counts=COUNTS)
def test_what_is_unpacked_is_what_was_packed(counts: Floats) -> None:
    again = unpacked(packed(counts), len(counts))
    assert again is not None
    assert again.tobytes() == counts.tobytes()


@given(counts=COUNTS, size=st.integers(0, 40))
def test_other_sizes_are_none(counts: Floats, size: int) -> None:
    assert (unpacked(packed(counts), size) is not None) == (size == len(counts))


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "é",
        "no base64!",
        "AAAA",
        packed(np.array([1.0, -1.0])),
        packed(np.array([1.0, np.nan])),
        packed(np.array([1.0, np.inf])),
        packed(np.array([1.0, 2.0]))[:-8],
        packed(np.zeros(10_000_000)),
    ],
    ids=["none", "a number", "no ASCII", "no base64", "no zlib", "below 0", "NaN", "inf",
         "cut", "a bomb"],
)  # fmt: skip
def test_what_cannot_be_counts_is_none(text: object) -> None:
    assert unpacked(text, 2) is None


@given(text=st.text())
def test_no_text_raises(text: str) -> None:
    assert unpacked(text, 2) is None
