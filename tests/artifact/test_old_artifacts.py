"""Artifacts of every format that was ever released load, and predict what they always did."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from regression_model._version import package_version
from regression_model.artifact.format import FORMAT_VERSION
from regression_model.config.core import DATASET_DIR
from regression_model.exceptions import ArtifactError
from regression_model.predict import load_model
from regression_model.processing.csv_files import read_columns

ARTIFACTS = Path(__file__).parents[1] / "artifacts"


RELEASED = sorted(ARTIFACTS.glob("model_v*.zip"))
ANSWERED = sorted(
    {path.with_suffix(".zip") for path in ARTIFACTS.glob("*.json")} - {ARTIFACTS / "format_1.zip"}
)


def path_of(version: int) -> Path:
    return ARTIFACTS / f"format_{version}.zip"


def examples_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return found


def near(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("path", sorted(ARTIFACTS.glob("format_*.zip")), ids=lambda path: path.stem)
def test_an_old_artifact_predicts_the_same_numbers(path: Path) -> None:
    examples = examples_of(path)
    result = load_model(path).predict([e["record"] for e in examples], from_file=True)
    assert result["predictions"] == [near(e["prediction"]) for e in examples]


def test_examples_are_of_rows_with_and_without_answer() -> None:
    kept = [example["explanation"] is None for example in examples_of(path_of(2))]
    assert set(kept) == {True, False}


@pytest.mark.parametrize("path", ANSWERED, ids=lambda path: path.stem)
def test_an_old_artifact_gives_the_same_intervals_and_reasons(path: Path) -> None:
    model, examples = load_model(path), examples_of(path)
    assert len({e["interval"] for e in examples}) > 1
    for example in examples:
        result = model.predict(
            [example["record"]], interval=example["interval"], explain=True, from_file=True
        )
        assert result["lower"] == [near(example["lower"])]
        assert result["upper"] == [near(example["upper"])]
        (explanation,), kept = result["explanations"], example["explanation"]
        if kept is None or explanation is None:
            assert explanation is kept is example["prediction"]
            continue
        assert explanation["base"] == near(kept["base"])
        assert explanation["score"] == near(kept["score"])
        for found, expected in (
            (explanation["contributions"], kept["contributions"]),
            (explanation["effect"], kept["effect"]),
        ):
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"interval": 0.9}, "this artifact has no intervals: train it again"),
        ({"explain": True}, "this artifact has no explanations: train it again"),
    ],
)
def test_the_first_format_says_that_it_has_neither_intervals_nor_reasons(
    asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(ArtifactError, match=said):
        load_model(path_of(1)).predict({"GrLivArea": 1500}, **asked)


def test_there_is_an_artifact_of_every_format_that_is_closed() -> None:
    found = {path.stem for path in ARTIFACTS.glob("format_*.zip")}
    assert found == {f"format_{i}" for i in range(1, FORMAT_VERSION)}


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_a_released_model_predicts_what_it_did(path: Path) -> None:
    model = load_model(path)
    assert path.stem == f"model_v{model.version}"
    expected_path = ARTIFACTS / f"expected_v{model.version}.csv"
    with expected_path.open(encoding="utf-8", newline="") as file:
        expected = [float(row["prediction"]) for row in csv.DictReader(file)]
    table = read_columns(DATASET_DIR / "test.csv")
    assert model.predict(table, from_file=True)["predictions"] == [near(one) for one in expected]


def test_there_is_an_artifact_of_every_released_model() -> None:
    released = {path.stem.removeprefix("expected_") for path in ARTIFACTS.glob("expected_v*.csv")}
    held = {path.stem.removeprefix("model_") for path in RELEASED}
    assert released - held == {f"v{package_version()}"}
