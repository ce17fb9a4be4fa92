"""The retraining script of examples/: what it leaves in place, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from loading import EXAMPLES, load_example
from projects import write_table

from regression_model import load_model

CONFIG = """\
files:
  training_data_file: rents.csv
target:
  column: price
columns:
  area: number
  place: category
evaluation:
  folds: 5
estimators:
  linear:
    type: ridge
    alpha: {alpha}
"""

RETRAIN = load_example("retrain")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    write_table(tmp_path / "rents.csv")
    path = tmp_path / "rents.yml"
    path.write_text(CONFIG.format(alpha=0.01))
    return path


def test_a_model_that_is_as_good_takes_the_old_ones_place(config: Path) -> None:
    artifact = config.with_suffix(".zip")
    assert RETRAIN.retrain(config, artifact, "1.0.0") == RETRAIN.REPLACED
    assert RETRAIN.retrain(config, artifact, "1.1.0") == RETRAIN.REPLACED
    assert load_model(artifact).version == "1.1.0"


def test_a_clearly_worse_model_leaves_the_old_one_as_it_is(
    config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    artifact = config.with_suffix(".zip")
    RETRAIN.retrain(config, artifact, "1.0.0")
    before = artifact.read_bytes()
    config.write_text(CONFIG.format(alpha=100_000))
    assert RETRAIN.retrain(config, artifact, "1.1.0") == RETRAIN.KEPT
    assert artifact.read_bytes() == before
    assert "the old model stays: clearly worse than the model in place" in caplog.text


@pytest.mark.parametrize("lost", ["rents.csv", "rents.yml"])
def test_without_table_or_config_the_old_model_stays_and_the_status_says_so(
    config: Path, lost: str
) -> None:
    artifact = config.with_suffix(".zip")
    RETRAIN.retrain(config, artifact)
    (config.parent / lost).unlink()
    assert RETRAIN.retrain(config, artifact) == RETRAIN.FAILED
    assert artifact.is_file()


def test_as_a_script_it_ends_with_the_status_and_logs_to_stderr(config: Path) -> None:
    config.write_text("nonsense: 1\n")
    script = [sys.executable, EXAMPLES / "retrain.py", config, config.with_suffix(".zip")]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == RETRAIN.FAILED
    assert "ERROR" in done.stderr
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr
