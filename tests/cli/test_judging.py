"""``validate``: what is wrong with a file, for a person and for a program."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regression_model.artifact.model import Model
from regression_model.config.core import AppConfig, Config, ModelConfig
from regression_model.predict import packaged_artifact
from regression_model.train_pipeline import run_training

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
def artifact(small_path: Path) -> Path:
    return small_path


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


def test_a_model_of_the_first_format_is_evaluated_without_intervals(
    command: Command, tmp_path: Path
) -> None:
    path = Path(__file__).parents[1] / "artifacts" / "format_1.json"
    examples = json.loads(path.read_text("utf-8"))
    rows = [each["record"] | {"SalePrice": each["prediction"]} for each in examples]
    pd.DataFrame(rows).to_csv(tmp_path / "houses.csv", index=False)
    options = ["--model", path.with_suffix(".zip")]
    shown = command("evaluate", tmp_path / "houses.csv", *options)
    assert shown.status == 0
    assert "rmse_log" in shown.out
    assert "intervals" not in shown.out
    said = json.loads(command("evaluate", tmp_path / "houses.csv", *options, "--json").out)
    assert said["metrics"]["r2"] == pytest.approx(1.0)
    assert "coverage" not in said


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


def test_a_column_of_the_answers_cannot_name_the_rows(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("GrLivArea,prediction,lower\n1500,a,b\n", encoding="utf-8")
    arguments = ("predict", path, "--model", artifact, "--id")
    done = command(*arguments, "prediction")
    assert (done.status, done.out) == (2, "")
    assert "the answers have a column prediction too" in done.err
    assert command(*arguments, "lower", "--interval", 0.9).status == 2
    assert command(*arguments, "lower").out.splitlines()[0] == "lower,prediction,error"


def test_texts_that_a_spreadsheet_would_run_are_escaped_when_asked(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    texts = ["=1+1", "+49 30", "-x", "@a", "\ta", "-5", "+1.5e3", "plain", "'=1", "-", "=ten"]
    path = tmp_path / "houses.csv"
    rows = "".join(f"{1500 + i},{text}\n" for i, text in enumerate(texts))
    path.write_text("GrLivArea,=id\n" + rows, encoding="utf-8")
    arguments = ("predict", path, "--model", artifact, "--id", "=id")
    plain = list(csv.reader(command(*arguments).out.splitlines()))
    assert [row[0].strip() for row in plain] == ["=id", *map(str.strip, texts)]
    escaped = list(csv.reader(command(*arguments, "--escape-formulas").out.splitlines()))
    changed = [after[0] for before, after in zip(plain, escaped, strict=True) if before != after]
    assert [name.strip("\t") for name in changed] == [
        "'=id", "'=1+1", "'+49 30", "'-x", "'@a", *["'\ta"] * (plain[5][0] == "\ta"), "'-", "'=ten",
    ]  # fmt: skip


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_an_output_is_never_an_input(
    command: Command, artifact: Path, tmp_path: Path, force: tuple[str, ...]
) -> None:
    path, link = tmp_path / "houses.csv", tmp_path / "link.csv"
    path.write_text(TABLE, encoding="utf-8")
    link.symlink_to(path)
    model = tmp_path / "model.zip"
    model.write_bytes(artifact.read_bytes())
    for output in (path, link, model):
        done = command("predict", path, "--model", model, "-o", output, *force)
        assert done.status == 2
        assert "it is the input" in done.err
    assert "it is the input" in command("predict", path, "-o", packaged_artifact(), *force).err
    assert path.read_text(encoding="utf-8") == TABLE


def test_a_device_needs_no_force(command: Command, artifact: Path, tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text(TABLE, encoding="utf-8")
    done = command("predict", path, "--model", artifact, "-o", os.devnull)
    assert (done.status, done.out) == (0, "")
    assert Path(os.devnull).is_char_device()


def test_a_table_that_is_not_of_houses_is_told_which_model_was_asked(
    command: Command, artifact: Path, tmp_path: Path
) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("area,price\n50,100\n", encoding="utf-8")
    for words in (
        ["predict"],
        ["validate"],
        ["evaluate", "--target", "price"],
        ["explain", "--row", 0],
    ):
        done = command(words[0], path, *words[1:])
        assert done.status == 1
        assert "without --model the packaged model was asked, which predicts SalePrice" in done.err
    assert "without --model" not in command("predict", path, "--model", artifact).err


LONG = "l" * 5000
COLUMNS = "length [mm]", "[/h]", f"grade {LONG}"
RED = f"[red]{LONG}"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parts") / "parts.csv"
    header = ",".join((*COLUMNS, f"mass {LONG}"))
    path.write_text(f"{header}\n5,1,{RED},7\n6,2,[/x],9\nx,2,{RED}2,9\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "level"),
    [(["info"], "[red]"), (["validate"], ""), (["evaluate"], ""), (["explain"], "[red]")],
)
def test_commands_show_names_that_look_like_markup_and_of_long_ones_the_beginning(
    command: Command, bracket_artifact: Path, parts: Path, words: list[str], level: str
) -> None:
    row = ["--row", 0] if words == ["explain"] else []
    file = [] if words == ["info"] else [parts]
    shown = command(*words, *file, *row, "--model", bracket_artifact)
    assert words == ["evaluate"] or "length [mm]" in shown.out
    assert words[0] in ("validate", "evaluate") or "[/h]" in shown.out
    assert level in shown.out
    assert words == ["validate"] or "[kg]" in shown.out
    assert "lll…" in shown.out
    text = shown.out + shown.err
    assert max(map(len, text.splitlines())) < 600
    assert "l" * 101 not in text


@pytest.fixture(scope="module")
def bracket_artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(3)
    length, h, grade = COLUMNS
    frame = pd.DataFrame(
        {
            length: random.uniform(0, 9, 40),
            h: random.uniform(0, 9, 40),
            grade: random.choice([RED, "[/x]", "c"], 40),
        }
    )
    mass = f"mass {LONG}"
    settings: dict[str, Any] = {
        "target": {"column": mass, "unit": f"[kg]{LONG}"},
        "columns": {length: "number", h: "number", grade: "category"},
        "estimators": {f"[/l]{LONG}": {"type": "ridge"}},
        "evaluation": {"folds": 2, "hold_out": 0.2},
    }
    config = Config(AppConfig(training_data_file="t.csv"), ModelConfig(**settings))
    path = tmp_path_factory.mktemp("brackets") / "model.zip"
    data = frame.assign(**{mass: frame[length] + frame[h]})
    run_training(config, data=data, artifact_path=path)
    return path


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_row_of_numbers_dates_and_gaps_is_explained(
    command: Command, artifact: Path, tmp_path: Path, form: list[str]
) -> None:
    path = tmp_path / "houses.jsonl"
    path.write_text(
        '{"GrLivArea": 1710, "OverallQual": 7.0, "LotArea": null}\n',
        encoding="utf-8",
    )
    done = command("explain", path, "--row", 0, "--model", artifact, *form)
    assert (done.status, "1710" in done.out) == (0, True)
