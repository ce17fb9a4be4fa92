"""A package of one's own around an artifact: what `regression-model new` writes uses this."""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regression_model.model import Model

_WITH_MODEL = ("predict", "evaluate", "explain", "validate", "info", "self-test", "schema")


class ModelPackage:
    """A folder with ``VERSION``, ``config.yml``, ``datasets/`` and ``trained_models/``.

    Nothing is read before it is asked for, but the version.

    Parameters
    ----------
    folder : Path
        The package's own folder; its name is the package's name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.version = (folder / "VERSION").read_text(encoding="utf-8").strip()

    @property
    def artifact_path(self) -> Path:
        """Where the artifact of this version is."""
        return self.folder / "trained_models" / f"{self.name}_v{self.version}.zip"

    @property
    def table(self) -> Path:
        """The table that the model was trained on."""
        return next(path for path in sorted((self.folder / "datasets").iterdir()))

    @cached_property
    def model(self) -> Model:
        """The packaged model, loaded when it is first asked for."""
        from regression_model.predict import load_model

        return load_model(self.artifact_path)

    def train(self, arguments: list[str] | None = None) -> int:
        """Train from ``config.yml`` and return the exit status.

        Parameters
        ----------
        arguments : list of str, optional
            As of ``train_pipeline.py``: ``--accept``, ``--data``.
        """
        from regression_model.train_pipeline import main

        given = ["--config", str(self.folder / "config.yml"), "--out", str(self.artifact_path)]
        return main([*given, "--model-version", self.version, *(arguments or [])])

    def main(self, arguments: list[str] | None = None) -> None:
        """Run a command of ``regression-model``, with this model where a model is needed."""
        from regression_model.cli import run

        given = sys.argv[1:] if arguments is None else arguments
        if given and given[0] in _WITH_MODEL and "--model" not in given and "--help" not in given:
            given = [given[0], "--model", str(self.artifact_path), *given[1:]]
        run(given, name=self.name)
