"""Our own CSV reader: every cell is text, and every row is there."""

import csv
import errno
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from regression_model.exceptions import DataError
from regression_model.processing.blanks import clean_name
from regression_model.processing.csv_files import open_csv, read_columns
from regression_model.processing.file_kinds import is_binary


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "some.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a,b\n1,x\n2,y\n", {"a": ["1", "2"], "b": ["x", "y"]}),
        ("a,b\r\n1,x\r\n", {"a": ["1"], "b": ["x"]}),
        ("a,b\n1,x", {"a": ["1"], "b": ["x"]}),
        ("\ufeffa,b\n1,x\n", {"a": ["1"], "b": ["x"]}),
        ("a,b\n", {"a": [], "b": []}),
        ("a,b", {"a": [], "b": []}),
        ("a,b\n\n1,x\n\n\n", {"a": ["1"], "b": ["x"]}),
        ('a,b\n"1,5","say ""no"""\n', {"a": ["1,5"], "b": ['say "no"']}),
        ('a,b\n"two\nlines",x\n', {"a": ["two\nlines"], "b": ["x"]}),
        ('a\n""\n1\n', {"a": ["", "1"]}),
        ("a,b\n,\n", {"a": [""], "b": [""]}),
        ("a,b\n 1 ,NA\n", {"a": [" 1 "], "b": ["NA"]}),
        ('1stFlrSF,"a.b: c",Größe,🏠\n1,2,3,4\n',
         {"1stFlrSF": ["1"], "a.b: c": ["2"], "Größe": ["3"], "🏠": ["4"]}),
        ("a,b\n" + "x" * 2_000_000 + ",1\n", {"a": ["x" * 2_000_000], "b": ["1"]}),
        ('a,b\n"' + "x" * 200_000 + '",1\n2,"3"\n', {"a": ["x" * 200_000, "2"], "b": ["1", "3"]}),
        ("a,b\n  \n1,x\n\u00a0\t\n2,y\n", {"a": ["1", "2"], "b": ["x", "y"]}),
        ("a\tb\n\t\n1\tx\n", {"a": ["", "1"], "b": ["", "x"]}),
        ("\ufeff\ufeff a\u00a0,\u200bb \n1,x\n", {"a": ["1"], "b": ["x"]}),
        ("a,b,,,\n1,x,,,\n", {"a": ["1"], "b": ["x"]}),
        ("sep=|\na,b|c\n1|2\n", {"a,b": ["1"], "c": ["2"]}),
        ('"sep=;"\r\na;b\r\n1,5;2\r\n', {"a": ["1,5"], "b": ["2"]}),
        ('a,b\n1,"x" \n5" pipe,"y ""z"""\n', {"a": ["1", '5" pipe'], "b": ["x ", 'y "z"']}),
    ],
)  # fmt: skip
def test_cells_are_texts_as_they_stand(
    tmp_path: Path, text: str, columns: dict[str, list[str]]
) -> None:
    assert read_columns(write(tmp_path, text)) == columns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "is empty; expected a header line and rows"),
        (b"\n\n", "is empty; expected a header line and rows"),
        (b"a,b,a\n1,2,3\n", "its header names 'a' twice; rename one"),
        (b"a, a\xc2\xa0\n1,2\n", "its header names 'a' twice; rename one"),
        (b",,\n1,2,3\n", "its header names no column"),
        (b'a,"b\n1,2\n', "line 1 has a quote .* that is not closed"),
        (b"a,b\n1,2\n1,2,3\n", "row 1 has 3 cells, the header has 2; mend the row"),
        (b"a,b\n1\n", "row 0 has 1 cells, the header has 2; mend the row"),
        (b"a,b\n" + bytes(range(32)), "holds binary data; expected a CSV file"),
        (b"\x89PNG\r\n\x1a\n\xff", "is not UTF-8 text.*save it as UTF-8"),
        (b"a\n\x8d\x81\n", "is not UTF-8 text.*save it as UTF-8"),
        (b"\xff\xfea,b", "is not UTF-8 text.*save it as UTF-8"),
        (b"PK\x03\x04\x00\x00", "is a zip archive, not a CSV file; unpack it"),
        (b"a,b\n1,2\n3,\x00\n", "row 1: the row \\(line 3\\) holds a NUL character"),
    ],
    ids=[
        "empty", "empty lines", "one name twice", "padded name twice", "no name", "open header",
        "long row", "short row", "binary", "picture", "no encoding", "half UTF-16", "zip", "NUL",
    ],
)  # fmt: skip
def test_what_is_no_csv_file_is_refused_with_its_name(
    tmp_path: Path, text: bytes, said: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError, match=said) as caught:
        read_columns(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


USUAL = {"a": ["1.5", "x,y"], "größe": ["2", "é"]}


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ('a,größe\n1.5,2\n"x,y",é\n'.encode(), []),
        ('a,größe\n1.5,2\n"x,y",é\n'.encode("utf-8-sig"), ["byte order mark"]),
        ('a,größe\n1.5,2\n"x,y",é\n'.encode("latin-1"), ["Latin-1"]),
        ('a,größe\n1.5,2\n"x,y",é\n'.encode("utf-16"), ["UTF-16"]),
        ('a,größe\n1.5,2\n"x,y",é\n'.encode("utf-16-be"), ["UTF-16"]),
        ('a,größe\n1.5,2\n"x,y",é\n'.encode("utf-32"), ["UTF-32"]),
        ("\ufeffa\tgröße\n1.5\t2\nx,y\té\n".encode("utf-32-be"), ["UTF-32", "tabs"]),
        ("a;größe\n1.5;2\nx,y;é\n".encode(), ["semicolons", "decimal commas"]),
        ("a;größe\r\n1,5;2\r\nx,y;é\r\n".encode("cp1252"),
         ["Latin-1", "semicolons", "decimal commas"]),
        ("a\tgröße\n1.5\t2\nx,y\té\n".encode(), ["tabs"]),
        ("a\tgröße\n1.5\t2\nx,y\té\n".encode("utf-16"), ["UTF-16", "tabs"]),
        ("a|größe\n1.5|2\nx,y|é".encode(), ["bars"]),
    ],
    ids=["UTF-8", "BOM", "Latin-1", "UTF-16", "UTF-16 without mark", "UTF-32", "UTF-32 tabs",
         "semicolons", "Excel", "tabs", "UTF-16 tabs", "bars"],
)  # fmt: skip
def test_other_usual_files_are_read_with_a_note(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: bytes, notes: list[str]
) -> None:
    path = write(tmp_path, text)
    columns = read_columns(path)
    assert {
        name: [c.replace("1,5", "1.5") for c in cells] for name, cells in columns.items()
    } == USUAL
    said = "".join(record.getMessage() for record in caplog.records)
    assert said.count(str(path)) == bool(notes)
    assert len(said.split("; it ")) == max(len(notes), 1)
    assert all(note in said for note in notes)


