"""A model trained again from the config that its artifact keeps, and what is then different."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from regression_model.artifact.format import (
    Artifact,
    artifact_bytes,
    read_artifact_bytes,
    read_artifact_file,
)
from regression_model.artifact.model import Model
from regression_model.config.core import Config, kept_config
from regression_model.config.files import AppConfig
from regression_model.exceptions import ArtifactError
from regression_model.processing.data_manager import load_dataset
from regression_model.training.in_place import are_learned
from regression_model.training.run import run_training

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from regression_model.arrays import Floats
    from regression_model.training.progress import Progress

_ENGINE = "evergreen-regression"


@dataclass(frozen=True)
class Reproduction:
    """What came of training a model again.

    Attributes
    ----------
    then, now : str
        SHA-256 of the artifact, and of the one that training gave.
    parts : tuple of str
        Members, and keys of ``model.json``, that differ.
    causes : tuple of str
        What is known to differ in what the two were made from, a sentence each.
    n_rows : int
        Rows of the table that both models answer.
    largest : float
        Difference of two predictions of a row, as a share of the larger one.
    median : float
        The same of the row in the middle.
    """

    then: str
    now: str
    parts: tuple[str, ...]
    causes: tuple[str, ...]
    n_rows: int
    largest: float
    median: float

    @property
    def is_equal(self) -> bool:
        """Whether the two files are the same, byte by byte."""
        return self.then == self.now

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as what JSON can hold."""
        return {
            "equal": self.is_equal,
            "sha256": self.then,
            "sha256_now": self.now,
            "parts": list(self.parts),
            "causes": list(self.causes),
            "predictions": {
                "n_rows": self.n_rows,
                "largest_difference": self.largest,
                "median_difference": self.median,
            },
        }


def reproduce(path: Path, table: Path, *, progress: Progress | None = None) -> Reproduction:
    """Train a model again from the config in its artifact, and compare.

    Parameters
    ----------
    path : Path
        The artifact.
    table : Path
        The table that it was trained on.
    progress : callable, optional
        As of `run_training`.

    Returns
    -------
    Reproduction

    Raises
    ------
    ArtifactError
        If the artifact cannot be read, or keeps no config.
    ConfigError
        If its config names what this version has no more.
    DataError
        If the table cannot be read or trained on.
    """
    data = read_artifact_file(path)
    old = read_artifact_bytes(data, str(path))
    if "config" not in old.model:
        message = (
            f"{path} keeps no config, as artifacts of format 1, so that nothing says how it was "
            "trained; train it again with its config.yml, if that is there"
        )
        raise ArtifactError(message)
    config = Config(
        app_config=AppConfig(training_data_file=str(table)),
        model_config=kept_config(_as_it_was_given(old.model), str(path)),
    )
    rows = load_dataset(file_name=table.resolve(), config=config)
    version = str(old.model["model_version"])
    new = run_training(config, data=rows, model_version=version, progress=progress).artifact
    return _compared(old, data, new, rows)


def _as_it_was_given(model: dict[str, Any]) -> dict[str, Any]:
    """Return the config with what was left to the data open again: scale and weights.

    Branches that got no weight are not in an artifact, and do not come back.
    """
    config, selection = model["config"], model.get("selection", {})
    if selection.get("errors"):
        config = {**config, "target": {**config["target"], "transform": "auto"}}
    return {**config, "average": "learned"} if are_learned(selection) else config


def _compared(old: Artifact, data: bytes, new: Artifact, rows: pd.DataFrame) -> Reproduction:
    written = artifact_bytes(new)
    made = read_artifact_bytes(written, "what training gave")
    differences = _differences(old, made, rows)
    then, now = hashlib.sha256(data).hexdigest(), hashlib.sha256(written).hexdigest()
    return Reproduction(
        then=then,
        now=now,
        parts=tuple(_differing(old, made)),
        causes=() if then == now else tuple(_causes(old.model, made.model)),
        n_rows=len(differences),
        largest=float(differences.max(initial=0.0)),
        median=float(np.median(differences)) if len(differences) else 0.0,
    )


def _differing(old: Artifact, new: Artifact) -> list[str]:
    """Return the names of members, and of keys of ``model.json``, that are not the same."""
    members = sorted(old.members.keys() | new.members.keys())
    keys = sorted((old.model.keys() | new.model.keys()) - {"members"})
    parts = [name for name in members if old.members.get(name) != new.members.get(name)]
    return parts + [f"model.json: {k}" for k in keys if old.model.get(k) != new.model.get(k)]


def _differences(old: Artifact, new: Artifact, rows: pd.DataFrame) -> Floats:
    """Return by how much predictions of rows that both answer differ, relative."""
    answers = [Model(each).predict(rows, from_file=True)["predictions"] for each in (old, new)]
    before, after = (np.array(answer, dtype=float) for answer in answers)
    size = np.maximum(np.abs(before), np.abs(after))
    relative: Floats = np.abs(after - before) / np.where(size > 0, size, 1.0)
    return relative[np.isfinite(relative)]


def _causes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Say what differs in what the two were made from, as far as artifacts tell."""
    then, now = old["provenance"], new["provenance"]
    causes = _table_causes(old, new)
    if then["config_sha256"] != now["config_sha256"]:
        causes.append("this version writes the config otherwise, as with settings that are new")
    if old.get("selection") != new.get("selection") and not causes:
        causes.append(
            "another choice of scale or weights: branches that got no weight then are not in the "
            "artifact, or the libraries or the processor decide it otherwise"
        )
    versions = _versions(old, new)
    if versions:
        causes.append(f"other versions: {', '.join(versions)}")
    if causes:
        return [*causes, "perhaps another processor, which no artifact tells"]
    rest = (
        "nothing that an artifact tells of: that leaves the processor and its arithmetic "
        f"libraries (this one is {platform.machine()}, {platform.system()})"
    )
    return [rest]


def _table_causes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    then, now = old["provenance"], new["provenance"]
    before, after = old["metrics"]["n_rows"], new["metrics"]["n_rows"]
    if then["data_sha256"] == now["data_sha256"]:
        is_alike = then["folds_sha256"] == now["folds_sha256"]
        return [] if is_alike else ["the rows are those of then, but in other folds"]
    rows = f"{after} rows now, {before} then"
    if before == after:
        rows = f"{after} rows then and now, but other cells, or in another order"
    digests = f"data_sha256 {now['data_sha256'][:12]} now, {then['data_sha256'][:12]} then"
    return [f"another table: {rows} ({digests})"]


def _versions(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what has another version than then, Python and this package too."""
    versions: list[dict[str, str]] = []
    for model in (old, new):
        known = dict(model["provenance"].get("libraries", {}))
        known["Python"] = model["provenance"].get("python", "unknown")
        known[_ENGINE] = model.get("package_version", "unknown")
        versions.append(known)
    then, now = versions
    names = sorted(then.keys() | now.keys(), key=str.lower)
    return [
        f"{name} {now.get(name, 'none')} (then {then.get(name, 'none')})"
        for name in names
        if then.get(name) != now.get(name)
    ]
