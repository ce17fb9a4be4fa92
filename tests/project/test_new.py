"""A package of one's own, from a table to a wheel that answers in another environment."""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from projects import N_ROWS, shrink, write_table, write_wheel
from signing import write_keys, write_signature
from typer.testing import CliRunner

import regression_model
from regression_model import __version__
from regression_model.batch.table_quality import judge_on_table
from regression_model.cli import app
from regression_model.config.core import load_config
from regression_model.exceptions import ArtifactError, DataError, ProjectError
from regression_model.guessing.inference import infer
from regression_model.guessing.writing import write_config
from regression_model.model_package import ModelPackage
from regression_model.predict import make_prediction
from regression_model.processing.table_files import read_table
from regression_model.project.engine_wheel import check_wheel
from regression_model.project.new import new_project
from regression_model.reports.bill import bill_of_materials, bill_text

LIBRARIES = [
    str(Path(regression_model.__file__).parent.parent),
    *(path for path in sys.path if Path(path).name == "site-packages"),
]
TEMPLATES = Path(regression_model.__file__).parent / "project" / "templates"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def make(folder: Path, name: str, slope: float) -> Path:
    table = write_table(folder / f"{name}.csv", slope)
    made = new_project(name, table, "price", folder=folder, engine=write_wheel(folder), train=False)
    assert (made.has_engine, made.has_model, made.result) == (True, False, None)
    package = ModelPackage(made.root / name)
    shrink(package.folder / "config.yml")
    assert package.train() == 0
    return made.root


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("projects")
    return make(folder, "flat_rent", 2.0), make(folder, "house_rent", 5.0)


@pytest.fixture
def own(roots: tuple[Path, Path], tmp_path: Path) -> Path:
    """A project that a test may change."""
    return shutil.copytree(roots[0], tmp_path / "flat_rent")


