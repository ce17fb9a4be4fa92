"""Answers as CSV: every line is one row to a spreadsheet, and none of its cells is run."""

import csv
import io

import pyarrow as pa
import pytest
from chunk_answers import chunk_answers
from hypothesis import given
from hypothesis import strategies as st

from regression_model.batch import text_columns
from regression_model.batch.layouts import Layout
from regression_model.batch.sinks import csv_sink
from regression_model.batch.sinks.csv_sink import CsvSink

TEXTS = st.text(st.sampled_from("ab=+-@,;\"'\n\r\t .1é"), max_size=6)


def names_of_rows(*names: str, escape_formulas: bool = False) -> list[str]:
    """Return the names of rows, as they stand in what is written."""
    sink = CsvSink(Layout("name", escape_formulas=escape_formulas))
    lines = sink.encode(chunk_answers([1.5] * len(names), {"name": list(names)})).decode()
    return [row[0] for row in csv.reader(io.StringIO(lines, newline=""))]


@pytest.mark.parametrize("name", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-1-1"])
def test_a_name_that_a_spreadsheet_would_run_is_made_text_where_that_is_asked(name: str) -> None:
    assert names_of_rows(name, escape_formulas=True) == [f"'{name}"]
    assert names_of_rows(name) == [name]


@pytest.mark.parametrize("name", ["-5", "+1.5", "-2.5e-08", "+1E5", "-1.", "5", "a=b", ""])
def test_a_number_or_plain_text_stays_as_it_is(name: str) -> None:
    assert names_of_rows(name, escape_formulas=True) == [name]


def test_a_bare_return_ends_no_line() -> None:
    assert names_of_rows("a\rb", "c") == ["a\rb", "c"]


def test_a_line_holds_name_kept_cells_numbers_and_all_reasons() -> None:
    sink = CsvSink(Layout("name", ("place",), 0.9, has_source=True))
    answers = chunk_answers(
        [1.5, 2.0, 3.0],
        {"name": ["a", "b", "c"], "place": pa.array(["x, y", None, "z"])},
        messages={1: 'it is "big"; mend it'},
        with_ends=True,
    )
    assert sink.header() + sink.encode(answers) == (
        b"source,name,place,prediction,lower,upper,error\n"
        b'a.csv,a,"x, y",1.5,1.25,1.75,\n'
        b'a.csv,b,,,,,"it is ""big""; mend it"\n'
        b"a.csv,c,z,3.0,2.75,3.25,\n"
    )


def test_rows_without_a_name_are_numbered_through_the_file() -> None:
    assert CsvSink(Layout()).encode(chunk_answers([1.5, 2.5])) == b"7,1.5,\n8,2.5,\n"


@given(
    texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5),
    numbers=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=5, max_size=5),
    as_arrow=st.booleans(),
    has_arrow=st.booleans(),
    has_source=st.booleans(),
    escape=st.booleans(),
)
def test_columns_make_the_lines_that_row_by_row_are_written(
    texts: list[tuple[str, str, str]],
    numbers: list[int],
    *,
    as_arrow: bool,
    has_arrow: bool,
    has_source: bool,
    escape: bool,
) -> None:
    names = [name for name, _, _ in texts]
    layout = Layout("name", ("number",), has_source=has_source, escape_formulas=escape)
    answers = chunk_answers(
        [1.25] * len(texts),
        {
            "name": pa.array(names, pa.string()) if as_arrow else names,
            "number": pa.array(numbers[: len(texts)], pa.int64()),
        },
        messages={row: message for row, (_, message, _) in enumerate(texts) if message},
        source="".join(source for _, _, source in texts),
    )
    by_row = CsvSink(layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_columns, "_has_arrow", lambda: has_arrow)
        written = by_row.encode(answers)
        patch.setattr(csv_sink, "csv_columns", lambda *_: None)
        assert by_row.encode(answers) == written
