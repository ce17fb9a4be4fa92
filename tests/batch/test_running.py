"""Runs of many files: nothing lost and nothing twice, whatever ends them."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from file_runs import a_run, run_files

from regression_model.artifact.model import Model

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
def test_every_row_of_every_file_is_answered_once(
    small_model: Model, houses: Path, tmp_path: Path, output: str
) -> None:
    outcome = run_files(small_model, [str(houses)], f"{tmp_path}/{output}")
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
    run_files(small_model, [str(houses)], str(reference) + "/" * output.endswith("/"))
    done = subprocess.run(
        [sys.executable, ROOT / "killed_runs.py",
         small_path, houses, reference, f"{tmp_path}/{output}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15
