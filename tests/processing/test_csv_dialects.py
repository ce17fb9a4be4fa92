"""How a file is written, found out from its bytes."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.processing.csv_dialects import find_dialect

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le",
             "utf-32-be"]  # fmt: skip
names = st.text(st.sampled_from("abcé ,;|"), min_size=1, max_size=5)
cells = st.text(st.sampled_from("12ab,;|. "), max_size=4)


@given(
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(ENCODINGS),
    header=st.lists(names, min_size=2, max_size=4),
    rows=st.lists(st.lists(cells, min_size=4, max_size=4), max_size=4),
)
def test_the_separator_that_wrote_a_plain_table_is_found(
    separator: str, encoding: str, header: list[str], rows: list[list[str]]
) -> None:
    others = dict.fromkeys(map(ord, set(",;|") - {separator}), "_")
    table = [[cell.translate(others) for cell in row[: len(header)]] for row in [header, *rows]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(table)
    file = io.BytesIO(text.getvalue().encode(encoding))
    dialect = find_dialect(file)
    assert dialect.separator == separator
    assert dialect.encoding == encoding
    assert file.tell() == 0


@pytest.mark.parametrize(
    "text", [b"a,b\n1,\xe9\n", b"a,b\n" + b"1,2\n" * 400_000 + b"1,\xe9\n"], ids=["early", "late"]
)
def test_one_byte_that_is_no_utf8_decides_wherever_it_stands(text: bytes) -> None:
    assert find_dialect(io.BytesIO(text)).encoding == "cp1252"


def test_a_character_across_two_blocks_is_utf8() -> None:
    text = b"a" * 65_535 + "é\n".encode()
    assert find_dialect(io.BytesIO(text)).encoding == "utf-8"


def test_what_no_text_holds_is_refused() -> None:
    with pytest.raises(UnicodeDecodeError):
        find_dialect(io.BytesIO(b"a,b\n\xe9,\x01\n"))
