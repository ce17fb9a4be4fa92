"""``drift``: what is said of a file, and the statuses by which a scheduler knows it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from regression_model.config.core import DATASET_DIR

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
TEST = DATASET_DIR / "test.csv"


@pytest.fixture
def shifted(tmp_path: Path) -> Path:
    path = tmp_path / "shifted.csv"
    table = pd.read_csv(TEST).head(500)
    table.assign(OverallCond=9).to_csv(path, index=False)
    return path


@pytest.fixture
def hard(tmp_path: Path) -> Path:
    path = tmp_path / "hard.csv"
    table = pd.read_csv(TEST)
    table[table["OverallQual"] >= 9].to_csv(path, index=False)
    return path


def test_nothing_is_status_0(command: Command) -> None:
    done = command("drift", TEST)
    assert done.status == 0
    assert "No drift in 1,459 rows that is proven and large." in done.out
    assert "Mean absolute error to expect: " in done.out


def test_drift_is_status_3_unless_only_losses_count(command: Command, shifted: Path) -> None:
    done = command("drift", shifted)
    assert done.status == 3
    assert "Drift, proven and large, in 500 rows: " in done.out
    assert "OverallCond" in done.out
    assert command("drift", shifted, "--fail-on", "none").status == 0
    assert command("drift", shifted, "--fail-on", "loss").status == 0


def test_larger_errors_are_status_4(command: Command, hard: Path) -> None:
    done = command("drift", hard)
    assert done.status == 4
    assert "it is proven to be larger" in done.out
    assert command("drift", hard, "--fail-on", "loss").status == 4
    assert command("drift", hard, "--fail-on", "none").status == 0


@pytest.mark.parametrize("n_rows", [0, 1])
def test_too_few_rows_are_status_5(command: Command, tmp_path: Path, n_rows: int) -> None:
    path = tmp_path / "few.csv"
    pd.read_csv(TEST).head(n_rows).to_csv(path, index=False)
    done = command("drift", path)
    assert done.status == 5
    assert ("No rows" if n_rows == 0 else "Too few to tell: 1 row ") in done.out
    assert command("drift", path, "--fail-on", "loss").status == 5


def test_json_has_all_of_it(command: Command, shifted: Path) -> None:
    done = command("drift", shifted, "--json")
    told = json.loads(done.out)
    assert (done.status, told["status"], told["n_rows"]) == (3, 3, 500)
    assert told["shifts"][0]["verdict"] == "drift"
    assert told["loss"]["trained"] > 0


def test_a_page_is_written_as_its_name_says(
    command: Command, shifted: Path, tmp_path: Path
) -> None:
    done = command("drift", shifted, "-o", "drift.html")
    assert (done.status, "wrote drift.html" in done.err) == (3, True)
    text = (tmp_path / "drift.html").read_text(encoding="utf-8")
    assert "OverallCond, then and now" in text
    assert command("drift", shifted, "-o", "drift.html").status == 2
    assert command("drift", shifted, "-o", "drift.html", "--force").status == 3
    assert command("drift", shifted, "-o", "drift.md").status == 3
    assert "](drift_files/" in (tmp_path / "drift.md").read_text(encoding="utf-8")


def test_files_of_all_kinds_are_compared_as_one_table(
    command: Command, shifted: Path, tmp_path: Path
) -> None:
    table = pd.read_csv(shifted, dtype=str, keep_default_na=False)
    folder = tmp_path / "parts"
    (folder / "below").mkdir(parents=True)
    table[:100].to_csv(folder / "a.csv", index=False)
    table[100:200].to_csv(folder / "below" / "b.csv.gz", index=False)
    table[200:300].to_json(tmp_path / "c.jsonl", orient="records", lines=True)
    table[300:400].to_parquet(tmp_path / "d1.parquet")
    table[400:].to_csv(tmp_path / "e.csv", index=False)
    assert command("predict", "e.csv", "-o", "f.csv", "--profile", "e.json").status == 0
    whole = json.loads(command("drift", shifted, "--json").out)
    done = command("drift", "parts", "c.jsonl", "d*.parquet", "e.json", "--json")
    assert done.status == whole["status"] == 3
    told = json.loads(done.out)
    assert told["shifts"] == whole["shifts"]
    assert told["warnings"]["out_of_training_range"] == whole["warnings"]["out_of_training_range"]
    assert told["loss"] == pytest.approx(whole["loss"])
    done = command("drift", "parts", "e.json", "-o", "drift.html")
    assert (done.status, "300 rows: 300 predicted, 0 not" in done.err) == (3, True)
    assert "Drift of a.csv and 2 more" in (tmp_path / "drift.html").read_text(encoding="utf-8")


def test_files_that_cannot_be_read_are_told_and_the_others_compared(
    command: Command, shifted: Path, tmp_path: Path
) -> None:
    (tmp_path / "foreign.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "cut.json").write_text('{"format": "regression-model counts 1"', encoding="utf-8")
    done = command("drift", "foreign.csv", shifted, "cut.json")
    assert done.status == 1
    assert "Drift, proven and large, in 500 rows: " in done.out
    assert "error: foreign.csv lacks all columns of the model" in done.err
    assert "error: cut.json is no file of counts, or is damaged" in done.err
    command("drift", "foreign.csv", shifted, "cut.json", "-o", "some.md")
    title = "# Drift of foreign.csv and 2 more, 2 of them not read\n"
    assert (tmp_path / "some.md").read_text(encoding="utf-8").startswith(title)
    done = command("drift", "foreign.csv", "-o", "drift.html")
    assert (done.status, done.out) == (1, "")
    assert not (tmp_path / "drift.html").exists()


def test_what_means_no_file_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    for name, said in {"none.csv": "there is no file", "*.csv": "no file whose name fits"}.items():
        done = command("drift", name)
        assert (done.status, done.out) == (2, "")
        assert said in done.err
    (tmp_path / "counts.json").write_text("{}", encoding="utf-8")
    done = command("drift", "counts.json", "-o", "counts.md")
    assert done.status == 1
    assert "is no file of counts" in done.err


def test_other_names_are_wrong_usage(command: Command, tmp_path: Path) -> None:
    done = command("drift", TEST, "-o", "drift.pdf")
    assert done.status == 2
    assert "drift.pdf should end in .html or .md" in done.err
    assert not list(tmp_path.iterdir())


def test_an_artifact_without_a_profile_is_refused_with_a_remedy(command: Command) -> None:
    done = command("drift", TEST, "--model", ARTIFACTS / "format_2.zip")
    assert done.status == 1
    assert "keeps no profile of its training table" in done.err
    assert "train it again" in done.err


def test_a_file_of_other_columns_is_refused(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "foreign.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    done = command("drift", path)
    assert done.status == 1
    assert "all columns of the model" in done.err
