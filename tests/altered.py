"""Artifacts that say something else than their training did, for tests of what compares them."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from regression_model.artifact.format import Artifact, artifact_bytes, read_artifact
from regression_model.predict import load_model

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from regression_model.artifact.model import Model

KEPT = ("profile.json", "report.json", "conformance.json")


def altered(
    path: Path,
    *,
    columns: Mapping[str, dict[str, Any]] | None = None,
    target: dict[str, Any] | None = None,
    without: tuple[str, ...] = (),
    **facts: Any,
) -> Model:
    """Return the model of an artifact that declares something else; its graphs stay as they are.

    Parameters
    ----------
    path : Path
    columns : mapping of str to dict, optional
        What columns declare otherwise; a setting that is None is not declared any more.
    target : dict, optional
        The same of the target.
    without : tuple of str
        Facts and members that it does not have.
    facts
        Other facts.
    """
    return load_model(altered_bytes(path, columns=columns, target=target, without=without, **facts))


def altered_bytes(
    path: Path,
    *,
    columns: Mapping[str, dict[str, Any]] | None = None,
    target: dict[str, Any] | None = None,
    without: tuple[str, ...] = (),
    **facts: Any,
) -> bytes:
    """Return the bytes of such an artifact."""
    artifact = read_artifact(path)
    told = {**copy.deepcopy(artifact.model), **facts, "examples": []}
    for column in told["columns"]:
        _change(column, (columns or {}).get(column["name"], {}))
    _change(told["target"], target or {})
    # what is kept for people speaks of the columns as they were
    gone = {*without, *(KEPT if columns else ())}
    for name in gone & told.keys():
        del told[name]
    members = {name: data for name, data in artifact.members.items() if name not in gone}
    return artifact_bytes(Artifact(told, members))


def _change(section: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if value is None:
            section.pop(key, None)
        else:
            section[key] = value
