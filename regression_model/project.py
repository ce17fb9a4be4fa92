"""Writing an installable project around a table: config, package, tests, and the trained model."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from regression_model._version import package_version
from regression_model.config.core import load_config
from regression_model.config.inference import infer
from regression_model.config.writing import write_config
from regression_model.engine_wheel import ENGINE, FIRST_BREAKING, add_engine, check_wheel
from regression_model.exceptions import OutputError, ProjectError
from regression_model.model_package import ModelPackage
from regression_model.processing.output_files import output_folder
from regression_model.processing.table_files import is_parquet, read_table
from regression_model.project_name import check_name

if TYPE_CHECKING:
    from regression_model.config.guesses import Guesses
    from regression_model.training_result import TrainingResult

_FIRST_VERSION = "0.1.0"
_MAX_SAID = 80


@dataclass(frozen=True)
class NewProject:
    """What was written.

    Attributes
    ----------
    root : Path
        The project's folder.
    has_engine : bool
        Whether this package's wheel is in it.
    result : TrainingResult or None
        What training gave, unless it was left for later.
    """

    root: Path
    has_engine: bool
    result: TrainingResult | None


def new_project(
    name: str,
    table: Path,
    target: str,
    *,
    folder: Path | None = None,
    engine: Path | None = None,
    train: bool = True,
    on_guesses: Callable[[Guesses], None] | None = None,
) -> NewProject:
    """Write a project; it appears when it is complete, or not at all.

    Parameters
    ----------
    name : str
        Of folder, package and command: lower-case letters, digits and underscores.
    table : Path
        A CSV or Parquet file, which is copied.
    target : str
        The column to predict.
    folder : Path, optional
        Where the project's folder goes; the current one by default.
    engine : Path, optional
        This package's wheel, to be shipped with the project. By default the wheel that this package
        was installed from, or one built from its source, where either is on this machine.
    train : bool
        Whether to train at once.
    on_guesses : callable, optional
        Told what the config says of the table, before training.

    Returns
    -------
    NewProject

    Raises
    ------
    ProjectError
        If the name or the wheel will not do, the folder exists or cannot be written.
    DataError
        If a model cannot be made of the table.
    MissingExtraError
        If training needs a library that is not installed.
    """
    root = (Path() if folder is None else folder).absolute() / name
    _check_wanted(name, root, table, engine)
    if train:  # what it needs is missed now, not after the work
        import regression_model.train_pipeline  # noqa: F401
    guesses = infer(read_table(table), target)
    if on_guesses is not None:
        on_guesses(guesses)
    try:
        with output_folder(root) as made:
            _write_templates(made, name, target, table)
            package = _write_package(made / name, table, guesses)
            has_engine = add_engine(made / "requirements" / "wheels", engine)
            result = _train(package, table) if train else None
    except OutputError as problem:
        raise ProjectError(str(problem)) from problem
    if result is not None:
        result = replace(result, artifact_path=root / package.artifact_path.relative_to(made))
    return NewProject(root, has_engine, result)


def _check_wanted(name: str, root: Path, table: Path, engine: Path | None) -> None:
    check_name(name)
    if root.exists() or root.is_symlink():
        message = f"{root} exists; choose another name, or move it away"
        raise ProjectError(message)
    if not table.is_file():
        what = "a folder" if table.is_dir() else "no file"
        message = f"{table} is {what}; give a CSV or Parquet file"
        raise ProjectError(message)
    if engine is not None:
        check_wheel(engine)


def _write_templates(root: Path, name: str, target: str, table: Path) -> None:
    values = {
        "name": name,
        "target": _said(target),
        "engine": ENGINE,
        "engine_range": f">={package_version()},<{FIRST_BREAKING}",
        "table_reader": "pyarrow>=18  # the table is a Parquet file" if is_parquet(table) else "",
    }
    source = resources.files("regression_model") / "templates" / "project"
    with resources.as_file(source) as templates:
        for template in sorted(templates.rglob("*.template")):
            place = template.relative_to(templates).with_suffix("")
            if place.parts[0] == "package":
                place = Path(name, *place.parts[1:])
            out = root / (".gitignore" if place.name == "gitignore" else place)
            out.parent.mkdir(parents=True, exist_ok=True)
            text = Template(template.read_text(encoding="utf-8")).substitute(values)
            out.write_text(text.rstrip() + "\n", encoding="utf-8")


def _said(target: str) -> str:
    """Return what Python, INI and Markdown files may hold of a column's name."""
    words = " ".join(re.sub(r"[^\w .,()%/-]", " ", target).split())
    return words[:_MAX_SAID].strip() or "the target"


def _write_package(folder: Path, table: Path, guesses: Guesses) -> ModelPackage:
    """Write what the table and its config add to the templates."""
    for part in ("datasets", "trained_models"):
        (folder / part).mkdir()
    data = f"datasets/{table.name}"
    shutil.copyfile(table, folder / data)
    config = write_config(guesses, data, command="tox -e train")
    (folder / "config.yml").write_text(config, encoding="utf-8")
    load_config(folder / "config.yml")
    (folder / "VERSION").write_text(f"{_FIRST_VERSION}\n", encoding="utf-8")
    return ModelPackage(folder)


def _train(package: ModelPackage, table: Path) -> TrainingResult:
    from regression_model.train_pipeline import train_with_progress

    return train_with_progress(
        load_config(package.folder / "config.yml"),
        data=table,
        artifact_path=package.artifact_path,
        model_version=package.version,
    )
