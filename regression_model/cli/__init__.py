"""The command line: ``regression-model`` and ``python -m regression_model``."""

from regression_model.cli.app import app, main

from regression_model.cli import training, predicting, showing  # isort: skip  # commands in order

__all__ = ["app", "main", "predicting", "showing", "training"]
