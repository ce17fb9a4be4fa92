"""Training: a config and a table in, a proven artifact and its metrics out."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a script: import the package that this file belongs to
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from regression_model.exceptions import MissingExtraError

try:
    from regression_model.training.result import TrainingResult
    from regression_model.training.run import artifact_place, run_training
    from regression_model.training.table import split_target
except ModuleNotFoundError as problem:
    message = (
        f"training needs {problem.name}, which is not installed; "
        'install the extra with: pip install "evergreen-regression[train]"'
    )
    raise MissingExtraError(message) from problem

from regression_model.cli.training_script import main, train_with_progress

__all__ = [
    "TrainingResult",
    "artifact_place",
    "main",
    "run_training",
    "split_target",
    "train_with_progress",
]

if __name__ == "__main__":
    sys.exit(main())
