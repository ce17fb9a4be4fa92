"""``info`` for people; ``schema`` and ``config-schema``: JSON for programs and editors."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from regression_model.artifact.format import Artifact, write_artifact
from regression_model.artifact.model import Model
from regression_model.config.core import Config
from regression_model.config.json_schema import config_json_schema
from regression_model.train_pipeline import TrainingResult

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"


def test_schema_is_that_of_one_record(
    command: Command, small_result: TrainingResult, small_model: Model
) -> None:
    said = json.loads(command("schema", "--model", small_result.artifact_path).out)
    assert said == small_model.schema.record_model.model_json_schema()
    assert set(said["properties"]) == set(small_model.schema.names)


def test_config_schema_is_that_of_the_config(command: Command) -> None:
    assert json.loads(command("config-schema").out) == config_json_schema()


def test_info_says_the_bounds_of_the_target(
    command: Command, small_result: TrainingResult, tmp_path: Path
) -> None:
    artifact = small_result.artifact
    target = {**artifact.model["target"], "minimum": 0.0, "maximum": 1500.5}
    path = tmp_path / "bounded.zip"
    write_artifact(path, Artifact({**artifact.model, "target": target}, artifact.members))
    said = " ".join(command("info", "--model", path).out.split())
    assert f"{target['column']} in {target['unit']}, at least 0, at most 1500.5" in said
    assert "at least" not in command("info", "--model", small_result.artifact_path).out


def test_info_shows_of_an_old_artifact_what_it_keeps(command: Command) -> None:
    done = command("info", "--model", ARTIFACTS / "format_1.zip")
    assert (done.status, done.err) == (0, "")
    named = {line.split("  ")[0] for line in done.out.splitlines()}
    assert {"artifact format", "target", "hold out"} <= named
    assert not {"estimators", "intervals", "explanations"} & named


def test_info_says_what_the_model_is_the_average_of(
    command: Command, small_config: Config, small_result: TrainingResult
) -> None:
    said = " ".join(command("info", "--model", small_result.artifact_path).out.split())
    weights = small_result.selection.weights
    total = sum(weights.values())
    assert weights
    for name, weight in weights.items():
        kind = small_config.model_config.estimators[name].model_dump()["type"]
        assert f"{name} ({kind}) {weight / total:.2f}" in said
