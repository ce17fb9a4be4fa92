"""The artifact's file: one zip of plain data, written whole or not at all, checked before use.

Equal contents are equal bytes: members stand in a fixed order with a fixed date. ``model.json``
describes everything and holds size and SHA-256 of each other member, so that a file is known to be
whole before an engine is built from it. What is not known to be right is refused: `zip_reading`
bounds what a file can hold, `facts` says what ``model.json`` may say, `inspection` what a graph may
compute and `explanation_arrays` what the arrays of explanations must keep to.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regression_model.artifact.contents import (
    EXPLANATION,
    EXPLANATION_GRAPH,
    GRAPH,
    INTERVALS,
    KEPT,
    MAX_ARRAY_BYTES,
    MAX_GRAPH_BYTES,
    MEMBERS,
    MODEL,
)
from regression_model.artifact.facts import check_facts, needed_format
from regression_model.artifact.inspection.graphs import check_graph
from regression_model.artifact.regular_files import read_regular_file
from regression_model.artifact.sections import FORMAT_VERSION
from regression_model.artifact.strict_json import MAX_BYTES, read_json
from regression_model.artifact.zip_reading import NotAZipError, read_zip
from regression_model.artifact.zip_writing import zip_of
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "EXPLANATION", "EXPLANATION_GRAPH", "FORMAT_VERSION", "GRAPH", "INTERVALS", "MODEL", "Artifact",
    "artifact_bytes", "read_artifact", "read_artifact_bytes", "read_artifact_file",
    "write_artifact",
]  # fmt: skip

MAX_FILE_BYTES = MAX_BYTES + MAX_GRAPH_BYTES + MAX_ARRAY_BYTES
"""Of the file, and of all that it holds: what each of its parts may have at most."""
_MOST_MEMBERS = 64
"""Many more than any format has, so that a newer one is told by its number, not called damaged."""
_SHOWN_VERSION = 20
_SHOWN_NAME = 40
_REQUIRED_KEYS = frozenset({"format_version", "model_version", "columns", "target", "members"})


@dataclass(frozen=True)
class Artifact:
    """What an artifact holds.

    Attributes
    ----------
    model : dict
        The contents of ``model.json``.
    members : dict of str to bytes
        The other members, by name.
    """

    model: dict[str, Any]
    members: dict[str, bytes]

    @property
    def format_version(self) -> int:
        """The format that it was read in; of one not yet written, the newest."""
        return int(self.model.get("format_version", FORMAT_VERSION))


def write_artifact(path: Path, artifact: Artifact, *, inputs: Iterable[Path] = ()) -> None:
    """Write an artifact aside, sync it, then move it into place.

    Parameters
    ----------
    path : Path
        Where to; a file that is there stays whole until the new one is complete.
    artifact : Artifact
        What to write; ``format_version`` and ``members`` of its model are filled in here.
    inputs : iterable of Path
        Files that it was made from, which it must not replace.

    Raises
    ------
    ArtifactError
        If what would be written could not be read again.
    OutputError
        If it cannot be written.
    """
    # needed where an artifact is written, which a process that predicts never does
    from regression_model.processing.output_files import output_file

    data = artifact_bytes(artifact)
    _check_all(read_artifact_bytes(data, path.name))
    with output_file(path, inputs=inputs, make_folders=True) as file:
        file.write(data)


def artifact_bytes(artifact: Artifact) -> bytes:
    """Return the bytes of an artifact's file, in the lowest format that it needs."""
    described = {name: _described(data) for name, data in sorted(artifact.members.items())}
    # the first of three keys keeps its place at the top of the file
    facts = {"format_version": FORMAT_VERSION, **artifact.model, "members": described}
    facts["format_version"] = needed_format(artifact.model, artifact.members)
    text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return zip_of({MODEL: text.encode(), **dict(sorted(artifact.members.items()))})


def _described(data: bytes) -> dict[str, Any]:
    """Return what ``model.json`` says of a member."""
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _check_all(artifact: Artifact) -> None:
    """Check also what is otherwise checked when it is first used."""
    # needed where an artifact is written, which a process that predicts never does
    from regression_model.artifact.explanation_arrays import unpack_arrays
    from regression_model.artifact.kept import read_member

    for name, data in artifact.members.items():
        if name == EXPLANATION:
            unpack_arrays(data)
        elif name in KEPT:
            read_member(name, data, artifact.model["columns"])
        else:
            check_graph(data, format_version=artifact.format_version)


