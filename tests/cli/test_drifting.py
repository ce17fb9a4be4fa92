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
