"""What an import costs, seen from a fresh interpreter."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import regression_model

PREDICTION_SIDE = {"numpy", "pydantic", "pydantic_core", "onnxruntime"}
TRAINING_SIDE = {"sklearn", "pandas", "scipy", "joblib", "onnx"}
COMMAND_LINE = {"typer", "rich", "click"}
SERVERS = {"starlette", "uvicorn"}

BLOCK = """
import sys
from importlib.abc import MetaPathFinder

absent = {names}

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        return None

sys.meta_path.insert(0, Absent())
"""


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


def loaded_after(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has after running the code."""
    shown = (
        "\nimport json, sys\nprint(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = run(code + shown)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        "import regression_model",
        "from regression_model import __version__",
        "from regression_model import make_prediction, load_model",
        "import regression_model; dir(regression_model)",
        "from regression_model import *",
    ],
)
def test_importing_the_package_loads_no_library(code: str) -> None:
    loaded = loaded_after(code)
    assert "regression_model" in loaded
    assert not loaded & (PREDICTION_SIDE | TRAINING_SIDE | COMMAND_LINE | {"strictyaml"})


def test_a_prediction_loads_the_prediction_side_only() -> None:
    loaded = loaded_after(
        "from regression_model.predict import make_prediction\n"
        "result = make_prediction(input_data={'LotArea': 8450, 'GrLivArea': 'ten', 'zzz': 1})\n"
        "assert result['predictions'] == [None], result\n"
        "result = make_prediction(input_data=[{'LotArea': 8450}] * 40)\n"
        "assert len(result['predictions']) == 40 and result['errors'] is None, result\n"
        "result = make_prediction(input_data={'LotArea': ['1', None]})\n"
        "assert len(result['predictions']) == 2, result\n"
    )
    assert loaded >= {"numpy", "onnxruntime"}
    assert not loaded & (TRAINING_SIDE | COMMAND_LINE | {"strictyaml", "polars", "pyarrow"})


def test_help_loads_neither_side() -> None:
    loaded = loaded_after(
        "import sys; from regression_model.cli import app\n"
        "for words in ([], ['init'], ['train'], ['validate'], ['serve'], ['config-schema']):\n"
        "    app([*words, '--help'], standalone_mode=False)\n"
    )
    assert "typer" in loaded  # which brings pydantic itself
    assert not loaded & ({"numpy", "onnxruntime", "strictyaml"} | TRAINING_SIDE | SERVERS)


def test_a_config_is_guessed_without_the_training_side(tmp_path: Path) -> None:
    rows = "".join(f"{i % 7},{i * i % 97}\n" for i in range(40))
    (tmp_path / "t.csv").write_text("x,y\n" + rows, encoding="utf-8")
    code = (
        "from regression_model.cli import app\n"
        f"app(['init', {str(tmp_path / 't.csv')!r}, '--target', 'y', '--config', "
        f"{str(tmp_path / 't.yml')!r}], standalone_mode=False)\n"
    )
    assert not loaded_after(code) & TRAINING_SIDE
    assert (tmp_path / "t.yml").exists()


def test_train_without_its_extra_says_which_to_install() -> None:
    done = run(
        BLOCK.format(names=TRAINING_SIDE)
        + "import sys; sys.argv = ['regression-model', 'train', '--out', 'nowhere.zip']\n"
        + "from regression_model.cli import main\nmain()\n"
    )
    assert done.returncode == 1
    assert re.search("needs (sklearn|pandas|scipy|joblib|onnx),", done.stderr)
    assert 'pip install "evergreen-regression[train]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_an_application_takes_the_prediction_side_and_starlette_alone() -> None:
    assert not loaded_after("import regression_model.serving") & (PREDICTION_SIDE | SERVERS)
    loaded = loaded_after("from regression_model.serving import app\napp()\n")
    assert "starlette" in loaded
    assert not loaded & (TRAINING_SIDE | COMMAND_LINE | {"strictyaml", "pyarrow", "uvicorn"})


@pytest.mark.parametrize(
    "code",
    [
        (
            "import sys; sys.argv = ['regression-model', 'serve']\n"
            "from regression_model.cli import main\nmain()\n"
        ),
        "from regression_model.serving import app\n",
    ],
)
def test_serving_without_its_extra_says_which_to_install(code: str) -> None:
    done = run(BLOCK.format(names=SERVERS) + code)
    assert done.returncode == 1
    assert "serving needs starlette and uvicorn, not installed" in done.stderr
    assert 'pip install "evergreen-regression[serve]"' in done.stderr


