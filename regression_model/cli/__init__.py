"""The command line: ``regression-model`` and ``python -m regression_model``."""

from regression_model.cli.app import app, main, run, run_command

from regression_model.cli import (
    training,
    creating,
    predicting,
    judging,
    reporting,
    serving,
    showing,
)  # isort: skip  # commands in order

__all__ = [
    "app",
    "creating",
    "judging",
    "main",
    "predicting",
    "reporting",
    "run",
    "run_command",
    "serving",
    "showing",
    "training",
]
