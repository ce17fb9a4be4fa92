"""``validate``: what is wrong with a file, for a person and for a program."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regression_model.model import Model
from regression_model.train_pipeline import TrainingResult

Command = Callable[..., Any]

TABLE = """\
Id,GrLivArea,OverallQual,KitchenQual,LotArea
11,1710,7,Gd,8450
12,ten,6,TA,9600
13,1786,7,Odd,
14,1786
15,many,6,TA,9600
"""


@pytest.fixture
def artifact(small_result: TrainingResult) -> Path:
    return small_result.artifact_path


def test_validate_groups_what_is_wrong_by_column(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = command("validate", path, "--model", artifact)
    assert done.status == 1
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.out.splitlines()]
    first = {(row[1], row[2]): (row[0], row[3], row[4]) for row in rows if len(row) > 4 and row[2]}
    assert first[("GrLivArea", "not_a_number")] == ("error", "2", "1")
    assert first[("", "wrong_cell_count")] == ("error", "1", "3")
    assert first[("KitchenQual", "unseen_level")] == ("warning", "1", "2")
    assert "5 rows: 2 valid, 3 not" in done.out
    assert "columns that the model does not use: Id" in done.err


def test_validate_as_json_tells_all_that_predict_would(
    command: Command, artifact: Path, tmp_path: Path, small_model: Model
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text(TABLE, encoding="utf-8")
    said = json.loads(command("validate", path, "--model", artifact, "--json").out)
    assert (said["n_rows"], said["n_failed"]) == (5, 3)
    assert [(error["row"], error["code"]) for error in said["errors"]] == [
        (1, "not_a_number"), (3, "wrong_cell_count"), (4, "not_a_number"),
    ]  # fmt: skip
    assert said["unused_columns"] == ["Id"]
    ten = {"GrLivArea": ["ten"], "OverallQual": ["6"], "KitchenQual": ["TA"], "LotArea": ["9600"]}
    alone = small_model.predict(ten, from_file=True)
    assert alone["errors"] is not None
    assert [{**alone["errors"][0], "row": 1}] == said["errors"][:1]


def test_rows_are_numbered_through_the_file(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    path.write_text("GrLivArea\n" + "1500\n" * 12_345 + "ten\n", encoding="utf-8")
    said = json.loads(command("validate", path, "--model", artifact, "--json").out)
    assert [error["row"] for error in said["errors"]] == [12_345]


def test_a_valid_file_is_status_0(command: Command, artifact: Path, tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("GrLivArea,LotArea\n1710,8450\n", encoding="utf-8")
    done = command("validate", path, "--model", artifact)
    assert done.status == 0
    assert "1 rows: 1 valid, 0 not" in done.out
    assert command("validate", tmp_path / "gone.csv").status == 2


def test_a_file_of_ten_thousand_other_columns_is_said_in_a_line(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    names = ["GrLivArea", *(f"c{i}" for i in range(9_999))]
    path = tmp_path / "wide.csv"
    path.write_text(",".join(names) + "\n" + ",".join(["1500"] * 10_000) + "\n", encoding="utf-8")
    done = command("predict", path, "--model", artifact)
    assert done.status == 0
    assert "does not use: c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, and 9,989 more" in done.err


def test_predict_adds_the_ends_of_intervals(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = command("predict", path, "--model", artifact, "--interval", 0.8)
    lines = done.out.splitlines()
    assert lines[0] == "row,prediction,lower,upper,error"
    _, prediction, lower, upper, error = lines[1].split(",")
    assert float(lower) < float(prediction) < float(upper)
    assert error == ""
    assert lines[2].startswith("1,,,,\"GrLivArea is 'ten'")
    refused = command("predict", path, "--model", artifact, "--interval", 1.5)
    assert refused.status == 2
    assert "coverage from 0.5 to" in " ".join(refused.err.split())


def test_evaluate_shows_figures_beside_those_at_training(
    command: Command, artifact: Path, train_data: Any, tmp_path: Path
) -> None:
    path = tmp_path / "sold.csv"
    train_data.head(50).to_csv(path, index=False)
    shown = command("evaluate", path, "--model", artifact)
    assert shown.status == 0
    assert "cross-validated at training" in shown.out
    assert "of 90%" in shown.out
    facts = json.loads(command("evaluate", path, "--model", artifact, "--json").out)
    assert facts["rows"] == 50
    assert len(facts["fifths"]) == 5
    without = command("evaluate", path, "--model", artifact, "--target", "Price")
    assert without.status == 1
    assert "no column 'Price'" in without.err


def test_explain_lists_the_largest_contribution_first(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = command("explain", path, "--row", 0, "--model", artifact)
    cells = [line.split("│") for line in done.out.splitlines() if line.startswith("│")]
    sizes = [abs(float(row[3])) for row in cells]
    assert sizes == sorted(sizes, reverse=True)
    assert done.status == 0
    found = json.loads(command("explain", path, "--row", 0, "--model", artifact, "--json").out)
    explanation = found["explanations"][0]
    total = explanation["base"] + sum(explanation["contributions"].values())
    assert total == pytest.approx(explanation["score"])
    absent = command("explain", path, "--row", 5, "--model", artifact)
    assert (absent.status, absent.out) == (1, "")
    assert "there is no row 5" in absent.err
