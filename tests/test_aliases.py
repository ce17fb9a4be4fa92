"""A column under its other names, from the training table to every command."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from regression_model.artifact.contents import KEPT
from regression_model.artifact.facts import needed_format
from regression_model.artifact.format import artifact_bytes, read_artifact
from regression_model.artifact.model import Model
from regression_model.config.core import load_config
from regression_model.exceptions import DataError
from regression_model.pipeline import build_pipeline
from regression_model.predict import load_model
from regression_model.processing.data_manager import load_dataset
from regression_model.project.source import from_artifact, from_config
from regression_model.train_pipeline import TrainingResult, run_training

CONFIG = """\
files:
  training_data: flats.csv
target:
  column: price
columns:
  area:
    kind: number
    aliases:
      - "Fläche in m²"
      - size
  rooms:
    kind: integer
    required: true
    aliases:
      - n_rooms
  place: category
evaluation:
  folds: 2
difficulty:
  max_iter: 3
estimators:
  linear:
    type: ridge
"""
OTHER_NAMES = {"area": "Fläche in m²", "rooms": "n_rooms"}
RECORD = {"area": 70.5, "rooms": 3, "place": "north"}


def flats() -> pd.DataFrame:
    random = np.random.default_rng(5)
    area = random.uniform(30, 200, 60).round(1)
    rooms = random.integers(1, 6, 60)
    place = np.resize(["north", "south"], 60)
    return pd.DataFrame(
        {"area": area, "rooms": rooms, "place": place, "price": 1000 + 20 * area + 50 * rooms}
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a config, and its table under the columns' own names and others."""
    folder = tmp_path_factory.mktemp("aliases")
    (folder / "flats.yml").write_text(CONFIG, encoding="utf-8")
    flats().to_csv(folder / "flats.csv", index=False)
    flats().rename(columns=OTHER_NAMES).to_csv(folder / "other.csv", index=False)
    flats().rename(columns=OTHER_NAMES).to_parquet(folder / "other.parquet")
    return folder


@pytest.fixture(scope="module")
def result(folder: Path) -> TrainingResult:
    return run_training(load_config(folder / "flats.yml"), artifact_path=folder / "flats.zip")


@pytest.fixture(scope="module")
def model(result: TrainingResult) -> Model:
    return load_model(result.artifact_path)


@pytest.mark.parametrize("table", ["other.csv", "other.parquet", "a frame"])
def test_a_table_under_other_names_trains_the_same_bytes(
    folder: Path, result: TrainingResult, table: str
) -> None:
    config = load_config(folder / "flats.yml")
    data = (
        flats().rename(columns=OTHER_NAMES)
        if table == "a frame"
        else load_dataset(file_name=folder / table, config=config)
    )
    again = run_training(config, data=data)
    assert artifact_bytes(again.artifact) == artifact_bytes(result.artifact)
    assert read_artifact(folder / "flats.zip").format_version == 3


def test_a_model_without_aliases_keeps_its_earlier_format(folder: Path) -> None:
    lines = CONFIG.splitlines()
    plain = [line for line in lines if "aliases" not in line and not line.startswith("      -")]
    (folder / "plain.yml").write_text("\n".join(plain), encoding="utf-8")
    artifact = run_training(load_config(folder / "plain.yml")).artifact
    members = {name: data for name, data in artifact.members.items() if name not in KEPT}
    assert needed_format(artifact.model, members) == 2
    assert "aliases" not in json.dumps(artifact.model)


def test_one_record_has_the_same_answer_under_all_names(model: Model) -> None:
    expected = model.predict(RECORD)
    assert expected["errors"] is expected["warnings"] is None
    for area, rooms in product(["area", "size", OTHER_NAMES["area"]], ["rooms", "n_rooms"]):
        record = {area: 70.5, rooms: 3, "place": "north"}
        assert model.predict(record) == expected
        assert model.predict({**record, area: np.float32(70.5)}) == expected
        assert model.predict([record] * 20)["predictions"] == expected["predictions"] * 20
        wrong = {**record, area: "ten"}
        assert model.predict(wrong) == model.predict({**RECORD, "area": "ten"})


