"""``diff``: what is shown, written and checked, and what stands in the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from altered import altered_bytes

from regression_model.config.core import DATASET_DIR

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
OTHER = ARTIFACTS / "format_2.zip"
TEST = DATASET_DIR / "test.csv"


@pytest.fixture
def narrower(tmp_path: Path) -> Path:
    """Return the other model with a limit that is narrower."""
    path = tmp_path / "narrower.zip"
    path.write_bytes(altered_bytes(OTHER, columns={"GrLivArea": {"maximum": 9000}}))
    return path


def test_a_model_and_itself_are_a_patch(command: Command) -> None:
    done = command("diff", OTHER, OTHER)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert "this is a patch: 0.1.1 or later" in lines
    assert lines[-1].endswith("were tried, and all have the same answers within 1e-9")


def test_it_ends_with_what_is_called_for_and_why(command: Command, narrower: Path) -> None:
    done = command("diff", OTHER, narrower, "--data", TEST)
    assert done.status == 0
    assert "this is major: 0.2.0 or later" in done.out
    assert "major: refused now, answered before: GrLivArea is 9001;" in done.out
    assert "1,459 rows of test.csv: 0 of 1,459 predictions change" in done.out


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        ("0.2.0", 0, "0.2.0 promises enough after 0.1.0"),
        ("1.0.0", 0, "1.0.0 promises enough after 0.1.0"),
        (
            "0.1.1",
            1,
            "0.1.1 promises a patch after 0.1.0, and there is a major change: take 0.2.0",
        ),
        ("0.1.0", 1, "0.1.0 is not later than 0.1.0: take 0.2.0"),
    ],
)
def test_a_number_that_promises_less_ends_with_status_1(
    command: Command, narrower: Path, number: str, status: int, said: str
) -> None:
    done = command("diff", OTHER, narrower, "--check", number)
    assert done.status == status
    assert done.out.splitlines()[-1] == said
    told = command("diff", OTHER, narrower, "--check", number, "--json")
    assert told.status == status
    assert json.loads(told.out)["check"] == {"holds": status == 0, "text": said}


def test_json_tells_all(command: Command, narrower: Path) -> None:
    told = json.loads(command("diff", OTHER, narrower, "--json").out)
    assert told["change"] == "major"
    assert told["next_version"] == "0.2.0"
    assert [reason["column"] for reason in told["reasons"]] == ["GrLivArea"]
    assert told["columns"] == [
        {"column": "GrLivArea", "what": "maximum", "before": "", "after": "9000"}
    ]
    assert told["inputs"]["changes"][0]["what"] == "refused"
    assert told["predictions"]["moved"] == 0


def test_that_the_new_model_is_the_older_one_is_said(command: Command, tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    newer.write_bytes(altered_bytes(OTHER, model_version="0.2.0rc1"))
    said = "version 0.1.0, given as the new model, is older than 0.2.0rc1, given as the old one: "
    done = command("diff", newer, OTHER, "-o", "diff.md")
    assert done.status == 0
    assert f"note: {said}" in done.out
    assert f"Note: {said}" in (tmp_path / "diff.md").read_text(encoding="utf-8")
    assert json.loads(command("diff", newer, OTHER, "--json").out)["backwards"].startswith(said)
    done = command("diff", OTHER, newer)
    assert "older" not in done.out
    assert "backwards" not in json.loads(command("diff", OTHER, newer, "--json").out)


def test_a_page_is_written_beside(command: Command, narrower: Path, tmp_path: Path) -> None:
    done = command("diff", OTHER, narrower, "-o", "diff.html")
    assert (done.status, done.err) == (0, "wrote diff.html\n")
    assert (tmp_path / "diff.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert command("diff", OTHER, narrower, "-o", "diff.md").status == 0
    assert (tmp_path / "diff.md").read_text(encoding="utf-8").startswith("# Two models of")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--check", "one"), "'one' is no version such as 1.4.0"),
        (("-o", "diff.pdf"), "diff.pdf should end in .html or .md"),
        (("--data", "absent.csv"), "there is no file absent.csv"),
    ],
    ids=["version", "output", "data"],
)
def test_wrong_usage(command: Command, arguments: tuple[str, ...], said: str) -> None:
    done = command("diff", OTHER, OTHER, *arguments)
    assert done.status == 2
    assert said in done.err


def test_an_artifact_that_is_not_there_is_wrong_usage(command: Command) -> None:
    done = command("diff", OTHER, "absent.zip")
    assert done.status == 2
    assert "there is no file absent.zip" in done.err


def test_what_exists_is_replaced_only_by_force(command: Command, tmp_path: Path) -> None:
    (tmp_path / "diff.html").write_text("mine", encoding="utf-8")
    assert command("diff", OTHER, OTHER, "-o", "diff.html").status == 2
    assert (tmp_path / "diff.html").read_text(encoding="utf-8") == "mine"
    assert command("diff", OTHER, OTHER, "-o", "diff.html", "--force").status == 0


def test_a_version_without_numbers_cannot_be_checked(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "latest.zip"
    path.write_bytes(altered_bytes(OTHER, model_version="latest"))
    done = command("diff", path, OTHER)
    assert done.status == 0
    assert "this is a patch\n" in done.out
    done = command("diff", path, OTHER, "--check", "1.0.0")
    assert done.status == 1
    assert "the old model's version cannot be compared: 'latest' is no version" in done.err


def test_names_command_no_terminal(command: Command, tmp_path: Path) -> None:
    name = "[red]\x1b[31m<b>"
    path = tmp_path / "hostile.zip"
    path.write_bytes(altered_bytes(OTHER, columns={"LotFrontage": {"name": name}}))
    done = command("diff", OTHER, path)
    assert "\x1b" not in done.out
    assert r"[red]\u001b[31m<b>" in done.out


def test_train_says_what_callers_of_the_model_before_will_meet(
    command: Command, tmp_path: Path
) -> None:
    from projects import shrink, write_table

    table, config = write_table(tmp_path / "prices.csv"), tmp_path / "prices.yml"
    assert command("init", table, "--target", "price", "--config", config).status == 0
    shrink(config)
    first = command("train", "--config", config, "--model-version", "1.2.0")
    assert first.status == 0
    assert "to callers of version" not in first.out
    again = command("train", "--config", config, "--model-version", "1.2.1")
    assert "to callers of version 1.2.0 this is a patch: 1.2.1 or later" in again.out
    told = json.loads(command("train", "--config", config, "--json").out)
    assert told["advice"]["after"] == "1.2.1"
    assert told["advice"]["change"] == "patch"


def test_truths_that_cannot_be_read_keep_nobody_from_comparing(
    command: Command, narrower: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("GrLivArea,SalePrice\n1000,\n1200,?!\n", encoding="utf-8")
    done = command("diff", OTHER, narrower, "--data", "rows.csv")
    assert done.status == 0
    assert "errors on the file are not compared: " in done.err
    assert "2 rows of rows.csv: 0 of 2 predictions change" in done.out


def test_what_is_no_file_cannot_be_read_twice(command: Command, tmp_path: Path) -> None:
    done = command("diff", OTHER, OTHER, "--data", tmp_path)
    assert done.status == 2
    assert "is no file; its rows are read more than once" in done.err
