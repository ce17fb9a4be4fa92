"""What stands where a new artifact is to go: looked at before anything is fitted."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regression_model.artifact.format import read_artifact
from regression_model.exceptions import ArtifactError, OccupiedPathError
from regression_model.processing.output_files import check_output, replaces
from regression_model.processing.schema import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

logger = logging.getLogger(__name__)

_VERSIONED = re.compile(r"(?P<name>.+_v)(?P<version>\d+(?:\.\d+)*)(?P<suffix>[-+._a-z0-9]*)\.zip")
"""A name up to ``_v``, then numbers with dots, then what Python's versions may end in: ``rc1``,
``.post2``, ``+local``."""
_DIGESTS = ("data_sha256", "folds_sha256")
"""Where these are the same, losses of folds can be compared as they are."""
_ROUNDING = 1e-6
"""Of a weight that is learned."""
_SHOWN = 5


@dataclass(frozen=True)
class InPlace:
    """A model that a new one would replace or follow.

    Attributes
    ----------
    path : Path
    version : str
        Of the model.
    target : dict
        Its column and transform.
    columns : tuple of str
        Names of what it predicts from.
    losses : dict of str to list of float, or None
        Of its folds, on both scales; None where it kept none.
    provenance : dict of str to str
        Digests of its data and folds.
    config : dict
        As it was trained.
    learned_weights : bool
        Whether its rows taught the weights that the config holds.
    """

    path: Path
    version: str
    target: dict[str, Any]
    columns: tuple[str, ...]
    losses: dict[str, list[float]] | None
    provenance: dict[str, str]
    config: dict[str, Any]
    learned_weights: bool


def check_place(
    path: Path,
    *,
    target: str,
    columns: Collection[str],
    force: bool = False,
    inputs: Iterable[Path] = (),
) -> None:
    """Refuse to put a model where something else stands; to be called before any fit.

    Parameters
    ----------
    path : Path
        Where an artifact is to go.
    target : str
        What it is to be a model of.
    columns : collection of str
        What it is to predict from.
    force : bool
        Whether to replace what is no artifact, or a model of another target or other columns.
    inputs : iterable of Path
        Files that the model is made from, which it must never replace.

    Raises
    ------
    OccupiedPathError
        If that stands there; the message says what.
    OutputError
        If it is an input, or cannot be written to.
    """
    check_output(path, inputs=inputs, make_folders=True)
    if force or not replaces(path):
        find_in_place(path)  # says now what is wrong with what would be compared
        return
    try:
        problem = _difference(_read(path), target, columns)
    except ArtifactError as fault:
        problem = f"is no artifact that can be read ({fault})"
    if problem:
        message = f"{path} exists and {problem}; choose another path, or say --force"
        raise OccupiedPathError(message)


def find_in_place(path: Path) -> InPlace | None:
    """Return the model at a path, or that of the highest version beside it.

    Parameters
    ----------
    path : Path
        Where an artifact is to go. Where nothing is there, files of its folder count that have the
        same name up to ``_v`` and a version.

    Returns
    -------
    InPlace or None
        None where there is none that can be read; the log says what is wrong with it.
    """
    there = model_before(path)
    if there is None:
        return None
    try:
        return _read(there)
    except ArtifactError as problem:
        logger.warning("the model in place is not compared: %s", problem)
        return None


def model_before(path: Path) -> Path | None:
    """Return the file at a path, or that of the highest version beside it; None without either."""
    return path if replaces(path) else _newest_beside(path)


def _newest_beside(path: Path) -> Path | None:
    """Return the file of the highest version in the folder, of the same name up to it."""
    wanted = _VERSIONED.fullmatch(path.name)
    if wanted is None or not path.parent.is_dir():
        return None
    versions = []
    for other in path.parent.iterdir():
        match = _VERSIONED.fullmatch(other.name)
        if match and match["name"] == wanted["name"]:
            versions.append((_order(match), other))
    return max(versions, default=(None, None))[1]


def _order(match: re.Match[str]) -> tuple[list[int], bool, str]:
    """Return what versions are sorted by: ``1.10`` is after ``1.9``, ``2.0rc1`` before ``2.0``."""
    numbers = [int(number) for number in match["version"].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    is_final = not match["suffix"] or match["suffix"].startswith(("+", ".post"))
    return numbers, is_final, match["suffix"]


def _read(path: Path) -> InPlace:
    """Read what is compared, and all of it, so that a fault is seen before the work."""
    model = read_artifact(path).model
    losses = model.get("fold_losses")
    return InPlace(
        path=path,
        version=model["model_version"],
        target={key: model["target"][key] for key in ("column", "transform")},
        columns=tuple(column["name"] for column in model["columns"]),
        losses=losses,
        provenance={} if losses is None else {d: model["provenance"][d] for d in _DIGESTS},
        config=model.get("config", {}),
        learned_weights=are_learned(model.get("selection", {})),
    )


def are_learned(selection: dict[str, Any]) -> bool:
    """Whether weights were left to the data: those of a training run add up to one.

    An artifact does not say it otherwise, as its config holds what was chosen.
    """
    weights = selection.get("weights", {}).values()
    return (
        bool(selection.get("errors"))
        and len(weights) > 1
        and abs(sum(weights) - 1) < len(weights) * _ROUNDING
    )


def _difference(old: InPlace, target: str, columns: Collection[str]) -> str:
    """Say in what a model is of another kind than the one that is to come; empty: in nothing."""
    if old.target["column"] != target:
        return f"is a model of {shown(old.target['column'])}, not of {shown(target)}"
    more = [name for name in old.columns if name not in columns]
    fewer = [name for name in columns if name not in old.columns]
    both = (("with", more), ("without", fewer))
    parts = [f"{word} {_listed(names)}" for word, names in both if names]
    return f"is a model of other columns ({', '.join(parts)})" if parts else ""


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(str(shown(name)) for name in names[:_SHOWN]) + more
