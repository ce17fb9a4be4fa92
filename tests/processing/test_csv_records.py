"""Lines make rows: a stray quote, a NUL or a long cell costs its row, and no row is lost."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.processing.csv_records import NUL, STRAY_QUOTE, RecordReader, Rows

HEADER = "id,area,rooms,note\n"


def read(text: str, n_lines: int = 10_000) -> list[tuple[int, list[str], str]]:
    """Return line, cells and what is wrong of each row."""
    reader = RecordReader(iter(io.StringIO(text, newline="")), ",")
    assert reader.header() == HEADER.strip().split(",")
    found: list[tuple[int, list[str], str]] = []
    while (rows := reader.take(n_lines)) is not None:
        found += [(rows.line(i), row, rows.broken.get(i, "")) for i, row in enumerate(rows.cells)]
    return found


def broken(text: str) -> list[int]:
    return [line for line, _, wrong in read(HEADER + text) if wrong]


@pytest.mark.parametrize("n_lines", [1, 2, 10_000])
@pytest.mark.parametrize(
    ("text", "n_rows", "lines"),
    [
        ('1,2,3,"open\n2,2,3,x\n3,2,3,y\n', 3, [2]),
        ('1,2,3,x\n2,2,3,"open\n', 2, [3]),
        ('1,2,3,"open\n2,2,3,x\n3,2,3,closed"\n4,2,3,z\n', 4, [2]),
        ('1,2,"open,x\n2,2,3,x\n3,2,closed",y\n4,2,3,z\n', 4, [2]),
        ('1,2,3,"a"b\n2,2,3,x\n', 2, [2]),
        ('"1,2,3,x\n"2,2,3,x\n3,2,3,y\n', 3, [2, 3]),
        ('1,2,3,"a\n2,2,3,"b\n3,2,3,"c\n4,2,3,d\n', 4, [2, 3, 4]),
        ('1,2,3,"open\n2,NA,,closed"\n3,2,3,x\n', 3, [2]),
        ("1,2,3,\0\n2,2,3,x\n", 2, [2]),
        ('1,2,3,"open\n2,2,x\n3,2,3,"two\nlines"\n4,2,3,z\n', 4, [2]),
    ],
    ids=[
        "last column", "last row", "pair", "pair within", "text behind", "first column", "many",
        "pair with gaps", "NUL", "before a cell of two lines",
    ],
)  # fmt: skip
def test_what_is_broken_costs_its_own_row(
    text: str, n_rows: int, lines: list[int], n_lines: int
) -> None:
    found = read(HEADER + text, n_lines)
    assert len(found) == n_rows
    assert [line for line, _, wrong in found if wrong] == lines
    assert {wrong for _, _, wrong in found} <= {"", NUL, STRAY_QUOTE}
    assert [row[0].strip('"') for _, row, _ in found] == [str(i + 1) for i in range(n_rows)]


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ('"two\nlines"', "two\nlines"),
        ('"with, commas\r\nin both, lines"', "with, commas\r\nin both, lines"),
        ('"1\n2\n\n3"', "1\n2\n\n3"),
        ('"say ""no"""', 'say "no"'),
        ('"closed" ', "closed "),
        ('5" pipe', '5" pipe'),
        ('"' + "x" * 200_000 + '\n"', "x" * 200_000 + "\n"),
    ],
)
@pytest.mark.parametrize("before", ["", '0,0,0,"stray\n', "0,0,0,\0\n"])
def test_a_quoted_cell_may_hold_what_it_likes(cell: str, read_as: str, before: str) -> None:
    *_, row, last = read(f"{HEADER}{before}1,2,3,{cell}\n2,2,3,x\n")
    assert row[1:] == (["1", "2", "3", read_as], "")
    assert last[1:] == (["2", "2", "3", "x"], "")


def test_lines_are_counted_through_the_file() -> None:
    text = HEADER + '1,2,3,"two\nlines"\n\n   \n2,2,3,x\n3,2\n'
    assert [line for line, _, _ in read(text, 2)] == [2, 6, 7]


cells = st.text(st.sampled_from('ab1,"\n\r \0'), max_size=6)
lines = st.lists(st.lists(cells, min_size=1, max_size=5).map(",".join), max_size=8)


@settings(deadline=None, max_examples=200)
@given(lines=lines, n_lines=st.sampled_from([1, 3, 10_000]))
def test_no_line_is_lost_and_none_counts_twice(lines: list[str], n_lines: int) -> None:
    text = "\n".join([*lines, ""])
    found = read(HEADER + text, n_lines)
    assert found == read(HEADER + text)
    numbers = [line for line, _, _ in found]
    assert numbers == sorted(set(numbers))
    kept = [text for _, row, _ in found for text in row]
    for letter in "ab1":
        assert sum(cell.count(letter) for cell in kept) == text.count(letter)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(st.text(st.sampled_from('ab1," '), max_size=4), min_size=2), min_size=1))
def test_the_careful_way_reads_as_csv_does_where_csv_finds_nothing_wrong(
    rows: list[list[str]],
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    reader = RecordReader(iter(()), ",")
    careful: Rows = reader._careful_rows(text.getvalue().splitlines(keepends=True))  # noqa: SLF001
    plain = list(csv.reader(text.getvalue().splitlines()))
    assert careful.cells == plain
    assert not careful.broken


def test_the_work_grows_with_the_text_and_not_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    n_scanned = 0
    scan = RecordReader._scan_line  # noqa: SLF001

    def counted(self: RecordReader, line: str, *rest: list[str], is_open: bool) -> tuple[bool, int]:
        nonlocal n_scanned
        n_scanned += len(line)
        return scan(self, line, *rest, is_open=is_open)

    monkeypatch.setattr(RecordReader, "_scan_line", counted)
    for row in ('1,2,3,"x\n', '1,a",b,"x\n', '1,2,"",x"""\n', '1,"x""\n', '"\n'):
        n_scanned = 0
        read(HEADER + row * 3000)
        assert n_scanned <= 6 * len(row) * 3000
