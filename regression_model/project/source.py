"""What a project is written from: a table's target, a config as edited, or a model as trained."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regression_model.batch.table_quality import judge_on_table
from regression_model.config.core import DATASET_DIR, kept_config, load_config, parse_config
from regression_model.exceptions import ProjectError
from regression_model.guessing.inference import infer
from regression_model.guessing.rewriting import settings_text, with_table
from regression_model.guessing.writing import write_config
from regression_model.predict import load_model
from regression_model.processing.table_files import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from regression_model.artifact.model import Model
    from regression_model.config.core import Config, ModelConfig
    from regression_model.guessing.guesses import Effort, Guesses

_FIRST_VERSION = "0.1.0"

# What pip takes for a version as it stands: 1.0, 1.0rc1, 1.0.post1, 1.0.dev1 (PEP 440, without
# epochs and local labels).
_VERSION = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?")

_TRAIN_AGAIN = "train it again with --model-version, such as 1.0.0"


@dataclass(frozen=True)
class ProjectSource:
    """What goes into a project besides the templates.

    Attributes
    ----------
    table : Path
        It is copied.
    target : str
        The column that is predicted.
    config : str
        The text of ``config.yml``, which names the copy.
    version : str
        Of the model.
    artifact : Path or None
        A model of this config, where there is one already.
    """

    table: Path
    target: str
    config: str
    version: str = _FIRST_VERSION
    artifact: Path | None = None


def from_target(
    table: Path,
    target: str,
    effort: Effort = "standard",
    on_guesses: Callable[[Guesses], None] | None = None,
) -> ProjectSource:
    """Guess a config from a table.

    Raises
    ------
    DataError
        If a model cannot be made of the table.
    """
    _check_table(table)
    guesses = infer(read_table(table), target, effort)
    if on_guesses is not None:
        on_guesses(guesses)
    return ProjectSource(table, target, write_config(guesses, _copy(table), command="tox -e train"))


def from_config(config: Path, table: Path | None = None) -> ProjectSource:
    """Take a config as it was edited, with the table that it names unless another is given.

    Raises
    ------
    ConfigError
        If the config does not hold.
    ProjectError
        If there is no such table, or the config names it in a way that cannot be changed.
    """
    loaded = load_config(config)
    if table is None:
        table = _named_table(loaded)
    _check_table(table)
    text = with_table(config.read_text(encoding="utf-8-sig"), _copy(table))
    source = ProjectSource(table, loaded.model_config.target.column, text)
    if not _holds(source, loaded.model_config):
        message = (
            f"{config}: write files.training_data_file on a line of its own, so that it can change"
        )
        raise ProjectError(message)
    return source


def _named_table(config: Config) -> Path:
    """Return the table that a config names: beside it, or in the package's ``datasets/``."""
    beside = config.folder / config.app_config.training_data_file
    return beside if beside.exists() else DATASET_DIR / config.app_config.training_data_file


def from_artifact(artifact: Path, table: Path) -> ProjectSource:
    """Take a model as it was trained; the table is what the project's tests hold it against.

    Raises
    ------
    ArtifactError
        If the artifact cannot be read.
    ConfigError
        If its config names what this version has no more.
    DataError
        If the table lacks columns of the model.
    ProjectError
        If the artifact keeps no config, its version is none, or the table is not its own.
    """
    model = load_model(artifact)
    if "config" not in model.facts:
        message = f"{artifact} keeps no config, as artifacts of format 1; train it again"
        raise ProjectError(message)
    version = str(model.facts["model_version"])
    if not _VERSION.fullmatch(version):
        message = f"{artifact} has the version {version!r}, which no wheel can have; {_TRAIN_AGAIN}"
        raise ProjectError(message)
    _check_table(table)
    _check_same_table(artifact, model, table)
    settings = kept_config(model.facts["config"], str(artifact))
    text = settings_text(settings, _copy(table))
    source = ProjectSource(table, settings.target.column, text, version, artifact)
    if not _holds(source, settings):
        message = f"the config that {artifact} keeps cannot be written as YAML; give it as --config"
        raise ProjectError(message)
    return source


def _check_same_table(artifact: Path, model: Model, table: Path) -> None:
    """Refuse a table with other rows than the model was trained on, by their number."""
    n_rows = judge_on_table(model, table).n_rows
    n_trained = model.facts["metrics"]["n_rows"]
    if n_rows != n_trained:
        message = (
            f"{table} is not the table of {artifact}: {n_rows:,} of its rows have a target and "
            f"count, and the model was trained on {n_trained:,}"
        )
        raise ProjectError(message)


def _check_table(table: Path) -> None:
    if not table.is_file():
        what = "a folder" if table.is_dir() else "no file"
        message = f"{table} is {what}; give a table, such as a CSV file"
        raise ProjectError(message)


def _copy(table: Path) -> str:
    """Return where the table is copied to, as seen from the config."""
    return f"datasets/{table.name}"


def _holds(source: ProjectSource, settings: ModelConfig) -> bool:
    """Tell whether the config that is to be written says what the given one does."""
    written = parse_config(source.config, Path("config.yml"))
    names_copy = written.app_config.training_data_file == _copy(source.table)
    return names_copy and written.model_config == settings
