"""Training again from an artifact alone: the same bytes, or what is different."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from projects import shrink, write_table

from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.exceptions import ArtifactError, ConfigError
from regression_model.training.reproducing import reproduce

Command = Callable[..., Any]
ARTIFACTS = Path(__file__).parents[1] / "artifacts"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An artifact, and its table."""
    from regression_model.config.core import load_config
    from regression_model.guessing.inference import infer
    from regression_model.guessing.writing import write_config
    from regression_model.processing.table_files import read_table
    from regression_model.train_pipeline import run_training

    folder = tmp_path_factory.mktemp("reproduced")
    table = write_table(folder / "prices.csv")
    config = folder / "prices.yml"
    config.write_text(write_config(infer(read_table(table), "price"), table.name), "utf-8")
    shrink(config)
    artifact = folder / "prices.zip"
    run_training(load_config(config), artifact_path=artifact, model_version="3.1.4")
    return artifact, table


def changed(artifact: Path, place: Path, **facts: Any) -> Path:
    old = read_artifact(artifact)
    write_artifact(place, Artifact({**old.model, **facts}, old.members))
    return place


def test_the_same_config_and_table_give_the_same_bytes(
    command: Command, trained: tuple[Path, Path]
) -> None:
    artifact, table = trained
    done = command("reproduce", artifact, "--data", table)
    assert done.status == 0
    assert "is reproduced, byte by byte: SHA-256 " in done.out


def test_a_table_that_differs_by_a_row_is_told(
    command: Command, trained: tuple[Path, Path], tmp_path: Path
) -> None:
    artifact, table = trained
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "less.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    done = command("reproduce", artifact, "--data", "less.csv", "--json")
    said = json.loads(done.out)
    assert (done.status, said["equal"]) == (1, False)
    assert f"another table: {len(lines) - 2} rows now, {len(lines) - 1} then" in said["causes"][0]
    assert "model.onnx" in said["parts"]
    assert said["predictions"]["largest_difference"] > 0
    assert said["predictions"]["n_rows"] == len(lines) - 2


def test_a_cell_that_differs_is_told(trained: tuple[Path, Path], tmp_path: Path) -> None:
    artifact, table = trained
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    other = tmp_path / "other.csv"
    other.write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]), encoding="utf-8")
    made = reproduce(artifact, other)
    assert not made.is_equal
    assert "other cells, or in another order" in made.causes[0]


def test_libraries_of_other_versions_are_told(
    command: Command, trained: tuple[Path, Path], tmp_path: Path
) -> None:
    artifact, table = trained
    provenance = read_artifact(artifact).model["provenance"]
    libraries = {**provenance["libraries"], "numpy": "1.0.0"}
    older = changed(
        artifact, tmp_path / "older.zip", provenance={**provenance, "libraries": libraries}
    )
    done = command("reproduce", older, "--data", table)
    assert done.status == 1
    assert "different: model.json: provenance\n" in done.out
    assert "because of: other versions: numpy " in done.out
    assert "(then 1.0.0)" in done.out
    assert "largest difference 0.0e+00, median 0.0e+00" in done.out


def test_where_nothing_known_differs_the_processor_is_named(
    trained: tuple[Path, Path], tmp_path: Path
) -> None:
    artifact, table = trained
    other = changed(artifact, tmp_path / "other.zip", fold_losses={"score": [1], "target": [1]})
    made = reproduce(other, table)
    assert made.parts == ("model.json: fold_losses",)
    assert "that leaves the processor" in made.causes[0]


def test_an_artifact_without_a_config_is_refused(trained: tuple[Path, Path]) -> None:
    with pytest.raises(ArtifactError, match="keeps no config, as artifacts of format 1"):
        reproduce(ARTIFACTS / "format_1.zip", trained[1])


def test_a_config_that_this_version_has_no_more_is_refused(
    trained: tuple[Path, Path], tmp_path: Path
) -> None:
    config = {**read_artifact(trained[0]).model["config"], "of_old": 1}
    other = changed(trained[0], tmp_path / "other.zip", config=config)
    with pytest.raises(ConfigError, match="of_old"):
        reproduce(other, trained[1])