@pytest.mark.parametrize("others", [{"size": 70.5}, {"size": object()}, {"size ": None}])
def test_two_names_at_once_are_an_error_of_the_row(model: Model, others: dict[str, Any]) -> None:
    for record in ({**RECORD, **others}, {**others, **RECORD}):
        answer = model.predict(record)
        assert answer["predictions"] == [None]
        error, *_of_the_cell = answer["errors"] or []
        assert (error["row"], error["column"], error["code"]) == (0, "area", "named_twice")
        assert "area and size" in error["message"] or "size and area" in error["message"]
    answer = model.predict([RECORD, {**RECORD, **others}, RECORD])
    assert [prediction is None for prediction in answer["predictions"]] == [False, True, False]


def test_a_mistyped_alias_names_the_alias(model: Model) -> None:
    (warning,) = model.predict({"sizes": 1.0, "rooms": 2, "place": "north"})["warnings"] or []
    assert warning["message"] == "the model does not use sizes; did you mean size?"


def test_an_alias_that_is_mistyped_in_a_file_is_found_by_every_command(
    folder: Path, tmp_path: Path, model: Model, command: Callable[..., Any]
) -> None:
    path, typo = tmp_path / "typo.csv", "n_romms"
    flats().rename(columns={"rooms": typo}).to_csv(path, index=False)
    config, artifact = str(folder / "flats.yml"), str(folder / "flats.zip")
    for name in ("predict", "validate"):
        said = command(name, str(path), "--model", artifact)
        assert f"rooms (near: {typo})" in said.err
    said = command("train", "--config", config, "--data", str(path))
    assert f"rooms (near: {typo})" in said.err
    errors = model.predict(pd.read_csv(path))["errors"]
    assert errors is not None
    (error,) = errors
    assert error["message"].endswith(f"did you mean {typo}?")
    flats().rename(columns={"area": "siez"}).to_csv(path, index=False)
    assert "area (near: siez)" in command("predict", str(path), "--model", artifact).err
    with pytest.raises(DataError, match=r"area \(near: siez\)"):
        build_pipeline(load_config(config).model_config).fit(pd.read_csv(path), flats()["price"])


def test_info_names_the_aliases(result: TrainingResult, command: Callable[..., Any]) -> None:
    said = command("info", "--model", str(result.artifact_path)).out
    assert "area (or Fläche in m², size)" in said
    assert "rooms (or n_rooms)" in said


def test_the_pipeline_takes_each_name(folder: Path, result: TrainingResult) -> None:
    table = flats().drop(columns="price")
    other = table.rename(columns=OTHER_NAMES)
    expected = result.pipeline.predict(table)
    np.testing.assert_array_equal(result.pipeline.predict(other), expected)
    with pytest.raises(DataError, match="the table: area has 2 names here, area and size; leave"):
        result.pipeline.predict(table.assign(size=1.0))
    flats().assign(size=1.0).to_csv(folder / "both.csv", index=False)
    with pytest.raises(DataError, match=r"both\.csv: area has 2 names here, area and size; leave"):
        load_dataset(file_name=folder / "both.csv", config=load_config(folder / "flats.yml"))


@pytest.mark.parametrize(
    "arguments", [["predict"], ["validate"], ["evaluate"], ["explain", "--row", "3"]]
)
def test_every_command_takes_each_name(
    command: Callable[..., Any], folder: Path, model: Model, arguments: list[str]
) -> None:
    assert model.schema.has_aliases
    said = [
        command(*arguments, folder / name, "--model", folder / "flats.zip")
        for name in ("flats.csv", "other.csv")
    ]
    assert [done.status for done in said] == [0, 0]
    first, second = (
        done.out.replace("other.csv", "flats.csv").replace(OTHER_NAMES["area"], "area")
        for done in said
    )
    assert first == second
    flats().assign(size=1.0).to_csv(folder / "both.csv", index=False)
    both = command(*arguments, folder / "both.csv", "--model", folder / "flats.zip")
    assert both.status != 0
    assert "both.csv: area has 2 names here, area and size; leave one of them" in both.err


def test_a_project_is_made_of_what_has_aliases(folder: Path, model: Model) -> None:
    artifact = folder / "flats.zip"
    assert read_artifact(artifact).model["columns"][0]["aliases"] == ["Fläche in m²", "size"]
    assert model.schema["area"].aliases == ("Fläche in m²", "size")
    for source in (
        from_artifact(artifact, folder / "other.csv"),
        from_config(folder / "flats.yml", folder / "other.csv"),
    ):
        assert "Fläche in m²" in source.config