def build(folder: Path, *roots: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), *map(str, roots)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def environment(
    roots: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """An environment with the wheels of both, which sees the libraries of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=False)
    binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    built = build(folder, *roots)
    assert built.returncode == 0, built.stderr
    wheels = [str(wheel) for wheel in sorted(folder.glob("*.whl"))]
    options = ["--no-deps", "--no-index", "--no-compile"]
    install = ["--python", str(binaries / "python"), "install", *options, *wheels]
    subprocess.run([*PIP, *install], check=True, capture_output=True)
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
    table = str(roots[0] / "flat_rent" / "datasets" / "flat_rent.csv")
    for options in ([], ["--quiet"]):
        lines = run(environment, "flat_rent", *options, "predict", table).splitlines()
        assert lines[0] == "row,prediction,error"
        assert len(lines) == 1 + N_ROWS
        assert not lines[1].endswith("absent")
    assert "price in units" in run(environment, "flat_rent", "info")
    assert "largest difference 0.0e+00" in run(environment, "house_rent", "self-test")
    assert run(environment, "flat_rent", "--version") == "0.1.0\n"
    named = str(roots[1] / "house_rent" / "trained_models" / "house_rent_v0.1.0.zip")
    other = run(environment, "flat_rent", "predict", table, "--model", named)
    assert other == run(environment, "house_rent", "predict", table) != "\n".join(lines)


def test_the_command_shows_what_can_be_done_with_its_model(
    environment: tuple[Path, dict[str, str]],
) -> None:
    shown = run(environment, "flat_rent", "--help")
    assert "flat_rent 0.1.0" in shown
    words = shown.split()
    assert {"predict", "evaluate", "explain", "validate", "serve", "self-test"} <= set(words)
    assert not {"init", "new", "config-schema"} & set(words)


def test_the_projects_own_tests_pass_in_its_environment(
    environment: tuple[Path, dict[str, str]], roots: tuple[Path, Path]
) -> None:
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(roots[1] / "tests")]
    assert "7 passed" in run(environment, "python", *tests)


def test_the_projects_own_tests_fail_beside_another_table(
    environment: tuple[Path, dict[str, str]], own: Path
) -> None:
    write_table(own / "flat_rent" / "datasets" / "flat_rent.csv", slope=3.0)
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(own / "tests")]
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run(environment, "python", *tests)
    assert "not the table of this model" in failed.value.stdout
    assert "2 failed, 5 passed" in failed.value.stdout


@pytest.mark.parametrize(
    ("requirements", "project"),
    [("requirements.txt", "."), ("train_requirements.txt", ".[train]")],
)
def test_pip_takes_the_engine_from_the_project_itself(
    own: Path, requirements: str, project: str
) -> None:
    write_wheel(own / "requirements" / "wheels", "0.0.1")
    write_wheel(own / "requirements" / "wheels", "1.0.0")
    newest = write_wheel(own / "requirements" / "wheels", "0.999.0")
    options = ["--dry-run", "--ignore-installed", "--no-index", "--no-build-isolation", "--quiet"]
    done = subprocess.run(
        [*PIP, "install", *options, "--report", "-", "-r", f"requirements/{requirements}", project],
        check=True, capture_output=True, text=True, cwd=own,
    )  # fmt: skip
    places = {
        item["metadata"]["name"].replace("_", "-"): item["download_info"]["url"]
        for item in json.loads(done.stdout)["install"]
    }
    assert places == {"flat-rent": own.as_uri(), "evergreen-regression": newest.as_uri()}


def test_a_wheel_names_ranges_alone_and_holds_the_model_of_its_version(own: Path) -> None:
    package = own / "flat_rent"
    assert build(own, own).returncode == 0
    (package / "VERSION").write_text("0.2.0\n", encoding="utf-8")
    refused = build(own, own)
    assert refused.returncode
    assert "there is no model" in refused.stdout + refused.stderr
    with pytest.raises(ArtifactError, match=r"flat_rent 0\.2\.0 has no model yet.*tox -e train"):
        ModelPackage(package).model  # noqa: B018 - reading it loads it
    assert ModelPackage(package).train() == 0
    assert ModelPackage(package).model.predict({"area": 1})["version"] == "0.2.0"
    assert build(own, own).returncode == 0
    with zipfile.ZipFile(own / "flat_rent-0.2.0-py3-none-any.whl") as wheel:
        held = set(wheel.namelist())
        metadata = wheel.read("flat_rent-0.2.0.dist-info/METADATA").decode()
    assert {name for name in held if name.endswith((".zip", ".csv"))} == {
        "flat_rent/trained_models/flat_rent_v0.2.0.zip"
    }
    assert f"Requires-Dist: evergreen-regression<1,>={__version__}\n" in metadata
    assert "file:" not in metadata
    assert metadata == announced(own)


def test_a_wheel_holds_the_bill_and_the_signature_of_its_model(own: Path) -> None:
    artifact = own / "flat_rent" / "trained_models" / "flat_rent_v0.1.0.zip"
    signed = write_signature(artifact, write_keys(own.parent)[0])
    assert build(own.parent, own).returncode == 0
    with zipfile.ZipFile(own.parent / "flat_rent-0.1.0-py3-none-any.whl") as wheel:
        bill = wheel.read("flat_rent-0.1.0.dist-info/sboms/flat_rent.cdx.json").decode()
        signature = wheel.read("flat_rent/trained_models/flat_rent_v0.1.0.zip.sig")
        assert (
            "flat_rent-0.1.0.dist-info/sboms/flat_rent.cdx.json,"
            in wheel.read("flat_rent-0.1.0.dist-info/RECORD").decode()
        )
    assert bill == bill_text(bill_of_materials(artifact))
    assert signature == signed.read_bytes()
    artifact.with_suffix(".cdx.json").write_text(bill.replace(digest_of(artifact), "0" * 64))
    refused = build(own.parent, own)
    assert refused.returncode
    assert "is of another model; write it again: flat_rent info --sbom" in (
        refused.stdout + refused.stderr
    )


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def announced(root: Path) -> str:
    """What the build backend says of the wheel before it is built."""
    backend = tomllib.loads((root / "pyproject.toml").read_text())["build-system"]["build-backend"]
    code = f"import {backend} as b; b.prepare_metadata_for_build_wheel('announced')"
    (root / "announced").mkdir()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=root)
    (file,) = (root / "announced").glob("*.dist-info/METADATA")
    return file.read_text()


def test_what_a_project_holds(roots: tuple[Path, Path]) -> None:
    root = roots[0]
    held = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert {
        ".gitignore", "MANIFEST.in", "README.md", "pyproject.toml", "setup.py", "tox.ini",
        "flat_rent/VERSION", "flat_rent/__init__.py", "flat_rent/__main__.py",
        "flat_rent/config.yml", "flat_rent/datasets/flat_rent.csv", "flat_rent/predict.py",
        "flat_rent/train_pipeline.py", "flat_rent/trained_models/flat_rent_v0.1.0.zip",
        "flat_rent/trained_models/flat_rent_v0.1.0_card.html",
        "flat_rent/trained_models/flat_rent_v0.1.0.cdx.json",
        "requirements/requirements.txt",
        "requirements/test_requirements.txt", "requirements/train_requirements.txt",
        f"requirements/wheels/evergreen_regression-{__version__}-py3-none-any.whl",
        "requirements/wheels/README.md", "tests/test_model.py", "tests/test_predict.py",
    } <= held  # fmt: skip
    assert not [p for p in root.rglob("*") if p.suffix in (".py", ".md") and "$" in p.read_text()]


@pytest.mark.parametrize(
    ("target", "file_name"),
    [
        ('"""; import os; os.abort() #', "a b $x.csv"),
        ("it's \\", "#.csv"),
        ("a\nb\r\n[c](d)", "a: 'b'.CSV"),
        ("${name} $$ {0} %s %(x)s", "no_ending"),
        ("€", "ü.txt"),
        ("x" * 500, "\n.csv"),
    ],
)
def test_names_of_column_and_file_are_kept_and_break_nothing(
    tmp_path: Path, target: str, file_name: str
) -> None:
    table = tmp_path / file_name
    frame = pd.read_csv(write_table(tmp_path / "table.csv"))
    frame.rename(columns={"price": target}).to_csv(table, index=False)
    engine = write_wheel(tmp_path)
    root = new_project("rents", table, target, folder=tmp_path, engine=engine, train=False).root
    config = load_config(root / "rents" / "config.yml")
    assert config.model_config.target.column == target
    assert ModelPackage(root / "rents").table.read_bytes() == table.read_bytes()
    for path in root.rglob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        assert not [n for n in ast.walk(module) if isinstance(n, ast.Name) and n.id == "os"]
    assert max(map(len, (root / "setup.py").read_text(encoding="utf-8").splitlines())) <= 130


