"""Writing an installable project around a table: config, package, tests, and the trained model."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import resources
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as library_version
from pathlib import Path
from string import Template

from regression_model._version import package_version
from regression_model.config.core import PACKAGE_ROOT, load_config
from regression_model.config.inference import infer
from regression_model.config.writing import write_config
from regression_model.exceptions import RegressionModelError
from regression_model.processing.table_files import read_table

ENGINE = "evergreen-regression"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SETUPTOOLS = 77
_TAKEN = ("tests", "requirements")


class ProjectError(RegressionModelError):
    """A project that cannot be written, and why."""


def new_project(
    name: str,
    table: Path,
    target: str,
    *,
    folder: Path | None = None,
    engine: Path | None = None,
    train: bool = True,
) -> Path:
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
        This package's wheel, to be shipped with the project. Made from the source by default, where
        this package runs from a checkout.
    train : bool
        Whether to train at once.

    Returns
    -------
    Path
        The project's folder.

    Raises
    ------
    ProjectError
        If the name or the wheel will not do, or the folder exists.
    DataError
        If a model cannot be made of the table.
    """
    root = (Path() if folder is None else folder) / name
    check_name(name)
    if root.exists():
        message = f"{root} exists; choose another name, or move it away"
        raise ProjectError(message)
    if engine is not None and (engine.suffix != ".whl" or not engine.is_file()):
        message = f"{engine} is no wheel; give the .whl file of {ENGINE}"
        raise ProjectError(message)
    data = f"datasets/{table.name}"
    config = write_config(infer(read_table(table), target), data)
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=root.parent) as aside:
        made = Path(aside) / name
        _write_templates(made, name, target)
        package = made / name
        for part in ("datasets", "trained_models"):
            (package / part).mkdir()
        shutil.copyfile(table, package / data)
        (package / "config.yml").write_text(config, encoding="utf-8")
        (package / "VERSION").write_text("0.1.0\n", encoding="utf-8")
        _add_engine(made / "requirements" / "wheels", engine)
        if train:
            _train(package, name)
        made.rename(root)
    return root


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a package, or is one already."""
    message = ""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        message = "is no name for a package; use lower-case letters, digits and underscores"
    elif name in sys.stdlib_module_names or name in _TAKEN:
        message = "would hide a module that Python or the project has; choose another name"
    elif importlib.util.find_spec(name) is not None:
        message = "is the name of an installed module; choose another name"
    if message:
        raise ProjectError(f"{name!r} {message}")


def _write_templates(root: Path, name: str, target: str) -> None:
    said = " ".join(re.sub(r"[^\w .,()%/-]", " ", target).split())
    values = {"name": name, "target": said, "engine": ENGINE, "engine_version": package_version()}
    source = resources.files("regression_model") / "templates" / "project"
    with resources.as_file(source) as templates:
        for template in sorted(templates.rglob("*.template")):
            place = template.relative_to(templates).with_suffix("")
            if place.parts[0] == "package":
                place = Path(name, *place.parts[1:])
            out = root / (".gitignore" if place.name == "gitignore" else place)
            out.parent.mkdir(parents=True, exist_ok=True)
            text = Template(template.read_text(encoding="utf-8")).substitute(values)
            out.write_text(text, encoding="utf-8")


def _add_engine(folder: Path, engine: Path | None) -> None:
    """Put the engine's wheel beside the requirements, if there is one or it can be made."""
    folder.mkdir()
    checkout = PACKAGE_ROOT.parent
    (folder / "README.md").write_text(
        "Wheels that pip looks at before the package index.\n", encoding="utf-8"
    )
    if engine is not None:
        shutil.copy(engine, folder)
    elif (checkout / "setup.py").is_file():
        _build_wheel(checkout, folder)


def _build_wheel(checkout: Path, folder: Path) -> None:
    """Build from a copy, so that nothing is left in the checkout."""
    with tempfile.TemporaryDirectory() as copied:
        source = Path(copied) / "engine"
        unwanted = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")
        shutil.copytree(checkout, source, ignore=unwanted)
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        command += ["--no-build-isolation"] * _can_build()
        built = subprocess.run(  # noqa: S603 - the interpreter that runs this
            [*command, "--wheel-dir", str(folder), str(source)],
            capture_output=True,
            text=True,
            check=False,
        )
    if built.returncode:
        message = (
            f"the wheel of {ENGINE} could not be built from {checkout}; build one and give it "
            f"with --engine. pip said: {built.stderr.strip()[-500:]}"
        )
        raise ProjectError(message)


def _can_build() -> bool:
    """Whether a setuptools is installed that builds wheels alone, so that none is fetched."""
    try:
        return int(library_version("setuptools").partition(".")[0]) >= _SETUPTOOLS
    except PackageNotFoundError:
        return False


def _train(package: Path, name: str) -> None:
    from regression_model.train_pipeline import train_with_progress

    train_with_progress(
        load_config(package / "config.yml"),
        artifact_path=package / "trained_models" / f"{name}_v0.1.0.zip",
        model_version="0.1.0",
    )
