"""``predict``: many files, places of all kinds, runs that go on, and what is wrong with them."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from few_houses import GOOD, HEADER
from pyarrow import parquet

Command = Callable[..., Any]


def states(*places: Path) -> dict[str, tuple[int, bytes]]:
    """Return when each file of some places was written, and what it holds."""
    found = [path for place in places for path in (place, *place.rglob("*")) if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_several_files_make_one_whose_rows_say_where_they_are_from(
    predict: Command, houses: Path
) -> None:
    done = predict(houses / "b.csv", houses / "a.csv", "-o", "out.csv", "--keep", "Id")
    assert done.status == 0
    assert "4 rows: 3 predicted, 1 not" in done.err
    found = [(row["source"], row["row"], row["Id"]) for row in rows(Path("out.csv"))]
    a, b = str(houses / "a.csv"), str(houses / "b.csv")
    assert found == [(b, "0", "3"), (b, "1", "4"), (a, "0", "1"), (a, "1", "2")]


def test_a_pattern_and_a_folder_are_all_that_they_mean(predict: Command, houses: Path) -> None:
    below = houses / "2026"
    below.mkdir()
    (below / "c.csv").write_text(HEADER + "5,900,4\n")
    for name in ("_manifest.csv", ".hidden.csv", "notes.md"):
        (houses / name).write_text("no table")
    done = predict("houses", "--id", "Id")
    assert [line.split(",")[1] for line in done.out.splitlines()] == ["Id", *"51234"]
    assert "note: in houses, notes.md passed over" in done.err
    done = predict("houses/*.csv", "houses/a.csv", "--id", "Id")
    assert [line.split(",")[1] for line in done.out.splitlines()] == ["Id", *"1234"]
    assert "houses/a.csv named more than once, and read once" in done.err
    done = predict("houses/*.parquet")
    assert (done.status, done.out) == (2, "")
    assert "no file whose name fits houses/*.parquet" in done.err


def test_standard_input_is_read(small_path: Path, tmp_path: Path) -> None:
    arguments = ["predict", "-", "--model", str(small_path), "--id", "Id"]
    command = [sys.executable, "-m", "regression_model", *arguments]
    done = subprocess.run(
        command, input=GOOD, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["Id", "1", "2"]
    subprocess.run([*command, "-o", "out.csv"], input=GOOD, text=True, check=True, cwd=tmp_path)
    assert (tmp_path / "out.csv").read_text() == done.stdout


@pytest.mark.parametrize("output", ["out/", "out.csv"])
def test_an_identical_run_that_is_finished_changes_nothing(
    predict: Command, houses: Path, output: str
) -> None:
    arguments = (houses, "-o", output, "--rejects", "rejects.csv", "--max-error-share", 0.3)
    assert predict(*arguments).status == 0
    before = states(Path())
    done = predict(*arguments)
    assert done.status == 0
    assert "complete already" in done.err
    assert "4 rows: 3 predicted, 1 not" in done.err
    assert states(Path()) == before
    assert predict(*arguments[:-1], 0.2).status == 1
    assert states(Path()) == before


@pytest.mark.parametrize("output", ["out/", "out.csv"])
def test_what_exists_is_replaced_or_gone_on_with_as_it_is_said(
    predict: Command, houses: Path, output: str
) -> None:
    assert predict(houses / "a.csv", "-o", output).status == 0
    before = states(Path())
    refused = predict(houses / "b.csv", "-o", output)
    assert refused.status == 2
    assert "exists; choose another name or add --force, or --resume" in refused.err
    assert states(Path()) == before
    assert predict(houses / "b.csv", "-o", output, "--force").status == 0
    assert predict(houses, "-o", output, "--resume").status == 0
    parts = Path(output).glob("part-*") if output.endswith("/") else [Path(output)]
    found = {(row["source"], row["row"]) for part in parts for row in rows(part)}
    assert found == {(str(houses / name), row) for name in ("a.csv", "b.csv") for row in "01"}


def test_what_is_no_output_of_ours_is_not_resumed(predict: Command, houses: Path) -> None:
    folder = Path("mine")
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    Path("mine.csv").write_text("mine")
    for output in ("mine/", "mine.csv"):
        done = predict(houses, "-o", output, "--resume")
        assert done.status == 2
        assert "exists; choose another name or add --force" in done.err
    assert predict(houses, "-o", "mine/", "--force").status == 0
    assert (folder / "letter.txt").read_text() == "dear"
    assert len(list(folder.glob("part-*"))) == 2


def test_rejects_have_a_line_for_each_error(predict: Command, houses: Path) -> None:
    (houses / "a.csv").write_text(GOOD + "9,1,2,3\n")
    for output in ([], ["-o", "out.csv"]):
        done = predict(houses, "--rejects", "rejects.csv", "--force", *output)
        assert done.status == 0
        found = [(row["source"][-5:], row["row"], row["code"]) for row in rows(Path("rejects.csv"))]
        assert found == [("a.csv", "2", "wrong_cell_count"), ("b.csv", "1", "not_a_number")]


def test_files_that_cannot_be_read_leave_the_others_going(predict: Command, houses: Path) -> None:
    whole = pa.table({"Id": [7, 8], "GrLivArea": [1_000, 1_100], "OverallQual": [5, 5]})
    parquet.write_table(whole, houses / "c.parquet")
    (houses / "cut.parquet").write_bytes((houses / "c.parquet").read_bytes()[:300])
    (houses / "empty.csv").write_text("")
    (houses / "other.csv").write_text("colour,size\nred,5\n")
    done = predict(houses, "-o", "out.csv", "--id", "Id")
    assert done.status == 1
    assert "6 rows: 5 predicted, 1 not" in done.err
    assert "error: cannot read" in done.err
    assert "empty.csv is empty; expected a header line and rows" in done.err
    assert "other.csv lacks required columns" in done.err
    assert "out.csv is not finished: 3 parts with 6 rows so far; --resume goes on" in done.err
    assert "Traceback" not in done.err
    assert not Path("out.csv").exists()
    for name in ("cut.parquet", "empty.csv", "other.csv"):
        (houses / name).unlink()
    done = predict(houses, "-o", "out.csv", "--id", "Id", "--resume")
    assert done.status == 0
    assert [row["Id"] for row in rows(Path("out.csv"))] == ["1", "2", "3", "4", "7", "8"]


@pytest.mark.parametrize("cell", [{"area": 5}, [1, 2]], ids=["struct", "list"])
def test_a_column_of_a_type_without_meaning_is_an_error_of_each_row(
    predict: Command, tmp_path: Path, cell: object
) -> None:
    table = pa.table({"GrLivArea": [cell, cell], "OverallQual": [5, 6]})
    parquet.write_table(table, tmp_path / "houses.parquet")
    done = predict("houses.parquet")
    assert done.status == 0
    assert "errors: not_a_scalar 2" in done.err
    assert len(done.out.splitlines()) == 3


@pytest.mark.usefixtures("houses")
def test_an_output_among_what_is_read_is_refused(predict: Command) -> None:
    before = states(Path())
    for output, said in {
        "houses/out.csv": "it is in the folder houses that is read",
        "houses/out/": "it is in the folder houses that is read",
        "houses/": "it is in the folder houses that is read",
    }.items():
        done = predict("houses", "-o", output)
        assert done.status == 2
        assert said in done.err
    done = predict("houses/a.csv", "-o", "houses/", "--force")
    assert done.status == 2
    assert "houses/a.csv in it is read; choose another folder" in done.err
    done = predict("houses/a.csv", "-o", "out.csv", "--rejects", "out.csv")
    assert done.status == 2
    assert "answers go there" in done.err
    assert states(Path()) == before


def test_cells_that_no_column_names_are_told_once(predict: Command, houses: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (houses / name).write_text("GrLivArea,OverallQual,\n1500,5,note\n")
    done = predict("houses")
    assert done.status == 0
    assert done.err.count("has cells in a column without a name") == 2


def test_a_run_without_a_place_cannot_be_gone_on_with(predict: Command, houses: Path) -> None:
    done = predict(houses, "--resume")
    assert done.status == 2
    assert "name it by -o" in done.err


def test_a_kept_column_that_a_file_has_not_is_named(predict: Command, houses: Path) -> None:
    done = predict(houses / "a.csv", "--keep", "id", "-o", "out.csv")
    assert done.status == 1
    assert "has no column 'id' for --keep; did you mean Id?" in done.err
    assert {path.name for path in Path().iterdir()} == {"houses"}
    done = predict(houses / "a.csv", "--keep", "prediction")
    assert done.status == 2
    assert "the answers have a column prediction too" in done.err


def test_urls_are_read_and_written(predict: Command, houses: Path, tmp_path: Path) -> None:
    here = tmp_path.as_uri()
    (houses / "notes.md").write_text("no table")
    (houses / "_old").mkdir()
    (houses / "_old" / "c.csv").write_text("no table")
    arguments = (f"{here}/houses", "-o", f"{here}/out.jsonl", "--keep", "Id")
    assert predict(*arguments).status == 0
    lines = Path("out.jsonl").read_text().splitlines()
    assert [json.loads(line)["Id"] for line in lines] == ["1", "2", "3", "4"]
    before = states(Path())
    done = predict(*arguments)
    assert (done.status, states(Path())) == (0, before)
    assert "complete already" in done.err
    done = predict(f"{here}/houses/*.csv", "-o", f"{here}/out/", "--id", "Id")
    assert done.status == 0
    assert sum(len(rows(part)) for part in Path("out").glob("part-*")) == 4
    for given, output, said in [
        (f"{here}/houses", f"{here}/out/", "exists; choose another name or add --force"),
        (f"{here}/houses", f"{here}/houses/out.csv", "it is in the folder"),
        (f"{here}/houses/a.csv", f"{here}/houses/a.csv", "it is an input"),
        (f"{here}/none.csv", "-", "there is no file"),
        (f"{here}/*.parquet", "-", "there is no file whose name fits"),
    ]:
        done = predict(given, "-o", output)
        assert done.status == 2
        assert said in done.err
    done = predict("nowhere://houses/a.csv")
    assert done.status == 1
    assert "cannot reach nowhere://houses/a.csv" in done.err


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ("a.csv", "-o URL/a.csv"),
        ("URL/a.csv", "-o a.csv"),
        ("URL/a.csv", "-o b.csv --rejects a.csv"),
        ("a.csv", "-o URL/b.csv --rejects b.csv"),
        ("a.csv", "-o URL/b.json --profile b.json"),
        ("URL", "-o c.csv"),
        (".", "-o URL/c.csv"),
    ],
)
def test_the_url_of_a_file_here_is_that_file(
    predict: Command, houses: Path, monkeypatch: pytest.MonkeyPatch, given: str, arguments: str
) -> None:
    monkeypatch.chdir(houses)
    before = states(houses)
    url = houses.as_uri()
    done = predict(given.replace("URL", url), *arguments.replace("URL", url).split(), "--force")
    assert (done.status, done.out) == (2, "")
    assert states(houses) == before


def test_a_dash_as_an_output_is_stdout(
    predict: Command, houses: Path, small_path: Path, tmp_path: Path
) -> None:
    plain = predict(houses, "--id", "Id")
    dashed = predict(houses, "--id", "Id", "-o", "-")
    assert (dashed.status, dashed.out) == (0, plain.out)
    arguments = ["predict", "houses", "--model", str(small_path), "-o", "out.csv", "--rejects", "-"]
    command = [sys.executable, "-m", "regression_model", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert [line.split(",")[3] for line in done.stdout.splitlines()] == ["code", "not_a_number"]
    for output in ([], ["-o", "-"], ["-o", "/dev/stdout"]):
        refused = predict(houses, "--rejects", "-", *output)
        assert (refused.status, refused.out) == (2, "")
        assert "answers go to stdout, too" in refused.err
    assert not Path("-").exists()


def test_rejects_are_no_input_of_the_next_run(predict: Command, houses: Path) -> None:
    for output in ([], ["-o", "out/"]):
        done = predict(houses, "--rejects", houses / "rejects.csv", *output)
        assert done.status == 2
        assert "where the next run would take it for input" in done.err
    assert {path.name for path in Path().rglob("*.csv")} == {"a.csv", "b.csv"}


@pytest.mark.parametrize("name", ["rejects.parquet", "rejects.ARROW"])
def test_rejects_are_text(predict: Command, houses: Path, name: str) -> None:
    done = predict(houses, "--rejects", name, "-o", "out.csv")
    assert done.status == 2
    assert "rejects are CSV or JSON Lines" in done.err
    assert not Path(name).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no such device")
def test_a_run_whose_rejects_went_into_a_device_is_known_again(
    predict: Command, houses: Path
) -> None:
    arguments = (houses, "-o", "out.csv", "--rejects", "/dev/full")
    assert predict(*arguments[:-1], "/dev/null").status == 0
    os.utime("/dev/null")
    assert "complete already" in predict(*arguments[:-1], "/dev/null").err
    done = predict(*arguments, "--force")
    assert done.status == 1
    assert "cannot write /dev/full" in done.err


def test_a_name_that_is_empty_is_no_folder(predict: Command, houses: Path) -> None:
    for arguments in (["", "-o", "out.csv"], [houses, "-o", ""]):
        done = predict(*arguments)
        assert done.status == 2
        assert "name a file or a folder" in done.err


def test_a_file_that_changes_while_it_is_answered_into_a_pipe_is_told(
    small_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text(HEADER + "1,1710,7\n" * 200_000)
    arguments = ["predict", "houses.csv", "--model", str(small_path)]
    command = [sys.executable, "-m", "regression_model", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it is in the middle: the pipe does not hold the rest
        path.write_text(GOOD)
        _, err = process.communicate()
    assert process.returncode == 1
    assert "houses.csv has changed while it was read" in err
