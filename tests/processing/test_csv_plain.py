"""What the faster reader of CSV says of a block, our own reader says too, or it says nothing."""

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regression_model.processing.csv_files import UnreadLines
from regression_model.processing.csv_plain import PlainBlock, looks_plain
from regression_model.processing.csv_records import RecordReader

BLANKS = [" ", "\ufeff", "\u3000", "\x0b", "\x1c", "\x85", "\u2028"]
PIECES = ["a", "1", ",", ",", ";", "\t", '"', '""', "\n", "\n", "\r\n", "\r", "\0", "é", *BLANKS]
BLOCKS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)
CELLS = st.sampled_from(["", "1", "a b", '"a, b"', '""', '"x"', "é", '"\u3000"', "'"])
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=6)


def own_cells(text: str, separator: str, width: int) -> list[list[str]]:
    reader = RecordReader(iter(io.StringIO(text, newline="")), separator, width=width)
    cells: list[list[str]] = []
    while (rows := reader.take(10_000)) is not None:
        cells += rows.cells
    return cells


def check(text: str, separator: str, width: int) -> bool:
    """Tell whether the block was read the fast way, to the same rows."""
    if not looks_plain(text.encode(), separator):
        return False
    expected = own_cells(text, separator, width)
    block = PlainBlock(text.encode(), ("x",) * width, separator)
    assert block.n_rows == len(expected)
    columns = block.read()
    if columns is None:
        assert any(len(row) != width for row in expected)
        return False
    found = [list(row) for row in zip(*(columns[i].to_pylist() for i in columns), strict=True)]
    assert found == expected
    return True


@settings(max_examples=500)
@given(text=BLOCKS, separator=st.sampled_from(",;\t|é"), width=st.integers(1, 3))
@example(text='"x,"y",z"\n', separator=",", width=2)
@example(text='a,"b"\n"\n', separator=",", width=2)
@example(text='"a\n","b"\n', separator=",", width=2)
@example(text="\ufeffa,b\n", separator=",", width=2)
def test_a_block_that_looks_plain_is_read_to_the_same_cells(
    text: str, separator: str, width: int
) -> None:
    check(text, separator, width)


@given(rows=ROWS, separator=st.sampled_from(",;|"), end=st.sampled_from(["\n", "\r\n"]))
def test_what_people_write_is_read_the_fast_way(
    rows: list[list[str]], separator: str, end: str
) -> None:
    width = len(rows[0])
    text = "".join(separator.join(row) + end for row in rows)
    assert check(text, separator, width) == all(len(row) == width for row in rows)


@pytest.mark.parametrize(
    "block",
    [
        b"1,2\n\n3,4\n", b"1,2\n \n", b"1,2\r3,4\n", b'1,"2\n3"\n', b'1,a"b"\n', b'1,"a" \n',
        b'1,"a""b"\n', b"1,\0\n", b'1,"2\n', "1,2\n\u3000\n".encode(),
    ],
)  # fmt: skip
def test_what_needs_a_closer_look_does_not_look_plain(block: bytes) -> None:
    assert not looks_plain(block, ",")


@pytest.mark.parametrize("n_before", [0, 7])
def test_rows_of_another_length_and_bytes_that_are_no_text_are_left_to_our_own_reader(
    n_before: int,
) -> None:
    block = PlainBlock(b"1,2\n3\n5,6\n", ("a", "b"), ",")
    assert block.read() is None
    chunk = UnreadLines(40, n_before, block, None).read()
    assert (chunk.start, chunk.n_rows, chunk.cells("a")) == (40, 3, ["1", "", "5"])
    assert [(row.position, row.line, row.n_cells) for row in chunk.refused] == [
        (1, n_before + 2, 1)
    ]
    with pytest.raises(UnicodeDecodeError):
        UnreadLines(0, 0, PlainBlock(b"1,\xff\n", ("a", "b"), ","), None).read()
