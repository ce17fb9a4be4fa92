"""Statistics of a column: its texts, their counts, and which are missing."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from regression_model.guessing.column_statistics import collect_statistics
from regression_model.processing.blanks import BLANKS
from regression_model.processing.schema import Column

cells = st.lists(
    st.sampled_from(["", "NA", " 1 ", "1", "?", "Unknown", "x", "2.5"]) | st.text(max_size=3),
    min_size=1,
)


@given(cells=cells)
def test_counts_and_codes_tell_the_same_as_the_cells(cells: list[str]) -> None:
    statistics = collect_statistics("x", cells)
    column = Column("x", "category")
    for cell, code in zip(cells, statistics.codes.tolist(), strict=True):
        if code >= 0:
            assert statistics.texts[code] == cell.strip(BLANKS)
        else:
            assert column.is_missing_text(cell) or cell.strip(BLANKS) in statistics.also_missing
    assert statistics.counts.tolist() == [
        (statistics.codes == i).sum() for i in range(len(statistics.texts))
    ]
    assert statistics.n_known == sum(statistics.codes >= 0)
    assert math.isclose(statistics.missing_share, np.mean(statistics.codes < 0), abs_tol=1e-12)


@given(cells=cells)
def test_a_number_is_what_the_prediction_side_takes_for_one(cells: list[str]) -> None:
    statistics = collect_statistics("x", cells)
    column = Column("x", "number")
    for text, number in zip(statistics.texts, statistics.numbers.tolist(), strict=True):
        verdict = column.judge(text, from_file=True)
        assert (verdict.error is None) == (not math.isnan(number))


@given(cells=cells, data=st.data())
def test_texts_taken_as_missing_later_are_as_if_they_had_been(
    cells: list[str], data: st.DataObject
) -> None:
    statistics = collect_statistics("x", cells)
    gone = (
        data.draw(st.lists(st.sampled_from(statistics.texts), unique=True))
        if statistics.texts
        else []
    )
    fewer = statistics.without(gone)
    again = collect_statistics("x", ["" if cell.strip(BLANKS) in gone else cell for cell in cells])
    assert fewer.texts == again.texts
    assert fewer.counts.tolist() == again.counts.tolist()
    assert fewer.codes.tolist() == again.codes.tolist()
    assert set(fewer.also_missing) == {*statistics.also_missing, *gone}
