"""The command line: ``regression-model`` and ``python -m regression_model``."""

from regression_model.cli.app import app, main, run, run_command

# In the order in which the help lists their commands.
# isort: off
from regression_model.cli import training, creating, predicting, judging, drifting, monitoring
from regression_model.cli import reporting, comparing, exporting, serving, showing, trusting
# isort: on

__all__ = [
    "app",
    "comparing",
    "creating",
    "drifting",
    "exporting",
    "judging",
    "main",
    "monitoring",
    "predicting",
    "reporting",
    "run",
    "run_command",
    "serving",
    "showing",
    "training",
    "trusting",
]
