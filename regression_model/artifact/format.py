"""The artifact's file: one zip of plain data, written whole or not at all, checked before use.

Equal contents are equal bytes: members stand in a fixed order with a fixed date. ``model.json``
describes everything and holds size and SHA-256 of each other member, so that a file is known to be
whole before an engine is built from it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from regression_model.artifact.onnx_inspection import check_graph
from regression_model.exceptions import ArtifactError
from regression_model.processing.output_files import output_file

FORMAT_VERSION = 2
MODEL = "model.json"
GRAPH = "model.onnx"
INTERVALS = "intervals.onnx"
EXPLANATION_GRAPH = "explain.onnx"
EXPLANATION = "explain.npz"
_GRAPHS = (GRAPH, INTERVALS, EXPLANATION_GRAPH)
_KNOWN_MEMBERS = frozenset({MODEL, EXPLANATION, *_GRAPHS})
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_MAX_MEMBER_BYTES = 1 << 30
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


def write_artifact(path: Path, artifact: Artifact) -> None:
    """Write an artifact aside, sync it, then move it into place.

    Parameters
    ----------
    path : Path
        Where to; a file that is there stays whole until the new one is complete.
    artifact : Artifact
        What to write; ``format_version`` and ``members`` of its model are filled in here.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    model = {
        "format_version": FORMAT_VERSION,
        **artifact.model,
        "members": {name: _facts(data) for name, data in sorted(artifact.members.items())},
    }
    text = json.dumps(model, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    contents = {MODEL: text.encode(), **dict(sorted(artifact.members.items()))}
    with output_file(path, make_folders=True) as file:
        _write_zip(file, contents)


def _write_zip(file: Any, contents: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in contents.items():
            info = zipfile.ZipInfo(name, _FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


def _facts(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def read_artifact(path: Path) -> Artifact:
    """Read an artifact and check all of it.

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
    try:
        with zipfile.ZipFile(path) as archive:
            model = _read_model(archive, path)
            members = {name: _read_member(archive, name, path) for name in model["members"]}
    except OSError as problem:
        message = f"cannot read the artifact {path}: {problem.strerror or problem}"
        raise ArtifactError(message) from problem
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as problem:
        message = (
            f"{path} is not a whole artifact ({problem}); it is truncated, damaged or another kind "
            "of file: install the package again, or train the model again"
        )
        raise ArtifactError(message) from problem
    for name, expected in model["members"].items():
        if _facts(members[name]) != expected:
            message = (
                f"{path} is damaged: {name} is not what model.json says ({expected['size']} bytes "
                f"expected, {len(members[name])} found, or another SHA-256)"
            )
            raise ArtifactError(message)
    if GRAPH not in members:
        message = f"{path} holds no {GRAPH}; it is not a complete artifact"
        raise ArtifactError(message)
    for name in _GRAPHS:
        if name in members:
            check_graph(members[name])
    return Artifact(model, members)


def _read_model(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    names = [info.filename for info in archive.infolist()]
    if MODEL not in names:
        message = f"{path} is a zip without {MODEL}, so it is not an artifact of this package"
        raise ArtifactError(message)
    try:
        model = json.loads(_read_member(archive, MODEL, path))
    except ValueError as problem:
        message = f"{path} is damaged: {MODEL} is not JSON ({problem})"
        raise ArtifactError(message) from problem
    _check_model(model, path)
    if len(set(names)) != len(names) or set(names) != {MODEL, *model["members"]}:
        message = f"{path} is damaged: its members are {sorted(names)}, not those it lists"
        raise ArtifactError(message)
    return dict(model)


def _check_model(model: object, path: Path) -> None:
    """Check what every reader relies on, before anything is built from it."""
    if not isinstance(model, dict) or "format_version" not in model:
        message = f"{path} is not an artifact of this package: {MODEL} has no format_version"
        raise ArtifactError(message)
    version = model["format_version"]
    if not isinstance(version, int) or version > FORMAT_VERSION:
        message = (
            f"{path} has format {version}, this package reads up to {FORMAT_VERSION}; "
            "upgrade evergreen-regression"
        )
        raise ArtifactError(message)
    absent = sorted(_REQUIRED_KEYS - model.keys())
    if absent:
        message = f"{path} is damaged: {MODEL} lacks {', '.join(absent)}"
        raise ArtifactError(message)
    members = model["members"]
    if not isinstance(members, dict) or not (_KNOWN_MEMBERS - {MODEL}).issuperset(members):
        message = f"{path} is damaged: {MODEL} lists members that are not known"
        raise ArtifactError(message)
    for name, facts in members.items():
        if not isinstance(facts, dict) or not {"size", "sha256"} <= facts.keys():
            message = f"{path} is damaged: {MODEL} does not give size and SHA-256 of {name}"
            raise ArtifactError(message)


def _read_member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    try:
        info = archive.getinfo(name)
    except KeyError as problem:
        message = f"{path} is damaged: {name} is missing from it"
        raise ArtifactError(message) from problem
    if info.file_size > _MAX_MEMBER_BYTES:
        message = f"{path}: {name} claims {info.file_size} bytes; no artifact is that large"
        raise ArtifactError(message)
    return archive.read(info)
