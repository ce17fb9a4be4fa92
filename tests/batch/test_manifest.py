"""The manifest of a run: a line for each part, of which a killed run may leave half."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regression_model.batch.local_places import LocalFolder
from regression_model.batch.manifest import (
    FinishedPart,
    Success,
    read_manifest,
    read_success,
    write_manifest,
    write_success,
)
from regression_model.batch.summary import Summary
from regression_model.processing.chunks import Position

PART = FinishedPart(
    digest="a" * 64,
    source="a.csv",
    start=Position(),
    end=Position(5, 6, 70),
    is_last=True,
    size=9,
    rejects_size=None,
    summary=Summary(5),
)
COUNTS = st.integers(0, 10**9)
POSITIONS = st.builds(Position, COUNTS, COUNTS, COUNTS)
SUMMARIES = st.builds(
    Summary, COUNTS, COUNTS, st.just(Counter(not_a_number=2)), st.just(Counter(unseen_level=1))
)
PARTS = st.builds(
    FinishedPart,
    digest=st.text("0123456789abcdef", min_size=64, max_size=64),
    source=st.text(),
    start=POSITIONS,
    end=POSITIONS,
    is_last=st.booleans(),
    size=COUNTS,
    rejects_size=st.none() | COUNTS,
    summary=SUMMARIES,
    counts=st.none() | st.text("abcd"),
)


@given(part=PARTS)
def test_a_line_says_all_of_a_part(part: FinishedPart) -> None:
    line = part.line()
    assert line.count(b"\n") == 1
    assert FinishedPart.of_line(line) == part


@given(parts=st.lists(PARTS, max_size=4, unique_by=lambda part: part.digest), cut=COUNTS)
def test_what_is_left_of_a_manifest_is_read(
    tmp_path_factory: object, parts: list[FinishedPart], cut: int
) -> None:
    lines = b"".join(part.line() for part in parts)
    left = lines[: cut % (len(lines) + 1)]
    folder = LocalFolder(Path(tmp_path_factory.getbasetemp()))  # type: ignore[attr-defined]
    with folder.writing("_manifest.jsonl") as file:
        file.write(left)
    n_whole = left.count(b"\n")
    # the last line may lack nothing but its end
    assert list(read_manifest(folder).values())[:n_whole] == parts[:n_whole]
    assert len(read_manifest(folder)) <= n_whole + 1


def test_a_manifest_is_written_anew_and_added_to(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path)
    one, other = PART, replace(PART, digest="b" * 64)
    assert read_manifest(folder) == {}
    write_manifest(folder, [one])
    folder.append("_manifest.jsonl", other.line())
    assert read_manifest(folder) == {"a" * 64: one, "b" * 64: other}
    write_manifest(folder, [other])
    assert read_manifest(folder) == {"b" * 64: other}


def test_success_is_what_was_said_or_nothing(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path)
    assert read_success(folder) is None
    success = Success("x", 2, 3, Summary(5, 1), {"answers": [9, 5], "rejects": None})
    write_success(folder, success)
    assert read_success(folder) == success
    told = json.loads((tmp_path / "_SUCCESS").read_bytes())
    for damaged in (
        b"",
        b"[]",
        b'{"run',
        json.dumps({**told, "summary": {"n_rows": "5"}}).encode(),
    ):
        (tmp_path / "_SUCCESS").write_bytes(damaged)
        assert read_success(folder) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"size": "9"},
        {"size": -1},
        {"rejects_size": 1.5},
        {"end": {"row": "5"}},
        {"end": [5, 6, 7]},
        {"start": {"row": True}},
        {"summary": {"n_rows": None, "n_failed": 0, "errors": {}, "warnings": {}}},
        {"summary": {"n_rows": 1, "n_failed": 0, "errors": {"x": "y"}, "warnings": {}}},
        {"summary": None},
        {"other": 5},
    ],
    ids=repr,
)
def test_a_line_that_says_what_cannot_be_is_passed_over(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    told = json.loads(PART.line()) | changes
    folder = LocalFolder(tmp_path)
    folder.append("_manifest.jsonl", json.dumps(told).encode() + b"\n")
    assert read_manifest(folder) == {}
