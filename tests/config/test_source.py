"""The shape of a config file: maps, lists and texts, and the line of each."""

from pathlib import Path

import pytest

from regression_model.config.source import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_LINES,
    MAX_SETTINGS,
    read_source,
)
from regression_model.exceptions import ConfigError


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "some.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_values_are_texts_lists_and_maps_with_their_lines(tmp_path: Path) -> None:
    text = "# said first\na: 1\nb:\n  c: true   # aside\n  d:\n    - x\n\n    - null\n"
    source = read_source(write(tmp_path, text))
    assert source.data == {"a": "1", "b": {"c": "true", "d": ["x", "null"]}}
    assert source.lines == {
        ("a",): 2, ("b",): 3, ("b", "c"): 4, ("b", "d"): 5, ("b", "d", 0): 6, ("b", "d", 1): 8,
    }  # fmt: skip
    assert not source.duplicates


@pytest.mark.parametrize(
    ("location", "line"),
    [
        (("b", "c"), 3),
        (("b", "no such"), 2),
        (("b", "c", "deeper", 4), 3),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_location_that_is_not_there_has_the_line_around_it(
    tmp_path: Path, location: tuple[str | int, ...], line: int
) -> None:
    source = read_source(write(tmp_path, "a: 1\nb:\n  c: 2\n"))
    assert source.line(location) == line


def test_every_later_key_of_the_same_name_is_a_duplicate(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, "a: 1\nb:\n  c: 2\n  c: 3\n  c: 4\na: 5\n"))
    assert source.data == {"a": "1", "b": {"c": "2"}}
    found = [(source.line(p.location), p.message) for p in source.duplicates]
    assert found == [
        (4, "c was already given in line 3; keep one of the two"),
        (5, "c was already given in line 3; keep one of the two"),
        (6, "a was already given in line 1; keep one of the two"),
    ]


def test_a_name_in_quotes_repeats_the_one_without(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, "a b: 1\n'a b': 2\n\"a b\": 3\n"))
    assert source.data == {"a b": "1"}
    assert [problem.message[:25] for problem in source.duplicates] == [
        "a b was already given in "
    ] * 2


def test_signs_with_a_meaning_in_yaml_are_texts(tmp_path: Path) -> None:
    text = "<<:\n  a: =\n=: <<\nb:\n  - <<\n  - =\n"
    assert read_source(write(tmp_path, text)).data == {
        "<<": {"a": "="},
        "=": "<<",
        "b": ["<<", "="],
    }


@pytest.mark.parametrize(
    "text",
    [b"\xef\xbb\xbfa: b\n", b"a: b\r\n", b"a: b", b"---\na: b\n", b"'a': \"b\"\n"],
    ids=["byte order mark", "CRLF", "no end of line", "document start", "quotes"],
)
def test_harmless_ways_of_writing_are_read(tmp_path: Path, text: bytes) -> None:
    assert read_source(write(tmp_path, text)).data == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a" * (MAX_BYTES + 1), "is larger than 2,000,000 bytes"),
        ("# much\n" * 300_000, "is larger than"),
        ("# much\n" * (MAX_LINES + 1), "has 50,001 lines; at most 50,000"),
        ("".join(f"k{i}: 1\n" for i in range(MAX_SETTINGS + 1)), "has 20,001 settings; at most"),
        ("".join(" " * i + "a:\n" for i in range(300)), "line 11: maps and lists stand more than"),
        ("- " * 3000 + "a\n", "line 1: maps and lists stand more than 10 deep"),
        ("? " * 3000 + "a\n", "line 1: maps and lists stand more than 10 deep"),
        ('a: 1\nb: "\\UFFFFFFFF"\n', r"line 2: \UFFFFFFFF is no character"),
        ('a: 1\nb: "\\ud800"\n', "line 2: an escape in double quotes is half a character"),
        ('a: 1\n"\\ud800": b\n', "line 2: an escape in double quotes is half a character"),
        ("? - a\n: b\n", "line 1: a map or list cannot be the name of a setting"),
    ],
    ids=[
        "bytes", "comments", "lines", "settings", "maps", "lists in a line", "keys in a line",
        "beyond all characters", "half a character", "half a name", "a list as name",
    ],
)  # fmt: skip
def test_what_only_costs_is_refused_in_one_short_line(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        read_source(path)
    message = str(caught.value)
    assert said in message
    assert len(message.splitlines()) == 1
    assert len(message) < len(str(path)) + 150


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "just words\n", "- a\n- b\n"])
def test_a_file_without_a_map_of_settings_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"some\.yml: expected a map of settings at the top"):
        read_source(write(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    ["größe: 1\n".encode("latin-1"), "a: 1\n".encode("utf-16"), b"\x89PNG\r\n\x1a\n\xff"],
    ids=["Latin-1", "UTF-16", "picture"],
)
def test_what_is_not_utf8_is_refused(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(ConfigError, match=r"some\.yml is not UTF-8 text; save it as UTF-8"):
        read_source(write(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the config .*none\.yml: No such file"):
        read_source(tmp_path / "none.yml")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read the config"):
        read_source(tmp_path)


def columns(n_columns: int) -> str:
    settings = "    kind: number\n    minimum: 0\n    maximum: 100\n"
    return "columns:\n" + "".join(f"  'column {i}':\n{settings}" for i in range(n_columns))


def test_two_thousand_columns_with_settings_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, columns(MAX_COLUMNS) + "target:\n  column: y\n")
    source = read_source(path)
    assert len(source.data["columns"]) == MAX_COLUMNS
    assert source.lines[("target",)] == 2 + 4 * MAX_COLUMNS


def test_more_columns_are_refused_before_the_rest_is_parsed(tmp_path: Path) -> None:
    path = write(tmp_path, columns(MAX_COLUMNS + 1) + "target: {not: parsed}\n")
    with pytest.raises(ConfigError, match=r"some\.yml declares 2,001 columns; at most 2,000"):
        read_source(path)


def test_what_stands_elsewhere_is_not_counted_as_columns(tmp_path: Path) -> None:
    items = "".join(f"  - 'column {i}'\n" for i in range(MAX_COLUMNS + 1))
    source = read_source(write(tmp_path, "columns:\n  # a: b\n  a: number\nleft_out:\n" + items))
    assert list(source.data["columns"]) == ["a"]
    assert len(source.data["left_out"]) == MAX_COLUMNS + 1


def test_maps_side_by_side_are_indented_alike(tmp_path: Path) -> None:
    text = "a:\n  x:\n    y: 1\nb:\n   x:\n     y: 1\n"
    with pytest.raises(ConfigError, match="line 5: this map is indented otherwise"):
        read_source(write(tmp_path, text))
