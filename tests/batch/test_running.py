"""Runs of many files: nothing lost and nothing twice, whatever ends them."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from file_runs import a_run, run_files

from regression_model.artifact.counting import Counting
from regression_model.artifact.model import Model
from regression_model.batch.counting_files import count_files
from regression_model.batch.inputs import find_inputs
from regression_model.batch.local_places import LocalFolder
from regression_model.batch.outcomes import Outcome
from regression_model.batch.packed_counts import packed
from regression_model.exceptions import OutputError
from regression_model.predict import load_model

ROOT = Path(__file__).parents[1]
HEADER = "Id,GrLivArea,OverallQual\n"


def lines(first: int, n_rows: int) -> str:
    """Return rows, the seventh of which is broken."""
    rows = [f"{first + i},{1_000 + i},{1 + i % 10}\n" for i in range(n_rows)]
    rows[6] = f"{first + 6},many,5\n"
    return "".join(rows)


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """Return a folder of three files, one of which has a header alone."""
    folder = tmp_path / "houses"
    folder.mkdir()
    (folder / "a.csv").write_text(HEADER + lines(0, 40))
    (folder / "b.csv").write_text(HEADER + lines(1_000, 30))
    (folder / "none.csv").write_text(HEADER)
    return folder


def answers(place: Path) -> list[dict[str, str]]:
    """Return the rows of an output in the order of their Ids."""
    texts = [path.read_text() for path in (place.glob("part-*") if place.is_dir() else [place])]
    rows = [row for text in texts for row in csv.DictReader(io.StringIO(text))]
    return sorted(rows, key=lambda row: int(row["Id"]))


def states(place: Path) -> dict[str, tuple[int, bytes]]:
    """Return when each file of a place was written, and what it holds."""
    files = [path for path in place.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.mark.parametrize("output", ["out/", "out.csv"])
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_every_row_of_every_file_is_answered_once(
    small_model: Model, houses: Path, tmp_path: Path, output: str, scheme: str
) -> None:
    outcome = run_files(small_model, [str(houses)], f"{scheme}{tmp_path}/{output}")
    rows = answers(tmp_path / output)
    assert [int(row["Id"]) for row in rows] == [*range(40), *range(1_000, 1_030)]
    assert [row["Id"] for row in rows if row["error"]] == ["6", "1006"]
    assert {row["source"] for row in rows[:40]} == {str(houses / "a.csv")}
    assert (outcome.summary.n_rows, outcome.summary.n_failed, outcome.n_parts) == (70, 2, 3)
    sold = {"GrLivArea": ["1000"], "OverallQual": ["1"]}
    assert float(rows[0]["prediction"]) == small_model.predict(sold)["predictions"][0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are forked")
@pytest.mark.parametrize("output", ["out/", "out.csv"])
def test_a_run_that_is_killed_at_any_moment_goes_on_to_the_same_output(
    small_model: Model, small_path: Path, houses: Path, tmp_path: Path, output: str
) -> None:
    reference = tmp_path / "reference" / output
    reference.parent.mkdir()
    wanted = str(reference) + "/" * output.endswith("/")
    run_files(small_model, [str(houses)], wanted, is_counted=True)
    done = subprocess.run(
        [sys.executable, ROOT / "killed_runs.py",
         small_path, houses, reference, f"{tmp_path}/{output}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15


def an_arrow_file(path: Path, n_batches: int) -> None:
    """Write a table of batches of 60 rows, which make a part each."""
    n_rows = 60 * n_batches
    columns = {"Id": range(n_rows), "GrLivArea": range(1_000, 1_000 + n_rows)}
    table = pa.table({name: list(cells) for name, cells in columns.items()})
    table = table.append_column("OverallQual", pa.array([5] * n_rows))
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=60)


class StopError(Exception):
    """Ends a run from outside."""


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_one_large_file_goes_on_at_the_part_that_is_missing(
    small_model: Model, tmp_path: Path, scheme: str
) -> None:
    path, out = tmp_path / "houses.arrow", tmp_path / "out"
    an_arrow_file(path, 4)
    given, wanted = f"{scheme}{path}", f"{scheme}{out}/"

    def told(n_rows: int, *_: int) -> None:
        if n_rows > 120:
            raise StopError

    run = a_run(small_model, [given], wanted)
    with pytest.raises(StopError):
        run.run(told, n_workers=1)
    assert run.outcome.n_parts == 2
    assert {path.name for path in out.iterdir()} == {
        "_manifest.jsonl", *(part.name for part in out.glob("part-*"))
    }  # fmt: skip
    before = states(out)
    outcome = run_files(small_model, [given], wanted, resume=True)
    assert (outcome.n_before, outcome.n_parts, outcome.summary.n_rows) == (2, 4, 240)
    after = states(out)
    assert all(after[name] == state for name, state in before.items() if "part-" in name)
    assert [int(row["Id"]) for row in answers(out)] == list(range(240))


def test_a_file_that_changes_while_it_is_read_is_read_again(
    small_model: Model, houses: Path, tmp_path: Path
) -> None:
    path, out = houses / "c.arrow", tmp_path / "out"
    an_arrow_file(path, 3)

    def told(n_rows: int, *_: int) -> None:
        if n_rows == 70 + 2 * 60:
            an_arrow_file(path, 4)

    run = a_run(small_model, [str(houses)], f"{out}/")
    outcome = run.run(told, n_workers=1)
    (problem,) = outcome.problems
    assert f"{path} has changed while it was read" in str(problem)
    assert "--resume" in str(problem)
    assert (outcome.n_parts, outcome.summary.n_rows) == (4, 130)
    assert not (out / "_SUCCESS").exists()
    outcome = run_files(small_model, [str(houses)], f"{out}/", resume=True)
    assert (outcome.n_before, outcome.n_parts) == (3, 7)
    ids = [int(row["Id"]) for row in answers(out)]
    assert sorted(ids) == sorted([*range(40), *range(1_000, 1_030), *range(240)])


def test_parts_of_other_files_models_and_options_do_not_stay(
    small_model: Model, houses: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_files(small_model, [str(houses)], f"{out}/")
    (houses / "a.csv").write_text(HEADER + lines(0, 12))
    (houses / "b.csv").unlink()
    outcome = run_files(small_model, [str(houses)], f"{out}/", resume=True)
    assert outcome.n_before == 1
    assert [int(row["Id"]) for row in answers(out)] == list(range(12))
    outcome = run_files(load_model(), [str(houses)], f"{out}/", resume=True)
    assert outcome.n_before == 0
    assert len(list(out.glob("part-*"))) == 2


def test_a_part_that_is_gone_or_cut_is_done_again(
    small_model: Model, houses: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_files(small_model, [str(houses)], f"{out}/")
    whole = states(out)
    one, other, _ = sorted(out.glob("part-*"), key=lambda path: -path.stat().st_size)
    one.unlink()
    other.write_bytes(other.read_bytes()[:-1])
    outcome = run_files(small_model, [str(houses)], f"{out}/", resume=True)
    assert outcome.n_before == 1
    after = states(out)
    assert {name: text for name, (_, text) in after.items() if "part-" in name} == {
        name: text for name, (_, text) in whole.items() if "part-" in name
    }


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"no line\n\xff\n", b'{"digest": 5}\n[]\nnull\n', None],
    ids=["empty", "cut", "text", "other", "gone"],
)
def test_a_damaged_manifest_costs_work_and_no_row(
    small_model: Model, houses: Path, tmp_path: Path, damage: bytes | None
) -> None:
    out = tmp_path / "out"
    run_files(small_model, [str(houses)], f"{out}/")
    whole = answers(out)
    manifest = out / "_manifest.jsonl"
    if damage is None:
        manifest.unlink()
    else:
        manifest.write_bytes(manifest.read_bytes().splitlines(keepends=True)[0] + damage)
    outcome = run_files(small_model, [str(houses)], f"{out}/", resume=True)
    assert outcome.n_before == (0 if damage is None else 1)
    assert answers(out) == whole


def listed(outcome: Outcome) -> list[float]:
    """Return the counts of a run."""
    assert outcome.counts is not None
    return outcome.counts.tolist()  # type: ignore[no-any-return]


def test_counts_of_finished_parts_are_kept_and_others_are_counted_again(
    small_model: Model, houses: Path, tmp_path: Path
) -> None:
    out, given = tmp_path / "out", [str(houses)]
    whole = listed(run_files(small_model, given, f"{tmp_path}/whole/", is_counted=True))
    assert whole[:2] == [70, 2]
    # what was answered without being counted is answered again
    assert run_files(small_model, given, f"{out}/").counts is None
    run = a_run(small_model, given, f"{out}/", is_counted=True)
    assert run.finished() is None
    run = a_run(small_model, given, f"{out}/", resume=True, is_counted=True)
    outcome = run.run(lambda *_: None, n_workers=1)
    assert (outcome.n_before, listed(outcome)) == (0, whole)
    outcome = run_files(small_model, given, f"{out}/", resume=True, is_counted=True)
    assert (outcome.n_before, listed(outcome)) == (3, whole)


def test_counts_of_the_parts_of_one_file_are_those_of_the_file(
    small_model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "houses.arrow"
    an_arrow_file(path, 4)
    counts = count_files(small_model, find_inputs([str(path)]))[0].counts
    numbers = Counting(small_model).counter.numbers_of(counts)
    outcome = run_files(small_model, [str(path)], f"{tmp_path}/out/", is_counted=True)
    assert outcome.n_parts == 4
    np.testing.assert_allclose(listed(outcome), numbers, rtol=1e-12)


@pytest.mark.parametrize("counts", [None, 5, "", "%", "eJwDAAAAAAE=", packed(np.full(9, np.nan))])
def test_a_part_whose_counts_are_lost_is_done_again(
    small_model: Model, houses: Path, tmp_path: Path, counts: object
) -> None:
    out = tmp_path / "out"
    whole = listed(run_files(small_model, [str(houses)], f"{out}/", is_counted=True))
    for name, n_lines in (("_manifest.jsonl", 3), ("_SUCCESS", 1)):
        text = (out / name).read_text()
        lines = text.splitlines() if n_lines > 1 else [text]
        told = json.loads(lines[0])
        assert len(told["counts"]) > 20
        lines[0] = json.dumps({**told, "counts": counts})
        (out / name).write_text("\n".join(lines))
    assert a_run(small_model, [str(houses)], f"{out}/", is_counted=True).finished() is None
    outcome = run_files(small_model, [str(houses)], f"{out}/", resume=True, is_counted=True)
    assert (outcome.n_before, listed(outcome)) == (2, whole)


def test_the_folder_of_many_parts_is_looked_through_once(
    small_model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("few", "many"):
        (tmp_path / name).mkdir()
        (tmp_path / f"{name} out").mkdir()
        (tmp_path / f"{name} out" / ".regression-model-0123456789abcdef.part").touch()
        for i in range(2 if name == "few" else 12):
            (tmp_path / name / f"{i}.csv").write_text(HEADER + lines(100 * i, 10))
    n_looks = []
    for name in ("few", "many"):
        looks: list[object] = []

        def looked(place: object, look: Any = os.scandir, looks: list[object] = looks) -> Any:
            looks.append(place)
            return look(place)

        with monkeypatch.context() as patched:
            patched.setattr(os, "scandir", looked)
            run_files(small_model, [str(tmp_path / name)], str(tmp_path / f"{name} out"))
        n_looks.append(len(looks))
        assert not list((tmp_path / f"{name} out").glob(".*"))
    assert n_looks[0] == n_looks[1]


def test_two_runs_do_not_write_into_one_place(
    small_model: Model, houses: Path, tmp_path: Path
) -> None:
    with (
        LocalFolder(tmp_path / "out").taken(),
        pytest.raises(OutputError, match="another run writes into"),
    ):
        run_files(small_model, [str(houses)], f"{tmp_path}/out/")
    assert not (tmp_path / "out").exists()
    assert run_files(small_model, [str(houses)], f"{tmp_path}/out/").n_parts == 3