def read_artifact(path: Path) -> Artifact:
    """Read an artifact and check that it is whole, and that its parts are what they should be.

    Graphs and arrays are inspected when an engine is built of them.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Artifact

    Raises
    ------
    ArtifactError
        If the file is missing, damaged, foreign or of a newer format; the message says which.
    """
    return read_artifact_bytes(read_artifact_file(path), str(path))


def read_artifact_file(path: Path) -> bytes:
    """Return the bytes of an artifact's file, about which nothing is known yet.

    Raises
    ------
    ArtifactError
        If there is no such file, or it cannot be read.
    """
    return read_regular_file(path, "artifact", MAX_FILE_BYTES)


def read_artifact_bytes(data: bytes, name: str) -> Artifact:
    """Read the bytes of an artifact's file; see `read_artifact`.

    Parameters
    ----------
    data : bytes
    name : str
        What to call it in errors.
    """
    if len(data) > MAX_FILE_BYTES:
        message = f"{name} is larger than {MAX_FILE_BYTES} bytes; no artifact is that large"
        raise ArtifactError(message)
    try:
        contents = read_zip(data, _MOST_MEMBERS, MAX_FILE_BYTES)
    except NotAZipError as problem:
        message = (
            f"{name} is not a whole artifact ({problem}); it is truncated, damaged or another kind "
            "of file: install the package again, or train the model again"
        )
        raise ArtifactError(message) from problem
    facts = _read_facts(contents, name)
    try:
        check_facts(facts)
    except ArtifactError as problem:
        message = f"{name} is damaged: {problem}"
        raise ArtifactError(message) from problem
    members = {key: value for key, value in contents.items() if key != MODEL}
    _check_digests(facts["members"], members, name)
    return Artifact(facts, members)


def _check_digests(listed: dict[str, dict[str, Any]], members: dict[str, bytes], name: str) -> None:
    for member, expected in listed.items():
        if _described(members[member]) != expected:
            message = (
                f"{name} is damaged: {member} is not what model.json says ({expected['size']} "
                f"bytes expected, {len(members[member])} found, or another SHA-256)"
            )
            raise ArtifactError(message)


def _read_facts(contents: dict[str, bytes], name: str) -> dict[str, Any]:
    """Return what ``model.json`` says, with what every format has.

    The rest is checked against the schema of its format; what is asked here comes first because a
    foreign or newer file should be called that, and not damaged.
    """
    facts = _read_json(contents, name)
    _check_version(facts, name)
    absent = sorted(_REQUIRED_KEYS - facts.keys())
    if absent:
        message = f"{name} is damaged: {MODEL} lacks {', '.join(absent)}"
        raise ArtifactError(message)
    _check_members(facts["members"], contents, name)
    return facts


def _read_json(contents: dict[str, bytes], name: str) -> dict[str, Any]:
    if MODEL not in contents:
        message = f"{name} is a zip without {MODEL}, so it is not an artifact of this package"
        raise ArtifactError(message)
    try:
        facts = read_json(contents[MODEL])
    except ValueError as problem:
        pass_on(problem)
        message = f"{name} is damaged: {MODEL} is not JSON as it should be ({problem})"
        raise ArtifactError(message) from problem
    if not isinstance(facts, dict) or "format_version" not in facts:
        message = f"{name} is not an artifact of this package: {MODEL} has no format_version"
        raise ArtifactError(message)
    return facts


def _check_version(facts: dict[str, Any], name: str) -> None:
    version = facts["format_version"]
    # JSON's true is 1 to Python, and 2.0 is 2
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        message = (
            f"{name} has format {str(version)[:_SHOWN_VERSION]}, this package reads up to "
            f"{FORMAT_VERSION}; upgrade evergreen-regression"
        )
        raise ArtifactError(message)


def _check_members(listed: object, contents: dict[str, bytes], name: str) -> None:
    """Check that the file holds just the members that it lists, all of them known."""
    if isinstance(listed, dict) and not MEMBERS.keys() >= listed.keys():
        message = f"{name} is damaged: {MODEL} lists members that are not known"
        raise ArtifactError(message)
    if not isinstance(listed, dict) or contents.keys() != {MODEL, *listed}:
        present = sorted(key[:_SHOWN_NAME] for key in contents)
        message = f"{name} is damaged: its members are {present}, not those it lists"
        raise ArtifactError(message)
