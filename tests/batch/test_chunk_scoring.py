"""What workers do: the answers of `make_prediction` to the last bit, as bytes."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from regression_model.artifact.counting import Counting
from regression_model.batch.chunk_scoring import ChunkScorer, ScoredChunk
from regression_model.batch.layouts import Layout
from regression_model.batch.rejects import Rejects
from regression_model.batch.sinks.registry import sink_for
from regression_model.exceptions import DataError
from regression_model.processing import csv_files
from regression_model.processing.csv_files import UnreadLines
from regression_model.processing.csv_plain import PlainBlock
from regression_model.processing.table_files import open_rows

if TYPE_CHECKING:
    from regression_model.artifact.model import Model

CELLS = {
    "GrLivArea": ["1710", "", "NA", "ten", "99999", "-5", "1e3", " 12 ", "1e31"],
    "OverallQual": ["7", "3", "", "eleven"],
    "KitchenQual": ["TA", "Gd", "", "Odd"],
    "Neighborhood": ["CollgCr", "NAmes", "Atlantis", ""],
}
RECORDS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}),
    min_size=1,
    max_size=60,
)


def score(scorer: ChunkScorer, path: Path) -> list[ScoredChunk]:
    """Return what a copy of a scorer makes of a file, as in another process."""
    copy = pickle.loads(pickle.dumps(scorer))
    with open_rows(path) as file:
        return [copy.score(chunk, path.name) for chunk in file.unread_chunks()]


def write_csv(path: Path, records: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(CELLS), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(records)


def write_parquet(path: Path, records: list[dict[str, str]]) -> None:
    parquet.write_table(pa.Table.from_pylist(records), path, row_group_size=7)


def write_json(path: Path, records: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n\n" for record in records), encoding="utf-8")


WRITERS = {"a.csv": write_csv, "a.parquet": write_parquet, "a.jsonl": write_json}


@settings(deadline=None, max_examples=40)
@given(records=RECORDS, name=st.sampled_from(sorted(WRITERS)), is_large=st.booleans())
def test_answers_are_those_of_make_prediction(
    small_model: Model,
    tmp_path_factory: pytest.TempPathFactory,
    records: list[dict[str, str]],
    name: str,
    *,
    is_large: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    WRITERS[name](path, records)
    sink = sink_for(PurePath("a.jsonl"), Layout(interval=0.8))
    scorer = ChunkScorer(small_model, sink, Rejects(PurePath("rejects.jsonl")))
    with pytest.MonkeyPatch.context() as patch:
        if is_large:  # then pyarrow reads the cells of text
            patch.setattr(csv_files, "_SMALL", 0)
        scored = score(scorer, path)
    expected = small_model.predict(records, interval=0.8, from_file=name == "a.csv")
    rows = _lines(b"".join(chunk.payload for chunk in scored))
    assert [row["row"] for row in rows] == list(range(len(records)))
    assert [row["prediction"] for row in rows] == expected["predictions"]
    assert [row["lower"] for row in rows] == expected["lower"]
    assert [row["upper"] for row in rows] == expected["upper"]
    rejects = _lines(b"".join(chunk.rejects for chunk in scored))
    errors = [{**error, "source": name} for error in expected["errors"] or []]
    assert sorted(rejects, key=str) == sorted(errors, key=str)
    n_warnings = sum(chunk.summary.warnings.total() for chunk in scored)
    assert n_warnings == len(expected["warnings"] or [])
    assert sum(chunk.summary.n_failed for chunk in scored) == expected["predictions"].count(None)


@settings(deadline=None, max_examples=20)
@given(
    records=RECORDS,
    name=st.sampled_from(sorted(WRITERS)),
    layout=st.builds(Layout, interval=st.sampled_from([None, 0.8])),
    kind=st.sampled_from(["a.csv", "a.jsonl", "a.parquet"]),
)
def test_answers_are_the_same_bytes_where_rows_are_counted(
    small_model: Model,
    tmp_path_factory: pytest.TempPathFactory,
    records: list[dict[str, str]],
    name: str,
    *,
    kind: str,
    layout: Layout,
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    WRITERS[name](path, records)
    sink, counting = sink_for(PurePath(kind), layout), Counting(small_model)
    plain = score(ChunkScorer(small_model, sink), path)
    counted = score(ChunkScorer(small_model, sink, counting=counting), path)
    assert [chunk.payload for chunk in counted] == [chunk.payload for chunk in plain]
    assert [chunk.summary for chunk in counted] == [chunk.summary for chunk in plain]
    assert all(chunk.counts is None for chunk in plain)
    whole = small_model.drift({key: [row[key] for row in records] for key in CELLS}).counts
    numbers = np.sum([chunk.counts for chunk in counted if chunk.counts is not None], axis=0)
    found = counting.counter.counts_of(numbers)
    assert found.prediction.tolist() == whole.prediction.tolist()
    assert found.columns.keys() == whole.columns.keys()
    for column, counts in found.columns.items():
        assert counts.bins.tolist() == whole.columns[column].bins.tolist()
    assert (found.n_rows, found.n_failed, found.n_beyond, found.n_estimated) == (
        whole.n_rows, whole.n_failed, whole.n_beyond, whole.n_estimated,
    )  # fmt: skip
    if layout.interval is None:
        assert found.error == pytest.approx(whole.error)


def _lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode().splitlines()]


def test_a_row_that_cannot_be_read_keeps_its_name(small_model: Model, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Id,GrLivArea\na,1710\nb,1710,3\nc,1\n", encoding="utf-8")
    scorer = ChunkScorer(small_model, sink_for(PurePath("a.csv"), Layout("Id")))
    (scored,) = score(scorer, path)
    assert [line.split(b",")[0] for line in scored.payload.splitlines()] == [b"a", b"b", b"c"]
    assert (scored.n_rows, scored.summary.n_failed) == (3, 1)
    assert not scored.has_nameless


def test_cells_without_a_column_are_told(small_model: Model, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("GrLivArea,\n1710,x\n", encoding="utf-8")
    scorer = ChunkScorer(small_model, sink_for(PurePath("a.csv"), Layout()))
    assert score(scorer, path)[0].has_nameless


def test_bytes_that_are_no_text_are_an_error_of_their_file(small_model: Model) -> None:
    scorer = ChunkScorer(small_model, sink_for(PurePath("a.csv"), Layout()))
    block = PlainBlock(b"1,1710\n\xff,1710\n", ("Id", "GrLivArea"), ",")
    with pytest.raises(DataError, match=r"a\.csv is not UTF-8 text"):
        scorer.score(UnreadLines(0, 1, block, None), "a.csv")


def test_a_level_that_the_artifact_has_not_is_refused_before_a_row_is_read(
    small_model: Model,
) -> None:
    with pytest.raises(ValueError, match="interval should be a coverage"):
        ChunkScorer(small_model, sink_for(PurePath("a.csv"), Layout(interval=1.5)))
