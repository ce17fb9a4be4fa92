"""What a wrong YAML file is told: the line to be changed, and how."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regression_model.config.source import parse_source
from regression_model.exceptions import ConfigError

PATH = Path("some.yml")
PARSERS_WORDS = (
    "disallowed", "JSONesque", "<block", "mapping values", "simple key", "token", "expected ':'",
)  # fmt: skip


def said(text: str) -> str:
    with pytest.raises(ConfigError, match=r"^some\.yml") as caught:
        parse_source(text, PATH)
    return str(caught.value).removeprefix("some.yml, ")


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("a: 1\nb: {c: 2}\n", 2, "each setting on an indented line of its own: name: value"),
        ("a: 1\nb: [c, d]\n", 2, "'b: [c, d]' is a list in brackets; write each item on a line"),
        ("a: 1\nb: {}\n", 2, "is a map in braces"),
        ("a: 1\nb: []\n", 2, "on a line of its own: - item"),
        ("x:\n  c:\n    kind: ordered\n    levels: [f, r]\n", 4, "'levels: [f, r]' is a list in"),
        ('{"a": 1}\n', 1, "is a map in braces"),
        ("a: 1\nb: &x y\nc: *x\n", 2, "put the text in quotes: '&x y'"),
        ("a: 1\nb: *nothing\n", 2, "put the text in quotes: '*nothing'"),
        ("a: 1\n*: nothing\n", 2, "put the text in quotes: '*'"),
        ("a: 1\nb: &b\n  c: *b\n", 2, "put the text in quotes: '&b'"),
        ("a:\n  <<: *x\n", 2, "put the text in quotes: '*x'"),
        ("a: 1\nb: !!python/object:os.system y\n", 2, "a !, which gives a type in YAML"),
        ("a: 1\nb: %x\n", 2, "put the text in quotes: '%x'"),
        ("a: 1\nb: ]\n", 2, "put the text in quotes: ']'"),
        ("a: 1\n\tb: 2\n", 2, "indented with a tab; use spaces"),
        ("a:\n\tb: 2\n", 2, "indented with a tab; use spaces"),
        ("a: 1\nb: 'open\n\nc: 1\n", 2, "the quote that begins in this line is never closed"),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        ("a: 1\nb\n", 2, "'b' has no colon; write b: value"),
        ("a: 1\nb\n\n# c\nd: 1\n", 2, "'b' has no colon; write b: value"),
        ("columns:\n  a number\n  b: integer\n", 2, "'a number' has no colon; write a: number"),
        ("columns:\n  a:number\n  b: integer\n", 2, "needs a space behind its colon: a: number"),
        ("a:\n  - x\n  y\n", 3, "'y' is no item of the list above; write - y"),
        ("a:\n  b: 1\n    c: 1\n", 3, "by 4 spaces, the line above by 2; indent it by 2 too"),
        ("a:\n    b: 1\n  c: 1\n", 3, "by 2 spaces, the lines above by 0 or 4; indent it by 4"),
        ("a:\n  b: 1\n c: 1\n", 3, "by 1 space, the lines above by 0 or 2; indent it by 2"),
        ("a:\n  - x\n  y: 1\n", 3, "items and settings do not mix"),
        ("a: 1\nb: c: d\n", 2, "has two colons; put what stands behind the first in quotes"),
        ("a: 1\nb: - c\n", 2, "begin a list in the next line, one item a line"),
        ("a: 1\nb: 'c' d\n", 2, "something stands behind the closing quote"),
        ('a: 1\nb: "C:\\q"\n', 2, "use single quotes instead"),
        ("c:\n  a: 1\nb: 2\n  d: 1\n", 3, "below it by 2; indent it by 2 too, or line 4 like it"),
        ("c:\n  a:\tnumber\n  b: 1\n", 2, "is parted by a tab; use a space"),
        ("c:\n  b: 1\n  a:\tnumber\n", 3, "is parted by a tab; use a space"),
        ("c:\n  b: 1\n  a:\xa0number\n", 3, "is parted by a no-break space; use a space"),
        ("c:\n  - a\n  -\tb\n", 3, "is parted by a tab; use a space"),
        ("c:\n  a:\t{number}\n  b: 1\n", 2, "write each setting on an indented line of its own"),
        ("c:\n  b:\xa0x } y\n    d: 1\n", 2, "is parted by a no-break space; use a space"),
        ("c:\n  a: number\t\n", 2, "a tab stands at its end; remove it"),
        ("c:\n  a: 1\n\xa0\xa0b: 1\n  d: 1\n", 3, "indented with a no-break space; use spaces"),
        ("a: 1\nb: > 5\n", 2, "put the text in quotes: '> 5'"),
        ("a: 1\nb: |x\n", 2, "put the text in quotes: '|x'"),
        ("c:\n  b:\n    levels:\n    -a\n    -b\n", 4, "a space behind its dash: - a"),
        ("c:\n  a: 1\n  b = category\n", 3, "has no colon; write b: category"),
        ("c:\n  a: 1\n  b=category\n", 3, "has no colon; write b: category"),
        ("c:\n  a b; category\n  c: 1\n", 2, "has no colon; write a b: category"),
        ("c:\n  b\uff1a category\n  c: 1\n", 2, "has no colon; write b: category"),
        ("c:\n  b -> category\n  c: 1\n", 2, "has no colon; write b: category"),
        ("c:\n  [b]: category\n", 2, "put the name in quotes: '[b]': category"),
        ("c:\n  {b} x: category\n", 2, "put the name in quotes: '{b} x': category"),
        ("c:\n  b: category\n    levels: a\n", 2, "write b: and in the next line kind: category"),
        ("c:\n  b: number\n    a: integer\n", 3, "the line above by 2; indent it by 2 too"),
        ("a: 1\nb: bell\x07\n", 2, "a character that YAML does not allow; remove it"),
        ("a: 1\nb: zero\x00\n", 2, "a character that YAML does not allow; remove it"),
    ],
)
def test_the_line_to_be_changed_is_named_with_its_remedy(text: str, line: int, remedy: str) -> None:
    message = said(text)
    assert message.startswith(f"line {line}: ")
    assert remedy in message
    assert len(message.splitlines()) == 1
    assert not [words for words in PARSERS_WORDS if words in message]


def test_a_long_line_is_shown_in_part() -> None:
    assert len(said(f"a: 1\nb: [{'x, ' * 5000}]\n")) < 200
    assert len(said(f"a: 1\n{'x ' * 5000}\nb: 1\n")) < 200
    for line in ("[b]" + " " * 10**6, "b" + " " * 10**6 + "x", "c:\n  - " + " " * 10**6 + "\tb"):
        assert len(said(f"a: 1\n{line}\nb: c: d\n")) < 200


PIECES = st.sampled_from(
    [
        "a", "b c", ":", ": ", "- ", "  ", "    ", "\n", "\t", "'", '"', "[", "]", "{", "}", ",",
        "&", "*", "!", "|", ">", "%", "@", "`", "?", "? ", "#", " #", "---", "...", "<<", "=", "1",
        "\\", "\\U", "FFFFFFFF", "\\ud800", "\x00", "\x85", "\u2028", "\ufeff", "\U0001f3e0",
        "é", "~", "null", "\r", "\xa0", "=", "\uff1a", " = ", "[a]: ", "a: number", "a: b", "\n  ",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_a_map_or_one_line_that_names_the_file(text: str) -> None:
    try:
        source = parse_source(text, PATH)
    except ConfigError as problem:
        message = str(problem)
        assert message.startswith("some.yml")
        assert "\n" not in message
        assert len(message) < 300
    else:
        assert isinstance(source.data, dict)
        str(source.data).encode()
