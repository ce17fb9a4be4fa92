"""What a project is made from: a target, a config as edited, or a model as trained."""

import shutil
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from projects import shrink, write_table, write_wheel
from typer.testing import CliRunner

from regression_model import _version
from regression_model.artifact.format import Artifact, read_artifact, write_artifact
from regression_model.batch.table_quality import judge_on_table
from regression_model.cli import app
from regression_model.config.core import ModelConfig, load_config
from regression_model.exceptions import ConfigError, ProjectError
from regression_model.model_package import ModelPackage
from regression_model.project.engine_wheel import check_wheel
from regression_model.project.new import new_project

FORMAT_1 = Path(__file__).parents[1] / "artifacts" / "format_1.zip"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """A project with a model, from a config as it was edited."""
    folder = tmp_path_factory.mktemp("trained")
    table = write_table(folder / "flats.csv")
    guessed = new_project(
        "guessed", table, "price", folder=folder, engine=write_wheel(folder), train=False
    )
    config = guessed.root / "guessed" / "config.yml"
    shrink(config)
    made = new_project("flat_rent", config=config, folder=folder, engine=write_wheel(folder))
    return ModelPackage(made.root / "flat_rent")


def test_an_edited_config_ships_as_it_is(trained: ModelPackage, tmp_path: Path) -> None:
    table = write_table(tmp_path / "rents.csv")
    edited = (trained.folder / "config.yml").read_text(encoding="utf-8")
    edited = edited.replace("datasets/flats.csv", "rents.csv") + "# my own words\n"
    (tmp_path / "mine.yml").write_text(edited, encoding="utf-8")
    engine = write_wheel(tmp_path)
    made = new_project(
        "rents", config=tmp_path / "mine.yml", folder=tmp_path, engine=engine, train=False
    )
    package = ModelPackage(made.root / "rents")
    text = (package.folder / "config.yml").read_text(encoding="utf-8")
    assert text == edited.replace("rents.csv", "datasets/rents.csv")
    assert package.table.read_bytes() == table.read_bytes()
    assert not made.has_model
    assert trained.model.facts["config"]["evaluation"]["folds"] == 3
    assert trained.model.version == "0.1.0"


def test_a_trained_model_ships_as_it_is(trained: ModelPackage, tmp_path: Path) -> None:
    artifact = Path(shutil.copy(trained.artifact_path, tmp_path / "mine.zip"))
    make = partial(new_project, folder=tmp_path, engine=write_wheel(tmp_path))
    made = make("rents", trained.table, artifact=artifact)
    package = ModelPackage(made.root / "rents")
    assert (made.result, made.has_model) == (None, True)
    assert package.artifact_path.read_bytes() == artifact.read_bytes()
    kept = load_config(package.folder / "config.yml").model_config
    assert kept == ModelConfig(**trained.model.facts["config"])
    assert judge_on_table(package.model, package.table).errors == []
    other = write_table(tmp_path / "other.csv")
    frame = pd.read_csv(other)
    frame[:-3].to_csv(other, index=False)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ProjectError, match=r"is not the table of .*: 77 of its rows .* on 80"):
        make("rents_too", other, artifact=artifact)
    with pytest.raises(ProjectError, match="keeps no config"):
        make("rents_too", other, artifact=FORMAT_1)
    old = read_artifact(artifact)
    config = {
        **old.model["config"],
        "estimators": {"trees": {"type": "symmetric_boosting", "weight": 1.0}},
    }
    write_artifact(artifact, Artifact({**old.model, "config": config}, old.members))
    with pytest.raises(ConfigError, match=r"mine\.zip keeps: estimators\.trees.* write catboost"):
        make("rents_too", trained.table, artifact=artifact)
    with pytest.raises(ProjectError, match="give one of the three"):
        make("rents_too", other, "price", artifact=artifact)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "give one of --target, --config, --artifact; given: none"),
        (["--target", "price", "--config", "a.yml"], "given: --target, --config"),
        (["--target", "price"], "--target needs the table: --data TABLE"),
        (["--artifact", "a.zip"], "--artifact needs the table: --data TABLE"),
        (["--config", "a.yml", "--effort", "best"], "--effort is for --target"),
        (["--config", "gone.yml"], "there is no file gone.yml"),
    ],
)
def test_one_way_to_say_what_ships(given: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["new", "rents", *given])
    assert done.exit_code == 2
    assert said in " ".join(done.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("version", "breaking"), [("0.3.0", 1), ("0.10.2", 1), ("1.0.0", 2), ("2.7.1rc1", 3)]
)
def test_a_project_takes_engines_up_to_the_next_major_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, breaking: int
) -> None:
    (tmp_path / "VERSION").write_text(version)
    monkeypatch.setattr(_version, "__file__", str(tmp_path / "_version.py"))
    check_wheel(write_wheel(tmp_path, version))
    table = write_table(tmp_path / "rents.csv")
    engine = write_wheel(tmp_path, f"{version.partition('.')[0]}.999.0")
    root = new_project("rents", table, "price", folder=tmp_path, engine=engine, train=False).root
    for name in ("requirements.txt", "train_requirements.txt"):
        assert f">={version},<{breaking}\n" in (root / "requirements" / name).read_text()
    with pytest.raises(ProjectError, match=f"less than {breaking}"):
        check_wheel(write_wheel(tmp_path, f"{breaking}.0.0"))
