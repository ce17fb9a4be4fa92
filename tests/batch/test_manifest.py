"""The manifest of a run: a line for each part, of which a killed run may leave half."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from regression_model.batch.local_places import LocalFolder
from regression_model.batch.manifest import (
    FinishedPart,
    read_manifest,
    read_success,
    write_manifest,
    write_success,
)
from regression_model.batch.summary import Summary
from regression_model.processing.chunks import Position

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
    one, other = (
        FinishedPart(
            digest=digit * 64,
            source="a.csv",
            start=Position(),
            end=Position(5, 6, 70),
            is_last=True,
            size=9,
            rejects_size=None,
            summary=Summary(5),
        )
        for digit in "ab"
    )
    assert read_manifest(folder) == {}
    write_manifest(folder, [one])
    folder.append("_manifest.jsonl", other.line())
    assert read_manifest(folder) == {"a" * 64: one, "b" * 64: other}
    write_manifest(folder, [other])
    assert read_manifest(folder) == {"b" * 64: other}


def test_success_is_what_was_said_or_nothing(tmp_path: Path) -> None:
    folder = LocalFolder(tmp_path)
    assert read_success(folder) == {}
    write_success(folder, {"run": "x"})
    assert read_success(folder) == {"run": "x"}
    for damaged in (b"", b"[]", b'{"run'):
        (tmp_path / "_SUCCESS").write_bytes(damaged)
        assert read_success(folder) == {}
