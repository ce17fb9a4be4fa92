"""How an artifact becomes a model that is served: read once, trusted, tested, and a copy kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from regression_model.exceptions import ArtifactError
from regression_model.processing.shown_values import short
from regression_model.serving.logs import log
from regression_model.serving.models import read_bytes, served_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from regression_model.serving.copies import ArtifactBytes, Copies
    from regression_model.serving.models import Served


class Begun(NamedTuple):
    """A model that a process begins with.

    Attributes
    ----------
    served : Served
    is_of_file : bool
        Whether its file holds the same.
    """

    served: Served
    is_of_file: bool


class Loader:
    """What loads the artifacts of a process.

    Parameters
    ----------
    trusted_key : bytes, optional
        A public key in PEM form that must have signed each of them.
    copies : Copies, optional
        Those of all processes of the service.
    """

    def __init__(self, *, trusted_key: bytes | None = None, copies: Copies | None = None) -> None:
        self._trusted_key = trusted_key
        self._copies = copies

    def begin(self, name: str, path: Path) -> Begun:
        """Return the model that other processes serve under a name, or else that of its file.

        Raises
        ------
        SignatureError
            If it is not signed by the trusted key.
        ArtifactError
            If it cannot be loaded, or answers otherwise than it did at training.
        """
        copy = None if self._copies is None else self._copies.get(name)
        if copy is None:
            return Begun(self.load(name, path), is_of_file=True)
        served = self._tested(name, path, copy)
        is_of_file = self._is_in(path, copy)
        if not is_of_file:
            log("begun with a copy", logging.WARNING, model=name, version=served.model.version)
        return Begun(served, is_of_file)

    def load(self, name: str, path: Path, before: Served | None = None) -> Served:
        """Return the model of a file, and keep a copy of it.

        Parameters
        ----------
        name : str
        path : Path
        before : Served, optional
            The model of this name until now, the target of which it must have.

        Raises
        ------
        SignatureError
            If it is not signed by the trusted key.
        ArtifactError
            If it cannot be loaded, answers otherwise than it did at training, or predicts something
            else than the model before.
        """
        artifact = self._read(path)
        new = self._tested(name, path, artifact)
        if before is not None:
            _check_target(before, new)
        if self._copies is not None:
            self._copies.keep(name, artifact)
        return new

    def _read(self, path: Path) -> ArtifactBytes:
        return read_bytes(path, signed=self._trusted_key is not None)

    def _tested(self, name: str, path: Path, artifact: ArtifactBytes) -> Served:
        return served_of(name, path, artifact, trusted_key=self._trusted_key).tested()

    def _is_in(self, path: Path, copy: ArtifactBytes) -> bool:
        try:
            return self._read(path) == copy
        except ArtifactError:
            return False


def _check_target(old: Served, new: Served) -> None:
    """Check that callers get what they have asked for until now, only from a newer model."""
    before, now = old.model.facts["target"], new.model.facts["target"]
    units = {before.get("unit"), now.get("unit")} - {None}
    if before["column"] != now["column"] or len(units) > 1:
        raise ArtifactError(
            f"{new.path} predicts {_target(now)}; expected {_target(before)}, which {new.name} "
            "predicts until now; start the service again, or serve it under a name of its own"
        )


def _target(facts: Mapping[str, Any]) -> str:
    return f"{short(facts['column'])} in {short(facts.get('unit') or 'no unit')}"
