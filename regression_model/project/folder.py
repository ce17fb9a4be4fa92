"""The folder of a package of one's own: its version, its config, its table and its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regression_model.artifact.once import Once
from regression_model.exceptions import ArtifactError, DataError
from regression_model.predict import load_model

if TYPE_CHECKING:
    from pathlib import Path

    from regression_model.artifact.model import Model


class PackageFolder:
    """A folder with ``VERSION``, ``config.yml``, ``datasets/`` and ``trained_models/``.

    Nothing is read before it is asked for, but the version.

    Parameters
    ----------
    folder : Path
        The package's own folder; its name is the package's name.
    trusted_key : Path, optional
        A public key that must have signed the model; where it does not come with the package, it
        says more.

    Attributes
    ----------
    folder : Path
    name : str
    version : str
        Of the model.
    """

    def __init__(self, folder: Path, *, trusted_key: Path | None = None) -> None:
        self.folder = folder
        self.trusted_key = trusted_key
        self.name = folder.name
        self.version = (folder / "VERSION").read_text(encoding="utf-8").strip()
        self._model = Once(self._load)

    @property
    def config_path(self) -> Path:
        """Where the config is."""
        return self.folder / "config.yml"

    @property
    def artifact_path(self) -> Path:
        """Where the artifact of this version belongs."""
        return self.folder / "trained_models" / f"{self.name}_v{self.version}.zip"

    def artifact(self) -> Path:
        """Return the path of the artifact of this version.

        Raises
        ------
        ArtifactError
            If it is not there, or a key is trusted that has not signed it.
        """
        path = self._place()
        if self.trusted_key is not None:
            # a package that predicts imports this module, and its model may be trusted as it is
            from regression_model.artifact.trust import trusted_bytes

            trusted_bytes(path, self.trusted_key)
        return path

    def _place(self) -> Path:
        """Return the path of the artifact if it is there."""
        if not self.artifact_path.is_file():
            message = (
                f"{self.name} {self.version} has no model yet: there is no {self.artifact_path}; "
                "train it in the project's folder: tox -e train, "
                f"or python -m {self.name}.train_pipeline"
            )
            raise ArtifactError(message)
        return self.artifact_path

    @property
    def table(self) -> Path:
        """The table that the config names; it is in the project's folder, not in its wheel.

        Raises
        ------
        ConfigError
            If the config does not hold.
        DataError
            If there is no such table.
        """
        # A package that predicts imports this module, and never reads YAML.
        from regression_model.config.core import load_config

        named = load_config(self.config_path).app_config.training_data_file
        path = self.folder / named
        if not path.is_file():
            message = (
                f"there is no table {path}, which config.yml names; an installed package has none: "
                "use the project's folder, or put the table there"
            )
            raise DataError(message)
        return path

    @property
    def model(self) -> Model:
        """The packaged model, loaded once when it is first asked for.

        Raises
        ------
        ArtifactError
            If it is missing or damaged, or not what was signed where a key is trusted.
        """
        return self._model()

    def _load(self) -> Model:
        return load_model(self._place(), trusted_key=self.trusted_key)
