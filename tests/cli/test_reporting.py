"""``card``: a page or Markdown of a model, and what stands in the way of one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regression_model.config.core import DATASET_DIR

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
TRAIN = DATASET_DIR / "train.csv"


def test_a_card_is_written_as_its_name_says(
    command: Command, small_path: Path, tmp_path: Path
) -> None:
    done = command("card", small_path, "-o", "card.html")
    assert (done.status, done.out, done.err) == (0, "", "wrote card.html\n")
    assert (tmp_path / "card.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert command("card", small_path, "-o", "card.md").status == 0
    text = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert text.startswith("---\n")
    for picture in (tmp_path / "card_files").iterdir():
        assert f"](card_files/{picture.name})" in text


def test_the_packaged_model_is_the_one_by_default(command: Command, tmp_path: Path) -> None:
    assert command("card", "-o", "card.html").status == 0
    assert "A model of SalePrice" in (tmp_path / "card.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["card.pdf", "card", "html"])
def test_other_names_are_wrong_usage(command: Command, name: str) -> None:
    done = command("card", "-o", name)
    assert done.status == 2
    assert f"{name} should end in .html or .md, which says what is written" in done.err


@pytest.mark.parametrize("there", ["card.md", "card_files/weights.svg"])
def test_what_exists_is_replaced_only_by_force(
    command: Command, tmp_path: Path, there: str
) -> None:
    old = tmp_path / there
    old.parent.mkdir(exist_ok=True)
    old.write_text("mine", encoding="utf-8")
    artifact = ARTIFACTS / "format_2.zip"
    done = command("card", artifact, "-o", "card.md")
    assert done.status == 2
    assert f"{there} exists; choose another name or add --force" in done.err
    assert old.read_text(encoding="utf-8") == "mine"
    assert command("card", artifact, "-o", "card.md", "--force").status == 0
    assert old.read_text(encoding="utf-8") != "mine"


def test_no_input_is_ever_replaced(command: Command, small_path: Path, tmp_path: Path) -> None:
    artifact = tmp_path / "small.html"
    artifact.write_bytes(small_path.read_bytes())
    done = command("card", artifact, "-o", artifact, "--force")
    assert done.status == 2
    assert "it is the input" in done.err
    assert artifact.read_bytes() == small_path.read_bytes()


def test_a_file_is_shown_beside_training(
    command: Command, small_path: Path, tmp_path: Path
) -> None:
    rows = TRAIN.read_text(encoding="utf-8").splitlines(keepends=True)[:120]
    (tmp_path / "new.csv").write_text("".join(rows), encoding="utf-8")
    done = command("card", small_path, "-o", "card.html", "--data", "new.csv")
    assert (done.status, done.err) == (0, "wrote card.html\n")
    text = (tmp_path / "card.html").read_text(encoding="utf-8")
    assert "new.csv: 119 rows in the file, of which 119 are judged." in text


def test_a_file_without_truth_is_an_error_and_no_card(
    command: Command, small_path: Path, tmp_path: Path
) -> None:
    done = command("card", small_path, "-o", "card.html", "--data", DATASET_DIR / "test.csv")
    assert done.status == 1
    assert "has no column 'SalePrice' that holds the truth" in done.err
    assert not (tmp_path / "card.html").exists()


def test_a_card_of_an_old_artifact_says_what_is_missing(command: Command, tmp_path: Path) -> None:
    assert command("card", ARTIFACTS / "format_1.zip", "-o", "card.md").status == 0
    assert "## What is not known" in (tmp_path / "card.md").read_text(encoding="utf-8")


def test_train_writes_the_card_beside_the_artifact(
    command: Command, tmp_path: Path, quick_config: Path
) -> None:
    done = command("train", "--config", quick_config, "--out", "model.zip")
    assert done.status == 0
    assert "wrote its card: model_card.html" in done.err
    assert "A model of price" in (tmp_path / "model_card.html").read_text(encoding="utf-8")
    (tmp_path / "model_card.html").write_text("mine", encoding="utf-8")
    done = command("train", "--config", quick_config, "--out", "model.zip", "--accept")
    assert done.status == 0
    assert "model_card.html is no card of a model and stays; no card was written" in done.err
    assert (tmp_path / "model_card.html").read_text(encoding="utf-8") == "mine"


@pytest.fixture
def quick_config(command: Command, tmp_path: Path) -> Path:
    from projects import shrink, write_table

    table = write_table(tmp_path / "prices.csv")
    config = tmp_path / "prices.yml"
    assert command("init", table, "--target", "price", "--config", config).status == 0
    shrink(config)
    return config
