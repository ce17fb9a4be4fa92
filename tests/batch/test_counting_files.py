"""Rows counted in files: as those of one table, however they are split, read and counted."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from regression_model.artifact.counting import Counting
from regression_model.batch import workers
from regression_model.batch.counted import write_counts
from regression_model.batch.counting_files import count_files
from regression_model.batch.inputs import find_inputs
from regression_model.predict import load_model
from regression_model.processing import csv_files

if TYPE_CHECKING:
    from regression_model.arrays import Floats
    from regression_model.artifact.model import Model
    from regression_model.batch.outcomes import Outcome

CELLS = {
    "GrLivArea": ["1710", "", "ten", "19999", "-5", "900"],
    "OverallQual": ["7", "3", "", "eleven"],
    "KitchenQual": ["TA", "Gd", "", "Odd"],
    "Neighborhood": ["CollgCr", "NAmes", "Atlantis", ""],
}
RECORDS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}),
    max_size=40,
)
Records = list[dict[str, str]]


def write(path: Path, records: Records, model: Model) -> Path:
    """Write records as the file's name says; .json are their counts."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(CELLS), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(records)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    elif path.suffix == ".parquet":
        types = pa.schema([(name, pa.string()) for name in CELLS])
        parquet.write_table(pa.Table.from_pylist(records, types), path, row_group_size=7)
    else:
        table = write(path.with_suffix(".csv"), records, model)
        counted, _ = count_files(model, find_inputs([str(table)]))
        write_counts(path, counted, model)
    return path


def numbers_in(model: Model, paths: list[Path], n_workers: int = 1) -> tuple[Floats, Outcome]:
    """Return the counts of files as numbers, and what is wrong with others."""
    counted, outcome = count_files(model, find_inputs(list(map(str, paths))), n_workers)
    assert counted.summary.n_rows == counted.counts.n_rows == outcome.summary.n_rows
    return Counting(model).counter.numbers_of(counted.counts), outcome


def numbers_of(model: Model, records: Records) -> Floats:
    columns = {name: [record[name] for record in records] for name in CELLS}
    return Counting(model).counter.numbers_of(model.drift(columns).counts)


@settings(max_examples=30)
@given(
    records=RECORDS,
    cuts=st.lists(st.integers(0, 40), min_size=2, max_size=2),
    endings=st.tuples(*[st.sampled_from([".csv", ".jsonl", ".parquet", ".json"])] * 3),
    is_large=st.booleans(),
)
def test_files_are_counted_as_one_table(
    small_model: Model,
    tmp_path_factory: pytest.TempPathFactory,
    records: Records,
    cuts: list[int],
    endings: tuple[str, ...],
    *,
    is_large: bool,
) -> None:
    folder = tmp_path_factory.mktemp("files")
    first, second = sorted(cuts)
    parts = [records[:first], records[first:second], records[second:]]
    with pytest.MonkeyPatch.context() as patch:
        if is_large:  # then pyarrow reads the cells of text
            patch.setattr(csv_files, "_SMALL", 0)
        paths = [
            # a file of JSON Lines without a line has no columns
            write(folder / f"{i}{'.csv' if not part else ending}", part, small_model)
            for i, (part, ending) in enumerate(zip(parts, endings, strict=True))
        ]
        numbers, outcome = numbers_in(small_model, paths)
    assert not outcome.problems
    whole = numbers_of(small_model, records)
    np.testing.assert_allclose(numbers, whole, rtol=1e-12)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_workers_count_as_one_does(
    small_model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    cells = list(CELLS.values())
    records = [
        dict(zip(CELLS, [each[i % len(each)] for each in cells], strict=True)) for i in range(500)
    ]
    monkeypatch.setattr(workers, "_FEW_ROWS", 100)
    paths = [write(tmp_path / f"{i}{ending}", records, small_model) for i in range(3)]
    alone, _ = numbers_in(small_model, paths)
    together, _ = numbers_in(small_model, paths, n_workers=2)
    assert together.tolist() == alone.tolist()
    np.testing.assert_allclose(alone, 3 * numbers_of(small_model, records), rtol=1e-12)


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_counted(
    small_model: Model, tmp_path: Path
) -> None:
    records = [dict.fromkeys(CELLS, ""), {**dict.fromkeys(CELLS, ""), "GrLivArea": "1710"}]
    good = write(tmp_path / "good.csv", records, small_model)
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("a,b\n1,2\n")
    cut = write(tmp_path / "cut.jsonl", records * 10_000, small_model)
    cut.write_bytes(cut.read_bytes() + b"\xff\n")  # most rows before are read without trouble
    counts = write(tmp_path / "counts.json", records, small_model)
    other = tmp_path / "other.json"
    other.write_text("[]")
    numbers, outcome = numbers_in(small_model, [foreign, cut, good, other, counts])
    assert [str(problem).count(path.name) > 0 for problem, path in zip(
        outcome.problems, [foreign, cut, other], strict=True
    )] == [True] * 3  # fmt: skip
    np.testing.assert_allclose(numbers, 2 * numbers_of(small_model, records), rtol=1e-12)
    assert outcome.summary.errors == {"missing_required": 2}


def test_counts_of_two_models_are_not_added_up(small_model: Model, tmp_path: Path) -> None:
    records = [{**dict.fromkeys(CELLS, ""), "GrLivArea": "1710"}]
    mine = write(tmp_path / "mine.json", records, small_model)
    other = write(tmp_path / "other.json", records, load_model())
    numbers, outcome = numbers_in(small_model, [mine, other])
    (problem,) = outcome.problems
    assert f"{other} was counted by another model, of version" in str(problem)
    assert numbers[0] == 1


def test_columns_that_are_absent_are_told_by_file(small_model: Model, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("GrLivArea,Id\n1710,1\n")
    (tmp_path / "b.csv").write_text("GrLivArea,OverallQual\n1710,5\n")
    _, outcome = numbers_in(small_model, [tmp_path / "a.csv", tmp_path / "b.csv"])
    assert "OverallQual" in outcome.absent
    assert len(set(outcome.absent)) == len(outcome.absent)
    assert any(str(tmp_path / "a.csv") in line for line in outcome.lines())
