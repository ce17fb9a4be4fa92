"""A package of one's own around an artifact: what `regression-model new` writes uses this."""

from __future__ import annotations

import sys

from regression_model.project.folder import PackageFolder


class ModelPackage(PackageFolder):
    """A package's folder (see `PackageFolder`) with its command line.

    The command line is imported by what runs a command: predicting does without typer and rich.

    Parameters
    ----------
    folder : Path
        The package's own folder; its name is the package's name.
    """

    def train(self, arguments: list[str] | None = None) -> int:
        """Train from ``config.yml`` and return the exit status.

        Parameters
        ----------
        arguments : list of str, optional
            Options of ``regression-model train``; by default config, table, version and the
            artifact's place are the package's own.
        """
        from regression_model.cli.packaged import train_packaged

        return train_packaged(self, arguments or [])

    def main(self, arguments: list[str] | None = None) -> None:
        """Run a command of the package.

        Parameters
        ----------
        arguments : list of str, optional
            Those of the process by default.
        """
        from regression_model.cli.packaged import run_packaged

        run_packaged(self, sys.argv[1:] if arguments is None else arguments)
