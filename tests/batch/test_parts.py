"""Parts: how they are known again, and what is left to do of a run."""

from itertools import pairwise
from pathlib import Path

import pytest

from regression_model.artifact.model import Model
from regression_model.batch.chunk_scoring import ChunkScorer
from regression_model.batch.layouts import Layout
from regression_model.batch.manifest import FinishedPart
from regression_model.batch.parts import Digests, is_part_file, part_name, plan, rejects_name
from regression_model.batch.rejects import Rejects
from regression_model.batch.sinks.csv_sink import CsvSink
from regression_model.batch.sources import Source
from regression_model.batch.summary import Summary
from regression_model.predict import load_model
from regression_model.processing.chunks import BEGINNING, Position

SOURCE = Source("a.csv", Path("a.csv"), "9 bytes, changed 5", 9)
POSITION = Position(10, 11, 120)


def digests(model: Model, rejects: Rejects | None = None, **layout: object) -> Digests:
    return Digests(ChunkScorer(model, CsvSink(Layout(**layout)), rejects), ".csv")  # type: ignore[arg-type]


def finished(known: Digests, start: Position, end: Position, *, is_last: bool) -> FinishedPart:
    return FinishedPart(
        digest=known.of_part(SOURCE, start),
        source=SOURCE.name,
        start=start,
        end=end,
        is_last=is_last,
        size=1,
        rejects_size=None,
        summary=Summary(),
    )


def test_whatever_changes_answers_changes_the_digest(small_model: Model) -> None:
    usual = digests(small_model)
    digest = usual.of_part(SOURCE, BEGINNING)
    assert digest == digests(small_model).of_part(SOURCE, BEGINNING)
    assert len({
        digest,
        usual.of_part(SOURCE, POSITION),
        usual.of_part(Source("b.csv", SOURCE.path, SOURCE.state, 9), BEGINNING),
        usual.of_part(Source("a.csv", SOURCE.path, "9 bytes, changed 6", 9), BEGINNING),
        digests(load_model()).of_part(SOURCE, BEGINNING),
        digests(small_model, id_column="Id").of_part(SOURCE, BEGINNING),
        digests(small_model, keep=("Id",)).of_part(SOURCE, BEGINNING),
        digests(small_model, interval=0.9).of_part(SOURCE, BEGINNING),
        digests(small_model, has_source=True).of_part(SOURCE, BEGINNING),
        digests(small_model, escape_formulas=True).of_part(SOURCE, BEGINNING),
        digests(small_model, Rejects(Path("r.csv"))).of_part(SOURCE, BEGINNING),
        digests(small_model, Rejects(Path("r.jsonl"))).of_part(SOURCE, BEGINNING),
    }) == 12  # fmt: skip
    assert usual.of_run([SOURCE]) != usual.of_run([SOURCE, SOURCE])


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        (part_name("0123456789abcdef" * 4, ".csv.gz"), True),
        (rejects_name("0123456789abcdef" * 4), True),
        ("part-0123456789abcdef", True),
        ("part-0123456789abcdeg.csv", False),
        ("part-00001.parquet", False),
        ("_SUCCESS", False),
        ("my-part-0123456789abcdef.csv", False),
    ],
)
def test_only_files_of_parts_are_taken_for_such(name: str, is_ours: bool) -> None:  # noqa: FBT001
    assert is_part_file(name) is is_ours


def test_a_file_goes_on_behind_its_last_part_that_follows_the_one_before(
    small_model: Model,
) -> None:
    usual = digests(small_model)
    ends = [BEGINNING, POSITION, Position(20, 21, 240), Position(25, 26, 300)]
    parts = [finished(usual, start, end, is_last=end == ends[-1]) for start, end in pairwise(ends)]
    first, second, last = parts
    for known, left in [
        ([], [BEGINNING]),
        ([second, last], [BEGINNING]),
        ([first], [ends[1]]),
        ([last, first], [ends[1]]),
        ([first, second], [ends[2]]),
        ([last, second, first], []),
    ]:
        made = plan([SOURCE], {part.digest: part for part in known}, usual)
        assert made.to_do == [(SOURCE, position) for position in left]
    assert made.done == {SOURCE: parts}


def test_a_part_that_leads_nowhere_is_no_endless_plan(small_model: Model) -> None:
    usual = digests(small_model)
    part = finished(usual, BEGINNING, BEGINNING, is_last=False)
    made = plan([SOURCE], {part.digest: part}, usual)
    assert made.to_do == [(SOURCE, BEGINNING)]
