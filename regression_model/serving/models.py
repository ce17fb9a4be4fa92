"""The models that a service has, by name; one may be exchanged while requests are answered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from regression_model.artifact.format import read_artifact_bytes, read_artifact_file
from regression_model.artifact.model import Model
from regression_model.artifact.regular_files import read_regular_file
from regression_model.artifact.self_test import run_self_test
from regression_model.artifact.trust import check_trust
from regression_model.exceptions import ArtifactError
from regression_model.serving.copies import ArtifactBytes
from regression_model.serving.naming import check_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Served:
    """A model that is served.

    Attributes
    ----------
    name : str
        Under which callers ask for it.
    model : Model
    path : Path or None
        The artifact's file, where it came from one.
    digest : str or None
        SHA-256 of that file, in hexadecimal digits.
    is_tested : bool
        Whether it has answered its example rows here as it did at training.
    """

    name: str
    model: Model
    path: Path | None = None
    digest: str | None = None
    is_tested: bool = False

    def tested(self) -> Served:
        """Answer the example rows, and return the same, tested.

        Raises
        ------
        ArtifactError
            If it answers otherwise than it did at training.
        """
        problems = run_self_test(self.model).problems
        if problems:
            what = self.name if self.path is None else self.path
            message = (
                f"{what} answers otherwise on this machine than at training: {problems[0]}; "
                f"{len(problems)} such differences; expected none; see the command self-test"
            )
            raise ArtifactError(message)
        return replace(self, is_tested=True)


class Models:
    """Models by name.

    A request takes the model that it begins with, and keeps it: an exchange is one assignment.

    Parameters
    ----------
    served : iterable of Served
        The first one answers where none is named.

    Raises
    ------
    ValueError
        If there is none, a name is used twice, or cannot stand in an address.
    """

    def __init__(self, served: list[Served]) -> None:
        check_names([each.name for each in served])
        self._by_name = {each.name: each for each in served}
        self._first = served[0].name

    @property
    def first(self) -> Served:
        """The model that answers where none is named."""
        return self._by_name[self._first]

    @property
    def names(self) -> list[str]:
        """What there is, in the order given."""
        return list(self._by_name)

    def get(self, name: str) -> Served | None:
        """Return a model, or None where there is none of this name."""
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[Served]:
        """Return the models in the order given."""
        return iter(list(self._by_name.values()))

    def swap(self, name: str, served: Served) -> None:
        """Exchange a model; requests that have begun keep the one that they have.

        Raises
        ------
        KeyError
            If there is no model of this name.
        """
        if name not in self._by_name:
            raise KeyError(name)
        self._by_name[name] = served


def load_served(name: str, path: Path, *, trusted_key: bytes | None = None) -> Served:
    """Read an artifact once, and load the model in it.

    Parameters
    ----------
    name : str
    path : Path
    trusted_key : bytes, optional
        A public key in PEM form that must have signed the file.

    Raises
    ------
    SignatureError
        If it has not, before anything of the file is looked at.
    ArtifactError
        If the file is missing, or what it holds is damaged, foreign or of a newer format.
    """
    read = read_bytes(path, signed=trusted_key is not None)
    return served_of(name, path, read, trusted_key=trusted_key)


def read_bytes(path: Path, *, signed: bool = False) -> ArtifactBytes:
    """Read an artifact, about which nothing is known yet.

    Parameters
    ----------
    path : Path
    signed : bool
        Whether to read its signature as well, if there is one.

    Raises
    ------
    ArtifactError
        If the file is missing, or cannot be read.
    """
    data = read_artifact_file(path)
    return ArtifactBytes(data, _signature(path) if signed else b"")


def _signature(path: Path) -> bytes:
    # who trusts no key loads nothing of this
    from regression_model.artifact.signatures import MAX_SIGNATURE_BYTES, signature_path

    file = signature_path(path)
    return read_regular_file(file, "signature", MAX_SIGNATURE_BYTES) if file.exists() else b""


def served_of(
    name: str, path: Path, artifact: ArtifactBytes, *, trusted_key: bytes | None = None
) -> Served:
    """Load the model in an artifact.

    Parameters
    ----------
    name : str
    path : Path
        Of the artifact's file.
    artifact : ArtifactBytes
        What that holds, or held.
    trusted_key : bytes, optional
        A public key in PEM form that must have signed it.

    Raises
    ------
    SignatureError
        If it has not, before anything of the artifact is looked at.
    ArtifactError
        If what it holds is damaged, foreign or of a newer format.
    """
    data, signature = artifact
    check_trust(data, str(path), path, trusted_key=trusted_key, signature=signature or None)
    model = Model(read_artifact_bytes(data, str(path)))
    return Served(name, model, path, hashlib.sha256(data).hexdigest())


def as_models(
    given: Mapping[str, Model | Path | str], *, trusted_key: str | Path | bytes | None = None
) -> Models:
    """Return models by name from what a program has: artifacts' paths, or loaded models.

    Raises
    ------
    SignatureError
        If the key that is trusted has not signed one of them.
    ValueError
        If a key is trusted, and a model is loaded already.
    """
    key = _key(trusted_key)
    served: list[Served] = []
    for name, model in given.items():
        if not isinstance(model, Model):
            served.append(load_served(name, Path(model), trusted_key=key))
        elif key is None:
            served.append(Served(name, model))
        else:
            message = (
                f"a key is trusted, and the model {name} is loaded already; give the path of its "
                "artifact, which is verified before it is read"
            )
            raise ValueError(message)
    return Models(served)


def _key(given: str | Path | bytes | None) -> bytes | None:
    """Return what the file of a key holds: all models are verified by one and the same."""
    if given is None or isinstance(given, bytes):
        return given
    # who trusts no key loads nothing of this
    from regression_model.artifact.signing_keys import read_key_file

    return read_key_file(Path(given))
