"""JSON is read as everybody reads it, or not at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.artifact.strict_json import MAX_BYTES, MAX_DEPTH, MAX_ITEMS, read_json

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)  # fmt: skip


@given(VALUES)
def test_what_json_says_is_read(value: Any) -> None:
    assert read_json(json.dumps(value).encode()) == value


ANY_TEXT = st.lists(st.sampled_from([*"ud8\\é", *map(chr, (0xD800, 0xDBFF, 0xDC00, 0xDFFF))])).map(
    "".join
)


@given(st.dictionaries(ANY_TEXT, ANY_TEXT | st.lists(ANY_TEXT, max_size=3), max_size=3))
def test_what_is_read_can_be_written_again(value: Any) -> None:
    said = json.dumps(value).encode()
    meant = json.loads(said)  # two halves that stand together are one character
    try:
        whole = json.dumps(meant, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        with pytest.raises(ValueError, match="half a character"):
            read_json(said)
    else:
        assert read_json(said) == read_json(whole) == meant


REFUSED: dict[str, tuple[bytes, str]] = {
    "a key twice": (b'{"a": 1, "b": {"c": 1, "c": 2}}', "a key stands twice"),
    "no number": (b"[NaN]", "NaN is no number of JSON"),
    "infinity": (b"[-Infinity]", "-Infinity is no number of JSON"),
    "a number beyond double precision": (b"[1e999]", "beyond double precision"),
    "an integer of many digits": (b"9" * 30, "an integer of 30 digits"),
    "an integer of very many digits": (b"9" * 100_000, "integer"),
    "too deep": (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "deeper than"),
    "far too deep": (b"[" * 100_000, "nested too deeply"),
    "too many": (b"[" + b"0," * MAX_ITEMS + b"0]", "more than 1000000 items"),
    "too long": (b'"' + b"a" * MAX_BYTES + b'"', "bytes, at most"),
    "no text": (b'"\xff"', "decode"),
    "text behind it": (b"{} {}", "Extra data"),
    "nothing": (b"", "Expecting value"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_odd_json_is_refused(case: str) -> None:
    data, said = REFUSED[case]
    with pytest.raises(ValueError, match=said):
        read_json(data)


def test_the_deepest_is_read() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
