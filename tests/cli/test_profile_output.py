"""``predict --profile``: the counts of all rows that were answered, or no file of them."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from few_houses import GOOD, HEADER

Command = Callable[..., Any]

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
PLACES: list[list[str]] = [[], ["-o", "out.csv"], ["-o", "out/"], ["-o", "out.jsonl.gz"]]


def told(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(path).read_bytes())
    return found


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
def test_answers_are_the_same_and_all_rows_are_counted(
    predict: Command, houses: Path, place: list[str]
) -> None:
    plain = predict(houses, *place)
    files = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    done = predict(houses, *place, "--profile", "counts.json", *(["--force"] if place else []))
    assert (done.status, done.out) == (0, plain.out)
    answers = {path: data for path, data in files.items() if not path.name.startswith("_")}
    if place == ["-o", "out/"]:  # where parts are named by what was asked
        assert sorted(path.read_bytes() for path in Path("out").glob("part-*")) == sorted(
            data for path, data in answers.items() if path.parts[0] == "out"
        )
    else:
        assert all(path.read_bytes() == data for path, data in answers.items())
    counts = told("counts.json")
    assert (counts["rows"]["n_rows"], counts["rows"]["errors"]) == (4, {"not_a_number": 1})
    assert counts["error_to_expect"]["n_rows"] == 3


def test_drift_says_the_same_of_counts_as_of_rows(
    predict: Command, command: Command, houses: Path, small_path: Path
) -> None:
    assert predict(houses, "-o", "out.csv", "--profile", "counts.json").status == 0
    of_counts = command("drift", "counts.json", "--json", "--model", small_path)
    of_rows = command("drift", houses, "--json", "--model", small_path)
    assert of_counts.status == of_rows.status == 3
    left_out = {"unused_columns", "absent_columns"}
    assert {
        key: each for key, each in json.loads(of_counts.out).items() if key not in left_out
    } == {key: each for key, each in json.loads(of_rows.out).items() if key not in left_out}


def test_the_level_that_is_asked_for_tells_errors_too(predict: Command, houses: Path) -> None:
    plain = predict(houses, "--interval", 0.8)
    done = predict(houses, "--interval", 0.8, "--profile", "asked.json")
    assert done.out == plain.out
    assert "lower" in next(csv.reader(io.StringIO(done.out)))
    predict(houses, "--profile", "unasked.json")
    asked, unasked = told("asked.json"), told("unasked.json")
    assert asked["columns"] == unasked["columns"]
    of_all = [each["error_to_expect"]["sum"] for each in (asked, unasked)]
    assert of_all[0] == pytest.approx(of_all[1], rel=0.2)


@pytest.mark.parametrize("output", ["out/", "out.csv"])
def test_a_complete_run_stays_and_its_counts_come_back(
    predict: Command, houses: Path, output: str
) -> None:
    arguments = (houses, "-o", output, "--profile", "counts.json")
    assert predict(*arguments).status == 0
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert "complete already" in predict(*arguments).err
    Path("counts.json").unlink()
    done = predict(*arguments)
    assert (done.status, "complete already" in done.err) == (0, True)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    Path("counts.json").write_text("{}")
    done = predict(*arguments)
    assert done.status == 2
    assert "counts.json exists; choose another name or add --force" in done.err
    assert predict(*arguments, "--force").status == 0
    assert Path("counts.json").read_bytes() == before[Path("counts.json")]


def test_a_run_that_goes_on_has_the_counts_of_all_its_rows(predict: Command, houses: Path) -> None:
    whole = (houses, "-o", "whole.csv", "--profile", "whole.json")
    assert predict(*whole).status == 0
    arguments = (houses, "-o", "out.csv", "--profile", "counts.json")
    (houses / "c.csv").write_text("other,columns\n1,2\n")
    done = predict(*arguments)
    assert done.status == 1
    assert "no counts are written to counts.json" in done.err
    assert not Path("counts.json").exists()
    (houses / "c.csv").unlink()
    assert predict(*arguments, "--resume").status == 0
    assert Path("counts.json").read_bytes() == Path("whole.json").read_bytes()
    (houses / "c.csv").write_text(GOOD)
    assert predict(*arguments, "--resume").status == 0
    assert told("counts.json")["rows"]["n_rows"] == 6
    Path("counts.json").write_text("a letter")
    (houses / "c.csv").unlink()
    done = predict(*arguments, "--resume")
    assert done.status == 2
    assert "counts.json exists" in done.err
    assert Path("counts.json").read_text() == "a letter"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("counts.csv", "should end in .json, by which drift knows"),
        ("none/counts.json", "there is no folder"),
        ("out.json", "something else is written to out.json"),
        ("given.json", "it is the input given.json"),
        ("old.json", "old.json exists; choose another name or add --force"),
    ],
)
def test_places_that_are_wrong_are_refused_before_a_row_is_read(
    predict: Command, houses: Path, name: str, said: str
) -> None:
    Path("given.json").write_text(GOOD)
    Path("old.json").write_text("old")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    for output in ([], ["-o", "out.csv"]):
        rejects = ["--rejects", "out.json"] if name == "out.json" else []
        done = predict(houses, "given.json", *output, *rejects, "--profile", name)
        assert (done.status, done.out) == (2, "")
        assert said in done.err
        assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_a_model_without_a_profile_is_refused_before_a_row_is_read(
    command: Command, houses: Path
) -> None:
    done = command(
        "predict", houses, "-o", "out.csv", "--profile", "c.json",
        "--model", ARTIFACTS / "format_2.zip",
    )  # fmt: skip
    assert (done.status, sorted(path.name for path in Path().iterdir())) == (1, ["houses"])
    assert "keeps no profile of its training table" in done.err


def test_no_rows_are_counted_as_none(predict: Command, tmp_path: Path) -> None:
    (tmp_path / "none.csv").write_text(HEADER)
    for place in ([], ["-o", "out.csv"]):
        assert predict("none.csv", *place, "--profile", "counts.json", "--force").status == 0
        assert told("counts.json")["rows"]["n_rows"] == 0
