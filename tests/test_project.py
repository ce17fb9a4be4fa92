"""A package of one's own, from a table to a wheel that answers in another environment."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import regression_model
from regression_model.cli import app
from regression_model.exceptions import DataError
from regression_model.model_package import ModelPackage
from regression_model.predict import make_prediction
from regression_model.project import ProjectError, check_name, new_project

N_ROWS = 80
LIBRARIES = [
    str(Path(regression_model.__file__).parent.parent),
    *(path for path in sys.path if Path(path).name == "site-packages"),
]


def write_table(path: Path, slope: float = 2.0) -> Path:
    random = np.random.default_rng(2)
    area = random.uniform(20, 200, N_ROWS).round(1)
    place = random.choice(["north", "south"], N_ROWS)
    price = slope * area + 30 * (place == "north") + random.normal(0, 5, N_ROWS)
    pd.DataFrame({"area": area, "place": place, "price": price}).to_csv(path, index=False)
    return path


def shrink(config: Path) -> None:
    """Make a config that trains in a second of what init wrote."""
    text = config.read_text()
    head = text[: text.index("evaluation:")]
    evaluation = "evaluation:\n  folds: 3\n  inner_folds: 0\n"
    config.write_text(f"{head}{evaluation}estimators:\n  linear:\n    type: ridge\n")


def make(folder: Path, name: str, slope: float) -> Path:
    table = write_table(folder / f"{name}.csv", slope)
    engine = folder / "evergreen_regression-0-py3-none-any.whl"
    engine.write_bytes(b"")
    root = new_project(name, table, "price", folder=folder, engine=engine, train=False)
    package = ModelPackage(root / name)
    shrink(package.folder / "config.yml")
    assert package.train() == 0
    return root


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("projects")
    return make(folder, "flat_rent", 2.0), make(folder, "house_rent", 5.0)


@pytest.fixture(scope="module")
def environment(
    roots: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """An environment with the wheels of both, which sees the libraries of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=False)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    for root in roots:
        build = ["wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(root)]
        subprocess.run([*pip, *build], check=True, capture_output=True)
    wheels = [str(wheel) for wheel in sorted(folder.glob("*.whl"))]
    install = ["--python", str(binaries / "python"), "install", "--no-deps", "--no-index", *wheels]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    return binaries, {**os.environ, "PYTHONPATH": os.pathsep.join(LIBRARIES)}


def run(environment: tuple[Path, dict[str, str]], program: str, *arguments: str) -> str:
    binaries, variables = environment
    done = subprocess.run(
        [str(binaries / program), *arguments],
        check=True, capture_output=True, text=True, env=variables, cwd=binaries,
    )  # fmt: skip
    return done.stdout


def test_installed_packages_answer_beside_each_other_and_the_engines_own_model(
    environment: tuple[Path, dict[str, str]], roots: tuple[Path, Path]
) -> None:
    code = """
import json, sys
import flat_rent, house_rent, regression_model
heavy = {"sklearn", "pandas", "scipy", "onnx", "onnxruntime"} & set(sys.modules)
row = {"area": 100, "place": "north"}
answers = [p.make_prediction(input_data=row) for p in (flat_rent, house_rent)]
answers.append(regression_model.make_prediction(input_data={"GrLivArea": 1710}))
print(json.dumps([sorted(heavy), flat_rent.__file__, answers]))
"""
    heavy, place, answers = json.loads(run(environment, "python", "-c", code))
    assert heavy == []
    assert str(environment[0].parent) in place
    flat, house, ames = (answer["predictions"][0] for answer in answers)
    assert (flat, house) == (pytest.approx(230, rel=0.1), pytest.approx(530, rel=0.1))
    assert [answer["version"] for answer in answers[:2]] == ["0.1.0", "0.1.0"]
    assert ames == make_prediction(input_data={"GrLivArea": 1710})["predictions"][0]
    assert ModelPackage(roots[0] / "flat_rent").model.predict({"area": 100, "place": "north"})[
        "predictions"
    ] == [flat]


def test_the_installed_command_predicts_with_its_own_model(
    environment: tuple[Path, dict[str, str]], roots: tuple[Path, Path]
) -> None:
    table = roots[0] / "flat_rent" / "datasets" / "flat_rent.csv"
    lines = run(environment, "flat_rent", "predict", str(table)).splitlines()
    assert lines[0] == "row,prediction,error"
    assert len(lines) == 1 + N_ROWS
    assert "price in units" in run(environment, "flat_rent", "info")
    assert "largest difference 0.0e+00" in run(environment, "house_rent", "self-test")


def test_the_projects_own_tests_pass_in_its_environment(
    environment: tuple[Path, dict[str, str]], roots: tuple[Path, Path]
) -> None:
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(roots[1] / "tests")]
    assert "4 passed" in run(environment, "python", *tests)


def test_what_a_project_holds(roots: tuple[Path, Path]) -> None:
    root = roots[0]
    held = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert {
        ".gitignore", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py", "tox.ini",
        "flat_rent/VERSION", "flat_rent/__init__.py", "flat_rent/__main__.py",
        "flat_rent/config.yml", "flat_rent/datasets/flat_rent.csv", "flat_rent/predict.py",
        "flat_rent/train_pipeline.py", "flat_rent/trained_models/flat_rent_v0.1.0.zip",
        "requirements/requirements.txt", "requirements/test_requirements.txt",
        "requirements/train_requirements.txt",
        "requirements/wheels/evergreen_regression-0-py3-none-any.whl",
        "tests/test_model.py", "tests/test_predict.py",
    } <= held  # fmt: skip
    assert not [p for p in root.rglob("*") if p.suffix in (".py", ".md") and "$" in p.read_text()]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Car", "is no name for a package"),
        ("car-price", "is no name for a package"),
        ("1car", "is no name for a package"),
        ("class", "is no name for a package"),
        ("json", "would hide a module"),
        ("tests", "would hide a module"),
        ("numpy", "installed module"),
        ("regression_model", "installed module"),
    ],
)
def test_a_name_that_will_not_do(name: str, said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        check_name(name)


def test_nothing_is_written_where_something_is_wrong(tmp_path: Path) -> None:
    table = write_table(tmp_path / "rents.csv")
    (tmp_path / "taken").mkdir()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ProjectError, match="exists"):
        new_project("taken", table, "price", folder=tmp_path)
    with pytest.raises(DataError, match="did you mean 'price'"):
        new_project("rents", table, "prize", folder=tmp_path)
    with pytest.raises(ProjectError, match="is no wheel"):
        new_project("rents", table, "price", folder=tmp_path, engine=table)
    assert sorted(tmp_path.iterdir()) == before


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    table = write_table(tmp_path / "rents.csv")
    found = CliRunner().invoke(app, ["new", "json", "--data", str(table), "--target", "price"])
    assert isinstance(found.exception, ProjectError)
    absent = ["new", "rents", "--data", str(tmp_path / "no.csv"), "--target", "price"]
    assert CliRunner().invoke(app, absent).exit_code == 2
