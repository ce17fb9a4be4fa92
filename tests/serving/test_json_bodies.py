"""JSON is read strictly, and to the same values as by Python's own reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from regression_model.serving import Settings
from regression_model.serving.json_bodies import read_json_body
from regression_model.serving.json_writing import write_json
from regression_model.serving.problems import Problem

SETTINGS = Settings(max_cells=1_000)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(
    CELLS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


EDITS = st.sampled_from([*'[]{}",:.-+eE0123 \n\t/', "", "NaN", "null", "tru", "\x00", '"a":'])
"""What is put into the place of one character."""


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of which no name stands twice."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def no_constant(name: str) -> None:
    """Refuse NaN and its like."""
    raise ValueError(name)


@given(value=VALUES, ascii_only=st.booleans())
@example(value={"a": "10:30"}, ascii_only=True)
@example(value=[{":": ":"}, {":": {":": ":"}}], ascii_only=True)
def test_what_json_says_is_read(*, value: Any, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode()
    read = read_json_body(body, SETTINGS)
    # so that 1 and 1.0, 0.0 and -0.0 differ
    assert repr(read) == repr(json.loads(body))


@given(value=VALUES, edits=st.lists(st.tuples(st.integers(0, 200), EDITS), min_size=1, max_size=3))
@example(value=[-0.0], edits=[(3, "")])
@example(value={"a": 1}, edits=[(3, "\n")])
def test_what_is_hardly_json_is_read_as_by_pythons_own_reader_or_refused_by_both(
    value: Any, edits: list[tuple[int, str]]
) -> None:
    text = json.dumps(value, ensure_ascii=False)
    for place, edit in edits:
        at = place % (len(text) + 1)
        text = text[:at] + edit + text[at + 1 :]
    try:
        expected = repr(json.loads(text, parse_constant=no_constant, object_pairs_hook=each_once))
    except ValueError:
        with pytest.raises(Problem, match=r"the body (is no JSON|names)"):
            read_json_body(text.encode(), SETTINGS)
    else:
        assert repr(read_json_body(text.encode(), SETTINGS)) == expected


@given(value=VALUES)
@example(value={"\ud800": "\ud800", "b": 0.1})
def test_what_is_written_is_what_pythons_own_reader_reads(value: Any) -> None:
    assert repr(json.loads(write_json(value))) == repr(value)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b"{} {}", "not-json"),
        (b"[1,]", "not-json"),
        (b"{'a': 1}", "not-json"),
        (b'{"a": NaN}', "not-json"),
        (b'{"a": Infinity}', "not-json"),
        (b'{"a": -Infinity}', "not-json"),
        (b'"\xff"', "not-json"),
        (b'"\\ud800"', "not-json"),
        ('{"a": 1}'.encode("utf-16"), "not-json"),
        (b"[" * 900, "not-json"),
        (b"1" * 100_000, "not-json"),
        (b'{"a": 1, "a": 1}', "name-twice"),
        (b'[{"a": 1}, {"a": 1, "a": 2}]', "name-twice"),
        (b'{"a" : 1, "a": 2}', "name-twice"),
        (b'{"a": 1, "\\u0061": 2}', "name-twice"),
        (b'{"b": {"a": 1, "a": 2}}', "name-twice"),
        (b'{"a": "\\u003a", "a": "\\u003a"}', "name-twice"),
        (b"[" + b"[]," * 1_000 + b"[]]", "too-many-cells"),
        (b'{"a":[' + b"1," * 1_000 + b"1]}", "too-many-cells"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_json_that_is_taken_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(Problem, match=r"the body (is no JSON|names|has more)") as refusal:
        read_json_body(body, SETTINGS)
    assert refusal.value.kind == kind


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_who_sends_what_other_writers_write_is_told_what_to_send(number: str) -> None:
    with pytest.raises(Problem, match="send null where a number is missing"):
        read_json_body(f'{{"a": {number}}}'.encode(), SETTINGS)


def test_a_number_beyond_double_precision_is_left_to_its_row() -> None:
    assert read_json_body(b'{"a": 1e400}', SETTINGS) == {"a": float("inf")}