def test_a_parquet_table_is_trained_and_judged_with_its_weights(tmp_path: Path) -> None:
    table = tmp_path / "rents.parquet"
    frame = pd.read_csv(write_table(tmp_path / "rents.csv"))
    frame.loc[3, "price"] = None
    frame.assign(households=[1, 0, 5, 2] * (N_ROWS // 4)).to_parquet(table)
    engine = write_wheel(tmp_path)
    root = new_project("rents", table, "price", folder=tmp_path, engine=engine, train=False).root
    for name in ("test_requirements.txt", "train_requirements.txt"):
        assert "pyarrow" in (root / "requirements" / name).read_text()
    package = ModelPackage(root / "rents")
    config = package.folder / "config.yml"
    lines = config.read_text().splitlines(keepends=True)
    config.write_text("".join(line for line in lines if "households" not in line))
    shrink(config, more="weight_column: households\n")
    assert package.train() == 0
    found, recorded = judge_on_table(package.model, package.table), package.model.facts["metrics"]
    assert (found.n_rows, found.errors) == (recorded["n_rows"], [])
    assert found.n_rows == N_ROWS - 1 - N_ROWS // 4  # without a target, or of weight zero
    assert found.metrics.rmse <= recorded["cross_validated_pooled"]["rmse"]
    answers = package.model.predict(frame)["predictions"]
    errors = (np.array(answers) - frame["price"])[frame["price"].notna()]
    weights = np.array([1, 0, 5, 2] * (N_ROWS // 4))[frame["price"].notna()]
    assert found.metrics.rmse == pytest.approx(np.sqrt(np.average(errors**2, weights=weights)))


def test_training_says_what_is_missing(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "flat_rent" / "datasets" / "flat_rent.csv").unlink()
    assert ModelPackage(own / "flat_rent").train() == 1
    assert "flat_rent.csv, which config.yml names" in capsys.readouterr().err


def test_a_wheel_that_will_not_do(tmp_path: Path) -> None:
    good = write_wheel(tmp_path)
    check_wheel(good)
    check_wheel(write_wheel(tmp_path, "0.999.1"))
    damaged = tmp_path / "damaged.whl"
    damaged.write_bytes(good.read_bytes().replace(b"Metadata-Version", b"metadata-Version", 1))
    cut = tmp_path / "cut.whl"
    cut.write_bytes(good.read_bytes()[:200])
    text = write_table(tmp_path / "rents.csv")
    renamed = Path(shutil.copy(good, tmp_path / "engine.whl"))
    for path, said in {
        tmp_path / "absent.whl": "is no wheel",
        text: "is no wheel",
        tmp_path: "is no wheel",
        cut: "is no whole wheel",
        damaged: "is no whole wheel",
        renamed: "has a name that pip does not read",
        write_wheel(tmp_path, name="other-thing"): "is a wheel of other-thing",
        write_wheel(tmp_path, "0.0.1"): r"is of version 0\.0\.1, and the project needs at least",
        write_wheel(tmp_path, "1.0.0"): r"is of version 1\.0\.0",
        write_wheel(tmp_path, "0.999.dev1"): r"is of version 0\.999\.dev1",
    }.items():
        with pytest.raises(ProjectError, match=f"{path.name} {said}"):
            check_wheel(path)


def test_nothing_is_written_where_something_is_wrong(tmp_path: Path) -> None:
    table, engine = write_table(tmp_path / "rents.csv"), write_wheel(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken_too").touch()
    # Guessed where a column is known, used where it is not: training refuses.
    frame = pd.read_csv(table)
    frame.assign(area="").to_csv(tmp_path / "unlucky.csv", index=False)
    config = tmp_path / "rents.yml"
    config.write_text(write_config(infer(read_table(table), "price"), table.name), "utf-8")
    before = sorted(tmp_path.iterdir())
    for name in ("taken", "taken_too"):
        with pytest.raises(ProjectError, match=f"{name} exists"):
            new_project(name, table, "price", folder=tmp_path)
    with pytest.raises(DataError, match="did you mean price"):
        new_project("rents", table, "prize", folder=tmp_path)
    with pytest.raises(ProjectError, match="taken is a folder; give a table, such as a CSV file"):
        new_project("rents", tmp_path / "taken", "price", folder=tmp_path)
    with pytest.raises(ProjectError, match="is no wheel"):
        new_project("rents", table, "price", folder=tmp_path, engine=table)
    with pytest.raises(ProjectError, match=r"cannot write .*rents: No such file"):
        new_project("rents", table, "price", folder=tmp_path / "absent", engine=engine)
    unlucky = tmp_path / "unlucky.csv"
    with pytest.raises(DataError, match="nothing is known in any row of: area"):
        new_project("rents", unlucky, config=config, folder=tmp_path, engine=engine)
    assert sorted(tmp_path.iterdir()) == before


def test_without_a_given_wheel_the_project_gets_the_one_that_runs(tmp_path: Path) -> None:
    table = write_table(tmp_path / "rents.csv")
    made = new_project("rents", table, "price", folder=tmp_path, train=False)
    (wheel,) = (made.root / "requirements" / "wheels").glob("*.whl")
    assert made.has_engine
    assert f"-{__version__}-" in wheel.name
    with zipfile.ZipFile(wheel) as held:
        templates = [name for name in held.namelist() if name.endswith(".template")]
    assert len(templates) == len(list(TEMPLATES.rglob("*.template")))


def test_the_command_writes_and_says_what_is_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, engine = write_table(tmp_path / "rents.csv"), write_wheel(tmp_path)
    monkeypatch.chdir(tmp_path)
    options = ["--data", str(table), "--target", "price", "--engine", str(engine)]
    done = CliRunner().invoke(app, ["new", "rents", *options, "--no-train"])
    assert done.exit_code == 0, done.output
    assert "2 columns to predict price from (1 number, 1 category)" in done.stderr
    assert "rents/rents/config.yml\n" in done.stdout
    assert done.stderr.endswith(
        "next: cd rents && python -m rents.train_pipeline && "
        "pip install -r requirements/requirements.txt . && rents predict FILE\n"
    )
    quiet = CliRunner().invoke(app, ["-q", "new", "quiet_rents", *options, "--no-train"])
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    table = write_table(tmp_path / "rents.csv")
    found = CliRunner().invoke(app, ["new", "json", "--data", str(table), "--target", "price"])
    assert isinstance(found.exception, ProjectError)
    absent = ["new", "rents", "--data", str(tmp_path / "no.csv"), "--target", "price"]
    assert CliRunner().invoke(app, absent).exit_code == 2
    no_wheel = ["--data", str(table), "--target", "price", "--engine", str(tmp_path / "no.whl")]
    assert CliRunner().invoke(app, ["new", "rents", *no_wheel]).exit_code == 2