def test_a_late_byte_that_is_no_utf8_makes_the_whole_file_latin_1(tmp_path: Path) -> None:
    path = write(tmp_path, b"a\n" + b"1\n" * 60_000 + b"\xe9\n")
    assert read_columns(path)["a"][-1] == "é"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a;b,c;d\n1,2\n", ["a;b", "c;d"]),
        ("weight, kg;price\n1;2\n3;4\n", ["weight, kg", "price"]),
        ("a,b\n1\n2,3\n", ["a", "b"]),
        ("a;b\n1\n2;3;4\n", ["a", "b"]),
        ("words of, no table\nx\n", ["words of", "no table"]),
        ("a;b\n" + "1,5;2\n" * 30_000, ["a", "b"]),
    ],
    ids=["comma first", "comma in a name", "short row", "long row", "text", "cut sample"],
)
def test_the_separator_is_the_one_that_fits_header_and_rows(
    tmp_path: Path, text: str, header: list[str]
) -> None:
    with open_csv(write(tmp_path, text)) as file:
        assert file.header == header


@pytest.mark.parametrize(
    ("text", "number_format"),
    [
        ("a;b\n1;x\n2;1,5\n", "1234,5"),
        ('a;b\n1;"-0,25 "\n', "1234,5"),
        ("a;b\n" + "1.5;2\n" * 400_000 + "1;2,5", "1234,5"),
        ("a;b\n1.034;1,2,3\n", None),
        ("a;b\n1.5;x,5\n", None),
        ('a,b\n"1,5",x\n', None),
    ],
    ids=["late", "quoted", "last of many", "list", "text", "commas"],
)
def test_a_decimal_comma_anywhere_makes_a_file_of_them_and_changes_no_cell(
    tmp_path: Path, text: str, number_format: str | None
) -> None:
    with open_csv(write(tmp_path, text)) as file:
        assert file.number_format == number_format
        cells = [cell for chunk in file.chunks() for cell in chunk.columns["b"]]
    assert cells[-1] in text


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(path.write_text, "a;b\n1;2\n")
        assert read_columns(path) == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none.csv", r"cannot read .*none\.csv: No such file"),
        (".", "cannot read .*directory"),
        pytest.param(
            "/proc/self/mem",  # whose first bytes no process has
            "cannot read /proc/self/mem: Input/output error",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="needs such a file"),
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_columns(tmp_path / name)


