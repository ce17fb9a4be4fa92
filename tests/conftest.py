"""A small model, trained once per session, real input for it, and the command line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import settings

from regression_model.cli import main
from regression_model.config.core import Config, load_config
from regression_model.model import Model
from regression_model.predict import load_model
from regression_model.processing.data_manager import load_dataset
from regression_model.train_pipeline import TrainingResult, run_training

# Under tox the examples are the same in every run, so that a red run is about a change.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Fits in processes of their own cost more than these small ones, and pytest-xdist has taken the
# cores. One test asks for such processes (test_a_retrain_gives_the_same_bytes), as does tox itself.
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")

SMALL_CONFIG = Path(__file__).parent / "small.yml"


@pytest.fixture(scope="session")
def small_config() -> Config:
    """Return a config with every kind of column and of derived feature."""
    return load_config(SMALL_CONFIG)


@pytest.fixture(scope="session")
def train_data(small_config: Config) -> pd.DataFrame:
    """Return the training table, with the target."""
    return load_dataset(file_name="train.csv", config=small_config)


@pytest.fixture(scope="session")
def sample_input_data(small_config: Config) -> pd.DataFrame:
    """Return the test table, which has no target."""
    return load_dataset(file_name="test.csv", config=small_config)


@pytest.fixture(scope="session")
def small_result(small_config: Config, tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    """Return what training the small config gave."""
    path = tmp_path_factory.mktemp("small") / "small.zip"
    return run_training(small_config, artifact_path=path)


@pytest.fixture(scope="session")
def small_model(small_result: TrainingResult) -> Model:
    """Return the small model, loaded from its artifact."""
    return load_model(small_result.artifact_path)


class Done(NamedTuple):
    """What a command gave."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """Return a function that runs a command as a user does, but in this process, which is cheap.

    It runs in a folder of its own, 120 characters wide.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["regression-model", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Done(int(ended.value.code or 0), shown.out, shown.err)

    return run