def test_ctrl_c_while_the_command_line_is_imported_gives_no_traceback() -> None:
    done = run(
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(name, *rest):\n"
        "        if name == 'typer':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted)\n"
        "from regression_model.__main__ import main\nmain()\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_parquet_table_without_pyarrow_says_what_to_install() -> None:
    done = run(
        BLOCK.format(names={"pyarrow"})
        + "from pathlib import Path\n"
        + "from regression_model.processing.table_files import read_table\n"
        + "read_table(Path('t.parquet'))\n"
    )
    assert "MissingExtraError: t.parquet is a Parquet file" in done.stderr
    assert 'pip install "evergreen-regression[files]"' in done.stderr


def test_intervals_reasons_and_the_self_test_need_no_other_library() -> None:
    path = Path(__file__).parent / "artifacts" / "format_2.zip"
    absent = TRAINING_SIDE | COMMAND_LINE | {"strictyaml", "polars", "pyarrow"}
    done = run(
        BLOCK.format(names=absent)
        + "from regression_model import load_model\n"
        + "from regression_model.artifact.self_test import run_self_test\n"
        + f"model = load_model({str(path)!r})\n"
        + "result = model.predict({'GrLivArea': 1500}, interval=0.9, explain=True)\n"
        + "assert result['lower'] < result['predictions'] < result['upper'], result\n"
        + "explanation = result['explanations'][0]\n"
        + "total = explanation['base'] + sum(explanation['contributions'].values())\n"
        + "assert abs(total - explanation['score']) < 1e-9, explanation\n"
        + "found = run_self_test(model)\n"
        + "assert found.n_rows == 5 and not found.problems, found\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_prediction_needs_no_other_library() -> None:
    absent = TRAINING_SIDE | COMMAND_LINE | {"strictyaml", "polars", "pyarrow"}
    done = run(
        BLOCK.format(names=absent)
        + "from regression_model import make_prediction\n"
        + "print(make_prediction(input_data={'LotArea': 8450})['predictions'][0] > 0)\n"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


def test_the_package_does_nothing_to_the_root_logger() -> None:
    done = run(
        "import logging, regression_model.predict\n"
        "found = logging.getLogger('regression_model').handlers\n"
        "print(logging.getLogger().handlers, [type(h).__name__ for h in found])\n"
    )
    assert done.stdout.strip() == "[] ['NullHandler']", done.stderr


@pytest.mark.parametrize("name", ["nothing", "train", "Model_"])
def test_a_name_that_the_package_lacks_is_an_attribute_error(name: str) -> None:
    done = run(f"import regression_model\nregression_model.{name}")
    assert f"module 'regression_model' has no attribute '{name}'" in done.stderr


ONE_BY_ONE = """
import json, sys
said = {}
for name in ("sklearn", "pandas", "joblib", "onnx"):
    absent = {name}
    loaded = [m for m in sys.modules if m.partition(".")[0] in (name, "regression_model")]
    hidden = {m: sys.modules.pop(m) for m in loaded}
    try:
        import regression_model.train_pipeline
    except Exception as problem:
        said[name] = f"{type(problem).__module__}.{type(problem).__name__}: {problem}"
    sys.modules.update({m: hidden[m] for m in hidden if m.partition(".")[0] == name})
print(json.dumps(said))
"""
"""In one process, as libraries that are there take long to import."""


def test_training_without_its_extra_says_which_to_install() -> None:
    done = run(BLOCK.format(names=set()) + ONE_BY_ONE)
    assert done.returncode == 0, done.stderr
    messages = json.loads(done.stdout)
    assert list(messages) == ["sklearn", "pandas", "joblib", "onnx"]
    for absent, message in messages.items():
        assert message.startswith("regression_model.exceptions.MissingExtraError: ")
        assert f"needs {absent}," in message
        assert 'pip install "evergreen-regression[train]"' in message


@pytest.mark.parametrize("module", ["run", "gate", "result"])
def test_any_module_of_training_says_which_extra_to_install(module: str) -> None:
    done = run(BLOCK.format(names={"onnx"}) + f"import regression_model.training.{module}\n")
    assert "MissingExtraError: training needs onnx," in done.stderr


def test_training_from_python_loads_no_command_line() -> None:
    loaded = loaded_after("from regression_model.train_pipeline import main, run_training")
    assert "sklearn" in loaded
    assert "typer" not in loaded  # scikit-learn brings rich itself


def test_a_package_of_ones_own_is_imported_for_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("0.1.0\n", encoding="utf-8")
    loaded = loaded_after(
        "from pathlib import Path\n"
        "from regression_model.model_package import ModelPackage\n"
        f"ModelPackage(Path({str(tmp_path)!r}))\n"
    )
    assert not loaded & (PREDICTION_SIDE | TRAINING_SIDE | COMMAND_LINE | {"strictyaml"})


def test_the_script_runs_from_a_source_tree_that_is_not_installed(tmp_path: Path) -> None:
    script = Path(regression_model.__file__).with_name("train_pipeline.py")
    done = subprocess.run(
        [sys.executable, str(script), "--help"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "", "COLUMNS": "100"},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert {"--config", "--data", "--out", "--accept", "--force"} <= set(done.stdout.split())


def test_the_training_script_without_its_extra_says_which_to_install() -> None:
    done = run(
        BLOCK.format(names={"sklearn"})
        + "import runpy\n"
        + "runpy.run_module('regression_model.train_pipeline', run_name='__main__')\n"
    )
    assert done.returncode != 0
    assert 'pip install "evergreen-regression[train]"' in done.stderr


def test_from_inside_a_zip_archive_the_packaged_model_is_an_error_in_words(tmp_path: Path) -> None:
    package = Path(regression_model.__file__).parent
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in package.rglob("*"):
            if path.suffix in (".py", "") and path.is_file():
                archive.write(path, path.relative_to(package.parent))
    done = run(
        f"import sys; sys.path.insert(0, {str(tmp_path / 'all.zip')!r})\n"
        "import regression_model\n"
        "from regression_model.exceptions import ArtifactError\n"
        "try:\n"
        "    regression_model.make_prediction(input_data={'GrLivArea': 1710})\n"
        "except ArtifactError as problem:\n"
        "    print(regression_model.__version__, problem)\n"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{regression_model.__version__} regression_model is imported")
    assert "install the package, or load_model(path)" in done.stdout
