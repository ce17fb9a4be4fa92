"""What an artifact keeps for people and for other readers: profile, report, conformance vectors.

Each is a member of its own, read and checked when it is first asked for: who only predicts neither
parses it nor keeps it in memory.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic_core import SchemaValidator, ValidationError

from regression_model.artifact.contents import CONFORMANCE, MAX_KEPT_BYTES, PROFILE
from regression_model.artifact.faults import faults_of
from regression_model.artifact.kept_keys import SCHEMAS
from regression_model.artifact.strict_json import read_json
from regression_model.exceptions import ArtifactError
from regression_model.processing.interruptions import pass_on

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_member(content: dict[str, Any]) -> bytes:
    """Return the bytes of a member: equal contents are equal bytes."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return (text + "\n").encode()


@cache
def _validator(name: str) -> SchemaValidator:
    return SchemaValidator(SCHEMAS[name])


def read_member(name: str, data: bytes, columns: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what such a member says, checked.

    Parameters
    ----------
    name : str
        One of `contents.KEPT`.
    data : bytes
    columns : sequence of dict
        The columns of ``model.json``, which it speaks of.

    Returns
    -------
    dict

    Raises
    ------
    ArtifactError
        If it is not as the format has it, or speaks of columns or levels that there are not.
    """
    if len(data) > MAX_KEPT_BYTES:
        message = f"{name} has {len(data):,} bytes, at most {MAX_KEPT_BYTES:,} are read"
        raise ArtifactError(message)
    try:
        content: dict[str, Any] = read_json(data)
        _validator(name).validate_python(content)
        _check_columns(name, content, {column["name"]: column for column in columns})
    except ValidationError as problem:
        message = f"the artifact is damaged: {name} is not as it should be: {faults_of(problem)}"
        raise ArtifactError(message) from problem
    except ValueError as problem:
        pass_on(problem)
        message = f"the artifact is damaged: {name} is not as it should be ({problem})"
        raise ArtifactError(message) from problem
    return content


def _check_columns(name: str, content: dict[str, Any], columns: dict[str, Any]) -> None:
    """Check that all that is said of columns is said of those that there are."""
    if name == PROFILE:
        levels_of = {column: told.get("levels", ()) for column, told in content["columns"].items()}
    elif name == CONFORMANCE:
        levels_of = {}
        lengths = {len(vector.get("cells", columns)) for vector in content["vectors"]}
        if lengths - {len(columns)}:
            raise ValueError("a vector of another number of cells")
    else:
        levels_of = _levels_in_report(content)
    for column, levels in levels_of.items():
        if column not in columns:
            raise ValueError("a column that there is not")
        if levels and max(levels) >= len(columns[column].get("levels", ())):
            raise ValueError("a level that there is not")


def _levels_in_report(report: dict[str, Any]) -> dict[str, list[int]]:
    """Return the columns of which a report speaks, and the positions of levels that it names."""
    levels: dict[str, list[int]] = {column: [] for column in report["importance"]["columns"]}
    for effect in report["effects"]:
        levels.setdefault(effect["column"], [])
    for found in (*report["slices"]["of_one"], *report["slices"]["of_two"]):
        for part in found["of"]:
            named = levels.setdefault(part["column"], [])
            if "level" in part:
                named.append(part["level"])
    return levels