def test_of_many_broken_rows_the_first_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1\n" * 1_234)
    with pytest.raises(DataError) as refused:
        read_columns(path)
    first, *_, last = refused.value.lines
    assert first.endswith("row 0 has 1 cells, the header has 2; mend the row (line 2)")
    assert last == f"and {1_234 - (len(refused.value.lines) - 1):,} more"


def test_what_else_reads_csv_in_this_process_decides_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, f"a,b\n1,{'x' * 99}\n")
    before = csv.field_size_limit(9)
    try:
        assert read_columns(path) == {"a": ["1"], "b": ["x" * 99]}
    finally:
        csv.field_size_limit(before)


def test_rows_come_in_chunks(tmp_path: Path) -> None:
    rows = "".join(f"{i},x{i}\n" for i in range(5))
    with open_csv(write(tmp_path, "a,b\n" + rows), block_bytes=10) as file:
        assert file.header == ["a", "b"]
        chunks = list(file.chunks())
    assert [(chunk.start, chunk.n_rows) for chunk in chunks] == [(0, 1), (1, 2), (3, 2)]
    assert [chunk.columns["a"] for chunk in chunks] == [["0"], ["1", "2"], ["3", "4"]]
    assert not any(chunk.refused for chunk in chunks)


def test_a_row_of_another_length_keeps_its_place(tmp_path: Path) -> None:
    with open_csv(write(tmp_path, "a,b\n1,2\n3\n4,5,6\n7,8\n"), block_bytes=19) as file:
        (first, second) = file.chunks()
    assert first.columns == {"a": ["1", "", ""], "b": ["2", "", ""]}
    assert {row.position: row.n_cells for row in first.refused} == {1: 1, 2: 3}
    assert (second.start, second.columns, second.refused) == (
        3, {"a": ["7"], "b": ["8"]}, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    "problem",
    [OSError(errno.ENOSPC, "No space left on device"), BrokenPipeError(errno.EPIPE, "Broken pipe")],
    ids=["disk full", "broken pipe"],
)
def test_what_a_caller_runs_into_is_not_laid_at_the_files_door(
    tmp_path: Path, problem: OSError
) -> None:
    path = write(tmp_path, "a\n1\n")
    with pytest.raises(type(problem), match=problem.strerror), open_csv(path):
        raise problem


def test_the_file_is_closed_also_when_its_rows_are_not_read(tmp_path: Path) -> None:
    with open_csv(write(tmp_path, "a\n1\n"), block_bytes=2) as file:
        chunks = file.chunks()
    with pytest.raises(ValueError, match="closed file"):
        next(chunks)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(deadline=None, max_examples=100)
@given(
    header=st.lists(cells.filter(clean_name), min_size=2, max_size=4, unique_by=clean_name),
    rows=st.lists(st.lists(cells, min_size=4, max_size=4), max_size=6),
)
def test_what_csv_wrote_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.csv"
    rows = [row[: len(header)] for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    assume(not is_binary(path.read_bytes()))  # as many control characters as no text has
    expected = {clean_name(name): [row[i] for row in rows] for i, name in enumerate(header)}
    assert read_columns(path) == expected


@settings(deadline=None, max_examples=50)
@given(
    lengths=st.lists(st.integers(1, 7), min_size=1, max_size=6),
    width=st.integers(1, 5),
    place=st.integers(0, 4),
    nameless=st.integers(0, 2),
    stray=st.booleans(),
)
def test_a_cell_in_its_columns_place_names_its_row(
    tmp_path_factory: pytest.TempPathFactory,
    lengths: list[int],
    width: int,
    place: int,
    nameless: int,
    *,
    stray: bool,
) -> None:
    """However many cells the row has, and whatever is wrong behind them."""
    rows = [[f"{i}:{j}" for j in range(length)] for i, length in enumerate(lengths)]
    if stray:
        rows = [[*row, '"x" y'] for row in rows]
    header = [f"c{j}" for j in range(width)] + [""] * nameless
    text = "\n".join(",".join(row) for row in [header, *rows])
    path = write(tmp_path_factory.getbasetemp(), text)
    place %= width
    with open_csv(path, block_bytes=16) as file:
        found = [name for chunk in file.chunks() for name in chunk.identifiers(f"c{place}")]
    wanted = [row[place] if place < len(row) else "" for row in rows]
    assert found == wanted
