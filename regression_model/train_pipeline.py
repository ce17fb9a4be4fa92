"""Training: a config and a table in, a proven artifact and its metrics out.

Run as a script it is ``regression-model train``.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:  # run as a script: import the package that this file belongs to
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from regression_model.training.result import TrainingResult
from regression_model.training.run import artifact_place, run_training
from regression_model.training.table import split_target

__all__ = ["TrainingResult", "artifact_place", "main", "run_training", "split_target"]


def main(arguments: list[str] | None = None) -> int:
    """Run ``regression-model train`` and return the exit status.

    Parameters
    ----------
    arguments : list of str, optional
        What stands behind ``train``; those of the process by default.
    """
    # Whoever calls run_training shall not import typer and rich for it.
    from regression_model.cli import run_command

    options = sys.argv[1:] if arguments is None else arguments
    return run_command(["train", *options], "regression-model")


if __name__ == "__main__":
    sys.exit(main())
