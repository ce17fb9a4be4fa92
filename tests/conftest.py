"""A small model, trained once per session, real input for it, and the command line.

Libraries are imported by the fixtures that need them: pytest-xdist's controller reads this file too
and runs no test.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings
from process_state import kept_environment, kept_loggers

if TYPE_CHECKING:
    import pandas as pd

    from regression_model.artifact.model import Model
    from regression_model.config.core import Config
    from regression_model.train_pipeline import TrainingResult

# No test depends on the clock. Under tox the examples are the same in every run, so that a red run
# is about a change.
settings.register_profile("default", deadline=None)
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Fits in processes of their own cost more than these small ones, and pytest-xdist has taken the
# cores. Those that need such processes ask for them: test_a_retrain_gives_the_same_bytes, and
# test_workers.py. The training by which tox begins uses all cores.
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")

SMALL_CONFIG = Path(__file__).parent / "small.yml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes into pages what their blocks print."""
    parser.addoption(
        "--update-pages", action="store_true", help="write into README.md and docs/ what is printed"
    )


@pytest.fixture(scope="session")
def small_config() -> Config:
    """Return a config with every kind of column and of derived feature."""
    from regression_model.config.core import load_config

    return load_config(SMALL_CONFIG)


@pytest.fixture(scope="session")
def train_data(small_config: Config) -> pd.DataFrame:
    """Return the training table, with the target."""
    from regression_model.processing.data_manager import load_dataset

    return load_dataset(file_name="train.csv", config=small_config)


@pytest.fixture(scope="session")
def sample_input_data(small_config: Config) -> pd.DataFrame:
    """Return the test table, which has no target."""
    from regression_model.processing.data_manager import load_dataset

    return load_dataset(file_name="test.csv", config=small_config)


@pytest.fixture(scope="session")
def small_result(small_config: Config, tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    """Return what training the small config gave."""
    from regression_model.train_pipeline import run_training

    path = tmp_path_factory.mktemp("small") / "small.zip"
    return run_training(small_config, artifact_path=path)


@pytest.fixture(scope="session")
def small_path(small_result: TrainingResult) -> Path:
    """Return where the small artifact is."""
    assert small_result.artifact_path is not None
    return small_result.artifact_path


@pytest.fixture(scope="session")
def small_model(small_path: Path) -> Model:
    """Return the small model, loaded from its artifact."""
    from regression_model.predict import load_model

    return load_model(small_path)


class Done(NamedTuple):
    """What a command gave."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    """Return a function that runs a command as a user does, but in this process, which is cheap.

    It runs in a folder of its own, 120 characters wide.
    """
    from regression_model.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["regression-model", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return Done(int(ended.value.code or 0), shown.out, shown.err)

    with kept_loggers(), kept_environment():
        yield run
