"""Writing an installable project around a table: config, package, tests, and the trained model."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from regression_model.config.core import load_config
from regression_model.exceptions import OutputError, ProjectError
from regression_model.guessing.rewriting import with_package_name
from regression_model.processing.output_files import output_folder
from regression_model.project.engine_wheel import add_engine, check_wheel
from regression_model.project.folder import PackageFolder
from regression_model.project.name import check_name
from regression_model.project.source import (
    ProjectSource,
    from_artifact,
    from_config,
    from_target,
)
from regression_model.project.template_files import write_template_files
from regression_model.reports.bill import write_bill_beside
from regression_model.reports.card.beside import write_card_beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from regression_model.guessing.guesses import Effort, Guesses
    from regression_model.training.progress import Progress
    from regression_model.training.result import TrainingResult


@dataclass(frozen=True)
class NewProject:
    """What was written.

    Attributes
    ----------
    root : Path
        The project's folder.
    has_engine : bool
        Whether this package's wheel is in it.
    has_model : bool
        Whether an artifact is in it.
    result : TrainingResult or None
        What training gave, unless it was left for later or done before.
    """

    root: Path
    has_engine: bool
    has_model: bool
    result: TrainingResult | None


def new_project(
    name: str,
    table: Path | None = None,
    target: str | None = None,
    *,
    config: Path | None = None,
    artifact: Path | None = None,
    effort: Effort = "standard",
    folder: Path | None = None,
    engine: Path | None = None,
    train: bool = True,
    progress: Callable[[], AbstractContextManager[Progress | None]] = nullcontext,
    on_guesses: Callable[[Guesses], None] | None = None,
) -> NewProject:
    """Write a project; it appears when it is complete, or not at all.

    It is made from one of three: a target, a config or an artifact.

    Parameters
    ----------
    name : str
        Of folder, package and command: lower-case letters, digits and underscores.
    table : Path, optional
        A file, which is copied; with a config the one that it names by default.
    target : str, optional
        The column to predict: the config is guessed from the table.
    config : Path, optional
        A config as it was edited, which is copied.
    artifact : Path, optional
        A model as it was trained on the table, which is copied with its config and its version.
    effort : {"quick", "standard", "best"}
        How much time a model may take whose config is guessed.
    folder : Path, optional
        Where the project's folder goes; the current one by default.
    engine : Path, optional
        This package's wheel, to be shipped with the project. By default the wheel that this package
        was installed from, or one built from its source, where either is on this machine.
    train : bool
        Whether to train at once.
    progress : callable
        Opens what is told of every part of training that is done; nothing is by default.
    on_guesses : callable, optional
        Told what the config says of the table, before training.

    Returns
    -------
    NewProject

    Raises
    ------
    ProjectError
        If the name or the wheel will not do, the folder exists or cannot be written, or a config or
        an artifact cannot be taken.
    ConfigError, DataError, ArtifactError
        If a model cannot be made of what is given.
    MissingExtraError
        If training needs a library that is not installed.
    """
    root = (Path() if folder is None else folder).absolute() / name
    _check_wanted(name, root, engine)
    train = train and artifact is None
    if train:  # what it needs is missed now, not after the work, and only where it is needed
        import regression_model.training.run  # noqa: F401
    guess = partial(from_target, effort=effort, on_guesses=on_guesses)
    source = _source(table, target, config, artifact, guess)
    try:
        with output_folder(root) as made:
            write_template_files(made, name, source)
            package = _write_package(made / name, source)
            has_engine = add_engine(made / "requirements" / "wheels", engine)
            result = _train(package, source.table, progress) if train else None
            has_model = package.artifact_path.is_file()
            write_card_beside(package.artifact_path)
            write_bill_beside(package.artifact_path)
    except OutputError as problem:
        raise ProjectError(str(problem)) from problem
    if result is not None:
        result = replace(result, artifact_path=root / package.artifact_path.relative_to(made))
    return NewProject(root, has_engine, has_model, result)


def _check_wanted(name: str, root: Path, engine: Path | None) -> None:
    check_name(name)
    if root.exists() or root.is_symlink():
        message = f"{root} exists; choose another name, or move it away"
        raise ProjectError(message)
    if engine is not None:
        check_wheel(engine)


def _source(
    table: Path | None,
    target: str | None,
    config: Path | None,
    artifact: Path | None,
    guess: Callable[[Path, str], ProjectSource],
) -> ProjectSource:
    n_given = sum(way is not None for way in (target, config, artifact))
    if n_given != 1:
        message = "give one of the three: a target, a config, or an artifact"
        raise ProjectError(message)
    if config is not None:
        return from_config(config, table)
    if table is None:
        message = "give the table: a target is guessed from it, a model is tested on it"
        raise ProjectError(message)
    if artifact is not None:
        return from_artifact(artifact, table)
    return guess(table, str(target))


def _write_package(folder: Path, source: ProjectSource) -> PackageFolder:
    """Write what the source adds to the templates."""
    for part in ("datasets", "trained_models"):
        (folder / part).mkdir()
    shutil.copyfile(source.table, folder / "datasets" / source.table.name)
    config = with_package_name(source.config, folder.name)
    (folder / "config.yml").write_text(config.rstrip() + "\n", encoding="utf-8")
    load_config(folder / "config.yml")
    (folder / "VERSION").write_text(f"{source.version}\n", encoding="utf-8")
    package = PackageFolder(folder)
    if source.artifact is not None:
        shutil.copyfile(source.artifact, package.artifact_path)
    return package


def _train(
    package: PackageFolder,
    table: Path,
    progress: Callable[[], AbstractContextManager[Progress | None]],
) -> TrainingResult:
    # A project that is not trained at once is written without the training libraries.
    from regression_model.processing.data_manager import load_dataset
    from regression_model.training.run import run_training

    config = load_config(package.config_path)
    data = load_dataset(file_name=table.resolve(), config=config)
    with progress() as told:
        return run_training(
            config,
            data=data,
            artifact_path=package.artifact_path,
            model_version=package.version,
            inputs=(table,),
            progress=told,
        )
