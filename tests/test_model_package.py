"""What generated projects call: it trains itself and answers by its own name."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from projects import shrink, write_table, write_wheel
from signing import write_keys, write_signature

from regression_model.exceptions import SignatureError
from regression_model.model_package import ModelPackage
from regression_model.predict import load_model
from regression_model.project.new import new_project


@pytest.fixture
def package(tmp_path: Path) -> ModelPackage:
    """A package that is not trained yet."""
    table, engine = write_table(tmp_path / "rents.csv"), write_wheel(tmp_path)
    made = new_project("rents", table, "price", folder=tmp_path, engine=engine, train=False)
    package = ModelPackage(made.root / "rents")
    shrink(package.config_path)
    return package


def test_a_package_trains_itself_and_names_the_command_that_answers(
    package: ModelPackage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert package.train() == 0
    said = capsys.readouterr()
    assert "RMSE (units)" in said.out
    assert said.err.splitlines()[-1] == "predict with it: rents predict FILE"
    assert package.model.version == package.version
    other = tmp_path / "other.zip"
    assert package.train(["--out", str(other), "--model-version", "7.1"]) == 0
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"predict FILE --model {other}")
    assert load_model(other).version == "7.1"


def test_a_package_shows_its_own_model(package: ModelPackage, tmp_path: Path) -> None:
    assert package.train() == 0
    assert (package.artifact_path.parent / "rents_v0.1.0_card.html").is_file()
    card = tmp_path / "card.html"
    with pytest.raises(SystemExit, match="0"):
        package.main(["card", "-o", str(card)])
    assert (
        card.read_bytes() == (package.artifact_path.parent / "rents_v0.1.0_card.html").read_bytes()
    )


def test_a_package_answers_with_what_its_trusted_key_has_signed_alone(
    package: ModelPackage, tmp_path: Path
) -> None:
    private, public = write_keys(tmp_path)
    artifact = Path(__file__).parent / "artifacts" / "format_2.zip"
    package.artifact_path.write_bytes(artifact.read_bytes())
    trusting = ModelPackage(package.folder, trusted_key=public)
    with pytest.raises(SignatureError, match="it is not signed"):
        _ = trusting.model
    with pytest.raises(SignatureError, match="it is not signed"):
        trusting.artifact()
    write_signature(package.artifact_path, private)
    assert trusting.artifact() == package.artifact_path
    assert trusting.model.version == package.model.version


def test_commands_of_a_package_load_what_its_trusted_key_has_signed_alone(
    package: ModelPackage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private, public = write_keys(tmp_path)
    trusting = ModelPackage(package.folder, trusted_key=public)
    other = tmp_path / "other.zip"
    other.write_bytes((Path(__file__).parent / "artifacts" / "format_2.zip").read_bytes())
    with pytest.raises(SystemExit, match="1"):
        trusting.main(["schema", "--model", str(other)])
    assert "other.zip is refused: it is not signed" in capsys.readouterr().err
    write_signature(other, private)
    with pytest.raises(SystemExit, match="0"):
        trusting.main(["schema", "--model", str(other)])


def test_another_table_is_taken_where_the_packages_own_is_not(
    package: ModelPackage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = package.table.rename(tmp_path / "moved.csv")
    assert package.train() == 1
    assert "rents.csv, which config.yml names" in capsys.readouterr().err
    assert package.train(["--data", str(other)]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--no-such-option"], "--no-such-option"), (["--data", "gone.csv"], "no file gone.csv")],
)
def test_wrong_usage_is_status_2(
    package: ModelPackage, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert package.train(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_config_that_does_not_hold_is_told_line_by_line(
    package: ModelPackage, capsys: pytest.CaptureFixture[str]
) -> None:
    text = package.config_path.read_text(encoding="utf-8").replace("number", "nmber")
    package.config_path.write_text(text.replace("ridge", "rigde"), encoding="utf-8")
    assert package.train() == 1
    first, second = capsys.readouterr().err.splitlines()
    assert "did you mean number?" in first
    assert "did you mean ridge?" in second


def test_without_the_extra_both_ways_to_install_it_are_told(package: ModelPackage) -> None:
    code = (
        "import sys\n"
        "sys.modules['sklearn'] = None\n"
        "from pathlib import Path\n"
        "from regression_model.model_package import ModelPackage\n"
        f"sys.exit(ModelPackage(Path({str(package.folder)!r})).train())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "training needs sklearn" in done.stderr
    assert 'pip install "evergreen-regression[train]", or in the project' in done.stderr
    assert done.stderr.endswith('pip install ".[train]"\n')


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("model_package", ["ModelPackage"]),
        ("self_test", ["TOLERANCE", "SelfTest", "run_self_test"]),
        ("table_quality", ["TableQuality", "judge_on_table"]),
        ("processing.table_files", ["read_table", "open_table", "is_parquet"]),
    ],
)
def test_projects_that_exist_find_what_they_call_where_it_was(
    module: str, names: list[str]
) -> None:
    loaded = import_module(f"regression_model.{module}")
    assert [name for name in names if not hasattr(loaded, name)] == []
